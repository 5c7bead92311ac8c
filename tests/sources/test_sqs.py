"""Queues whose messages reach functions: filtered, in batches and in order, at least once, until there is a dead letter."""

import json
from pathlib import Path

import pytest

from support.functions import create
from support.server import Server, running, wait_until

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "sqs-worker" / "app.py"

# Prints each batch, and fails with the messages that say so.
WORKER = """
import json, time
def handler(event, context):
    records = event['Records']
    print('batch', json.dumps([record['body'] for record in records]), flush=True)
    for record in records:
        if record['body'].startswith('slow'):
            time.sleep(1)
        if record['body'].startswith('poison'):
            raise ValueError(record['body'])
    print('done', json.dumps([record['body'] for record in records]), flush=True)
"""
REPORTER = """
import json
def handler(event, context):
    bodies = {record['messageId']: record['body'] for record in event['Records']}
    counts = {record['body']: int(record['attributes']['ApproximateReceiveCount']) for record in event['Records']}
    print('batch', json.dumps(list(bodies.values())))
    failed = [id for id, body in bodies.items() if body.startswith('late') and counts[body] < 2]
    return {'batchItemFailures': [{'itemIdentifier': id} for id in failed]}
"""
SHOW = "import json\ndef handler(event, context):\n    print('event', json.dumps(event))\n"


@pytest.fixture
def sqs(server):
    return server.client("sqs")


def queue(sqs, name: str, **attributes: str) -> tuple[str, str]:
    """Its URL and its ARN."""
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def map_queue(aws, arn: str, name: str = "fn", **settings) -> str:
    mapping = aws.create_event_source_mapping(FunctionName=name, EventSourceArn=arn, **settings)["UUID"]
    wait_for(aws, mapping, "Enabled")
    return mapping


def wait_for(aws, mapping: str, state: str) -> None:
    def reached():
        return aws.get_event_source_mapping(UUID=mapping)["State"] == state

    wait_until(reached, what=f"the mapping to be {state}")


def printed(server: Server, word: str, name: str = "fn") -> list:
    """What follows `word` in the function's log, line by line."""
    logs = server.client("logs")
    try:
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{name}")
        lines = [event["message"].rstrip() for page in pages for event in page["events"]]
    except logs.exceptions.ResourceNotFoundException:
        return []
    return [json.loads(line.removeprefix(f"{word} ")) for line in lines if line.startswith(f"{word} ")]


def bodies(batches: list[list[str]]) -> list[str]:
    return [body for batch in batches for body in batch]


def left(sqs, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(attributes[name]) for name in names)


def wait_until_empty(sqs, url: str) -> None:
    wait_until(lambda: left(sqs, url) == 0, what="the queue to be empty")


def test_a_message_reaches_its_function_as_aws_delivers_it(server, aws, sqs):
    create(aws, "fn", SHOW)
    url, arn = queue(sqs, "orders")
    map_queue(aws, arn)
    attribute = {"StringValue": "blue", "DataType": "String"}
    sent = sqs.send_message(QueueUrl=url, MessageBody="hello", MessageAttributes={"color": attribute})
    (event,) = wait_until(lambda: printed(server, "event"), what="the event")
    (record,) = event["Records"]
    assert record.pop("receiptHandle")
    attributes = record.pop("attributes")
    assert attributes["ApproximateReceiveCount"] == "1"
    assert {"SentTimestamp", "SenderId", "ApproximateFirstReceiveTimestamp"} <= attributes.keys()
    assert record == {
        "messageId": sent["MessageId"],
        "body": "hello",
        "messageAttributes": {
            "color": {"stringValue": "blue", "stringListValues": [], "binaryListValues": [], "dataType": "String"}
        },
        "md5OfMessageAttributes": sent["MD5OfMessageAttributes"],
        "md5OfBody": sent["MD5OfMessageBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": "us-east-1",
    }
    wait_until_empty(sqs, url)


def test_every_message_of_many_is_processed_in_batches(server, aws, sqs):
    create(aws, "fn", WORKER)
    url, arn = queue(sqs, "orders")
    map_queue(aws, arn, BatchSize=4)
    for first in range(0, 100, 10):
        entries = [{"Id": str(n), "MessageBody": str(n)} for n in range(first, first + 10)]
        sqs.send_message_batch(QueueUrl=url, Entries=entries)
    wait_until_empty(sqs, url)
    batches = wait_until(lambda: len(bodies(found := printed(server, "done"))) >= 100 and found)
    assert sorted(bodies(batches), key=int) == [str(n) for n in range(100)]
    assert max(len(batch) for batch in batches) <= 4


def test_what_no_filter_wants_never_arrives_and_is_gone(server, aws, sqs):
    create(aws, "fn", WORKER)
    url, arn = queue(sqs, "orders")
    pattern = {"body": {"kind": ["order"], "price": [{"numeric": [">", 100]}]}}
    map_queue(aws, arn, FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern)}]})
    for body in ({"kind": "order", "price": 5}, {"kind": "note"}, {"kind": "order", "price": 500}, "text"):
        sqs.send_message(QueueUrl=url, MessageBody=body if isinstance(body, str) else json.dumps(body))
    wait_until_empty(sqs, url)
    found = wait_until(lambda: printed(server, "done"), what="the batch")
    assert [json.loads(body)["price"] for body in bodies(found)] == [500]


