"""The other function: it has secrets, and must not be harmed."""

import contextlib
import ctypes
import os
import socket

from .system import TMP

held = []


def handler(event, context):
    return plant() if event == "plant" else event


def plant() -> dict:
    """Leaves a secret in every place that environments could share, and says where."""
    with open(f"{TMP}/secret", "w") as file:
        file.write("secret")
    libc = ctypes.CDLL(None, use_errno=True)
    libc.shmget(4711, ctypes.c_size_t(4096), 0o1666)
    libc.syscall(240, b"hob-victim", os.O_CREAT | os.O_RDWR, 0o666, None)
    for address in ("\0hob-victim", f"{TMP}/service"):
        listen(socket.AF_UNIX, address)
    return {
        "address": own_address(),
        "port": listen(socket.AF_INET, ("0.0.0.0", 0)),
        "runtime_api": int(os.environ["AWS_LAMBDA_RUNTIME_API"].rpartition(":")[2]),
        "endpoint": int(os.environ["AWS_ENDPOINT_URL"].rpartition(":")[2]),
        "key": os.environ["AWS_ACCESS_KEY_ID"],
        "token": os.environ["AWS_SESSION_TOKEN"],
        "tmp": TMP,
        "pid": os.getpid(),
    }


def listen(family: int, address) -> int | None:
    """The port, if it has one. Not every tier lets a function have a service."""
    with contextlib.suppress(OSError):
        service = socket.socket(family)
        held.append(service)
        service.bind(address)
        service.listen()
        return service.getsockname()[1]


def own_address() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        try:
            any_socket.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return any_socket.getsockname()[0]
