"""More rights than the function was given: users, capabilities, priorities, limits."""

import ctypes
import os
import resource
import shutil
import stat
import subprocess

from .attack import attack, those_that_succeed
from .system import CODE, TMP, in_child, libc, system_call

PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_SET_SECUREBITS, PR_SET_MM, PR_SET_DUMPABLE = 38, 47, 28, 35, 4


@attack("none succeeds")
def become_another_user():
    """Become root, the server's user, or a member of root's groups, by every call there is."""
    return those_that_succeed(
        {
            "setuid": lambda: os.setuid(0),
            "seteuid": lambda: os.seteuid(0),
            "setresuid": lambda: os.setresuid(-1, 0, -1),
            "setgid": lambda: os.setgid(0),
            "setgroups": lambda: os.setgroups([0, 4, 6]),
            "the next user": lambda: os.setuid(os.getuid() + 1),
        }
    )


@attack("none succeeds")
def capabilities():
    """Take capabilities back: into the effective, the inheritable and the ambient set, or by securebits."""
    header, everything = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)

    def capset():
        if libc.capset(header, everything) == -1:
            raise OSError(ctypes.get_errno(), "")

    return those_that_succeed(
        {
            "capset": capset,
            "ambient": lambda: system_call("prctl", PR_CAP_AMBIENT, 2, 21, 0, 0),
            "securebits": lambda: system_call("prctl", PR_SET_SECUREBITS, 0x3F, 0, 0, 0),
            "memory map": lambda: system_call("prctl", PR_SET_MM, 1, 0, 0, 0),
        }
    )


@attack("none", landlock="bounding set")
def capabilities_left():
    """Find one capability in any of the five sets. What only bounds them gives none."""
    sets = dict(line.split() for line in open("/proc/self/status") if line.startswith("Cap"))
    found = [name for name, value in sets.items() if int(value, 16)]
    return "bounding set" if found == ["CapBnd:"] else ", ".join(found) or "none"


@attack("EINVAL")
def new_privileges():
    """Take back the promise never to get new privileges."""
    system_call("prctl", PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0)


@attack("the same user")
def setuid_file():
    """Execute a copy of a program that was made set-user-id."""
    shutil.copy("/usr/bin/id", f"{TMP}/id")
    os.chmod(f"{TMP}/id", 0o6755)
    done = subprocess.run([f"{TMP}/id", "-u"], capture_output=True, text=True)
    os.unlink(f"{TMP}/id")
    return "the same user" if done.stdout.strip() == str(os.getuid()) else done.stdout


@attack("the same user")
def the_hosts_setuid_programs():
    """Execute the host's own su, mount and passwd, which are set-user-id root."""
    programs = [path for name in ("su", "mount", "passwd", "newgrp", "sudo", "chsh") if (path := shutil.which(name))]
    for program in programs:
        if os.stat(program).st_mode & stat.S_ISUID and not os.statvfs(program).f_flag & os.ST_NOSUID:
            # The mount would let it: then it is the promise of no new privileges that must hold.
            status = open("/proc/self/status").read()
            if "NoNewPrivs:\t1" not in status:
                return program
    return "the same user"


@attack("none succeeds")
def file_capabilities():
    """Give a file capabilities, a trusted attribute, another owner, or the immutable flag."""
    import fcntl

    open(f"{TMP}/mine", "w").close()
    raised = bytes.fromhex("0100000200002000000000000000000000000000")

    def immutable():
        with open(f"{TMP}/mine") as file:
            fcntl.ioctl(file, 0x40086602, (0x10).to_bytes(8, "little"))

    return those_that_succeed(
        {
            "security.capability": lambda: os.setxattr(f"{TMP}/mine", "security.capability", raised),
            "trusted": lambda: os.setxattr(f"{TMP}/mine", "trusted.x", b"1"),
            "chown to root": lambda: os.chown(f"{TMP}/mine", 0, 0),
            "immutable": immutable,
        }
    )


@attack("none succeeds")
def devices():
    """Make device files of the disk, the memory and the loop control, in every place that can be written to."""
    kinds = {"disk": (stat.S_IFBLK, 8, 0), "virtual disk": (stat.S_IFBLK, 254, 0), "memory": (stat.S_IFCHR, 1, 1), "loop control": (stat.S_IFCHR, 10, 237)}

    def make(kind, major, minor):
        os.mknod(f"{TMP}/device", kind | 0o666, os.makedev(major, minor))

    return those_that_succeed({name: lambda of=of: make(*of) for name, of in kinds.items()})


