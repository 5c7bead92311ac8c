"""Code signing: packages that `hob sign` has signed, deployed to a server that knows whose key it was."""

import io
import subprocess
import tomllib
import zipfile

import pytest

from support.functions import create, invoke, package
from support.server import Server, running

CODE = "def handler(event, context): return %d"


class Publisher:
    """A key, the profile in whose name it signs, and the server's configuration that says so."""

    def __init__(self, hob, directory):
        self.hob, self.directory = hob, directory
        self.settings = self._run("sign", "--new-key", "release.pem")
        self.profile = tomllib.loads(self.settings)["signing_profiles"][0]["arn"]
        (directory / "hob.toml").write_text(self.settings)

    def _run(self, *arguments: str) -> str:
        command = [str(self.hob), *arguments]
        done = subprocess.run(command, cwd=self.directory, env={"NO_COLOR": "1"}, capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout.decode()

    def sign(self, code: str) -> bytes:
        (self.directory / "function.zip").write_bytes(package({"app.py": code}))
        self._run("sign", "function.zip", "--to", "signed.zip", "--profile", self.profile, "--key", "release.pem")
        return (self.directory / "signed.zip").read_bytes()


@pytest.fixture
def publisher(hob, directory):
    return Publisher(hob, directory)


@pytest.fixture
def server(hob, directory, publisher):
    with running(Server(hob, directory)) as started:
        yield started


def config(aws, publisher, policy: str) -> str:
    created = aws.create_code_signing_config(
        AllowedPublishers={"SigningProfileVersionArns": [publisher.profile]},
        CodeSigningPolicies={"UntrustedArtifactOnDeployment": policy},
    )
    return created["CodeSigningConfig"]["CodeSigningConfigArn"]


def deploy(aws, zip: bytes) -> dict:
    answer = aws.update_function_code(FunctionName="fn", ZipFile=zip)
    aws.get_waiter("function_updated_v2").wait(FunctionName="fn", WaiterConfig={"Delay": 0.05, "MaxAttempts": 1200})
    return answer


def tampered(zip: bytes) -> bytes:
    buffer = io.BytesIO(zip)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("other.py", "")
    return buffer.getvalue()


def test_under_enforce_a_function_takes_only_what_is_signed_and_untouched(aws, publisher):
    arn = config(aws, publisher, "Enforce")
    with pytest.raises(aws.exceptions.CodeVerificationFailedException, match="signature for fn"):
        create(aws, "fn", CODE % 1, CodeSigningConfigArn=arn)
    created = create(aws, "fn", publisher.sign(CODE % 1), CodeSigningConfigArn=arn)
    assert created["SigningProfileVersionArn"] == publisher.profile
    assert "/signing-jobs/" in created["SigningJobArn"]
    updated = deploy(aws, publisher.sign(CODE % 2))
    assert updated["SigningJobArn"] != created["SigningJobArn"]
    with pytest.raises(aws.exceptions.CodeVerificationFailedException):
        deploy(aws, package({"app.py": CODE % 3}))
    with pytest.raises(aws.exceptions.InvalidCodeSignatureException):
        deploy(aws, tampered(publisher.sign(CODE % 3)))
    assert invoke(aws, "fn").json == 2
    with pytest.raises(aws.exceptions.ResourceConflictException):
        aws.delete_code_signing_config(CodeSigningConfigArn=arn)


def test_under_warn_a_function_takes_what_is_not_signed_and_the_server_says_so(aws, server, publisher):
    create(aws, "fn", CODE % 1)
    arn = config(aws, publisher, "Warn")
    aws.put_function_code_signing_config(FunctionName="fn", CodeSigningConfigArn=arn)
    assert aws.list_functions_by_code_signing_config(CodeSigningConfigArn=arn)["FunctionArns"] == [
        "arn:aws:lambda:us-east-1:000000000000:function:fn"
    ]
    assert "SigningProfileVersionArn" not in deploy(aws, package({"app.py": CODE % 2}))
    assert invoke(aws, "fn").json == 2
    assert "code that is not trusted is deployed" in server.log_text()
    with pytest.raises(aws.exceptions.InvalidCodeSignatureException):
        deploy(aws, tampered(publisher.sign(CODE % 3)))


def test_configurations_and_their_users_are_there_after_a_restart(hob, directory, publisher):
    with running(Server(hob, directory)) as server:
        aws = server.client("lambda")
        arn = config(aws, publisher, "Enforce")
        create(aws, "fn", publisher.sign(CODE % 1), CodeSigningConfigArn=arn)
    with running(Server(hob, directory)) as server:
        aws = server.client("lambda")
        assert aws.get_function_code_signing_config(FunctionName="fn")["CodeSigningConfigArn"] == arn
        assert aws.get_function_configuration(FunctionName="fn")["SigningProfileVersionArn"] == publisher.profile
        with pytest.raises(aws.exceptions.CodeVerificationFailedException):
            deploy(aws, package({"app.py": CODE % 2}))
        aws.delete_function_code_signing_config(FunctionName="fn")
        deploy(aws, package({"app.py": CODE % 2}))
        assert invoke(aws, "fn").json == 2
        aws.delete_code_signing_config(CodeSigningConfigArn=arn)
        assert aws.list_code_signing_configs()["CodeSigningConfigs"] == []
