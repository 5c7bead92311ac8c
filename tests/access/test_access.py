"""A server without access control is no hole, and one with it verifies every signature."""

import http.client
import subprocess
import urllib.parse

import pytest
from botocore.exceptions import ClientError

from support.functions import create, invoke
from support.server import Server, running

ECHO = "def handler(event, context):\n    return event\n"
CONFIGURATION = """
[[keys]]
access_key_id = "AKIAIOSFODNN7EXAMPLE"
secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
account = "123456789012"
"""


@pytest.fixture
def guarded(hob, directory):
    (directory / "hob.toml").write_text(CONFIGURATION)
    with running(Server(hob, directory, ("--auth", "--config", str(directory / "hob.toml")))) as server:
        yield server


def known(server, service="lambda", **more):
    keys = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
    return server.client(service, **{**keys, **more})


def refusal(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"], caught.value.response["ResponseMetadata"]["HTTPStatusCode"]


def test_a_known_key_with_its_secret_is_let_in_to_its_account(guarded):
    client = known(guarded)
    arn = create(client, "fn", ECHO)["FunctionArn"]
    assert arn == "arn:aws:lambda:us-east-1:123456789012:function:fn"
    assert invoke(client, "fn", {"a": 1}).json == {"a": 1}
    assert known(guarded, "sts").get_caller_identity()["Account"] == "123456789012"


def test_a_wrong_secret_an_unknown_key_and_no_signature_are_refused(guarded):
    wrong = known(guarded, aws_secret_access_key="wrong")
    assert refusal(wrong.list_functions) == ("InvalidSignatureException", 403)
    assert refusal(guarded.client("lambda").list_functions) == ("UnrecognizedClientException", 403)
    assert request(guarded)[0] == 403


def test_a_function_calls_back_with_its_own_keys(guarded):
    client = known(guarded)
    keys = "import os\ndef handler(event, context):\n    return [os.environ[name] for name in ('AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN')]\n"
    create(client, "keys", keys, Role="arn:aws:iam::123456789012:role/any")
    key, secret, token = invoke(client, "keys").json
    session = guarded.client("sts", aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token)
    assert session.get_caller_identity()["Arn"] == "arn:aws:sts::123456789012:assumed-role/any/keys"
    assert refusal(guarded.client("sts", aws_access_key_id=key, aws_secret_access_key=secret).get_caller_identity)[1] == 403


def request(server, **headers):
    url = urllib.parse.urlsplit(server.endpoint)
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=20)
    connection.putrequest("GET", "/2015-03-31/functions/", skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    response = connection.getresponse()
    return response.status, response.read()


def test_a_foreign_web_page_is_refused(server):
    assert request(server)[0] == 200
    assert request(server, Origin="https://evil.example")[0] == 403
    assert request(server, Sec_Fetch_Site="cross-site", Origin="null")[0] == 403


def test_a_rebound_host_name_is_refused(server):
    assert request(server, Host="evil.example")[0] == 403
    assert request(server, Host="localhost")[0] == 200
    assert request(server, Host="lambda.us-east-1.amazonaws.com")[0] == 200


def test_listening_to_the_network_without_access_control_needs_to_be_said(hob, directory):
    command = [str(hob), "up", "--host", "0.0.0.0", "--port", "0", "--data-dir", str(directory / "data")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode != 0
    assert "--auth" in done.stderr and "--insecure" in done.stderr
