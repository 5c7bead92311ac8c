"""Memory of every kind that the kernel hands out."""

import ctypes
import mmap
import os
import resource
import signal
import socket
import time

from .attack import attack
from .system import TMP, libc

MIB = 1 << 20
# What the function may use; what these attacks take is ten times as much.
SMALL = {"MemorySize": 256, "Timeout": 60}
KILLED = "Runtime.ExitError"


@attack(KILLED, function=SMALL)
def heap():
    """Take memory until it is refused."""
    hog = []
    while True:
        hog.append(bytearray(b"x") * (8 * MIB))


@attack(KILLED, function=SMALL)
def hidden_memory():
    """The same in a process that has hidden itself from its peers (PR_SET_DUMPABLE)."""
    libc.prctl(4, 0, 0, 0, 0)
    hog = []
    while True:
        hog.append(bytearray(b"x") * (8 * MIB))


@attack(KILLED + " or children are killed", function=SMALL)
def memory_of_children():
    """The same in 6 children, each with less than the limit."""
    children = []
    for _ in range(6):
        children.append(os.fork())
        if children[-1] == 0:
            hog = bytearray(b"x") * (64 * MIB)
            time.sleep(3)
            os._exit(len(hog) & 1)
    ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    return "children are killed" if -signal.SIGKILL in ends else "room for all"


@attack(KILLED, user=KILLED + " or ENOSYS", landlock="ENOSYS", function=SMALL)
def memory_files():
    """The same in memfd files, which belong to no process."""
    file = os.memfd_create("hog")
    for _ in range(2560):
        os.write(file, b"x" * MIB)


@attack("ENOSPC", user="ENOSYS or ENOSPC or Runtime.ExitError", landlock="ENOSYS", function=SMALL)
def shared_memory():
    """The same in System V segments, which outlive their process."""
    libc.shmat.restype = ctypes.c_void_p
    for _ in range(320):
        segment = libc.shmget(0, ctypes.c_size_t(8 * MIB), 0o1600)
        if segment == -1:
            raise OSError(ctypes.get_errno(), "")
        address = libc.shmat(segment, None, 0)
        ctypes.memset(address, 1, 8 * MIB)


@attack(KILLED, function=SMALL)
def memory_out_of_sight():
    """The same after pid 1, which watches memory where the kernel does not, may open no more files."""
    try:
        resource.prlimit(1, resource.RLIMIT_NOFILE, (0, 0))
        os.sched_setscheduler(1, os.SCHED_IDLE, os.sched_param(0))
    except OSError:
        pass
    heap.run()


@attack(KILLED + " or ENOMEM", function=SMALL)
def shared_mapping():
    """The same in a mapping that children would share, which the kernel counts as a file's."""
    shared = mmap.mmap(-1, 2560 * MIB)
    for offset in range(0, len(shared), 4096):
        shared[offset] = 1


@attack(KILLED + " or ENOMEM", function=SMALL)
def huge_mapping():
    """Map a terabyte and touch it here and there."""
    reservation = mmap.mmap(-1, 1 << 40, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000)
    for offset in range(0, 1 << 40, 1 << 12):
        reservation[offset] = 1


@attack("its own share or EMFILE or " + KILLED, function=SMALL)
def pipe_buffers():
    """Fill 400 pipes of a megabyte each, which no process's memory shows."""
    import fcntl

    for _ in range(400):
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        try:
            fcntl.fcntl(writing, 1031, MIB)
        except OSError:
            pass  # The user's share of large pipes is used up.
        try:
            while True:
                os.write(writing, bytes(MIB))
        except BlockingIOError:
            pass
    return "its own share"


@attack("its own share or EMFILE or " + KILLED, function=SMALL)
def socket_buffers():
    """Fill the buffers of 400 socket pairs."""
    for _ in range(400):
        left, right = socket.socketpair()
        left.setblocking(False)
        left.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 64 * MIB)
        try:
            while True:
                left.send(bytes(MIB))
        except BlockingIOError:
            pass
        right.detach(), left.detach()
    return "its own share"


@attack("read or ENOSPC", function={"MemorySize": 256, "Timeout": 60})
def page_cache():
    """Fill the page cache with files of one's own: it is given back, not counted against the function."""
    data = bytes(4 * MIB)
    with open(f"{TMP}/cached", "wb") as file:
        for _ in range(100):
            file.write(data)
    with open(f"{TMP}/cached", "rb") as file:
        while file.read(4 * MIB):
            pass
    os.unlink(f"{TMP}/cached")
    return "read"
