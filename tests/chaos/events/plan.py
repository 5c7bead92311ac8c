"""What is done to the server and when: a function of the seed."""

from __future__ import annotations

import enum
import random
from dataclasses import dataclass


class Act(enum.Enum):
    # `kill -9`, and the server is started again at once.
    KILL = "kill"
    # The same, and the new server is killed before it is ready.
    KILL_TWICE = "kill twice"
    # A process of an execution environment is killed.
    ENVIRONMENT = "environment"
    FILL_DISK = "fill the disk"
    FREE_DISK = "free the disk"


@dataclass(frozen=True)
class Step:
    # Seconds since the step before was done.
    pause: float
    act: Act
    # Seconds that the server gets that is killed while it starts.
    start: float = 0.0


# From what happened last, such as a start, to a kill, in seconds.
LIFE = (0.1, 3.0)
# Of a hundred kills: those that hit a starting server, too, and those that come with a full disk before.
KILLED_TWICE, SPELLS = 10, 10
# How many environments are killed before each kill of the server.
ENVIRONMENTS = range(4)
# The time before a disk is full and then the time before it is not, in seconds.
SPELL = (0.5, 3.0)
# What a server gets that is killed while it starts, in seconds.
START = (0.005, 0.25)


def plan(seed: int, kills: int, disk: bool) -> list[Step]:
    """Steps with so many kills of the server; `disk`: it may be filled. At the end it has room."""
    chosen = random.Random(seed)
    steps: list[Step] = []
    left, rounds = kills, 0
    while left > 0:
        # A short plan has a spell, too.
        spell = disk and (rounds == 1 or chosen.randrange(100) < SPELLS)
        twice = left > 1 and chosen.randrange(100) < KILLED_TWICE
        steps += _life(chosen) + (_spell(chosen, twice) if spell else [_kill(chosen, twice)])
        left -= 2 if twice else 1
        rounds += 1
    return steps


def _life(chosen: random.Random) -> list[Step]:
    """A server's days until something happens to itself."""
    parts = [chosen.uniform(*LIFE) / len(ENVIRONMENTS) for _ in range(chosen.choice(ENVIRONMENTS))]
    return [Step(part, Act.ENVIRONMENT) for part in parts]


def _spell(chosen: random.Random, twice: bool) -> list[Step]:
    """A full disk, and a kill while it is full or when it has room again."""
    fill, free = (Step(chosen.uniform(*SPELL), act) for act in (Act.FILL_DISK, Act.FREE_DISK))
    kill = _kill(chosen, twice)
    return [fill, kill, free] if chosen.random() < 0.5 else [fill, free, kill]


def _kill(chosen: random.Random, twice: bool) -> Step:
    act = Act.KILL_TWICE if twice else Act.KILL
    return Step(chosen.uniform(*LIFE), act, chosen.uniform(*START) if twice else 0.0)
