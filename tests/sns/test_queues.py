"""From topics to queues."""

import json

from support.queues import create, receive, redrive

FIFO = {"FifoTopic": "true", "ContentBasedDeduplication": "true"}


def test_a_queue_gets_an_envelope_or_the_message_itself(sns, sqs):
    topic = sns.create_topic(Name="orders")["TopicArn"]
    (plain, plain_arn), (raw, raw_arn) = create(sqs, "plain"), create(sqs, "raw")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=plain_arn)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=raw_arn, Attributes={"RawMessageDelivery": "true"})
    attributes = {
        "color": {"DataType": "String", "StringValue": "red"},
        "image": {"DataType": "Binary", "BinaryValue": b"\0\1\2"},
    }
    published = sns.publish(TopicArn=topic, Message="Hello", Subject="Greeting", MessageAttributes=attributes)
    envelope = json.loads(receive(sqs, plain, 1)[0]["Body"])
    assert list(envelope) == [
        "Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp", "SignatureVersion", "Signature",
        "SigningCertURL", "UnsubscribeURL", "MessageAttributes",
    ]  # fmt: skip
    assert envelope["MessageId"] == published["MessageId"]
    assert envelope["Message"] == "Hello"
    assert envelope["MessageAttributes"]["image"] == {"Type": "Binary", "Value": "AAEC"}
    message = receive(sqs, raw, 1)[0]
    assert message["Body"] == "Hello"
    assert message["MessageAttributes"]["color"] == {"DataType": "String", "StringValue": "red"}
    assert message["MessageAttributes"]["image"] == {"DataType": "Binary", "BinaryValue": b"\0\1\2"}


def test_each_protocol_may_get_a_message_of_its_own(sns, sqs):
    topic = sns.create_topic(Name="orders")["TopicArn"]
    url, arn = create(sqs, "q")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    sns.publish(TopicArn=topic, MessageStructure="json", Message=json.dumps({"default": "all", "sqs": "queues"}))
    assert json.loads(receive(sqs, url, 1)[0]["Body"])["Message"] == "queues"


def test_a_queue_gets_what_its_filter_policy_wants(sns, sqs):
    topic = sns.create_topic(Name="orders")["TopicArn"]
    (by_attribute, attribute_arn), (by_body, body_arn) = create(sqs, "by-attribute"), create(sqs, "by-body")
    raw = {"RawMessageDelivery": "true"}
    policy = json.dumps({"color": [{"anything-but": "blue"}], "price": [{"numeric": [">", 1]}]})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=attribute_arn, Attributes={**raw, "FilterPolicy": policy})
    policy = json.dumps({"item": {"kind": [{"prefix": "boo"}]}})
    body = {**raw, "FilterPolicyScope": "MessageBody", "FilterPolicy": policy}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=body_arn, Attributes=body)

    def attributes(color, price):
        return {
            "color": {"DataType": "String", "StringValue": color},
            "price": {"DataType": "Number", "StringValue": price},
        }

    sns.publish(TopicArn=topic, Message="blue", MessageAttributes=attributes("blue", "2"))
    sns.publish(TopicArn=topic, Message="cheap", MessageAttributes=attributes("red", "1"))
    sns.publish(TopicArn=topic, Message="red", MessageAttributes=attributes("red", "2"))
    book = json.dumps({"item": {"kind": "book"}})
    sns.publish(TopicArn=topic, Message=json.dumps({"item": {"kind": "pen"}}))
    sns.publish(TopicArn=topic, Message=book)
    assert [message["Body"] for message in receive(sqs, by_attribute, 1)] == ["red"]
    assert [message["Body"] for message in receive(sqs, by_body, 1)] == [book]


def test_a_fifo_topic_keeps_the_order_of_groups_and_takes_each_message_once(sns, sqs):
    topic = sns.create_topic(Name="orders.fifo", Attributes=FIFO)["TopicArn"]
    url, arn = create(sqs, "q.fifo", FifoQueue="true")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    for number in range(10):
        entries = [
            {"Id": group, "Message": f"{group}{number}", "MessageGroupId": group} for group in ("a", "b", "c")
        ]
        answer = sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)
        assert len(answer["Successful"]) == 3
    again = sns.publish(TopicArn=topic, Message="a0", MessageGroupId="a")
    assert again["SequenceNumber"] < answer["Successful"][0]["SequenceNumber"]
    messages = receive(sqs, url, 30)
    for group in ("a", "b", "c"):
        bodies = [message["Body"] for message in messages if message["Attributes"]["MessageGroupId"] == group]
        assert bodies == [f"{group}{number}" for number in range(10)]


def test_what_cannot_be_delivered_goes_to_the_dead_letter_queue(sns, sqs):
    topic = sns.create_topic(Name="orders")["TopicArn"]
    dead, dead_arn = create(sqs, "dead")
    url, arn = create(sqs, "gone")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RedrivePolicy": redrive(dead_arn)})
    sqs.delete_queue(QueueUrl=url)
    sns.publish(TopicArn=topic, Message="Hello")
    assert json.loads(receive(sqs, dead, 1)[0]["Body"])["Message"] == "Hello"
