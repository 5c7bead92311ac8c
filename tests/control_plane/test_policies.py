"""Resource policies: permissions one at a time, and whole documents."""

import json

import pytest

from support.functions import create, invoke
from support.server import Server, running

ARN = "arn:aws:lambda:us-east-1:000000000000:function:fn"
COUNT = """
count = 0
def handler(event, context):
    global count
    count += 1
    return count
"""


def policy(aws, **which) -> dict:
    return json.loads(aws.get_policy(FunctionName="fn", **which)["Policy"])


def add(aws, statement_id: str, **more) -> dict:
    answer = aws.add_permission(
        FunctionName="fn",
        StatementId=statement_id,
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        **more,
    )
    return json.loads(answer["Statement"])


def test_permissions_come_and_go_while_the_function_runs_on(aws):
    create(aws, "fn", COUNT)
    assert invoke(aws, "fn").json == 1
    seen = aws.get_function_configuration(FunctionName="fn")["RevisionId"]
    added = add(aws, "s3", SourceArn="arn:aws:s3:::bucket", RevisionId=seen)
    assert added["Condition"] == {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::bucket"}}
    assert policy(aws) == {"Version": "2012-10-17", "Id": "default", "Statement": [added]}
    with pytest.raises(aws.exceptions.PreconditionFailedException):
        add(aws, "sns", RevisionId=seen)
    assert invoke(aws, "fn").json == 2
    aws.remove_permission(FunctionName="fn", StatementId="s3")
    with pytest.raises(aws.exceptions.ResourceNotFoundException):
        aws.get_policy(FunctionName="fn")
    assert invoke(aws, "fn").json == 3


def test_a_whole_policy_is_put_and_deleted(aws):
    create(aws, "fn", COUNT, Publish=True)
    aws.create_alias(FunctionName="fn", Name="live", FunctionVersion="1")
    resource = f"{ARN}:live"
    statement = {
        "Sid": "account",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Action": "lambda:InvokeFunction",
        "Resource": resource,
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    put = aws.put_resource_policy(ResourceArn=resource, Policy=document)
    assert policy(aws, Qualifier="live")["Statement"] == [statement]
    assert aws.get_alias(FunctionName="fn", Name="live")["RevisionId"] == put["RevisionId"]
    public = json.dumps({"Version": "2012-10-17", "Statement": [{**statement, "Principal": "*"}]})
    with pytest.raises(aws.exceptions.PublicPolicyException):
        aws.put_resource_policy(ResourceArn=resource, Policy=public)
    assert json.loads(aws.get_resource_policy(ResourceArn=resource)["Policy"])["Statement"] == [statement]
    aws.delete_resource_policy(ResourceArn=resource, RevisionId=put["RevisionId"])
    with pytest.raises(aws.exceptions.ResourceNotFoundException):
        aws.get_resource_policy(ResourceArn=resource)


def test_policies_are_there_after_a_restart(hob, directory):
    with running(Server(hob, directory)) as server:
        aws = server.client("lambda")
        create(aws, "fn", COUNT, Publish=True)
        add(aws, "s3")
        add(aws, "sns", Qualifier="1")
        before = [aws.get_policy(FunctionName="fn"), aws.get_policy(FunctionName="fn", Qualifier="1")]
    with running(Server(hob, directory)) as server:
        aws = server.client("lambda")
        after = [aws.get_policy(FunctionName="fn"), aws.get_policy(FunctionName="fn", Qualifier="1")]
    for old, new in zip(before, after):
        assert (old["Policy"], old["RevisionId"]) == (new["Policy"], new["RevisionId"])
