"""Function URLs, as boto3 sees them."""

import re

import pytest
from botocore.exceptions import ClientError

from support.functions import create

ECHO = "def handler(event, context):\n    return event\n"
ADDRESS = re.compile(r"^https://[a-z0-9]{32}\.lambda-url\.us-east-1\.on\.aws/$")


def test_a_url_lives_as_long_as_what_it_leads_to(aws):
    create(aws, "fn", ECHO)
    aws.create_alias(FunctionName="fn", Name="live", FunctionVersion="$LATEST")
    cors = {"AllowOrigins": ["*"], "AllowMethods": ["GET"], "MaxAge": 60}
    made = aws.create_function_url_config(FunctionName="fn", Qualifier="live", AuthType="NONE", Cors=cors)
    assert ADDRESS.match(made["FunctionUrl"])
    assert made["FunctionArn"].endswith(":function:fn:live")
    assert made["Cors"] == cors
    own = aws.create_function_url_config(FunctionName="fn", AuthType="AWS_IAM", InvokeMode="RESPONSE_STREAM")
    assert own["FunctionUrl"] != made["FunctionUrl"]

    updated = aws.update_function_url_config(FunctionName="fn:live", AuthType="AWS_IAM")
    assert (updated["AuthType"], updated["Cors"], updated["FunctionUrl"]) == ("AWS_IAM", cors, made["FunctionUrl"])
    pages = aws.get_paginator("list_function_url_configs").paginate(FunctionName="fn", PaginationConfig={"PageSize": 1})
    listed = [url["FunctionUrl"] for page in pages for url in page["FunctionUrlConfigs"]]
    assert listed == [own["FunctionUrl"], made["FunctionUrl"]]

    aws.delete_alias(FunctionName="fn", Name="live")
    with pytest.raises(aws.exceptions.ResourceNotFoundException):
        aws.get_function_url_config(FunctionName="fn", Qualifier="live")
    assert aws.get_function_url_config(FunctionName="fn")["InvokeMode"] == "RESPONSE_STREAM"
    aws.delete_function_url_config(FunctionName="fn")
    assert aws.list_function_url_configs(FunctionName="fn")["FunctionUrlConfigs"] == []


def test_versions_and_second_urls_are_refused(aws):
    create(aws, "fn", ECHO)
    aws.create_function_url_config(FunctionName="fn", AuthType="NONE")
    with pytest.raises(aws.exceptions.ResourceConflictException):
        aws.create_function_url_config(FunctionName="fn", AuthType="NONE")
    with pytest.raises(ClientError) as refused:
        aws.create_function_url_config(FunctionName="fn", Qualifier="1", AuthType="NONE")
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_a_url_is_the_same_after_a_restart(server):
    aws = server.client("lambda")
    create(aws, "fn", ECHO)
    url = aws.create_function_url_config(FunctionName="fn", AuthType="NONE")["FunctionUrl"]
    server.stop()
    server.start()
    assert server.client("lambda").get_function_url_config(FunctionName="fn")["FunctionUrl"] == url
