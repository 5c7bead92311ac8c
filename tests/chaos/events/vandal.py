"""Carries a plan out: kills the server and its environments, fills the disk and frees it."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterable

from chaos.events.disk import Disk
from chaos.events.ledger import Ledger
from chaos.events.plan import Act, Step
from chaos.killer import Killer
from support.server import Server

# Between two words of how far it is, in steps.
WORD_EVERY = 50
# Between two looks, in seconds.
LOOK_EVERY = 0.05
# Within so many seconds after the disk has room again, every path takes events again.
RECOVERY_SECONDS = 30


class Vandal:
    """What it has done, and how long the server took to be ready again, in seconds."""

    def __init__(self, server: Server, ledger: Ledger, disk: Disk | None, seed: int):
        self.server = server
        self.ledger = ledger
        self.disk = disk
        self.environments = Killer(server, seed)
        self.kills = 0
        self.restarts: list[float] = []
        # Starts that failed because the disk was full; they are tried again when it has room.
        self.starts_without_room = 0

    def carry_out(self, steps: list[Step], until: float) -> None:
        """Ends early at this moment of the monotonic clock, and with room on the disk in any case."""
        for count, step in enumerate(_before(until, steps), 1):
            time.sleep(step.pause)
            self._look_after_server()
            self._do(step)
            if count % WORD_EVERY == 0:
                print(f"{self.kills} kills, {sum(self.environments.kills.values())} of processes", file=sys.stderr)
        if self.disk and self.disk.is_full:
            self._free_disk()

    def _do(self, step: Step) -> None:
        match step.act:
            case Act.KILL:
                self._kill()
                self._start()
            case Act.KILL_TWICE:
                self._kill()
                self.server.launch()
                time.sleep(step.start)
                self._kill()
                self._start()
            case Act.ENVIRONMENT:
                self.environments.kill_one()
            case Act.FILL_DISK:
                self.disk.fill()
            case Act.FREE_DISK:
                self._free_disk()

    def _free_disk(self) -> None:
        """A server that has met a full disk need not be started again to go on."""
        self.disk.free()
        before = self.ledger.acknowledgements()
        deadline = time.monotonic() + RECOVERY_SECONDS
        while waiting := [path for path, count in self.ledger.acknowledgements().items() if count == before.get(path, 0)]:
            if time.monotonic() > deadline:
                self.ledger.odd(f"the disk has room again, and nothing is accepted for {', '.join(waiting)}")
                return
            time.sleep(LOOK_EVERY)

    def _kill(self) -> None:
        self.server.kill()
        self.kills += 1

    def _start(self) -> None:
        began = time.monotonic()
        try:
            self.server.start()
        except RuntimeError:
            if not (self.disk and self.disk.is_full):
                raise
            self.starts_without_room += 1
            self.disk.free()
            self.server.start()
        self.restarts.append(time.monotonic() - began)

    def _look_after_server(self) -> None:
        """Nobody but the vandal ends the server."""
        status = self.server.process.poll()
        if status is not None:
            self.ledger.odd(f"the server ended by itself, with {status}")
            with contextlib.suppress(ProcessLookupError):
                self.server.kill()
            self._start()


def _before(until: float, steps: list[Step]) -> Iterable[Step]:
    for step in steps:
        if time.monotonic() > until:
            return
        yield step
