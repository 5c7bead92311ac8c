"""System calls that change the machine, or that have often been a way into the kernel."""

import ctypes
import mmap
import os

from .attack import attack, those_that_succeed
from .system import in_child, libc, numbered_call, system_call

SIGSYS = 31


@attack("EPERM")
def bpf():
    """Load a BPF program."""
    system_call("bpf", 5, (ctypes.c_uint64 * 16)(), 128)


@attack("EPERM")
def perf_event_open():
    """Count events of the whole machine."""
    system_call("perf_event_open", (ctypes.c_uint64 * 16)(), -1, 0, -1, 0)


@attack("EPERM")
def userfaultfd():
    """Stop the kernel in the middle of a copy, the favourite tool of use-after-free exploits."""
    system_call("userfaultfd", 0)


@attack("ENOSYS")
def io_uring():
    """Open a ring, past which no filter of system calls sees."""
    system_call("io_uring_setup", 8, (ctypes.c_uint64 * 16)())


@attack("ENOSYS")
def asynchronous_files():
    """Take requests from the machine-wide pool fs.aio-max-nr."""
    system_call("io_setup", 65536, ctypes.byref(ctypes.c_uint64()))


@attack("none succeeds")
def keyrings():
    """Read, add and ask for keys, whose rings do not follow namespaces."""
    return those_that_succeed(
        {
            "keyctl": lambda: system_call("keyctl", 0, -3, 1),
            "read the user's ring": lambda: system_call("keyctl", 11, -4, 0, 0),
            "add_key": lambda: system_call("add_key", b"user", b"planted", b"x", 1, -4),
            "request_key": lambda: system_call("request_key", b"user", b"planted", None, -4),
        }
    )


@attack("none succeeds")
def kernel_modules():
    """Load a module, from memory and from a file, and remove one."""
    return those_that_succeed(
        {
            "init_module": lambda: system_call("init_module", b"", 0, b""),
            "finit_module": lambda: system_call("finit_module", 0, b"", 0),
            "delete_module": lambda: system_call("delete_module", b"overlay", 0),
        }
    )


@attack("none succeeds")
def another_kernel():
    """Load another kernel to boot, by both calls."""
    return those_that_succeed(
        {
            "kexec_load": lambda: system_call("kexec_load", 0, 0, None, 0),
            "kexec_file_load": lambda: system_call("kexec_file_load", -1, -1, 0, None, 0),
        }
    )


@attack("EPERM")
def reboot():
    """Restart the machine."""
    system_call("reboot", 0xFEE1DEAD, 0x28121969, 0x01234567, None)


@attack("none succeeds")
def clocks():
    """Set the machine's clock by each of four calls."""
    now = (ctypes.c_int64 * 2)(0, 0)
    return those_that_succeed(
        {
            "settimeofday": lambda: system_call("settimeofday", now, None),
            "clock_settime": lambda: system_call("clock_settime", 0, now),
            "adjtimex": lambda: system_call("adjtimex", (ctypes.c_int64 * 32)(0x8000)),
            "the /dev/rtc": lambda: os.open("/dev/rtc0", os.O_RDONLY),
        }
    )


@attack("none succeeds")
def names_of_the_machine():
    """Set host name and domain name."""
    return those_that_succeed(
        {
            "sethostname": lambda: system_call("sethostname", b"owned", 5),
            "setdomainname": lambda: system_call("setdomainname", b"owned", 5),
        }
    )


@attack("none succeeds")
def swap_and_accounting():
    """Swap on one's own file, take the host's swap away, write process accounting, set quotas."""
    return those_that_succeed(
        {
            "swapon": lambda: system_call("swapon", b"/tmp/swap", 0),
            "swapoff": lambda: system_call("swapoff", b"/dev/vda"),
            "acct": lambda: system_call("acct", b"/tmp/accounting"),
            "quotactl": lambda: system_call("quotactl", 0x800002 << 8, b"/dev/vda", 0, None),
        }
    )


