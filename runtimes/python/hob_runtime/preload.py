"""What is imported before the function is known, so that no function has to wait for it.

A function whose package or layers bring a module of one of these names, or of one that these import, is never given
such a process: see `preloaded.rs` in the server's source.
"""

import importlib

_STANDARD_LIBRARY = (
    "asyncio",
    "base64",
    "calendar",
    "collections",
    "concurrent.futures.thread",
    "contextlib",
    "copy",
    "csv",
    "dataclasses",
    "datetime",
    "decimal",
    "email.message",
    "email.mime.multipart",
    "email.mime.text",
    "enum",
    "functools",
    "gzip",
    "hashlib",
    "hmac",
    "html",
    "http.client",
    "http.cookies",
    "io",
    "itertools",
    "json",
    "logging",
    "math",
    "operator",
    "os",
    "pathlib",
    "pickle",
    "queue",
    "random",
    "re",
    "secrets",
    "shutil",
    "socket",
    "ssl",
    "statistics",
    "string",
    "struct",
    "subprocess",
    "sys",
    "tempfile",
    "textwrap",
    "threading",
    "time",
    "traceback",
    "types",
    "typing",
    "urllib.error",
    "urllib.parse",
    "urllib.request",
    "uuid",
    "zipfile",
    "zlib",
    "zoneinfo",
)

_OWN = ("fault", "handler", "invocation", "log_records")


def standard_library():
    for name in _STANDARD_LIBRARY:
        _try(name)
    for name in _OWN:
        importlib.import_module("." + name, __package__)


def sdk():
    _try("boto3")


def _try(name):
    """Not every interpreter is whole, and who needs what is missing is told by an error of its own."""
    try:
        importlib.import_module(name)
    except Exception:
        pass
