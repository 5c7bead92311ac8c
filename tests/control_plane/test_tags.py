"""Tags, as boto3 sees them."""

import pytest

from support.functions import create

ECHO = "def handler(event, context):\n    return event\n"


def test_tags_come_change_and_go(aws):
    create(aws, "fn", ECHO, Tags={"team": "blue"})
    arn = aws.get_function(FunctionName="fn")["Configuration"]["FunctionArn"]
    aws.tag_resource(Resource=arn, Tags={"team": "red", "stage": "test"})
    assert aws.list_tags(Resource=arn)["Tags"] == {"team": "red", "stage": "test"}
    aws.untag_resource(Resource=arn, TagKeys=["team", "missing"])
    assert aws.get_function(FunctionName="fn")["Tags"] == {"stage": "test"}
    with pytest.raises(aws.exceptions.InvalidParameterValueException, match="exceeds resource tag limit"):
        aws.tag_resource(Resource=arn, Tags={str(n): "x" for n in range(50)})
    with pytest.raises(aws.exceptions.InvalidParameterValueException, match="aliases and versions are not supported"):
        aws.list_tags(Resource=f"{arn}:$LATEST")
    with pytest.raises(aws.exceptions.ResourceNotFoundException, match="Function not found: "):
        aws.list_tags(Resource=f"{arn}-missing")