@attack("EPERM")
def kernel_log():
    """Read the kernel's log, where addresses and the host's devices stand."""
    system_call("syslog", 3, ctypes.create_string_buffer(4096), 4096)


@attack("EPERM")
def fanotify():
    """Watch, and hold up, every access to a file system."""
    system_call("fanotify_init", 0, 0)


@attack("EPERM")
def vhangup():
    """Hang up the host's terminal."""
    system_call("vhangup")


@attack("EPERM or EINVAL")
def pages_of_pid_1():
    """Learn where the memory of pid 1 lies, and drop it from the cache."""
    system_call("process_madvise", system_call("pidfd_open", 1, 0), None, 0, 21, 0)


@attack("EPERM")
def move_pages():
    """Move memory of other processes between nodes, to learn its layout."""
    system_call("move_pages", 1, 0, None, None, None, 0)


@attack("ENOSYS")
def secret_memory():
    """Pin memory that the kernel cannot reclaim with memfd_secret."""
    system_call("memfd_secret", 0)


@attack("none succeeds")
def hardware_ports():
    """Drive hardware ports and replace the descriptor table of segments."""
    return those_that_succeed(
        {
            "iopl": lambda: numbered_call(172, 3),
            "ioperm": lambda: numbered_call(173, 0x70, 2, 1),
            "modify_ldt": lambda: numbered_call(154, 0, ctypes.create_string_buffer(16), 16),
            "/dev/port": lambda: os.open("/dev/port", os.O_RDWR),
        }
    )


@attack("signal 31")
def calls_of_32_bits():
    """Enter by int 0x80, where the same calls have other numbers than the filter knows."""
    # mov eax, 20 (getpid); int 0x80; ret
    return in_child(lambda: machine_code(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"))


@attack("ENOSYS")
def calls_of_x32():
    """Enter by the x32 numbers, which have a bit set that careless filters ignore."""
    numbered_call(0x40000000 + 165, b"none", b"/tmp", b"tmpfs", 0, b"")


@attack("ENOSYS")
def calls_of_tomorrow():
    """Call what a newer kernel may have: each number from 450 to 600 that no library needs."""
    answers = set()
    for number in set(range(450, 600)) - {452}:
        try:
            numbered_call(number, -1, 0, 0, 0, 0, 0)
            return f"call {number} succeeded"
        except OSError as error:
            answers.add(error)
    others = [error for error in answers if error.errno != 38]
    raise others[0] if others else next(iter(answers))


def machine_code(code):
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    ctypes.CFUNCTYPE(ctypes.c_int)(address)()


@attack("the old filter stays")
def a_filter_of_ones_own():
    """Install a filter that allows everything, on top of the sandbox's."""

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]

    allow_all = (ctypes.c_uint64 * 1)(0x7FFF0000 << 32 | 6)

    def loosen():
        system_call("seccomp", 1, 0, ctypes.byref(Program(1, ctypes.addressof(allow_all))))
        system_call("mount", b"none", b"/tmp", b"tmpfs", 0, b"")

    return "the old filter stays" if in_child(loosen) == os.strerror(1) else "loosened"


@attack("only itself")
def personality():
    """Turn address randomisation off, make memory executable, and pretend another kernel version."""
    unlikely = 0x0040000 | 0x0400000 | 0x0020000

    def become():
        if libc.personality(unlikely) == -1:
            raise OSError(ctypes.get_errno(), "")

    in_child(become)
    return "only itself" if libc.personality(0xFFFFFFFF) == 0 else "the parent as well"


@attack("none succeeds")
def terminals():
    """Push characters into the server's terminal (TIOCSTI, TIOCLINUX) by /dev/tty and by inherited descriptors."""
    import fcntl

    def push(place, call):
        descriptor = os.open(place, os.O_RDWR) if isinstance(place, str) else place
        fcntl.ioctl(descriptor, call, b"x")

    places = ["/dev/tty", "/dev/console", "/dev/ptmx", "/dev/tty0", 0, 1, 2]
    return those_that_succeed({f"{place} {call:#x}": lambda p=place, c=call: push(p, c) for place in places for call in (0x5412, 0x541C)})