def test_what_the_function_says_has_failed_comes_again_alone(server, aws, sqs):
    create(aws, "fn", REPORTER)
    url, arn = queue(sqs, "orders", VisibilityTimeout="5")
    entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(["a", "late", "b"])]
    sqs.send_message_batch(QueueUrl=url, Entries=entries)
    map_queue(aws, arn, FunctionResponseTypes=["ReportBatchItemFailures"])
    wait_until_empty(sqs, url)
    batches = wait_until(lambda: len(bodies(found := printed(server, "batch"))) >= 4 and found)
    assert sorted(bodies(batches)) == ["a", "b", "late", "late"]
    assert batches[-1] == ["late"]


def test_poison_ends_in_the_dead_letter_queue(server, aws, sqs):
    create(aws, "fn", WORKER, Timeout=1)
    dead, dead_arn = queue(sqs, "dead")
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 2})
    url, arn = queue(sqs, "orders", VisibilityTimeout="1", RedrivePolicy=redrive)
    map_queue(aws, arn)
    sqs.send_message(QueueUrl=url, MessageBody="poison")
    wait_until(lambda: left(sqs, dead) == 1, what="the dead letter")
    (letter,) = sqs.receive_message(QueueUrl=dead, WaitTimeSeconds=10)["Messages"]
    assert letter["Body"] == "poison"
    wait_until_empty(sqs, url)
    assert wait_until(lambda: len(found := printed(server, "batch")) >= 2 and found) == [["poison"], ["poison"]]


def test_groups_of_a_fifo_queue_run_in_order(server, aws, sqs):
    create(aws, "fn", WORKER)
    url, arn = queue(sqs, "orders.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    for number in range(15):
        for group in "abc":
            sqs.send_message(QueueUrl=url, MessageBody=f"{group} {number}", MessageGroupId=group)
    map_queue(aws, arn, BatchSize=4)
    wait_until_empty(sqs, url)
    done = wait_until(lambda: len(found := bodies(printed(server, "done"))) >= 45 and found)
    for group in "abc":
        assert [body for body in done if body.startswith(group)] == [f"{group} {n}" for n in range(15)]


def test_a_mapping_that_is_disabled_leaves_messages_until_it_is_enabled(server, aws, sqs):
    create(aws, "fn", WORKER)
    url, arn = queue(sqs, "orders")
    mapping = map_queue(aws, arn)
    aws.update_event_source_mapping(UUID=mapping, Enabled=False)
    wait_for(aws, mapping, "Disabled")
    sqs.send_message(QueueUrl=url, MessageBody="later")
    assert sqs.receive_message(QueueUrl=url, WaitTimeSeconds=2, VisibilityTimeout=0)["Messages"]
    assert printed(server, "batch") == []
    aws.update_event_source_mapping(UUID=mapping, Enabled=True)
    wait_until_empty(sqs, url)
    assert wait_until(lambda: printed(server, "done")) == [["later"]]


def test_a_mapping_that_is_deleted_lets_what_runs_end(server, aws, sqs):
    create(aws, "fn", WORKER)
    url, arn = queue(sqs, "orders")
    mapping = map_queue(aws, arn)
    sqs.send_message(QueueUrl=url, MessageBody="slow")
    wait_until(lambda: printed(server, "batch"), what="the run")
    assert aws.delete_event_source_mapping(UUID=mapping)["State"] == "Deleting"
    wait_until_empty(sqs, url)
    with pytest.raises(aws.exceptions.ResourceNotFoundException):
        wait_for(aws, mapping, "Gone")
    assert wait_until(lambda: printed(server, "done")) == [["slow"]]


def test_no_more_than_the_maximum_concurrency_run_at_once(server, aws, sqs):
    create(aws, "fn", WORKER)
    url, arn = queue(sqs, "orders")
    for number in range(6):
        sqs.send_message(QueueUrl=url, MessageBody=f"slow {number}")
    map_queue(aws, arn, BatchSize=1, ScalingConfig={"MaximumConcurrency": 2})
    wait_until_empty(sqs, url)
    streams = server.client("logs").describe_log_streams(logGroupName="/aws/lambda/fn")["logStreams"]
    assert len(streams) == 2


def test_a_throttled_function_gets_its_messages_when_it_may_run(server, aws, sqs):
    create(aws, "fn", SHOW)
    aws.put_function_concurrency(FunctionName="fn", ReservedConcurrentExecutions=0)
    dead, dead_arn = queue(sqs, "dead")
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 3})
    url, arn = queue(sqs, "orders", RedrivePolicy=redrive)
    map_queue(aws, arn)
    for number in range(60):
        sqs.send_message(QueueUrl=url, MessageBody=str(number))
    aws.delete_function_concurrency(FunctionName="fn")
    wait_until_empty(sqs, url)
    assert left(sqs, dead) == 0

    def records():
        found = [record for event in printed(server, "event") for record in event["Records"]]
        return found if len(found) >= 60 else None

    counts = [record["attributes"]["ApproximateReceiveCount"] for record in wait_until(records, what="the runs")]
    assert counts == ["1"] * 60


