"""Versions and aliases, with functions that really run."""

import json
from collections import Counter

import pytest
from botocore.exceptions import ClientError

from support.functions import create, invoke, package
from support.server import Server, running

VERSION = """
import os
def handler(event, context):
    return {
        "code": %d,
        "version": context.function_version,
        "variable": os.environ["AWS_LAMBDA_FUNCTION_VERSION"],
        "arn": context.invoked_function_arn,
        "key": os.environ.get("KEY"),
    }
"""
ARN = "arn:aws:lambda:us-east-1:000000000000:function:fn"


def new_code(aws, number: int, **more) -> dict:
    answer = aws.update_function_code(FunctionName="fn", ZipFile=package({"app.py": VERSION % number}), **more)
    aws.get_waiter("function_updated_v2").wait(FunctionName="fn", WaiterConfig={"Delay": 0.05, "MaxAttempts": 1200})
    return answer


def two_versions(aws) -> None:
    """Version 1 runs code 1, version 2 and $LATEST run code 2."""
    create(aws, "fn", VERSION % 1, Publish=True, Environment={"Variables": {"KEY": "first"}})
    new_code(aws, 2)
    aws.update_function_configuration(FunctionName="fn", Environment={"Variables": {"KEY": "second"}})
    aws.get_waiter("function_updated_v2").wait(FunctionName="fn", WaiterConfig={"Delay": 0.05, "MaxAttempts": 1200})
    aws.publish_version(FunctionName="fn", Description="two")


def test_a_version_runs_the_code_and_the_variables_that_it_was_published_with(aws):
    two_versions(aws)
    for qualifier, code, key in [("1", 1, "first"), ("2", 2, "second"), ("$LATEST", 2, "second")]:
        answer = invoke(aws, "fn", Qualifier=qualifier)
        assert answer.json == {
            "code": code, "version": qualifier, "variable": qualifier, "arn": f"{ARN}:{qualifier}", "key": key,
        }
        assert answer.headers["x-amz-executed-version"] == qualifier


def test_an_alias_moves_from_version_to_version(aws):
    two_versions(aws)
    aws.create_alias(FunctionName="fn", Name="live", FunctionVersion="1")
    assert invoke(aws, f"{ARN}:live").json["code"] == 1
    aws.update_alias(FunctionName="fn", Name="live", FunctionVersion="2")
    moved = invoke(aws, "fn:live").json
    assert (moved["code"], moved["version"], moved["arn"]) == (2, "2", f"{ARN}:live")
    aws.delete_alias(FunctionName="fn", Name="live")
    with pytest.raises(aws.exceptions.ResourceNotFoundException, match="fn:live"):
        invoke(aws, "fn:live")


def test_a_weighted_alias_shares_its_invocations(aws):
    two_versions(aws)
    aws.create_alias(
        FunctionName="fn", Name="live", FunctionVersion="1", RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}}
    )
    executed = Counter(invoke(aws, "fn:live").headers["x-amz-executed-version"] for _ in range(60))
    assert set(executed) == {"1", "2"} and min(executed.values()) > 5


def test_each_version_logs_to_streams_of_its_own(aws, logs):
    two_versions(aws)
    for qualifier in ("1", "2"):
        invoke(aws, "fn", Qualifier=qualifier)
    streams = logs.describe_log_streams(logGroupName="/aws/lambda/fn")["logStreams"]
    assert {stream["logStreamName"].split("[")[1].split("]")[0] for stream in streams} == {"1", "2"}


def test_versions_and_aliases_survive_a_kill(hob, directory):
    server = Server(hob, directory)
    server.start()
    aws = server.client("lambda")
    two_versions(aws)
    aws.create_alias(FunctionName="fn", Name="live", FunctionVersion="1")
    server.kill()
    with running(Server(hob, directory)) as again:
        aws = again.client("lambda")
        assert invoke(aws, "fn:live").json["key"] == "first"
        listed = [version["Version"] for version in aws.list_versions_by_function(FunctionName="fn")["Versions"]]
        assert listed == ["$LATEST", "1", "2"]
        assert new_code(aws, 3, Publish=True)["Version"] == "3"


def test_the_command_line_knows_versions_and_aliases(aws, aws_cli):
    two_versions(aws)
    published = json.loads(aws_cli("lambda", "publish-version", "--function-name", "fn"))
    assert published["Version"] == "2", "nothing has changed"
    aws_cli("lambda", "create-alias", "--function-name", "fn", "--name", "live", "--function-version", "2")
    waited = aws_cli("lambda", "wait", "published-version-active", "--function-name", "fn", "--qualifier", "2")
    assert waited == ""
    found = json.loads(aws_cli("lambda", "get-function", "--function-name", "fn", "--qualifier", "live"))
    assert found["Configuration"]["FunctionArn"] == f"{ARN}:live"


def test_a_caller_that_has_seen_another_revision_changes_nothing(aws):
    two_versions(aws)
    with pytest.raises(ClientError) as refused:
        aws.publish_version(FunctionName="fn", RevisionId="00000000-0000-4000-8000-000000000000")
    assert refused.value.response["Error"]["Code"] == "PreconditionFailedException"
