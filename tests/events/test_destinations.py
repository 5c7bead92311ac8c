"""What comes of an event reaches its destination or dead-letter queue, by way of the example."""

import json
from pathlib import Path

import pytest

from support.functions import create
from support.server import Server, running, wait_until

EXAMPLE = (Path(__file__).resolve().parents[2] / "examples" / "async-destinations" / "app.py").read_text()
ECHO = "import json\ndef handler(event, context):\n    print('told', json.dumps(event))\n"


@pytest.fixture
def sqs(server):
    return server.client("sqs")


def queue(sqs, name: str) -> tuple[str, str]:
    """Its URL and ARN."""
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def receive(sqs, url: str) -> dict:
    def messages():
        return sqs.receive_message(
            QueueUrl=url, WaitTimeSeconds=5, MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"]
        ).get("Messages")

    return wait_until(messages, what="a message")[0]


def send(aws, name: str, event: object) -> str:
    answer = aws.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event))
    return answer["ResponseMetadata"]["RequestId"]


def configure(aws, name: str, **destinations: str) -> None:
    config = {key: {"Destination": arn} for key, arn in destinations.items()}
    aws.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0, DestinationConfig=config)


def test_the_example_tells_one_queue_of_successes_and_another_of_failures(aws, sqs):
    create(aws, "orders", EXAMPLE)
    (done, done_arn), (failed, failed_arn) = queue(sqs, "done"), queue(sqs, "failed")
    configure(aws, "orders", OnSuccess=done_arn, OnFailure=failed_arn)
    good, bad = send(aws, "orders", {"id": 1, "quantity": 2}), send(aws, "orders", {"id": 2, "quantity": 0})
    message = receive(sqs, done)
    record = json.loads(message["Body"])
    assert record["version"] == "1.0"
    assert record["requestContext"] == {
        "requestId": good,
        "functionArn": "arn:aws:lambda:us-east-1:000000000000:function:orders:$LATEST",
        "condition": "Success",
        "approximateInvokeCount": 1,
    }
    assert record["requestPayload"] == {"id": 1, "quantity": 2}
    assert record["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}
    assert record["responsePayload"] == {"order": 1, "total": 6}
    assert "Lineage=" in message["Attributes"]["AWSTraceHeader"]
    record = json.loads(receive(sqs, failed)["Body"])
    assert (record["requestContext"]["requestId"], record["requestContext"]["condition"]) == (bad, "RetriesExhausted")
    assert record["responseContext"]["functionError"] == "Unhandled"
    assert record["responsePayload"]["errorMessage"] == "order 2 is for nothing"


def test_a_dead_letter_queue_gets_the_event_as_it_was(aws, sqs):
    url, arn = queue(sqs, "dead-letters")
    create(aws, "orders", EXAMPLE, DeadLetterConfig={"TargetArn": arn})
    configure(aws, "orders")
    request = send(aws, "orders", {"id": 2, "quantity": 0})
    message = receive(sqs, url)
    assert json.loads(message["Body"]) == {"id": 2, "quantity": 0}
    attributes = {name: (value["DataType"], value["StringValue"]) for name, value in message["MessageAttributes"].items()}
    assert attributes == {
        "RequestID": ("String", request),
        "ErrorCode": ("Number", "200"),
        "ErrorMessage": ("String", "order 2 is for nothing"),
    }


def test_an_event_for_a_function_that_may_not_run_goes_to_its_dead_letters_at_once(aws, sqs):
    url, arn = queue(sqs, "dead-letters")
    create(aws, "orders", EXAMPLE, DeadLetterConfig={"TargetArn": arn})
    aws.put_function_concurrency(FunctionName="orders", ReservedConcurrentExecutions=0)
    send(aws, "orders", {"id": 1, "quantity": 1})
    assert receive(sqs, url)["MessageAttributes"]["ErrorCode"]["StringValue"] == "429"


def test_another_function_is_a_destination(server, aws):
    create(aws, "orders", EXAMPLE)
    arn = create(aws, "told", ECHO)["FunctionArn"]
    configure(aws, "orders", OnSuccess=arn)
    send(aws, "orders", {"id": 1, "quantity": 2})
    logs = server.client("logs")

    def told():
        try:
            events = logs.filter_log_events(logGroupName="/aws/lambda/told", filterPattern="told")["events"]
        except logs.exceptions.ResourceNotFoundException:
            return None
        return events and json.loads(events[0]["message"].removeprefix("told "))

    assert wait_until(told, what="the second run")["responsePayload"] == {"order": 1, "total": 6}


def test_a_topic_and_a_bucket_are_destinations_of_failures(server, aws, sqs):
    sns, s3 = server.client("sns"), server.client("s3")
    create(aws, "orders", EXAMPLE)
    url, queue_arn = queue(sqs, "subscriber")
    topic = sns.create_topic(Name="failures")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn, Attributes={"RawMessageDelivery": "true"})
    configure(aws, "orders", OnFailure=topic)
    send(aws, "orders", {"id": 2, "quantity": 0})
    assert json.loads(receive(sqs, url)["Body"])["requestContext"]["condition"] == "RetriesExhausted"
    s3.create_bucket(Bucket="failures")
    configure(aws, "orders", OnFailure="arn:aws:s3:::failures")
    request = send(aws, "orders", {"id": 2, "quantity": 0})
    listed = wait_until(lambda: s3.list_objects_v2(Bucket="failures").get("Contents"), what="the object")
    assert listed[0]["Key"].startswith("aws/lambda/async/orders/")
    record = json.loads(s3.get_object(Bucket="failures", Key=listed[0]["Key"])["Body"].read())
    assert record["requestContext"]["requestId"] == request


def test_what_was_accepted_reaches_its_destination_after_a_kill(hob, directory):
    server = Server(hob, directory).start()
    aws, sqs = server.client("lambda"), server.client("sqs")
    create(aws, "orders", EXAMPLE)
    _, arn = queue(sqs, "done")
    configure(aws, "orders", OnSuccess=arn)
    requests = {send(aws, "orders", {"id": number, "quantity": 1}) for number in range(20)}
    server.kill()
    told = set()
    with running(server):
        sqs = server.client("sqs")
        url = sqs.get_queue_url(QueueName="done")["QueueUrl"]
        while not told >= requests:
            message = receive(sqs, url)
            told.add(json.loads(message["Body"])["requestContext"]["requestId"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
