"""`kill -9` between a Publish and its deliveries."""

import random

import pytest

from support.queues import create, receive
from support.server import Server, running

RAW = {"RawMessageDelivery": "true"}


@pytest.mark.timeout(300)
def test_what_was_acknowledged_is_delivered_whatever_is_killed(hob, directory):
    generator = random.Random(5)
    server = Server(hob, directory)
    acknowledged: list[str] = []
    for round_number in range(8):
        server.start()
        sns, sqs = server.client("sns"), server.client("sqs")
        if round_number == 0:
            topic = sns.create_topic(Name="orders")["TopicArn"]
            _, arn = create(sqs, "q")
            sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=RAW)
        for number in range(generator.randint(1, 40)):
            message = f"{round_number}-{number}"
            sns.publish(TopicArn=topic, Message=message)
            acknowledged.append(message)
        server.kill()
    with running(server):
        sqs = server.client("sqs")
        url = sqs.get_queue_url(QueueName="q")["QueueUrl"]
        delivered: set[str] = set()
        while not delivered.issuperset(acknowledged):
            # Fails when nothing arrives any more.
            delivered |= {message["Body"] for message in receive(sqs, url, 1)}
    assert delivered == set(acknowledged)


@pytest.mark.timeout(300)
def test_a_fifo_topic_keeps_its_order_whatever_is_killed(hob, directory):
    generator = random.Random(6)
    server = Server(hob, directory)
    acknowledged: list[str] = []
    for round_number in range(6):
        server.start()
        sns, sqs = server.client("sns"), server.client("sqs")
        if round_number == 0:
            attributes = {"FifoTopic": "true", "ContentBasedDeduplication": "true"}
            topic = sns.create_topic(Name="orders.fifo", Attributes=attributes)["TopicArn"]
            _, arn = create(sqs, "q.fifo", FifoQueue="true")
            sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=RAW)
        for number in range(generator.randint(1, 20)):
            message = f"{round_number}-{number}"
            sns.publish(TopicArn=topic, Message=message, MessageGroupId="g")
            acknowledged.append(message)
        server.kill()
    with running(server):
        sqs = server.client("sqs")
        url = sqs.get_queue_url(QueueName="q.fifo")["QueueUrl"]
        # Duplicates fall to the queue, which knows their deduplication ids.
        assert [message["Body"] for message in receive(sqs, url, len(acknowledged))] == acknowledged
