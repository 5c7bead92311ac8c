"""The AWS CLI, on queues, topics and events; `aws s3` is in tests/s3."""

import json

from support.functions import create
from support.server import wait_until


def test_queues(aws_cli, server):
    # In version 1 of the CLI `aws sqs` does not look at AWS_ENDPOINT_URL.
    there = ("--endpoint-url", server.endpoint)

    def sqs(*arguments: str):
        return json.loads(aws_cli("sqs", *arguments, *there) or "null")

    url = sqs("create-queue", "--queue-name", "orders", "--attributes", "VisibilityTimeout=60")["QueueUrl"]
    assert sqs("get-queue-url", "--queue-name", "orders")["QueueUrl"] == url
    assert sqs("list-queues", "--queue-name-prefix", "ord") == {"QueueUrls": [url]}
    attribute = json.dumps({"color": {"DataType": "String", "StringValue": "red"}})
    sent = sqs("send-message", "--queue-url", url, "--message-body", "hello", "--message-attributes", attribute)
    (message,) = sqs("receive-message", "--queue-url", url, "--message-attribute-names", "All")["Messages"]
    assert (message["MessageId"], message["MD5OfBody"]) == (sent["MessageId"], sent["MD5OfMessageBody"])
    assert message["MessageAttributes"] == json.loads(attribute)
    handle = message["ReceiptHandle"]
    sqs("change-message-visibility", "--queue-url", url, "--receipt-handle", handle, "--visibility-timeout", "90")
    assert sqs("receive-message", "--queue-url", url) is None
    names = ("--attribute-names", "ApproximateNumberOfMessagesNotVisible", "VisibilityTimeout")
    attributes = sqs("get-queue-attributes", "--queue-url", url, *names)["Attributes"]
    assert attributes == {"ApproximateNumberOfMessagesNotVisible": "1", "VisibilityTimeout": "60"}
    sqs("delete-message", "--queue-url", url, "--receipt-handle", handle)
    entries = json.dumps([{"Id": "a", "MessageBody": "1"}, {"Id": "b", "MessageBody": "2"}])
    assert len(sqs("send-message-batch", "--queue-url", url, "--entries", entries)["Successful"]) == 2
    sqs("purge-queue", "--queue-url", url)
    sqs("tag-queue", "--queue-url", url, "--tags", "team=a")
    assert sqs("list-queue-tags", "--queue-url", url) == {"Tags": {"team": "a"}}
    sqs("delete-queue", "--queue-url", url)
    told = aws_cli("sqs", "get-queue-url", "--queue-name", "orders", *there, check=False)
    assert "(AWS.SimpleQueueService.NonExistentQueue)" in told
    assert "The specified queue does not exist." in told


def test_topics(aws_cli, sqs):
    def sns(*arguments: str):
        return json.loads(aws_cli("sns", *arguments) or "null")

    url = sqs.create_queue(QueueName="urgent")["QueueUrl"]
    topic = sns("create-topic", "--name", "news")["TopicArn"]
    endpoint = ("--notification-endpoint", "arn:aws:sqs:us-east-1:000000000000:urgent")
    settings = json.dumps({"RawMessageDelivery": "true", "FilterPolicy": json.dumps({"urgency": ["high"]})})
    subscribed = sns("subscribe", "--topic-arn", topic, "--protocol", "sqs", *endpoint, "--attributes", settings)
    arn = subscribed["SubscriptionArn"]
    assert sns("get-subscription-attributes", "--subscription-arn", arn)["Attributes"]["RawMessageDelivery"] == "true"
    urgency = json.dumps({"urgency": {"DataType": "String", "StringValue": "high"}})
    sns("publish", "--topic-arn", topic, "--message", "It rains.", "--message-attributes", urgency)
    (message,) = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=10)["Messages"]
    assert message["Body"] == "It rains."
    assert len(sns("list-subscriptions-by-topic", "--topic-arn", topic)["Subscriptions"]) == 1
    sns("unsubscribe", "--subscription-arn", arn)
    sns("delete-topic", "--topic-arn", topic)
    assert "(NotFound)" in aws_cli("sns", "get-topic-attributes", "--topic-arn", topic, check=False)


def test_an_event_is_sent_and_not_waited_for(aws_cli, server, aws, tmp_path):
    create(aws, "fn", "def handler(event, context):\n    print('got', event['number'])\n")
    invoke = ("lambda", "invoke", "--function-name", "fn", "--invocation-type", "Event")
    answer = aws_cli(*invoke, "--payload", '{"number": 7}', str(tmp_path / "answer"))
    assert json.loads(answer) == {"StatusCode": 202}
    assert (tmp_path / "answer").read_bytes() == b""
    logs = server.client("logs")

    def printed():
        try:
            return logs.filter_log_events(logGroupName="/aws/lambda/fn", filterPattern='"got 7"')["events"]
        except logs.exceptions.ResourceNotFoundException:
            return []

    wait_until(printed, what="the run")


def test_pages_of_a_bucket(aws_cli, s3):
    s3.create_bucket(Bucket="bucket")
    for number in range(7):
        s3.put_object(Bucket="bucket", Key=f"dir{number % 2}/{number}", Body=b"")
    listed = json.loads(aws_cli("s3api", "list-objects-v2", "--bucket", "bucket", "--page-size", "3"))
    assert len(listed["Contents"]) == 7
    part = json.loads(aws_cli("s3api", "list-objects-v2", "--bucket", "bucket", "--max-items", "2"))
    assert len(part["Contents"]) == 2
    rest = ("--max-items", "2", "--starting-token", part["NextToken"])
    assert len(json.loads(aws_cli("s3api", "list-objects-v2", "--bucket", "bucket", *rest))["Contents"]) == 2
    grouped = json.loads(aws_cli("s3api", "list-objects-v2", "--bucket", "bucket", "--delimiter", "/"))
    assert grouped["CommonPrefixes"] == [{"Prefix": "dir0/"}, {"Prefix": "dir1/"}]


def test_a_bucket_tells_a_queue(aws_cli, sqs):
    url = sqs.create_queue(QueueName="told")["QueueUrl"]
    aws_cli("s3", "mb", "s3://photos")
    queue = {"Id": "told", "QueueArn": "arn:aws:sqs:us-east-1:000000000000:told", "Events": ["s3:ObjectCreated:*"]}
    put = ("s3api", "put-bucket-notification-configuration", "--bucket", "photos", "--notification-configuration")
    aws_cli(*put, json.dumps({"QueueConfigurations": [queue]}))
    kept = json.loads(aws_cli("s3api", "get-bucket-notification-configuration", "--bucket", "photos"))
    assert kept == {"QueueConfigurations": [queue]}
    (message,) = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=10)["Messages"]
    assert json.loads(message["Body"])["Event"] == "s3:TestEvent"
