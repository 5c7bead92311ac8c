"""Runs a command as an unprivileged container does: without capabilities, and with the system calls refused that the
default profiles of container engines refuse. `python3 container.py MORE COMMAND…`; MORE: numbers of further calls."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from pathlib import Path

# Numbers of x86-64; the first ones of the others are shared by all architectures since 5.0.
X86_64 = {
    "ptrace": 101, "syslog": 103, "pivot_root": 155, "chroot": 161, "acct": 163, "mount": 165, "umount2": 166,
    "swapon": 167, "swapoff": 168, "reboot": 169, "sethostname": 170, "setdomainname": 171, "init_module": 175,
    "delete_module": 176, "quotactl": 179, "settimeofday": 164, "clock_settime": 227, "mbind": 237, "kexec_load": 246,
    "add_key": 248, "request_key": 249, "keyctl": 250, "unshare": 272, "perf_event_open": 298, "fanotify_init": 300,
    "name_to_handle_at": 303, "open_by_handle_at": 304, "setns": 308, "process_vm_readv": 310,
    "process_vm_writev": 311, "kcmp": 312, "finit_module": 313, "bpf": 321, "userfaultfd": 323,
}  # fmt: skip
EVERYWHERE = {
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428, "move_mount": 429,
    "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "pidfd_getfd": 438, "mount_setattr": 442,
}  # fmt: skip
CLONE, CLONE3 = 56, 435
# CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET.
NEW_NAMESPACES = 0x7E020000

ARCHITECTURE = 0xC000003E
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
EPERM, ENOSYS = 1, 38
LOAD, JUMP_IF_EQUAL, JUMP_IF_ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, MODE_FILTER = 38, 22, 2


def profile(more: list[int]) -> bytes:
    """A seccomp filter: each line is operation, jump if true, jump if false, operand."""
    lines = [(LOAD, 0, 0, 4), (JUMP_IF_EQUAL, 1, 0, ARCHITECTURE), (RETURN, 0, 0, ERRNO | EPERM), (LOAD, 0, 0, 0)]
    for number in [*X86_64.values(), *EVERYWHERE.values(), *more]:
        lines += [(JUMP_IF_EQUAL, 0, 1, number), (RETURN, 0, 0, ERRNO | EPERM)]
    lines += [(JUMP_IF_EQUAL, 0, 1, CLONE3), (RETURN, 0, 0, ERRNO | ENOSYS)]
    lines += [(JUMP_IF_EQUAL, 0, 3, CLONE), (LOAD, 0, 0, 16), (JUMP_IF_ANY_BIT, 0, 1, NEW_NAMESPACES)]
    lines += [(RETURN, 0, 0, ERRNO | EPERM), (RETURN, 0, 0, ALLOW)]
    return b"".join(struct.pack("HBBI", *line) for line in lines)


def confine(more: list[int]) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    code = ctypes.create_string_buffer(profile(more))

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]

    program = Program(len(code) // 8, ctypes.addressof(code))
    for call in [(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, MODE_FILTER, ctypes.byref(program), 0, 0)]:
        if libc.prctl(*call) != 0:
            raise OSError(ctypes.get_errno(), f"prctl {call[0]}")


def command(user: str | None, *refused: int) -> tuple[str, ...]:
    """To be put before a command that this user, or the tests' own, is to run so."""
    is_root = user is None and os.geteuid() == 0
    without_rights = ("setpriv", "--bounding-set=-all", "--inh-caps=-all") if is_root else ()
    # As a text, because the user need not be able to read this file.
    return (*without_rights, "/usr/bin/python3", "-c", Path(__file__).read_text(), ",".join(map(str, refused)))


def is_possible() -> bool:
    return platform.machine() == "x86_64"


if __name__ == "__main__":
    confine([int(number) for number in sys.argv[1].split(",") if number])
    os.execvp(sys.argv[2], sys.argv[2:])
