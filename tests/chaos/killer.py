"""Kills processes of a server at random: those of functions, their inits, zygotes, and the launcher."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading

from support.leftovers import command_line, descendants, parent_of
from support.server import Server

# How often each is hit, of a hundred kills.
WEIGHTS = {"runtime": 62, "init": 30, "zygote": 5, "launcher": 3}
# Between two kills, in seconds.
PAUSE = (0.005, 0.06)


class Killer(threading.Thread):
    """Kills until it is stopped. The same seed makes the same choices, as far as the same processes are there."""

    def __init__(self, server: Server, seed: int):
        super().__init__(daemon=True)
        self.server = server
        self.random = random.Random(seed)
        self.end = threading.Event()
        self.kills = dict.fromkeys(WEIGHTS, 0)

    def run(self):
        while not self.end.wait(self.random.uniform(*PAUSE)):
            self.kill_one()

    def kill_one(self) -> None:
        """Or none, if no process of the chosen kind is there."""
        [kind] = self.random.choices(list(WEIGHTS), WEIGHTS.values())
        if victims := self._processes()[kind]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.random.choice(victims), signal.SIGKILL)
                self.kills[kind] += 1

    def stop(self) -> dict[str, int]:
        self.end.set()
        self.join()
        return self.kills

    def _processes(self) -> dict[str, list[int]]:
        """hob up ── launcher ── launcher ── inits and zygotes ── runtimes, and whatever these have started."""
        server = self.server.process.pid
        self.server.seen.look(server)
        children: dict[int | None, list[int]] = {}
        for pid in descendants(server):
            children.setdefault(parent_of(pid), []).append(pid)
        outer = [pid for pid in children.get(server, []) if "__launcher" in command_line(pid)]
        inner = [child for pid in outer for child in children.get(pid, [])]
        below = [child for pid in inner for child in children.get(pid, [])]
        inits = [pid for pid in below if "__launcher" in command_line(pid)]
        runtimes = [child for pid in below for child in children.get(pid, [])]
        return {"launcher": outer + inner, "init": inits, "zygote": sorted(set(below) - set(inits)), "runtime": runtimes}
