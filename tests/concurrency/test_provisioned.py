"""Provisioned concurrency: environments that are there before anybody calls."""

import concurrent.futures
import re

import pytest
from botocore.exceptions import ClientError

from support.functions import create, invoke
from support.server import Server, running, wait_until

# Tells one environment from another, how it was started and which version it is.
WHO = """
import os, uuid

ME = str(uuid.uuid4())

def handler(event, context):
    return {
        "me": ME,
        "how": os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"],
        "version": os.environ["AWS_LAMBDA_FUNCTION_VERSION"],
    }
"""

# Answers "together" once there is a function called `gate`.
TOGETHER = """
import os, time, urllib.error, urllib.request

SCOPE = "AWS4-HMAC-SHA256 Credential=%s/20260102/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0"

def is_open():
    url = os.environ["AWS_ENDPOINT_URL"] + "/2019-09-30/functions/gate/concurrency"
    headers = {
        "Authorization": SCOPE % os.environ["AWS_ACCESS_KEY_ID"],
        "X-Amz-Security-Token": os.environ["AWS_SESSION_TOKEN"],
    }
    try:
        return urllib.request.urlopen(urllib.request.Request(url, headers=headers)).status == 200
    except urllib.error.HTTPError as error:
        assert error.code == 404, error.read()

def handler(event, context):
    while event == "together" and not is_open():
        time.sleep(0.05)
    return os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"]
"""

BROKEN = "raise RuntimeError('never')\n"


def provision(aws, qualifier: str, environments: int):
    return aws.put_provisioned_concurrency_config(
        FunctionName="fn", Qualifier=qualifier, ProvisionedConcurrentExecutions=environments
    )


def config(aws, qualifier: str):
    return aws.get_provisioned_concurrency_config(FunctionName="fn", Qualifier=qualifier)


def until(aws, qualifier: str, status: str):
    def reached():
        found = config(aws, qualifier)
        return found if found["Status"] == status else None

    return wait_until(reached, 60, f"{qualifier} {status}")


def publish(aws, description: str) -> str:
    aws.update_function_configuration(FunctionName="fn", Description=description)
    waiter = aws.get_waiter("function_updated_v2")
    waiter.wait(FunctionName="fn", WaiterConfig={"Delay": 0.05, "MaxAttempts": 1200})
    return aws.publish_version(FunctionName="fn")["Version"]


def test_environments_are_there_before_anybody_calls(aws):
    create(aws, "fn", WHO)
    version = publish(aws, "one")
    begun = provision(aws, version, 1)
    assert begun["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert (begun["Status"], begun["AvailableProvisionedConcurrentExecutions"]) == ("IN_PROGRESS", 0)
    ready = until(aws, version, "READY")
    assert ready["AllocatedProvisionedConcurrentExecutions"] == ready["AvailableProvisionedConcurrentExecutions"] == 1
    answers = [invoke(aws, f"fn:{version}").json for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[0]["how"] == "provisioned-concurrency"
    assert invoke(aws, "fn").json["how"] == "on-demand"


def test_more_calls_than_are_provisioned_spill_over(server):
    aws = server.client("lambda")
    create(aws, "fn", TOGETHER, Timeout=60)
    version = publish(aws, "one")
    provision(aws, version, 2)
    until(aws, version, "READY")
    with concurrent.futures.ThreadPoolExecutor(3) as callers:
        calls = [callers.submit(invoke, aws, f"fn:{version}", "together") for _ in range(3)]
        create(server.client("lambda"), "gate", WHO)
        how = sorted(call.result().json for call in calls)
    assert how == ["on-demand", "provisioned-concurrency", "provisioned-concurrency"]


def test_what_an_alias_has_follows_it_to_its_next_version(aws):
    create(aws, "fn", WHO)
    first, second = publish(aws, "one"), publish(aws, "two")
    aws.create_alias(FunctionName="fn", Name="live", FunctionVersion=first)
    provision(aws, "live", 1)
    until(aws, "live", "READY")
    assert invoke(aws, "fn:live").json["version"] == first
    aws.update_alias(FunctionName="fn", Name="live", FunctionVersion=second)
    until(aws, "live", "READY")
    moved = invoke(aws, "fn:live").json
    assert (moved["version"], moved["how"]) == (second, "provisioned-concurrency")
    [item] = aws.list_provisioned_concurrency_configs(FunctionName="fn")["ProvisionedConcurrencyConfigs"]
    assert re.fullmatch(r"arn:aws:lambda:us-east-1:\d{12}:function:fn:live", item["FunctionArn"])
    aws.delete_alias(FunctionName="fn", Name="live")
    assert aws.list_provisioned_concurrency_configs(FunctionName="fn")["ProvisionedConcurrencyConfigs"] == []
    assert aws.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"] == 1000


def test_a_function_that_cannot_be_initialised_says_so(aws):
    create(aws, "fn", BROKEN)
    version = publish(aws, "one")
    provision(aws, version, 2)
    failed = until(aws, version, "FAILED")
    assert failed["StatusReason"] == "FUNCTION_ERROR_INIT_FAILURE"
    assert failed["AvailableProvisionedConcurrentExecutions"] == 0


def test_what_is_deleted_ends(aws):
    create(aws, "fn", WHO)
    version = publish(aws, "one")
    provision(aws, version, 1)
    until(aws, version, "READY")
    aws.delete_provisioned_concurrency_config(FunctionName="fn", Qualifier=version)
    with pytest.raises(aws.exceptions.ProvisionedConcurrencyConfigNotFoundException):
        config(aws, version)


def test_a_restart_brings_it_back(hob, directory):
    with running(Server(hob, directory)) as server:
        aws = server.client("lambda")
        create(aws, "fn", WHO)
        version = publish(aws, "one")
        provision(aws, version, 1)
        until(aws, version, "READY")
    with running(Server(hob, directory)) as server:
        aws = server.client("lambda")
        until(aws, version, "READY")
        assert invoke(aws, f"fn:{version}").json["how"] == "provisioned-concurrency"


def test_all_that_is_reserved_may_be_provisioned_and_nothing_is_left(aws):
    create(aws, "fn", WHO)
    version = publish(aws, "one")
    aws.put_function_concurrency(FunctionName="fn", ReservedConcurrentExecutions=1)
    provision(aws, version, 1)
    until(aws, version, "READY")
    assert invoke(aws, f"fn:{version}").json["how"] == "provisioned-concurrency"
    with pytest.raises(ClientError) as caught:
        invoke(aws, "fn")
    assert caught.value.response["Error"]["Code"] == "TooManyRequestsException"
