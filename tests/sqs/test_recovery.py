"""`kill -9`: what was answered is on disk."""

import concurrent.futures
import contextlib
import threading

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from support.server import Server, running


def drain(sqs, url: str) -> list[str]:
    """Everything that is there, also what somebody had received before the kill."""
    bodies: list[str] = []
    while received := sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=600, WaitTimeSeconds=3
    ).get("Messages"):
        bodies += [message["Body"] for message in received]
    return bodies


@pytest.mark.timeout(300)
def test_answered_sends_survive_and_answered_deletes_stay(hob, directory):
    server = Server(hob, directory)
    sent: set[str] = set()
    deleting: set[str] = set()
    deleted: set[str] = set()
    for round_number in range(5):
        server.start()
        sqs = server.client("sqs")
        url = sqs.create_queue(QueueName="q", Attributes={"VisibilityTimeout": "1"})["QueueUrl"]
        stop = threading.Event()

        def produce(worker: int):
            with contextlib.suppress(BotoCoreError, ClientError):
                for number in range(100_000):
                    body = f"{round_number}-{worker}-{number}"
                    sqs.send_message(QueueUrl=url, MessageBody=body)
                    sent.add(body)

        def consume():
            with contextlib.suppress(BotoCoreError, ClientError):
                while not stop.is_set():
                    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=5, WaitTimeSeconds=1)
                    for message in received.get("Messages", []):
                        deleting.add(message["Body"])
                        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                        deleted.add(message["Body"])

        with concurrent.futures.ThreadPoolExecutor() as pool:
            workers = [pool.submit(produce, worker) for worker in range(3)] + [pool.submit(consume)]
            # The kill comes in the middle of the work, however fast the machine is.
            while len(sent) < 150 * (round_number + 1) and not all(worker.done() for worker in workers):
                stop.wait(0.01)
            server.kill()
            stop.set()
    with running(server):
        sqs = server.client("sqs")
        left = drain(sqs, sqs.get_queue_url(QueueName="q")["QueueUrl"])
    assert len(sent) >= 750
    assert len(left) == len(set(left))
    assert sent - deleting <= set(left), "what was answered is lost"
    assert deleted.isdisjoint(left), "what was deleted has come back"


def test_a_queue_and_what_is_held_are_the_same_after_a_restart(hob, directory):
    with running(Server(hob, directory)) as server:
        sqs = server.client("sqs")
        attributes = {"FifoQueue": "true", "VisibilityTimeout": "600"}
        url = sqs.create_queue(QueueName="q.fifo", Attributes=attributes, tags={"a": "b"})["QueueUrl"]
        for number in range(3):
            sqs.send_message(
                QueueUrl=url, MessageBody=str(number), MessageGroupId="g", MessageDeduplicationId=str(number)
            )
        [held] = sqs.receive_message(QueueUrl=url)["Messages"]
        before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    with running(Server(hob, directory)) as server:
        sqs = server.client("sqs")
        url = sqs.get_queue_url(QueueName="q.fifo")["QueueUrl"]
        assert sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"] == before
        assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"a": "b"}
        assert "Messages" not in sqs.receive_message(QueueUrl=url)
        sqs.delete_message(QueueUrl=url, ReceiptHandle=held["ReceiptHandle"])
        again = sqs.send_message(
            QueueUrl=url, MessageBody="again", MessageGroupId="g", MessageDeduplicationId="2"
        )
        received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
        assert [message["Body"] for message in received] == ["1", "2"]
        assert again["MessageId"] == received[1]["MessageId"]
