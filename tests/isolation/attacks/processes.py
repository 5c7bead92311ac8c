"""Other processes: the init, the parent, and what should end when it is told to."""

import contextlib
import ctypes
import os
import resource
import signal
import subprocess
import time

from .attack import attack, those_that_succeed
from .system import system_call


@attack("none has an effect")
def signal_the_init():
    """Send each of the 64 signals to pid 1, SIGKILL and SIGSTOP among them."""
    for number in range(1, 65):
        try:
            os.kill(1, number)
        except OSError:
            pass
    time.sleep(0.05)
    return "none has an effect" if state_of_pid_1() in ("S", "R", "hidden") else state_of_pid_1()


def state_of_pid_1() -> str:
    try:
        return next(line.split()[1] for line in open("/proc/1/status") if line.startswith("State"))
    except OSError:
        return "hidden"


@attack("none has an effect")
def signal_the_init_otherwise():
    """Do the same by pidfd, by a queued signal with forged origin, and by thread."""
    information = (ctypes.c_int32 * 32)(9, 0, -1, 0, 0, 0)
    attempts = {
        "pidfd": lambda: system_call("pidfd_send_signal", system_call("pidfd_open", 1, 0), signal.SIGKILL, None, 0),
        "queued": lambda: system_call("rt_sigqueueinfo", 1, signal.SIGKILL, information),
        "thread": lambda: ctypes.CDLL(None).tgkill(1, 1, signal.SIGKILL),
    }
    those_that_succeed(attempts)
    time.sleep(0.05)
    return "none has an effect" if os.path.isdir("/proc/self") else "gone"


@attack("ESRCH or alive", landlock="EPERM")
def kill_everybody():
    """SIGKILL to everybody that can be signalled (kill -1)."""
    os.kill(-1, signal.SIGKILL)
    return "alive"


@attack("none", landlock="EACCES")
def other_processes():
    """See any process that is not the function's own."""
    visible = {int(entry) for entry in os.listdir("/proc") if entry.isdigit()}
    mine = {1, os.getpid(), os.getppid()}
    return "none" if visible <= mine else str(sorted(visible - mine))


@attack("ESRCH or EPERM")
def kill_by_number():
    """SIGKILL to every number up to 4000 but one's own."""
    last = None
    for pid in range(2, 4000):
        if pid != os.getpid():
            try:
                os.kill(pid, signal.SIGKILL)
                return f"killed {pid}"
            except OSError as error:
                last = error
    raise last


@attack("Sandbox.Timedout", function={"Timeout": 1})
def ignore_signals():
    """Ignore every signal and never end."""
    for number in range(1, 32):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        pass


@attack("Sandbox.Timedout", function={"Timeout": 1})
def stop_oneself():
    """SIGSTOP to oneself, so that no signal but SIGKILL and SIGCONT has an effect."""
    os.kill(os.getpid(), signal.SIGSTOP)
    time.sleep(60)


@attack("Runtime.ExitError", alone=True)
def cripple_the_init():
    """Take pid 1 its descriptors, its memory and its time, and exit, so that it cannot start the runtime again."""
    for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_NPROC):
        with contextlib.suppress(OSError):
            resource.prlimit(1, kind, (0, 0))
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 1, 19)
    with contextlib.suppress(OSError):
        os.sched_setscheduler(1, os.SCHED_IDLE, os.sched_param(0))
    os._exit(1)


@attack("Sandbox.Timedout", function={"Timeout": 1})
def execute_for_ever():
    """Replace oneself by a shell that executes itself for ever, so that no look at the process stays true."""
    os.execv("/bin/sh", ["sh", "-c", 'exec sh -c "$0" "$0"', 'exec sh -c "$0" "$0"'])


@attack("Runtime.ExitError", alone=True)
def daemon_survives_the_runtime():
    """Leave a daemon behind (double fork, own session, all signals ignored) and exit: it must be gone afterwards."""
    program = "import os, signal, time\nos.setsid()\n[signal.signal(n, signal.SIG_IGN) for n in (1, 2, 13, 15)]\nif os.fork(): os._exit(0)\nwhile True: time.sleep(7331)"
    subprocess.Popen([os.environ.get("PYTHON", "/usr/bin/python3"), "-c", program], start_new_session=True)
    os._exit(1)


@attack("Sandbox.Timedout", function={"Timeout": 1})
def daemon_survives_the_timeout():
    """Leave a daemon behind that holds the output open, and wait for the timeout."""
    subprocess.Popen(["sleep", "7331"], start_new_session=True)
    time.sleep(60)


@attack("answered", alone=True)
def work_after_the_answer():
    """Go on computing after the answer in a child that nobody waits for."""
    if os.fork() == 0:
        while True:
            pass
    return "answered"


@attack("reaped", landlock="EACCES", function={"MemorySize": 1769, "Timeout": 60})
def zombies():
    """Leave 300 orphaned zombies to pid 1."""
    for _ in range(300):
        if os.fork() == 0:
            if os.fork() == 0:
                os._exit(0)
            os._exit(0)
        os.wait()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if sum(entry.isdigit() for entry in os.listdir("/proc")) < 50:
            return "reaped"
        time.sleep(0.02)
    return "not reaped"


@attack("Runtime.ExitError or EAGAIN", function={"MemorySize": 2048, "Timeout": 30})
def fork_bomb():
    """Fork 5000 children that stay."""
    for _ in range(5000):
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)


@attack("Runtime.ExitError or EAGAIN", function={"MemorySize": 2048, "Timeout": 30})
def vfork_bomb():
    """Start 5000 programs that stay."""
    for _ in range(5000):
        os.posix_spawn("/bin/sleep", ["sleep", "60"], os.environ)


@attack("Runtime.ExitError or too many", function={"MemorySize": 2048, "Timeout": 30})
def thread_bomb():
    """Start 5000 threads that stay."""
    import threading

    threading.stack_size(64 << 10)
    end = threading.Event()
    try:
        for _ in range(5000):
            threading.Thread(target=end.wait, daemon=True).start()
    except RuntimeError:
        return "too many"
    finally:
        end.set()


@attack("Runtime.ExitError or Sandbox.Timedout", function={"MemorySize": 512, "Timeout": 3})
def bomb_that_replaces_itself():
    """Fork for ever and let the parents exit, so that no list of processes is ever complete."""
    while True:
        try:
            if os.fork():
                os._exit(0)
        except OSError:
            pass
