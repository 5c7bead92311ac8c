"""SQS as its clients see it: boto3's client and resource, the AWS CLI, and forms."""

import concurrent.futures
import json
import time
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ElementTree

import boto3
import pytest

from support import functions

NAMESPACE = "{http://queue.amazonaws.com/doc/2012-11-05/}"


@pytest.fixture
def sqs(server):
    return server.client("sqs")


def create(sqs, name: str, **attributes: str) -> str:
    return sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]


def receive(sqs, url: str, **options) -> list[dict]:
    return sqs.receive_message(QueueUrl=url, **{"MaxNumberOfMessages": 10, **options}).get("Messages", [])


def test_a_message_goes_through_a_queue(server, sqs):
    url = create(sqs, "orders")
    assert url == f"{server.endpoint}/000000000000/orders"
    attributes = {
        "text": {"DataType": "String", "StringValue": "ä"},
        "number": {"DataType": "Number", "StringValue": "1.5"},
        "bytes": {"DataType": "Binary", "BinaryValue": b"\0\xff"},
    }
    # boto3 checks the digests of what it sends and receives.
    sent = sqs.send_message(QueueUrl=url, MessageBody="héllo", MessageAttributes=attributes)
    [message] = receive(sqs, url, MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"])
    assert (message["MessageId"], message["Body"]) == (sent["MessageId"], "héllo")
    assert message["MessageAttributes"] == attributes
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert receive(sqs, url, VisibilityTimeout=0) == []


def test_who_waits_is_woken_by_a_message(sqs):
    url = create(sqs, "q")
    with concurrent.futures.ThreadPoolExecutor() as pool:
        waiting = [pool.submit(receive, sqs, url, WaitTimeSeconds=20, MaxNumberOfMessages=1) for _ in range(4)]
        begun = time.monotonic()
        entries = [{"Id": str(number), "MessageBody": str(number)} for number in range(4)]
        sqs.send_message_batch(QueueUrl=url, Entries=entries)
        bodies = [message["Body"] for received in waiting for message in received.result()]
    assert sorted(bodies) == ["0", "1", "2", "3"]
    assert time.monotonic() - begun < 20


def test_the_resource_api_sends_receives_and_deletes(server):
    resource = boto3.resource(
        "sqs",
        endpoint_url=server.endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    queue = resource.create_queue(QueueName="q.fifo", Attributes={"FifoQueue": "true", "DelaySeconds": "0"})
    for number in range(3):
        queue.send_message(MessageBody=str(number), MessageGroupId="g", MessageDeduplicationId=str(number))
    assert resource.get_queue_by_name(QueueName="q.fifo").attributes["ApproximateNumberOfMessages"] == "3"
    messages = queue.receive_messages(MaxNumberOfMessages=10)
    assert [message.body for message in messages] == ["0", "1", "2"]
    messages[0].change_visibility(VisibilityTimeout=60)
    for message in messages:
        message.delete()
    assert [queue.url for queue in resource.queues.filter(QueueNamePrefix="q")] == [queue.url]
    queue.purge()
    queue.delete()
    assert list(resource.queues.all()) == []


def test_errors_are_those_of_the_sdk(sqs):
    with pytest.raises(sqs.exceptions.QueueDoesNotExist) as refused:
        sqs.get_queue_url(QueueName="nowhere")
    error = refused.value.response["Error"]
    assert (error["Code"], error["QueryErrorCode"]) == (
        "AWS.SimpleQueueService.NonExistentQueue",
        "QueueDoesNotExist",
    )
    url = create(sqs, "q")
    with pytest.raises(sqs.exceptions.ClientError) as refused:
        receive(sqs, url, MaxNumberOfMessages=11)
    assert refused.value.response["Error"]["Code"] == "InvalidParameterValue"
    with pytest.raises(sqs.exceptions.QueueNameExists):
        create(sqs, "q", DelaySeconds="7")
    with pytest.raises(sqs.exceptions.ReceiptHandleIsInvalid):
        sqs.delete_message(QueueUrl=url, ReceiptHandle="x")
    sqs.purge_queue(QueueUrl=url)
    with pytest.raises(sqs.exceptions.PurgeQueueInProgress):
        sqs.purge_queue(QueueUrl=url)
    sqs.delete_queue(QueueUrl=url)
    with pytest.raises(sqs.exceptions.QueueDeletedRecently):
        create(sqs, "q")


def test_dead_letters_are_moved_back(sqs):
    dead = create(sqs, "dead")
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1})
    url = create(sqs, "q", RedrivePolicy=policy, VisibilityTimeout="0")
    assert sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [url]
    sqs.send_message(QueueUrl=url, MessageBody="poison")
    assert len(receive(sqs, url)) == 1
    assert receive(sqs, url) == []
    [message] = receive(sqs, dead, VisibilityTimeout=0, AttributeNames=["All"])
    assert message["Attributes"]["DeadLetterQueueSourceArn"].endswith(":q")
    sqs.start_message_move_task(SourceArn=arn)
    [back] = receive(sqs, url, WaitTimeSeconds=20, VisibilityTimeout=30, AttributeNames=["All"])
    assert (back["Body"], back["Attributes"]["ApproximateReceiveCount"]) == ("poison", "1")
    [task] = sqs.list_message_move_tasks(SourceArn=arn)["Results"]
    assert (task["ApproximateNumberOfMessagesMoved"], task["ApproximateNumberOfMessagesToMove"]) == (1, 1)


