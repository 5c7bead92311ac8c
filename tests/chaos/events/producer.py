"""Sends a path's numbered events, and notes which of them were acknowledged."""

from __future__ import annotations

import threading

from botocore.exceptions import BotoCoreError, ClientError

from chaos.events.ledger import Ledger
from chaos.events.paths import Path, client
from support.server import Server

# After an error, in seconds.
PATIENCE = 0.05


class Producer(threading.Thread):
    """Sends until it is stopped, at most `rate` events a second, one at a time."""

    def __init__(self, server: Server, path: Path, ledger: Ledger, rate: float):
        super().__init__(daemon=True)
        self.path = path
        self.ledger = ledger
        self.pause = 1 / rate
        self.end = threading.Event()
        self.aws = client(server, path.service)

    def run(self):
        number = 0
        while not self.end.is_set():
            if self._send(number) or not self.path.insists:
                number += 1

    def _send(self, number: int) -> bool:
        """Only a call that returned is an acknowledgement; any other one may have arrived or not."""
        self.ledger.sent(self.path.name, number)
        try:
            self.path.send(self.aws, number)
        except (BotoCoreError, ClientError) as error:
            self.ledger.refused(f"{self.path.service}: {reason(error)}")
            self.end.wait(max(PATIENCE, self.pause))
            return False
        self.ledger.acknowledged(self.path.name, number)
        self.end.wait(self.pause)
        return True


def reason(error: Exception) -> str:
    """AWS's code, or what happened to the connection."""
    if isinstance(error, ClientError):
        return f"{error.response['ResponseMetadata']['HTTPStatusCode']} {error.response['Error']['Code']}"
    return type(error).__name__
