"""Event source mappings from their creation to their end, as boto3 and its users see them."""

import pytest
from botocore.exceptions import ClientError

from support.functions import create
from support.server import wait_until

ECHO = "def handler(event, context):\n    return event\n"
QUEUE = "arn:aws:sqs:us-east-1:000000000000:orders"
STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/clicks"


@pytest.fixture(autouse=True)
def queues(server):
    """Those that the tests map."""
    sqs = server.client("sqs")
    for name in ["orders", *(f"orders-{n}" for n in range(5))]:
        sqs.create_queue(QueueName=name)


def wait_for(aws, mapping: str, state: str) -> dict:
    def reached():
        found = aws.get_event_source_mapping(UUID=mapping)
        return found if found["State"] == state else None

    return wait_until(reached, what=f"the mapping to be {state}")


def test_a_mapping_lives_through_all_its_states(aws):
    create(aws, "fn", ECHO)
    created = aws.create_event_source_mapping(FunctionName="fn", EventSourceArn=QUEUE, Tags={"team": "blue"})
    assert created["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert (created["State"], created["BatchSize"]) == ("Creating", 10)
    mapping = created["UUID"]
    wait_for(aws, mapping, "Enabled")
    assert aws.update_event_source_mapping(UUID=mapping, Enabled=False)["State"] == "Disabling"
    wait_for(aws, mapping, "Disabled")
    assert aws.update_event_source_mapping(UUID=mapping, BatchSize=3)["State"] == "Updating"
    assert wait_for(aws, mapping, "Disabled")["BatchSize"] == 3
    assert aws.list_tags(Resource=created["EventSourceMappingArn"])["Tags"] == {"team": "blue"}
    assert aws.delete_event_source_mapping(UUID=mapping)["State"] == "Deleting"
    with pytest.raises(aws.exceptions.ResourceNotFoundException):
        wait_for(aws, mapping, "Gone")


def test_a_mapping_that_brings_no_events_says_so(aws):
    create(aws, "fn", ECHO)
    created = aws.create_event_source_mapping(FunctionName="fn", EventSourceArn=STREAM, StartingPosition="LATEST")
    found = wait_for(aws, created["UUID"], "Enabled")
    assert found["LastProcessingResult"] == "PROBLEM: Kinesis streams are not polled by this version of Hob."
    assert "not polled" in found["StateTransitionReason"]


def test_mappings_are_listed_page_by_page_and_outlive_a_restart(server, aws):
    create(aws, "fn", ECHO)
    queues = {f"{QUEUE}-{n}" for n in range(5)}
    for queue in queues:
        aws.create_event_source_mapping(FunctionName="fn", EventSourceArn=queue)
    server.kill()
    server.start()
    aws = server.client("lambda")
    pages = aws.get_paginator("list_event_source_mappings").paginate(
        FunctionName="fn", PaginationConfig={"PageSize": 2}
    )
    mappings = [mapping for page in pages for mapping in page["EventSourceMappings"]]
    assert {mapping["EventSourceArn"] for mapping in mappings} == queues
    for mapping in mappings:
        wait_for(aws, mapping["UUID"], "Enabled")


def test_what_is_refused_is_refused_as_aws_does(aws):
    create(aws, "fn", ECHO)
    with pytest.raises(ClientError) as caught:
        aws.create_event_source_mapping(FunctionName="missing", EventSourceArn=QUEUE)
    assert caught.value.response["Error"] == {
        "Code": "InvalidParameterValueException",
        "Message": "Function does not exist",
    }
    mapping = aws.create_event_source_mapping(FunctionName="fn", EventSourceArn=QUEUE)["UUID"]
    with pytest.raises(aws.exceptions.ResourceConflictException) as caught:
        aws.create_event_source_mapping(FunctionName="fn", EventSourceArn=QUEUE)
    assert mapping in str(caught.value)
    with pytest.raises(aws.exceptions.InvalidParameterValueException, match="Invalid filter pattern definition."):
        aws.create_event_source_mapping(
            FunctionName="fn", EventSourceArn=f"{QUEUE}-2", FilterCriteria={"Filters": [{"Pattern": "no"}]}
        )
