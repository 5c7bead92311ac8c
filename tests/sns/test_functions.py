"""From topics to functions."""

import json

from support.queues import create as create_queue
from support.queues import receive, redrive
from support.functions import create
from support.server import wait_until

PRINT = "import json\n\ndef handler(event, context):\n    print(json.dumps(event))\n"


def events(server, name: str) -> list[dict]:
    logs = server.client("logs")
    try:
        found = logs.filter_log_events(logGroupName=f"/aws/lambda/{name}", filterPattern='"aws:sns"')["events"]
    except logs.exceptions.ResourceNotFoundException:
        return []
    return [json.loads(event["message"]) for event in found]


def allow(aws, name: str, topic: str) -> None:
    aws.add_permission(
        FunctionName=name,
        StatementId="topic",
        Action="lambda:InvokeFunction",
        Principal="sns.amazonaws.com",
        SourceArn=topic,
    )


def test_a_function_runs_for_each_message(server, aws, sns):
    function = create(aws, "fn", PRINT)["FunctionArn"]
    topic = sns.create_topic(Name="orders")["TopicArn"]
    allow(aws, "fn", topic)
    arn = sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function)["SubscriptionArn"]
    attributes = {"color": {"DataType": "String", "StringValue": "red"}}
    published = sns.publish(TopicArn=topic, Message="Hello", MessageAttributes=attributes)
    (event,) = wait_until(lambda: events(server, "fn"), what="the event")
    (record,) = event["Records"]
    assert list(record) == ["EventSource", "EventVersion", "EventSubscriptionArn", "Sns"]
    assert record["EventSubscriptionArn"] == arn
    assert list(record["Sns"]) == [
        "Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp", "SignatureVersion", "Signature",
        "SigningCertUrl", "UnsubscribeUrl", "MessageAttributes",
    ]  # fmt: skip
    assert (record["Sns"]["MessageId"], record["Sns"]["Subject"]) == (published["MessageId"], None)
    assert record["Sns"]["MessageAttributes"] == {"color": {"Type": "String", "Value": "red"}}


def test_a_function_that_does_not_permit_it_gets_nothing(aws, sns, sqs):
    function = create(aws, "fn", PRINT)["FunctionArn"]
    topic = sns.create_topic(Name="orders")["TopicArn"]
    dead, dead_arn = create_queue(sqs, "dead")
    attributes = {"RedrivePolicy": redrive(dead_arn)}
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=function, Attributes=attributes)
    sns.publish(TopicArn=topic, Message="Hello")
    assert json.loads(receive(sqs, dead, 1)[0]["Body"])["Message"] == "Hello"
