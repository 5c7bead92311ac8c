"""The documents that functions and queues get, whole, with their members in AWS's order."""

import json
import re

import pytest

from support.functions import create
from support.queues import create as create_queue
from support.queues import receive
from support.server import Server, wait_until

ACCOUNT = "us-east-1:000000000000"
FUNCTION = f"arn:aws:lambda:{ACCOUNT}:function:fn"
TOPIC = f"arn:aws:sns:{ACCOUNT}:news"
CERTIFICATE = "http://HOB/_hob/sns/SimpleNotificationService-CERTIFICATE.pem"
UNSUBSCRIBE = f"http://HOB/_hob/sns/?Action=Unsubscribe&SubscriptionArn={TOPIC}:UUID"
SHOW = "import json\ndef handler(event, context):\n    print('got', json.dumps(event))\n    return {'ok': True}\n"
FAIL = "def handler(event, context):\n    raise ValueError('no good')\n"

# What is another each time, by its form and then by its name.
FORMS = [
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "UUID"),
    (re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"), "TIME"),
    (re.compile(r"^1\d{12}$"), "MILLISECONDS"),
    (re.compile(r"^http://[^/]+/"), "http://HOB/"),
    (re.compile(r"-[0-9a-f]{32}\.pem$"), "-CERTIFICATE.pem"),
]
NAMES = {"receiptHandle", "Signature", "SequenceNumber", "sequencer"}
NAMES |= {"x-amz-request-id", "x-amz-id-2", "RequestId", "HostId"}


def shown(document, name: str = ""):
    """The document, with a word in the place of whatever is another each time."""
    if isinstance(document, dict):
        return {key: shown(value, key) for key, value in document.items()}
    if isinstance(document, list):
        return [shown(value) for value in document]
    if not isinstance(document, str):
        return document
    if name in NAMES:
        return name.upper()
    for form, word in FORMS:
        document = form.sub(word, document)
    return document


def assert_is(document, expected) -> None:
    """The same text: the order of members counts."""
    assert json.dumps(shown(document), indent=1) == json.dumps(expected, indent=1)


def got(server: Server) -> dict:
    logs = server.client("logs")

    def event():
        try:
            found = logs.filter_log_events(logGroupName="/aws/lambda/fn", filterPattern="got")["events"]
        except logs.exceptions.ResourceNotFoundException:
            return None
        return found and json.loads(found[0]["message"].removeprefix("got "))

    return wait_until(event, what="the event")


def allow(aws, service: str, source: str) -> None:
    aws.add_permission(
        FunctionName="fn", StatementId=service, Action="lambda:InvokeFunction", Principal=f"{service}.amazonaws.com",
        SourceArn=source,
    )  # fmt: skip


def send(aws, event: object) -> None:
    aws.invoke(FunctionName="fn", InvocationType="Event", Payload=json.dumps(event))


def test_from_a_queue(server, aws, sqs):
    create(aws, "fn", SHOW)
    url, arn = create_queue(sqs, "orders")
    aws.create_event_source_mapping(FunctionName="fn", EventSourceArn=arn)
    attributes = {
        "text": {"DataType": "String", "StringValue": "a"},
        "bytes": {"DataType": "Binary", "BinaryValue": b"\0"},
    }
    sqs.send_message(QueueUrl=url, MessageBody="hello", MessageAttributes=attributes)
    text = {"stringValue": "a", "stringListValues": [], "binaryListValues": [], "dataType": "String"}
    binary = {"binaryValue": "AA==", "stringListValues": [], "binaryListValues": [], "dataType": "Binary"}
    record = {
        "messageId": "UUID",
        "receiptHandle": "RECEIPTHANDLE",
        "body": "hello",
        "attributes": {
            "ApproximateFirstReceiveTimestamp": "MILLISECONDS",
            "ApproximateReceiveCount": "1",
            "SenderId": "000000000000",
            "SentTimestamp": "MILLISECONDS",
        },
        "messageAttributes": {"bytes": binary, "text": text},
        "md5OfMessageAttributes": "f8d19d0b5f0b5fe237f0656f6bfeef83",
        "md5OfBody": "5d41402abc4b2a76b9719d911017c592",
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": "us-east-1",
    }
    assert_is(got(server), {"Records": [record]})