def test_the_command_line_client_works(server, aws_cli):
    def aws(*arguments: str):
        # The first version of the client ignores AWS_ENDPOINT_URL for SQS, and for nothing else.
        answer = aws_cli("--endpoint-url", server.endpoint, "sqs", *arguments)
        return json.loads(answer) if answer.strip() else None

    url = aws("create-queue", "--queue-name", "q", "--attributes", "VisibilityTimeout=5", "--tags", "a=b")["QueueUrl"]
    aws("send-message", "--queue-url", url, "--message-body", "hello", "--delay-seconds", "0")
    [message] = aws("receive-message", "--queue-url", url, "--wait-time-seconds", "5")["Messages"]
    assert message["Body"] == "hello"
    aws("delete-message", "--queue-url", url, "--receipt-handle", message["ReceiptHandle"])
    assert aws("list-queue-tags", "--queue-url", url) == {"Tags": {"a": "b"}}
    got = aws("get-queue-attributes", "--queue-url", url, "--attribute-names", "All")["Attributes"]
    assert (got["VisibilityTimeout"], got["ApproximateNumberOfMessagesNotVisible"]) == ("5", "0")
    assert aws("list-queues") == {"QueueUrls": [url]}
    aws("delete-queue", "--queue-url", url)


def test_forms_are_answered_in_xml(server):
    def ask(url: str, method: str = "POST", **parameters: str) -> ElementTree.Element:
        form = urllib.parse.urlencode({"Version": "2012-11-05", **parameters})
        get = method == "GET"
        request = urllib.request.Request(f"{url}?{form}" if get else url, None if get else form.encode())
        with urllib.request.urlopen(request) as answer:
            return ElementTree.fromstring(answer.read())

    made = ask(server.endpoint, Action="CreateQueue", QueueName="q")
    url = made.find(f".//{NAMESPACE}QueueUrl").text
    sent = ask(url, Action="SendMessage", MessageBody="a & b")
    received = ask(url, "GET", Action="ReceiveMessage", **{"AttributeName.1": "All"})
    assert received.find(f".//{NAMESPACE}MessageId").text == sent.find(f".//{NAMESPACE}MessageId").text
    assert received.find(f".//{NAMESPACE}Body").text == "a & b"
    handle = received.find(f".//{NAMESPACE}ReceiptHandle").text
    assert ask(url, Action="DeleteMessage", ReceiptHandle=handle).tag == f"{NAMESPACE}DeleteMessageResponse"
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(url, Action="DeleteMessage", ReceiptHandle="x")
    error = ElementTree.fromstring(refused.value.read())
    assert error.find(f".//{NAMESPACE}Code").text == "ReceiptHandleIsInvalid"


def test_a_function_reaches_the_queue_by_its_own_way(server, sqs):
    code = (
        "import boto3\n"
        "def handler(event, context):\n"
        "    sqs = boto3.client('sqs')\n"
        "    url = sqs.get_queue_url(QueueName='q')['QueueUrl']\n"
        "    sqs.send_message(QueueUrl=url, MessageBody='from inside')\n"
        "    return url\n"
    )
    url = create(sqs, "q")
    aws = server.client("lambda")
    functions.create(aws, "fn", code, Timeout=60)
    inside = functions.invoke(aws, "fn", {}).json
    assert inside.endswith("/000000000000/q"), inside
    [message] = receive(sqs, url, MessageSystemAttributeNames=["AWSTraceHeader"])
    assert message["Body"] == "from inside"
