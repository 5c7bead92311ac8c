"""A runtime that waits for its function."""

import os
import sys
import time

from .client import RuntimeClient

_PARKED = "HOB_PARKED"
# What to import before the function is known, besides the standard library.
_PRELOAD = "HOB_PRELOAD"

_address = None


def is_wanted():
    return _PARKED in os.environ


def import_ahead():
    """Forgets the variables, too: none of them is the function's."""
    global _address
    from . import preload

    preload.standard_library()
    if os.environ.get(_PRELOAD) == "sdk":
        preload.sdk()
    _address = os.environ["AWS_LAMBDA_RUNTIME_API"]
    os.environ.clear()


def wait():
    """Returns when this process has become one function's, with the client that goes on to serve it."""
    client = RuntimeClient(_address)
    _become(client.assignment())
    return client


def _become(environment):
    """What a process that is started with these variables finds."""
    for name, value in environment.items():
        os.environ[name] = value
    time.tzset()
    os.chdir(os.environ.get("LAMBDA_TASK_ROOT", "/var/task"))
    _read_environment_again()
    if "logging" in sys.modules:
        _restart_clock(sys.modules["logging"])


def _read_environment_again():
    for name in ("logs", "marshal", "context"):
        module = sys.modules.get("%s.%s" % (__package__, name))
        if module is not None:
            module.read_environment()


def _restart_clock(logging):
    """Records tell how long after the start of the process they were made."""
    in_nanoseconds = isinstance(logging._startTime, int)
    logging._startTime = time.time_ns() if in_nanoseconds else time.time()