def test_from_a_fifo_queue(server, aws, sqs):
    create(aws, "fn", SHOW)
    url, arn = create_queue(sqs, "orders.fifo", FifoQueue="true")
    aws.create_event_source_mapping(FunctionName="fn", EventSourceArn=arn)
    sqs.send_message(QueueUrl=url, MessageBody="hello", MessageGroupId="group", MessageDeduplicationId="one")
    record = {
        "messageId": "UUID",
        "receiptHandle": "RECEIPTHANDLE",
        "body": "hello",
        "attributes": {
            "ApproximateFirstReceiveTimestamp": "MILLISECONDS",
            "ApproximateReceiveCount": "1",
            "MessageDeduplicationId": "one",
            "MessageGroupId": "group",
            "SenderId": "000000000000",
            "SentTimestamp": "MILLISECONDS",
            "SequenceNumber": "SEQUENCENUMBER",
        },
        "messageAttributes": {},
        "md5OfBody": "5d41402abc4b2a76b9719d911017c592",
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": "us-east-1",
    }
    assert_is(got(server), {"Records": [record]})


def test_from_a_topic(server, aws, sns):
    create(aws, "fn", SHOW)
    topic = sns.create_topic(Name="news")["TopicArn"]
    allow(aws, "sns", topic)
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=FUNCTION)
    attributes = {"color": {"DataType": "String", "StringValue": "red"}}
    sns.publish(TopicArn=topic, Message="It rains.", Subject="Weather", MessageAttributes=attributes)
    notification = {
        "Type": "Notification",
        "MessageId": "UUID",
        "TopicArn": TOPIC,
        "Subject": "Weather",
        "Message": "It rains.",
        "Timestamp": "TIME",
        "SignatureVersion": "2",
        "Signature": "SIGNATURE",
        "SigningCertUrl": CERTIFICATE,
        "UnsubscribeUrl": UNSUBSCRIBE,
        "MessageAttributes": {"color": {"Type": "String", "Value": "red"}},
    }
    record = {"EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": f"{TOPIC}:UUID"}
    assert_is(got(server), {"Records": [record | {"Sns": notification}]})


def test_from_a_topic_to_a_queue(sns, sqs):
    topic = sns.create_topic(Name="news")["TopicArn"]
    url, arn = create_queue(sqs, "subscriber")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    sns.publish(TopicArn=topic, Message="It rains.")
    (message,) = receive(sqs, url, 1)
    assert_is(json.loads(message["Body"]), {
        "Type": "Notification",
        "MessageId": "UUID",
        "TopicArn": TOPIC,
        "Message": "It rains.",
        "Timestamp": "TIME",
        "SignatureVersion": "2",
        "Signature": "SIGNATURE",
        "SigningCertURL": CERTIFICATE,
        "UnsubscribeURL": UNSUBSCRIBE,
    })  # fmt: skip


def bucket_event(name: str, id: str, object: dict) -> dict:
    owner = {"principalId": "A6F4RBCY3RYV5Z"}
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventTime": "TIME",
        "eventName": name,
        "userIdentity": {"principalId": "AWS:000000000000"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {"x-amz-request-id": "X-AMZ-REQUEST-ID", "x-amz-id-2": "X-AMZ-ID-2"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": id,
            "bucket": {"name": "photos", "ownerIdentity": owner, "arn": "arn:aws:s3:::photos"},
            "object": object,
        },
    }
    return {"Records": [record]}


def test_from_a_bucket(server, aws, s3):
    create(aws, "fn", SHOW)
    s3.create_bucket(Bucket="photos")
    allow(aws, "s3", "arn:aws:s3:::photos")
    told = {"Id": "arrived", "LambdaFunctionArn": FUNCTION, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket="photos", NotificationConfiguration={"LambdaFunctionConfigurations": [told]}
    )
    s3.put_object(Bucket="photos", Key="a b@c.txt", Body=b"hello")
    put = {"key": "a+b%40c.txt", "size": 5, "eTag": "5d41402abc4b2a76b9719d911017c592", "sequencer": "SEQUENCER"}
    assert_is(got(server), bucket_event("ObjectCreated:Put", "arrived", put))


