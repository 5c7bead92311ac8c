"""Out of the sandbox by way of mounts, namespaces and the processes around it."""

import ctypes
import os

from .attack import attack, facts, those_that_succeed
from .system import CODE, TMP, in_child, system_call

NAMESPACES = {
    "mount": 0x00020000, "cgroup": 0x02000000, "uts": 0x04000000, "ipc": 0x08000000,
    "user": 0x10000000, "pid": 0x20000000, "net": 0x40000000, "time": 0x00000080,
}  # fmt: skip
MS_REMOUNT, MS_BIND = 32, 4096
AT_FDCWD = -100


@attack("EPERM")
def mount_tmpfs():
    """Mount a file system of one's own over /tmp."""
    system_call("mount", b"none", b"/tmp", b"tmpfs", 0, b"")


@attack("EPERM")
def bind_mount():
    """Show / a second time, where it might be writable."""
    os.makedirs(f"{TMP}/second", exist_ok=True)
    system_call("mount", b"/", (TMP + "/second").encode(), None, MS_BIND, None)


@attack("EPERM")
def remount_writable():
    """Make /usr writable."""
    system_call("mount", None, b"/usr", None, MS_REMOUNT | MS_BIND, None)


@attack("EPERM")
def mount_overlay():
    """Lay an overlay over /etc, as with the user-namespace overlay holes of 2021 and 2023."""
    system_call("mount", b"overlay", b"/etc", b"overlay", 0, b"lowerdir=/etc,upperdir=/tmp,workdir=/tmp")


@attack("EPERM")
def new_mount_calls():
    """Make a file system with fsopen, which filters of the old mount call overlook."""
    system_call("fsopen", b"tmpfs", 0)


@attack("EPERM")
def clone_mount():
    """Take a private copy of the root's mounts with open_tree, to change it in peace."""
    system_call("open_tree", AT_FDCWD, b"/", 1)


@attack("EPERM")
def move_mount():
    """Move the code's mount out of the way."""
    system_call("move_mount", AT_FDCWD, b"/var/task", AT_FDCWD, b"/tmp", 0)


@attack("EPERM")
def mount_attributes():
    """Take the read-only attribute off the root with mount_setattr."""
    attributes = (ctypes.c_uint64 * 4)(0, 1, 0, 0)
    system_call("mount_setattr", AT_FDCWD, b"/", 0x8000, attributes, 32)


@attack("EPERM")
def unmount():
    """Unmount /proc, below which a less careful sandbox would have left the host's."""
    system_call("umount2", b"/proc", 2)


@attack("EPERM")
def pivot_root():
    """Put a directory of one's own in the place of the root."""
    system_call("pivot_root", b"/tmp", b"/tmp")


@attack("EPERM")
def chroot():
    """Change the root, the first half of the classic way out of a chroot."""
    system_call("chroot", b"/tmp")


@attack("none succeeds")
def unshare():
    """Make a new namespace of each of the eight kinds, to be root in it."""
    return those_that_succeed({kind: lambda flag=flag: system_call("unshare", flag) for kind, flag in NAMESPACES.items()})


@attack("none succeeds")
def clone_namespace():
    """The same with clone."""
    # SIGCHLD in the lowest byte: CLONE_NEWTIME is no flag of clone.
    kinds = {kind: flag | 17 for kind, flag in NAMESPACES.items() if kind != "time"}

    def clone(flags):
        if system_call("clone", flags, 0, 0, 0, 0) == 0:
            os._exit(0)

    return those_that_succeed({kind: lambda flags=flags: clone(flags) for kind, flags in kinds.items()})


@attack("ENOSYS")
def clone3():
    """The same with clone3, whose flags a filter cannot read."""
    arguments = (ctypes.c_uint64 * 8)(NAMESPACES["user"], 0, 0, 0, 17, 0, 0, 0)
    if system_call("clone3", arguments, ctypes.sizeof(arguments)) == 0:
        os._exit(0)