def test_a_killed_server_processes_again_what_it_had_not_finished(hob, directory):
    server = Server(hob, directory).start()
    aws, sqs = server.client("lambda"), server.client("sqs")
    create(aws, "fn", WORKER)
    url, arn = queue(sqs, "orders", VisibilityTimeout="3")
    map_queue(aws, arn)
    sqs.send_message(QueueUrl=url, MessageBody="slow")
    wait_until(lambda: printed(server, "batch"), what="the run")
    server.kill()
    with running(server):
        wait_until(lambda: printed(server, "done"), what="the second run")
        sqs = server.client("sqs")
        wait_until_empty(sqs, sqs.get_queue_url(QueueName="orders")["QueueUrl"])


def test_a_server_that_ends_deletes_what_ran_to_its_end(hob, directory):
    with running(Server(hob, directory)) as server:
        aws, sqs = server.client("lambda"), server.client("sqs")
        create(aws, "fn", WORKER)
        url, arn = queue(sqs, "orders")
        map_queue(aws, arn)
        sqs.send_message(QueueUrl=url, MessageBody="slow")
        wait_until(lambda: printed(server, "batch"), what="the run")
    with running(Server(hob, directory)) as server:
        sqs = server.client("sqs")
        assert left(sqs, sqs.get_queue_url(QueueName="orders")["QueueUrl"]) == 0
        assert printed(server, "done") == [["slow"]]


def test_what_cannot_be_polled_is_refused(aws, sqs):
    create(aws, "fn", SHOW, Timeout=60)
    url, arn = queue(sqs, "orders")
    with pytest.raises(aws.exceptions.InvalidParameterValueException) as caught:
        map_queue(aws, arn)
    expected = "Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds"
    assert caught.value.response["Error"]["Message"] == expected
    sqs.delete_queue(QueueUrl=url)
    with pytest.raises(aws.exceptions.InvalidParameterValueException, match="The specified queue does not exist"):
        map_queue(aws, arn)


def test_the_example_works_off_orders_and_gives_up_what_it_cannot(server, aws, sqs):
    create(aws, "fn", EXAMPLE.read_text())
    dead, dead_arn = queue(sqs, "dead-orders")
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 2})
    url, arn = queue(sqs, "orders", VisibilityTimeout="5", RedrivePolicy=redrive)
    map_queue(aws, arn, FunctionResponseTypes=["ReportBatchItemFailures"])
    good, bad = {"item": "tea", "customer": "Ada"}, {"item": "tea"}
    entries = [{"Id": str(n), "MessageBody": json.dumps(order)} for n, order in enumerate([good, bad])]
    sqs.send_message_batch(QueueUrl=url, Entries=entries)
    (letter,) = wait_until(lambda: sqs.receive_message(QueueUrl=dead, WaitTimeSeconds=10).get("Messages"))
    assert json.loads(letter["Body"]) == bad
    wait_until_empty(sqs, url)
    messages = [e["message"] for e in server.client("logs").filter_log_events(logGroupName="/aws/lambda/fn")["events"]]
    assert "tea for Ada\n" in messages
