"""Queues as subscribers."""

from __future__ import annotations

import json


def create(sqs, name: str, **attributes: str) -> tuple[str, str]:
    """URL and ARN."""
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def receive(sqs, url: str, count: int) -> list[dict]:
    """So many messages, each taken off the queue."""
    messages: list[dict] = []
    while len(messages) < count:
        answer = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=20,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        )
        received = answer.get("Messages", [])
        assert received, f"{len(messages)} of {count} messages arrived"
        for message in received:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        messages += received
    return messages


def redrive(arn: str) -> str:
    return json.dumps({"deadLetterTargetArn": arn})