@attack("none succeeds")
def enter_namespace():
    """Enter the namespaces of pid 1, and one's own again with fresh capabilities."""

    def enter(path):
        namespace = os.open(path, os.O_RDONLY)
        try:
            system_call("setns", namespace, 0)
        finally:
            os.close(namespace)

    paths = [f"/proc/{pid}/ns/{kind}" for pid in (1, "self") for kind in ("mnt", "user", "pid", "net")]
    return those_that_succeed({path: lambda path=path: enter(path) for path in paths})


@attack("EPERM or EINVAL or EBADF")
def enter_by_pidfd():
    """Enter all namespaces of pid 1 by its pidfd."""
    system_call("setns", system_call("pidfd_open", 1, 0), NAMESPACES["mount"] | NAMESPACES["pid"])


@attack("none succeeds")
def through_pid_1():
    """Reach the host's files through root, cwd, exe and descriptors of pid 1."""
    return those_that_succeed(
        {
            "root": lambda: os.listdir("/proc/1/root/"),
            "cwd": lambda: os.listdir("/proc/1/cwd/"),
            "exe": lambda: open("/proc/1/exe", "rb").close(),
            "descriptors": lambda: os.listdir("/proc/1/fd"),
            "map_files": lambda: os.listdir("/proc/1/map_files"),
            "mountinfo": lambda: open("/proc/1/mountinfo").close(),
            "environ": lambda: open("/proc/1/environ").read(),
            "maps": lambda: open("/proc/1/maps").read(),
        }
    )


@attack("none succeeds")
def memory_of_pid_1():
    """Write into the memory of pid 1 through its file, by process_vm_writev and by ptrace."""
    vector = (ctypes.c_uint64 * 2)(0, 0)
    return those_that_succeed(
        {
            "file": lambda: os.open("/proc/1/mem", os.O_RDWR),
            "process_vm_writev": lambda: system_call("process_vm_writev", 1, vector, 1, vector, 1, 0),
            "process_vm_readv": lambda: system_call("process_vm_readv", 1, vector, 1, vector, 1, 0),
            "ptrace": lambda: system_call("ptrace", 16, 1, 0, 0),
            "clear_refs": lambda: os.open("/proc/1/clear_refs", os.O_WRONLY),
        }
    )


@attack("EPERM")
def descriptor_of_pid_1():
    """Copy a descriptor out of pid 1 with pidfd_getfd."""
    system_call("pidfd_getfd", system_call("pidfd_open", 1, 0), 0, 0)


@attack("EPERM")
def open_by_handle():
    """Open the host's root directory by its inode number, as "shocker" did with Docker."""
    handle = (ctypes.c_uint32 * 4)(8, 1, 2, 0)
    system_call("open_by_handle_at", os.open(TMP, os.O_RDONLY), handle, os.O_RDONLY)


@attack("EPERM")
def name_to_handle():
    """Learn the handles and mount ids that such an attack needs."""
    system_call("name_to_handle_at", AT_FDCWD, b"/tmp", (ctypes.c_uint32 * 34)(128), ctypes.byref(ctypes.c_int()), 0)


@attack("none succeeds")
def dots_above_the_root():
    """Walk above the root by .., from a directory that is renamed meanwhile, and by a link to ../../.."""
    root = os.stat("/")

    def above(path):
        found = os.stat(path)
        if (found.st_dev, found.st_ino) == (root.st_dev, root.st_ino) or not os.path.exists(path + facts["secret"]):
            raise OSError

    def renamed():
        os.makedirs(f"{TMP}/deep/er", exist_ok=True)
        inner = os.open(f"{TMP}/deep/er", os.O_RDONLY)
        os.rename(f"{TMP}/deep/er", f"{TMP}/er")
        os.fchdir(inner)
        try:
            above("../" * 60)
        finally:
            os.chdir(CODE)

    def link():
        if not os.path.islink(f"{TMP}/up"):
            os.symlink("../" * 60, f"{TMP}/up")
        above(f"{TMP}/up")

    return those_that_succeed({"dots": lambda: above("/" + "../" * 60), "renamed": renamed, "link": link})


