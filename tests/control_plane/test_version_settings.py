"""What is set for `$LATEST`, versions and aliases beside their configuration, as boto3 sees it."""

import datetime

import pytest
from botocore.exceptions import ClientError

from support.functions import create

ECHO = "def handler(event, context):\n    return event\n"


def test_how_asynchronous_invocations_are_retried(aws):
    create(aws, "fn", ECHO)
    failures = create(aws, "failures", ECHO)["FunctionArn"]
    put = aws.put_function_event_invoke_config(
        FunctionName="fn", MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": failures}}
    )
    assert isinstance(put["LastModified"], datetime.datetime)
    assert put["FunctionArn"].endswith(":function:fn:$LATEST")
    assert put["DestinationConfig"] == {"OnSuccess": {}, "OnFailure": {"Destination": failures}}
    updated = aws.update_function_event_invoke_config(FunctionName="fn", MaximumEventAgeInSeconds=60)
    assert (updated["MaximumRetryAttempts"], updated["MaximumEventAgeInSeconds"]) == (0, 60)
    aws.publish_version(FunctionName="fn")
    aws.put_function_event_invoke_config(FunctionName="fn", Qualifier="1", MaximumRetryAttempts=1)
    pages = aws.get_paginator("list_function_event_invoke_configs").paginate(
        FunctionName="fn", PaginationConfig={"PageSize": 1}
    )
    listed = [config["FunctionArn"] for page in pages for config in page["FunctionEventInvokeConfigs"]]
    assert [arn.rpartition(":")[2] for arn in listed] == ["$LATEST", "1"]
    aws.delete_function_event_invoke_config(FunctionName="fn")
    with pytest.raises(aws.exceptions.ResourceNotFoundException):
        aws.get_function_event_invoke_config(FunctionName="fn")


def test_when_runtimes_are_updated(aws):
    create(aws, "fn", ECHO)
    assert aws.get_runtime_management_config(FunctionName="fn")["UpdateRuntimeOn"] == "Auto"
    configuration = aws.get_function_configuration(FunctionName="fn")
    runtime = configuration["RuntimeVersionConfig"]["RuntimeVersionArn"]
    aws.put_runtime_management_config(FunctionName="fn", UpdateRuntimeOn="Manual", RuntimeVersionArn=runtime)
    assert aws.get_runtime_management_config(FunctionName="fn")["RuntimeVersionArn"] == runtime
    with pytest.raises(aws.exceptions.InvalidParameterValueException):
        other = runtime[:-1] + ("0" if runtime[-1] != "0" else "1")
        aws.put_runtime_management_config(FunctionName="fn", UpdateRuntimeOn="Manual", RuntimeVersionArn=other)


def test_whether_events_may_go_round_in_a_circle(aws):
    create(aws, "fn", ECHO)
    assert aws.get_function_recursion_config(FunctionName="fn")["RecursiveLoop"] == "Terminate"
    aws.put_function_recursion_config(FunctionName="fn", RecursiveLoop="Allow")
    assert aws.get_function_recursion_config(FunctionName="fn")["RecursiveLoop"] == "Allow"


def test_functions_without_a_capacity_provider_do_not_scale(aws):
    create(aws, "fn", ECHO)
    aws.publish_version(FunctionName="fn")
    with pytest.raises(ClientError) as refused:
        aws.get_function_scaling_config(FunctionName="fn", Qualifier="1")
    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"
