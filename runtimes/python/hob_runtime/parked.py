"""A runtime that waits for its function. Only imported where that is wanted: it imports what functions may need."""

import json
import logging
import os
import sys
import time

from . import context, logs, marshal, preload
from .client import RuntimeClient
from .rehearsal import rehearse

# What to import before the function is known, besides the standard library.
_PRELOAD = "HOB_PRELOAD"

_address = None
_variables = {}


def prepare():
    """All that is the same for all functions. Forgets the variables, too: none of them is the function's."""
    global _address
    preload.standard_library()
    if os.environ.get(_PRELOAD) == "sdk":
        preload.sdk()
    logs.install()
    _address = os.environ["AWS_LAMBDA_RUNTIME_API"]
    os.environ.clear()


def wait():
    """Returns when this process has become one function's, with the client that goes on to serve it."""
    client = RuntimeClient(_address)
    client.ask_for_assignment()
    rehearse()
    _become(json.loads(client.assignment()))
    os.chdir(os.environ.get("LAMBDA_TASK_ROOT", "/var/task"))
    return client


def assigned(before):
    """Likewise, of a process that has been the same function's elsewhere, with these variables."""
    client = RuntimeClient(_address)
    client.ask_for_assignment()
    after = json.loads(client.assignment())
    # What the function has set itself stays.
    _become({name: value for name, value in after.items() if before.get(name) != value})
    return client


def variables():
    """As they were assigned."""
    return _variables


def _become(environment):
    """What a process that is started with these variables finds."""
    global _variables
    _variables = {**_variables, **environment}
    for name, value in environment.items():
        os.environ[name] = value
    time.tzset()
    for module in (context, logs, marshal):
        module.read_environment()
    _restart_clock()
    if "multiprocessing" in sys.modules:
        # Drawn when the module was imported, so the same in all copies.
        sys.modules["multiprocessing"].current_process().authkey = os.urandom(32)


def _restart_clock():
    """Records tell how long after the start of the process they were made."""
    in_nanoseconds = isinstance(logging._startTime, int)
    logging._startTime = time.time_ns() if in_nanoseconds else time.time()