@attack("none succeeds")
def kernel_settings():
    """Set what the kernel executes as root: core_pattern, modprobe, hotplug, binfmt_misc, sysrq."""
    files = [
        "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/kernel/hotplug", "/proc/sysrq-trigger",
        "/proc/sys/fs/binfmt_misc/register", "/proc/sys/kernel/hostname", "/proc/sys/net/ipv4/ip_forward",
        "/proc/sys/vm/overcommit_memory", "/proc/sys/kernel/ns_last_pid", "/proc/sys/user/max_user_namespaces",
    ]  # fmt: skip
    return those_that_succeed({file: lambda file=file: os.open(file, os.O_WRONLY) for file in files})


@attack("none succeeds")
def control_groups():
    """Set a release_agent, or raise the limits of one's own group, in any hierarchy of cgroups."""
    groups = [line.split(":")[2].strip() for line in open("/proc/self/cgroup")]
    places = {"/sys/fs/cgroup" + group for group in groups} | {"/sys/fs/cgroup", "/sys/fs/cgroup/memory"}
    names = ("release_agent", "cgroup.procs", "memory.max", "memory.limit_in_bytes", "tasks")
    files = [f"{place}/{name}" for place in places for name in names]
    return those_that_succeed({file: lambda file=file: os.open(file, os.O_WRONLY) for file in files})


@attack("EPERM")
def mount_control_groups():
    """Mount a cgroup hierarchy, the first step of the release_agent escape."""
    system_call("mount", b"cgroup", b"/tmp", b"cgroup", 0, b"memory")


@attack("nothing")
def the_hosts_files():
    """Read the host's files: its users, its keys, its mail, its logs, and the server's own data."""
    paths = [
        facts["secret"], facts["data"], "/etc/shadow", "/etc/machine-id", "/etc/ssh", "/root/.ssh", "/root/.bashrc",
        "/home", "/boot", "/run/hob", "/run/user", "/var/lib", "/var/log", "/var/spool", "/srv", "/lost+found",
    ]  # fmt: skip
    return readable(paths)


@attack("nothing")
def what_proc_and_sys_tell():
    """Read the kernel's memory, its log, its keys, its addresses and its devices."""
    addresses = {line.split()[0] for line in lines("/proc/kallsyms")}
    paths = ["/proc/kcore", "/proc/kmsg", "/proc/keys", "/proc/timer_list", "/proc/sched_debug", "/proc/vmallocinfo", "/proc/slabinfo"]
    paths += ["/sys/kernel", "/sys/firmware", "/sys/block", "/sys/class", "/sys/module", "/sys/fs/bpf", "/dev/mem", "/dev/kmsg"]
    found = readable(paths)
    return found if not any(address.strip("0") for address in addresses) else found + ", kernel addresses"


def lines(path):
    try:
        return list(open(path))
    except OSError:
        return []


def readable(paths):
    found = []
    for path in paths:
        try:
            if os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(1):
                found.append(path)
        except OSError:
            pass
    return ", ".join(found) or "nothing"


@attack("nothing", alone=True)
def inherited_descriptors():
    """Find a descriptor of the server's or the launcher's that was not closed."""
    targets = [os.readlink(f"/proc/self/fd/{number}") for number in range(3, 1024) if os.path.islink(f"/proc/self/fd/{number}")]
    foreign = [target for target in targets if target.startswith("/") and not target.startswith(("/dev/null", "/proc/", CODE))]
    return ", ".join(foreign) or "nothing"


@attack("Operation not permitted")
def leave_it_to_a_child():
    """Mount in a child, in the hope that only the function's first process is confined."""
    return in_child(lambda: system_call("mount", b"none", b"/tmp", b"tmpfs", 0, b""))