def test_from_a_bucket_to_a_queue_and_a_topic(s3, sns, sqs):
    s3.create_bucket(Bucket="photos")
    url, arn = create_queue(sqs, "told")
    subscriber, subscriber_arn = create_queue(sqs, "subscriber")
    topic = sns.create_topic(Name="news")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=subscriber_arn, Attributes={"RawMessageDelivery": "true"})
    removed = ["s3:ObjectRemoved:*"]
    s3.put_bucket_notification_configuration(
        Bucket="photos",
        NotificationConfiguration={
            "QueueConfigurations": [{"Id": "queue", "QueueArn": arn, "Events": removed}],
            "TopicConfigurations": [{"Id": "topic", "TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}],
        },
    )
    test = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Time": "TIME", "Bucket": "photos"}
    test |= {"RequestId": "REQUESTID", "HostId": "HOSTID"}
    for tested in (url, subscriber):
        assert_is(json.loads(receive(sqs, tested, 1)[0]["Body"]), test)
    s3.put_object(Bucket="photos", Key="key", Body=b"hello")
    put = {"key": "key", "size": 5, "eTag": "5d41402abc4b2a76b9719d911017c592", "sequencer": "SEQUENCER"}
    assert_is(json.loads(receive(sqs, subscriber, 1)[0]["Body"]), bucket_event("ObjectCreated:Put", "topic", put))
    s3.delete_object(Bucket="photos", Key="key")
    removal = bucket_event("ObjectRemoved:Delete", "queue", {"key": "key", "sequencer": "SEQUENCER"})
    assert_is(json.loads(receive(sqs, url, 1)[0]["Body"]), removal)


def destination_record(condition: str, response: dict, payload: object) -> dict:
    return {
        "version": "1.0",
        "timestamp": "TIME",
        "requestContext": {
            "requestId": "UUID",
            "functionArn": f"{FUNCTION}:$LATEST",
            "condition": condition,
            "approximateInvokeCount": 1,
        },
        "requestPayload": {"number": 1},
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST"} | response,
        "responsePayload": payload,
    }


def configure(aws, key: str, arn: str) -> None:
    config = {key: {"Destination": arn}}
    aws.put_function_event_invoke_config(FunctionName="fn", MaximumRetryAttempts=0, DestinationConfig=config)


def test_of_a_success(aws, sqs):
    create(aws, "fn", SHOW)
    url, arn = create_queue(sqs, "done")
    configure(aws, "OnSuccess", arn)
    send(aws, {"number": 1})
    (message,) = receive(sqs, url, 1)
    assert_is(json.loads(message["Body"]), destination_record("Success", {}, {"ok": True}))


def test_of_a_failure(aws, sqs):
    create(aws, "fn", FAIL)
    url, arn = create_queue(sqs, "failed")
    configure(aws, "OnFailure", arn)
    send(aws, {"number": 1})
    (message,) = receive(sqs, url, 1)
    error = {
        "errorMessage": "no good",
        "errorType": "ValueError",
        "requestId": "UUID",
        "stackTrace": ['  File "/var/task/app.py", line 2, in handler\n    raise ValueError(\'no good\')\n'],
    }
    failure = destination_record("RetriesExhausted", {"functionError": "Unhandled"}, error)
    assert_is(json.loads(message["Body"]), failure)


@pytest.mark.parametrize("kind", ["queue", "topic"])
def test_of_a_dead_letter(aws, sns, sqs, kind):
    url, arn = create_queue(sqs, "dead")
    target = arn
    if kind == "topic":
        target = sns.create_topic(Name="news")["TopicArn"]
        sns.subscribe(TopicArn=target, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    create(aws, "fn", FAIL, DeadLetterConfig={"TargetArn": target})
    aws.put_function_event_invoke_config(FunctionName="fn", MaximumRetryAttempts=0)
    send(aws, {"number": 1})
    (message,) = receive(sqs, url, 1)
    assert json.loads(message["Body"]) == {"number": 1}
    attributes = message["MessageAttributes"]
    assert_is({name: attributes[name]["StringValue"] for name in sorted(attributes)}, {
        "ErrorCode": "200",
        "ErrorMessage": "no good",
        "RequestID": "UUID",
    })  # fmt: skip
