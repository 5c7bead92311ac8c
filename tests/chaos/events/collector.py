"""Empties the queues at the ends of the paths into the ledger, and reads the objects."""

from __future__ import annotations

import json
import threading

from botocore.exceptions import BotoCoreError, ClientError

from chaos.events.app import events_in
from chaos.events.ledger import Ledger, Occurrence
from chaos.events.paths import BUCKET, BYTES, client, content
from chaos.events.producer import PATIENCE
from support.server import Server

WAIT_SECONDS = 1
# Until a message is seen again whose deletion did not succeed.
VISIBILITY_SECONDS = 10


class Collector(threading.Thread):
    """Reads one queue until it is stopped. What was deleted must never be seen again."""

    def __init__(self, server: Server, end: str, ledger: Ledger):
        super().__init__(daemon=True)
        self.name_of_end = end
        self.ledger = ledger
        self.sqs = client(server, "sqs")
        self.url = self.sqs.get_queue_url(QueueName=end)["QueueUrl"]
        self.deleted: set[str] = set()
        self.end = threading.Event()

    def run(self):
        while not self.end.is_set():
            try:
                self._read()
            except (BotoCoreError, ClientError):
                self.end.wait(PATIENCE)
            except Exception as error:
                # What a thread dies of must not look like a loss.
                self.ledger.odd(f"{self.name_of_end} cannot be read: {error!r}")
                return

    def _read(self) -> None:
        how = {"MaxNumberOfMessages": 10, "WaitTimeSeconds": WAIT_SECONDS, "VisibilityTimeout": VISIBILITY_SECONDS}
        messages = self.sqs.receive_message(QueueUrl=self.url, **how).get("Messages", [])
        for message in messages:
            self._note(message)
        if messages:
            self._forget(messages)

    def _note(self, message: dict) -> None:
        if message["MessageId"] in self.deleted:
            self.ledger.odd(f"{self.name_of_end}: message {message['MessageId']} is there after its deletion")
        try:
            for event in events_in(json.loads(message["Body"])):
                occurrence = Occurrence(event["number"], event.get("run", message["MessageId"]), event.get("at", 0))
                self.ledger.found(event["path"], self.name_of_end, occurrence)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            self.ledger.odd(f"{self.name_of_end}: {error!r} in {message['Body'][:500]}")

    def _forget(self, messages: list[dict]) -> None:
        entries = [{"Id": str(at), "ReceiptHandle": message["ReceiptHandle"]} for at, message in enumerate(messages)]
        done = self.sqs.delete_message_batch(QueueUrl=self.url, Entries=entries)
        self.deleted.update(messages[int(deleted["Id"])]["MessageId"] for deleted in done.get("Successful", []))


def read_objects(server: Server, ledger: Ledger, seed: int, path: str) -> None:
    """Notes each object that is there with its bytes. What was not acknowledged is there whole or not at all."""
    s3 = client(server, "s3")
    for number in sorted(ledger.page(path).sent):
        try:
            found = s3.get_object(Bucket=BUCKET, Key=f"{path}/{number}")["Body"].read()
        except s3.exceptions.NoSuchKey:
            continue
        if found == content(seed, path, number):
            ledger.found(path, BYTES, Occurrence(number, "object"))
        else:
            ledger.odd(f"{path}/{number} has other bytes than it was put with")
