"""From a fork of the zygote to a process like one that was started in the sandbox.

Until the last right is gone, nothing may be imported here: in the sandbox a name leads to what is a user's.
"""

import ctypes
import errno
import os
import resource
import signal
import threading

_CLONE_NEWPID = 0x20000000
_CLONE_NEWUSER = 0x10000000

_PR_SET_DUMPABLE = 4
_PR_SET_SECCOMP = 22
_PR_CAPBSET_DROP = 24
_SECCOMP_MODE_FILTER = 2
_SYS_CLOSE_RANGE = 436
_LAST_DESCRIPTOR = 0xFFFFFFFF
_CAPABILITIES_MAX = 64

_libc = ctypes.CDLL(None, use_errno=True)
if not hasattr(_libc, "gnu_get_libc_version"):
    raise ImportError("copies of a process can be made with the GNU C library only")
_prctl, _syscall = _libc.prctl, _libc.syscall
_prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
_syscall.argtypes = [ctypes.c_long] * 4
_syscall.restype = ctypes.c_long

# For this process, in the third version of the format; and three empty sets of 64 capabilities.
_CAPABILITIES_HEADER = (ctypes.c_uint32 * 2)(0x20080522, 0)
_NO_CAPABILITIES = (ctypes.c_uint32 * 6)()


class _Filter(ctypes.Structure):
    """`struct sock_fprog`."""

    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]

    def __init__(self, instructions):
        super().__init__(len(instructions) // 8, instructions)


class Limits:
    """What all copies leave behind: `CopyLimits` in the server's source."""

    def __init__(self, fields):
        self.resources = [(fields.number(), fields.long_number()) for _ in range(fields.number())]
        self.user_and_group = (fields.number(), fields.number()) if fields.flag() else None
        self.filters = [_Filter(fields.text()) for _ in range(fields.number())]
        self.directory = os.getcwd()


def let_children_be_born_in(processes):
    """The namespace of processes of this process's next children."""
    _setns(processes, _CLONE_NEWPID)


def enter(limits, channel, output, entrances, namespaces):
    """What the init of a sandbox does before it starts a program, in another order. Leaves the channel open."""
    for namespace, kinds in namespaces:
        _setns(namespace, kinds)
    for entrance in entrances:
        os.write(entrance, b"0")
    for descriptor, number in zip(output, (1, 2)):
        os.dup2(descriptor, number)
    _forget_zygote()
    _close_all_but(channel)
    os.setsid()
    os.umask(0o022)
    for number, most in limits.resources:
        _lower(number, most)
    if limits.user_and_group is None:
        # Whoever enters a namespace of users has all capabilities there, and an exec would give them back.
        _drop_bounding_set()
    else:
        _become(*limits.user_and_group)
    _checked(_libc.capset(_CAPABILITIES_HEADER, _NO_CAPABILITIES))
    # The kernel has hidden a process that changed its user from that user: /proc/self would be root's.
    _checked(_prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0))
    os.chdir(limits.directory)
    for program in limits.filters:
        _checked(_prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(program), 0, 0))


def _forget_zygote():
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # Python knows that this thread has another number now only if it started a thread before.
    threading.main_thread()._set_native_id()


def _close_all_but(kept):
    if kept > 3:
        _checked(_syscall(_SYS_CLOSE_RANGE, 3, kept - 1, 0))
    _checked(_syscall(_SYS_CLOSE_RANGE, kept + 1, _LAST_DESCRIPTOR, 0))


def _lower(number, most):
    """Where the limit is lower already, it stays."""
    _, hard = resource.getrlimit(number)
    limit = most if hard == resource.RLIM_INFINITY else min(hard, most)
    resource.setrlimit(number, (limit, limit))


def _drop_bounding_set():
    for capability in range(_CAPABILITIES_MAX):
        if _prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            if ctypes.get_errno() != errno.EINVAL:
                raise OSError(ctypes.get_errno(), "dropping capabilities")
            # That was the last one that the kernel knows.
            return


def _become(user, group):
    os.setgroups([])
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)


def _setns(namespace, kinds):
    _checked(_libc.setns(namespace, kinds))


def _checked(result):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
