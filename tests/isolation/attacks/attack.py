"""What an attack is: code that is run in a sandbox, and what must come of it in each setting.

Imported twice: by the tests, which read what is expected, and by the function, whose `handler` runs one attack. So
it uses nothing but the standard library, and has no effect when it is imported.
"""

from __future__ import annotations

import errno
import importlib
from collections.abc import Callable
from dataclasses import dataclass, field

# Who isolates: namespaces with the server as root, the same as an ordinary user, and the tier without privileges.
SETTINGS = ("root", "user", "landlock")

# What an attack has to know of the world outside, such as the port of a secret service on the host's loopback.
facts: dict = {}


@dataclass(frozen=True)
class Attack:
    name: str
    attempt: str
    run: Callable[[], str | None]
    # By setting. `or` separates what may come of it equally well.
    outcomes: dict[str, str]
    # The settings of the function that it is run in. It then has a function, and so an environment, of its own.
    function: dict = field(default_factory=dict)

    def expected(self, setting: str) -> list[str]:
        return self.outcomes[setting].split(" or ")


def attack(everywhere: str = "", *, function: dict | None = None, alone: bool = False, **by_setting: str):
    """Marks a function as an attack. Its docstring says what is attempted, in one line.

    What comes of it is the name of the errno that it failed with, what it returned, or how the invocation ended.
    """

    def wrap(run):
        outcomes = {setting: by_setting.get(setting, everywhere) for setting in SETTINGS}
        configuration = function or ({"MemorySize": 512, "Timeout": 30} if alone else {})
        return Attack(run.__name__, run.__doc__.rstrip("."), run, outcomes, configuration)

    return wrap


def attacks_of(module) -> list[Attack]:
    return [value for value in vars(module).values() if isinstance(value, Attack)]


def handler(event, context):
    """Runs the attack that the event names; an event without one asks whether the function is still itself."""
    if "attack" not in event:
        return "alive"
    facts.update(event["facts"], context=context)
    area = importlib.import_module("." + event["area"], __package__)
    return outcome(vars(area)[event["attack"]].run)


def outcome(run: Callable[[], str | None]) -> str:
    try:
        return run() or "succeeded"
    except OSError as error:
        return errno.errorcode.get(error.errno) or type(error).__name__


def those_that_succeed(attempts: dict[str, Callable]) -> str:
    """For attacks in many variants, of which none may succeed."""
    done = []
    for name, attempt in attempts.items():
        try:
            attempt()
            done.append(name)
        except OSError:
            pass
    return ", ".join(done) or "none succeeds"
