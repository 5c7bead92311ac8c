"""AWS's log formats.

One line of output becomes one log event. What is logged here may have several lines, so it is framed as AWS's own
runtimes frame it: type, length, timestamp in microseconds, message; numbers are big-endian.
"""

import os
import sys
import time
from importlib.machinery import PathFinder

_FRAME_TYPE = 0xA55A0003.to_bytes(4, "big")

JSON = False
_handler = None

# Of the running invocation; log records carry them.
request_id = ""
tenant_id = None


def read_environment():
    global JSON
    JSON = os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"


read_environment()


def log_error(document):
    """Logs an error that ended an invocation or the initialisation."""
    from .marshal import to_json

    if JSON:
        timestamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        line = to_json({"timestamp": timestamp, "level": "ERROR", **document}).decode()
    else:
        line = "\n".join(_error_lines(document))
    write_event(line)


def write_event(text):
    """One log event, in one write. It passes by `sys.stdout`, which the function may have replaced, but comes
    after what was printed before."""
    message = (text.rstrip("\n") + "\n").encode("utf-8", "backslashreplace")
    length, timestamp = len(message).to_bytes(4, "big"), (time.time_ns() // 1000).to_bytes(8, "big")
    sys.__stdout__.flush()
    output = sys.__stdout__.buffer
    output.write(_FRAME_TYPE + length + timestamp + message)
    output.flush()


def _error_lines(document):
    description = ": ".join(filter(None, (document["errorType"], document["errorMessage"])))
    lines = ["[ERROR] " + description, "Traceback (most recent call last):"]
    for frame in document["stackTrace"]:
        lines.extend(_indented_with_no_break_spaces(line) for line in frame.splitlines() or [""])
    return lines


def _indented_with_no_break_spaces(line):
    """As AWS does it, so that log viewers keep the indentation."""
    text = line.lstrip(" ")
    return "\u00a0" * (len(line) - len(text)) + text


class _ConfigureOnImport:
    """An importer that finds `logging` and, as soon as it is loaded, sets it up.

    A function that never logs does not pay for the import (8 ms); one that does finds the root logger with
    its handler in place before it can see it.
    """

    def find_spec(self, name, path=None, target=None):
        if name != "logging":
            return None
        sys.meta_path.remove(self)
        # The standard one, even if the package has a module of that name: on AWS it is loaded before.
        spec = PathFinder.find_spec("logging", [os.path.dirname(os.__file__)])
        execute = spec.loader.exec_module

        def execute_and_configure(module):
            execute(module)
            _configure()

        spec.loader.exec_module = execute_and_configure
        return spec


def configure_lazily():
    if "logging" in sys.modules:
        _configure()
    else:
        sys.meta_path.insert(0, _ConfigureOnImport())


def install():
    """The root logger's handler, which is the same for all functions but for its format."""
    global _handler
    import logging

    from .log_records import LambdaLoggerHandler

    logging.Formatter.converter = time.gmtime
    _handler = LambdaLoggerHandler()
    logging.getLogger().addHandler(_handler)


def _configure():
    if _handler is None:
        install()
    if JSON:
        _handler.use_json()
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper()
    if level:
        _set_level("DEBUG" if level == "TRACE" else level)


def _set_level(level):
    import logging

    if isinstance(logging.getLevelName(level), int):
        logging.getLogger().setLevel(level)
