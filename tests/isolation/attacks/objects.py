"""Objects of the kernel's, of which many are counted per user of the host."""

import ctypes
import os
import select
import signal

from .attack import attack
from .system import TMP, in_child, libc


@attack("EMFILE")
def inotify_instances():
    """Open inotify instances, of which a user of the host may have 128. As root all environments are one user's, so that others go without meanwhile."""
    opened = []
    try:
        for _ in range(2000):
            descriptor = libc.inotify_init1(0)
            if descriptor == -1:
                raise OSError(ctypes.get_errno(), "")
            opened.append(descriptor)
    finally:
        for descriptor in opened:
            os.close(descriptor)


@attack("ENOSPC or EMFILE or 100000 watches or ENOENT")
def inotify_watches():
    """Watch 100 000 files, another quota of the user's."""
    descriptor = libc.inotify_init1(0)
    try:
        for number in range(100_000):
            path = f"{TMP}/watched-{number % 2000}"
            if number < 2000:
                os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
            if libc.inotify_add_watch(descriptor, path.encode(), 0xFFF) == -1:
                raise OSError(ctypes.get_errno(), "")
    finally:
        os.close(descriptor)
        for number in range(2000):
            if os.path.exists(f"{TMP}/watched-{number}"):
                os.unlink(f"{TMP}/watched-{number}")
    return "100000 watches"


@attack("EMFILE or ENOSPC")
def polls_within_polls():
    """Watch event loops with event loops until it is refused."""
    loops = []
    try:
        for _ in range(2000):
            loop = select.epoll()
            for other in loops[-4:]:
                try:
                    loop.register(other.fileno())
                except OSError:
                    pass  # Nested too deeply.
            loops.append(loop)
    finally:
        for loop in loops:
            loop.close()


@attack("EMFILE")
def timers_and_counters():
    """Open timerfd, eventfd and signalfd objects until it is refused."""
    opened = []
    try:
        for _ in range(700):
            for make in (lambda: libc.timerfd_create(1, 0), lambda: libc.eventfd(0, 0)):
                descriptor = make()
                if descriptor == -1:
                    raise OSError(ctypes.get_errno(), "")
                opened.append(descriptor)
    finally:
        for descriptor in opened:
            os.close(descriptor)


@attack("Resource temporarily unavailable or succeeded")
def kernel_timers():
    """Create a million POSIX timers, which are counted as pending signals of the user."""

    def create():
        timer = ctypes.c_void_p()
        for _ in range(1_000_000):
            if libc.timer_create(1, None, ctypes.byref(timer)) == -1:
                raise OSError(ctypes.get_errno(), "")

    return in_child(create)


@attack("Resource temporarily unavailable or succeeded")
def pending_signals():
    """Queue a million real-time signals to oneself while they are blocked."""

    def queue():
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGRTMIN])
        for _ in range(1_000_000):
            if libc.sigqueue(os.getpid(), int(signal.SIGRTMIN), None) == -1:
                raise OSError(ctypes.get_errno(), "")

    return in_child(queue)


@attack("EMFILE or ENOSPC or ENOMEM or EACCES or ENOSYS")
def message_queues():
    """Open POSIX message queues of the largest size until it is refused."""

    class Attributes(ctypes.Structure):
        _fields_ = [("flags", ctypes.c_long), ("messages", ctypes.c_long), ("size", ctypes.c_long), ("current", ctypes.c_long), ("reserved", ctypes.c_long * 4)]

    opened = []
    try:
        for number in range(3000):
            attributes = Attributes(0, 10, 8192, 0)
            queue = libc.syscall(240, f"hog-{number}".encode(), os.O_CREAT | os.O_RDWR, 0o600, ctypes.byref(attributes))
            if queue == -1:
                raise OSError(ctypes.get_errno(), "")
            opened.append(number)
            os.close(queue)
    finally:
        for number in opened:
            libc.syscall(241, f"hog-{number}".encode())


@attack("ENOSPC", landlock="ENOSYS")
def semaphores():
    """Make System V semaphores until it is refused, of which the namespace, and not the host, is then full."""
    made = []
    try:
        for _ in range(100_000):
            semaphore = libc.semget(0, 1, 0o1600)
            if semaphore == -1:
                raise OSError(ctypes.get_errno(), "")
            made.append(semaphore)
    finally:
        for semaphore in made:
            libc.semctl(semaphore, 0, 0)


@attack("E2BIG")
def arguments():
    """Start a program with 64 MB of arguments."""
    os.execv("/bin/true", ["true"] + ["x" * 100_000] * 640)


@attack("Sandbox.Timedout", function={"Timeout": 1, "MemorySize": 512})
def processor():
    """Compute on 8 processes for ever."""
    for _ in range(8):
        if os.fork() == 0:
            break
    while True:
        pass
