"""One crash test from its seed to its outcome."""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from chaos.events.collector import Collector, read_objects
from chaos.events.disk import Disk
from chaos.events.ledger import Ledger
from chaos.events.paths import BYTES, ENDS, PROMISES, paths
from chaos.events.plan import plan
from chaos.events.producer import Producer
from chaos.events.vandal import Vandal
from chaos.events.verdict import Line, complaints, judge, table
from support.server import Server

# Between two looks at what is missing, and between two words of it, in seconds.
LOOK_EVERY, WORD_EVERY = 0.2, 15


@dataclass(frozen=True)
class Setting:
    seed: int
    kills: int
    # At most, for the killing; what follows has `settle_seconds`.
    seconds: float
    # Of each path, a second.
    rate: float
    # Of an event whose function failed, such as by a kill: 0 to 2.
    retries: int
    # Until the last event is where it belongs. Two retries alone take three minutes.
    settle_seconds: float


@dataclass
class Outcome:
    setting: Setting
    lines: list[Line]
    kills: int
    environments: int
    spells: int
    starts_without_room: int
    restarts: list[float]
    settled_after: float
    refusals: dict[str, int]
    oddities: list[str] = field(default_factory=list)

    @property
    def complaints(self) -> list[str]:
        return complaints(self.lines) + self.oddities

    def text(self) -> str:
        """The closing table."""
        restarts = sorted(self.restarts) or [0.0]
        refusals = ", ".join(f"{count} × {why}" for why, count in sorted(self.refusals.items())) or "none"
        return "\n".join(
            [
                table(self.lines),
                "",
                f"server killed {self.kills} times, ready again after {statistics.median(restarts):.2f} s (median),"
                f" {restarts[-1]:.2f} s (longest)",
                f"processes of environments killed: {self.environments}",
                f"disk filled and freed: {self.spells} times; starts that had to wait for room: {self.starts_without_room}",
                f"the last event was where it belongs {self.settled_after:.1f} s after the last kill",
                f"calls without an acknowledgement: {refusals}",
                f"seed {self.setting.seed}",
                *(f"WRONG: {complaint}" for complaint in self.complaints[:50]),
            ]
        )


def run(binary: Path, directory: Path, setting: Setting, disk: Disk | None) -> Outcome:
    """Starts a server, sends, kills, waits and judges. Leaves no process behind."""
    server = Server(binary, directory)
    if disk:
        server.data = disk.data
    server.start()
    server.keep_port()
    try:
        outcome = _run(server, setting, disk)
        server.stop()
    finally:
        if server.process.poll() is None:
            server.kill()
    server.seen.assert_gone(server.data)
    panics = [line for line in server.log_text().splitlines() if "panicked" in line]
    outcome.oddities += [f"the server's log: {line}" for line in panics]
    return outcome


def _run(server: Server, setting: Setting, disk: Disk | None) -> Outcome:
    ledger = Ledger()
    producers = [Producer(server, path, ledger, setting.rate) for path in paths(server, setting.seed, setting.retries)]
    collectors = [Collector(server, end, ledger) for end in ENDS]
    vandal = Vandal(server, ledger, disk, setting.seed)
    for thread in [*collectors, *producers]:
        thread.start()
    vandal.carry_out(plan(setting.seed, setting.kills, disk is not None), time.monotonic() + setting.seconds)
    stop(producers)
    last_kill = time.monotonic()
    for path in {promise.path for promise in PROMISES if promise.processed_in == BYTES}:
        read_objects(server, ledger, setting.seed, path)
    lines = settle(ledger, setting.settle_seconds)
    stop(collectors)
    return Outcome(
        setting=setting,
        lines=lines,
        kills=vandal.kills,
        environments=sum(vandal.environments.kills.values()),
        spells=disk.spells if disk else 0,
        starts_without_room=vandal.starts_without_room,
        restarts=vandal.restarts,
        settled_after=time.monotonic() - last_kill,
        refusals=dict(ledger.refusals),
        oddities=ledger.oddities,
    )


def stop(threads: list[Producer] | list[Collector]) -> None:
    for thread in threads:
        thread.end.set()
    for thread in threads:
        thread.join()


def settle(ledger: Ledger, seconds: float) -> list[Line]:
    """Waits until nothing is missing, or the time is over. Says now and then what is."""
    start = word = time.monotonic()
    while True:
        lines = [judge(promise, ledger.page(promise.path)) for promise in PROMISES]
        missing = {line.name: len(line.lost) for line in lines if line.lost}
        now = time.monotonic()
        if not missing or now - start > seconds:
            return lines
        if now - word > WORD_EVERY:
            word = now
            print(f"after {now - start:.0f} s still missing: {missing}", file=sys.stderr)
        time.sleep(LOOK_EVERY)
