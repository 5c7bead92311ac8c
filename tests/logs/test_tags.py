"""Tags of log groups, as Terraform's aws_cloudwatch_log_group writes and reads them."""

import pytest
from botocore.exceptions import ClientError

ARN = "arn:aws:logs:us-east-1:000000000000:log-group:g"


def test_a_group_keeps_its_tags(logs):
    logs.create_log_group(logGroupName="g", tags={"team": "a"})
    logs.tag_resource(resourceArn=ARN, tags={"team": "b", "stage": "test"})
    assert logs.list_tags_for_resource(resourceArn=ARN)["tags"] == {"team": "b", "stage": "test"}
    logs.untag_resource(resourceArn=ARN, tagKeys=["team"])
    assert logs.list_tags_for_resource(resourceArn=ARN)["tags"] == {"stage": "test"}


def test_what_is_not_honoured_is_refused(logs):
    with pytest.raises(ClientError, match="kmsKeyId is not served by Hob yet."):
        logs.create_log_group(logGroupName="g", kmsKeyId="arn:aws:kms:us-east-1:000000000000:key/a")
    assert logs.describe_log_groups()["logGroups"] == []