@attack("none succeeds")
def device_files_that_should_not_be():
    """Open disks, loop devices, fuse, kvm, tun, vhost, userfaultfd and others under /dev."""
    names = ["sda", "vda", "nvme0n1", "loop0", "loop-control", "fuse", "kvm", "net/tun", "vhost-net", "vsock", "userfaultfd", "uinput", "rtc", "hpet", "cuse", "mapper/control", "snapshot", "shm/x", "mqueue/x", "pts/ptmx"]
    return those_that_succeed({name: lambda name=name: os.open("/dev/" + name, os.O_RDWR) for name in names})


@attack("none succeeds")
def priorities():
    """Run before all others of the machine: nice, real time, deadline, and the disk's first class."""

    class Deadline(ctypes.Structure):
        _fields_ = [("size", ctypes.c_uint32), ("policy", ctypes.c_uint32), ("flags", ctypes.c_uint64), ("nice", ctypes.c_int32), ("priority", ctypes.c_uint32), ("runtime", ctypes.c_uint64), ("deadline", ctypes.c_uint64), ("period", ctypes.c_uint64)]

    deadline = Deadline(ctypes.sizeof(Deadline), 6, 0, 0, 0, 10**7, 10**8, 10**8)

    def set_deadline():
        if libc.syscall(314, 0, ctypes.byref(deadline), 0) == -1:
            raise OSError(ctypes.get_errno(), "")

    return those_that_succeed(
        {
            "nice": lambda: os.setpriority(os.PRIO_PROCESS, 0, -20),
            "nice of pid 1": lambda: os.setpriority(os.PRIO_PROCESS, 1, 19) if os.getpriority(os.PRIO_PROCESS, 1) < 19 else None,
            "real time": lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)),
            "deadline": set_deadline,
            "disk": lambda: system_call("ioprio_set", 1, 0, 1 << 13),
        }
    )


@attack("none succeeds")
def limits():
    """Raise one's limits of open files, locked memory, core files and processes."""
    kinds = {"files": resource.RLIMIT_NOFILE, "locked memory": resource.RLIMIT_MEMLOCK, "core": resource.RLIMIT_CORE}

    def raise_it(kind):
        more = (ctypes.c_uint64 * 2)(*(resource.getrlimit(kind)[1] + 1,) * 2)
        if libc.setrlimit(kind, more) == -1:
            raise OSError(ctypes.get_errno(), "")

    return those_that_succeed({name: lambda kind=kind: raise_it(kind) for name, kind in kinds.items()})


@attack("none succeeds")
def limits_of_pid_1():
    """Lower the limits of the sandbox's init, so that it cannot end the sandbox."""
    return those_that_succeed({"files": lambda: resource.prlimit(1, resource.RLIMIT_NOFILE, (0, 0)), "memory": lambda: resource.prlimit(1, resource.RLIMIT_AS, (0, 0))})


@attack("EAGAIN or EPERM or ENOMEM")
def locked_memory():
    """Lock more memory than 64 KiB, which then cannot be reclaimed."""
    size = 8 << 20
    libc.mmap.restype = ctypes.c_void_p
    address = libc.mmap(None, ctypes.c_size_t(size), 3, 0x22, -1, 0)
    try:
        if libc.mlock(ctypes.c_void_p(address), ctypes.c_size_t(size)) == -1:
            raise OSError(ctypes.get_errno(), "")
    finally:
        libc.munmap(ctypes.c_void_p(address), ctypes.c_size_t(size))


@attack("no core file")
def core_file():
    """Crash, for the host's core handler, which runs as root outside."""

    def crash():
        libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
        ctypes.string_at(0)

    in_child(crash)
    limit = resource.getrlimit(resource.RLIMIT_CORE)
    left = [name for place in (TMP, CODE) for name in os.listdir(place) if name.startswith("core")]
    # A limit of 1 is what keeps the kernel from starting a handler, see core(5).
    return "no core file" if limit == (1, 1) and not left else f"{limit} {left}"


@attack("sbx_user1051 in /var/task", landlock="nobody elsewhere")
def who_the_function_is():
    """Tell from one's user and directory on which machine one runs."""
    import pwd

    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = str(os.getuid())
    return f"{name} in {os.getcwd()}" if os.getcwd() == "/var/task" else f"{name} elsewhere"
