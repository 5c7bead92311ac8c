"""SnapStart: a function's process is initialised once, and each environment gets a copy of it.

What is open when the process is copied is open in all copies, as after any fork, so connections are ended before.
"""

import os
import socket
import stat
import sys
import time

from . import logs, parked, pausing
from .fault import Fault, describe
from .marshal import to_json

_BEFORE = "Runtime.BeforeSnapshotError"
_AFTER = "Runtime.AfterRestoreError"
# The server then starts the function as any other.
_IMPOSSIBLE = "Runtime.SnapshotNotPossible"

_TMP = "/tmp"

_PATIENCE_MS = 100


def take(client):
    """Returns in each restored environment, with its client."""
    try:
        _run(reversed(_hooks("get_before_snapshot")))
        _refuse_what_no_copy_has()
    except Exception as e:
        document = describe(e)
        impossible = isinstance(e, Fault) and e.error_type == _IMPOSSIBLE
        if not impossible:
            logs.log_error(document)
        sys.stdout.flush()
        client.post_init_error(to_json(document), _IMPOSSIBLE if impossible else _BEFORE)
        sys.exit(64)
    before = _State()
    _end_connections(client.descriptor())
    sys.stdout.flush()
    sys.stderr.flush()
    client.announce_snapshot()
    pausing.copy_here()
    return _restored(client, before)


def _restored(client, before):
    client.forget()
    client = parked.assigned(before.variables)
    try:
        before.restore()
        _run(_hooks("get_after_restore"))
    except Exception as e:
        document = describe(e)
        logs.log_error(document)
        sys.stdout.flush()
        client.post_restore_error(to_json(document), _AFTER)
        sys.exit(65)
    return client


def _hooks(which):
    """The module may be one of the function's own. Where it was not imported, there are none."""
    module = sys.modules.get("snapshot_restore_py")
    return list(getattr(module, which)()) if module is not None else []


def _run(hooks):
    for function, arguments, keywords in hooks:
        function(*arguments, **keywords)


def _refuse_what_no_copy_has():
    threads = _other_threads()
    if threads > 0:
        raise Fault(_IMPOSSIBLE, "The initialisation has left %d threads running, which copies would lack." % threads)
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return
    raise Fault(_IMPOSSIBLE, "The initialisation has left programs running, which copies would lack.")


def _other_threads():
    """One that has been joined may be about to end, as far as the kernel is concerned."""
    for _ in range(_PATIENCE_MS):
        threads = len(os.listdir("/proc/self/task")) - 1
        if threads == 0:
            break
        time.sleep(0.001)
    return threads


def _end_connections(kept):
    """Nobody can say which copy would get an answer."""
    for name in os.listdir("/proc/self/fd"):
        descriptor = int(name)
        try:
            if descriptor == kept or not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                continue
            with socket.socket(fileno=os.dup(descriptor)) as connection:
                if connection.family in (socket.AF_INET, socket.AF_INET6):
                    connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            # It is the listing itself, or not connected.
            pass


class _State:
    """What a copy does not have by itself."""

    def __init__(self):
        self.variables = parked.variables()
        self._directory = os.getcwd()
        self._mask = os.umask(0)
        os.umask(self._mask)
        self._tmp = os.open(_TMP, os.O_RDONLY | os.O_DIRECTORY) if os.listdir(_TMP) else None

    def restore(self):
        os.umask(self._mask)
        if self._tmp is not None:
            _copy("/proc/self/fd/%d" % self._tmp, _TMP)
            os.close(self._tmp)
        os.chdir(self._directory)
        if "tempfile" in sys.modules:
            # It draws anew where the number of the process is another, and here it is the same.
            sys.modules["tempfile"]._name_sequence = None


def _copy(source, target):
    import shutil

    for entry in os.scandir(source):
        destination = os.path.join(target, entry.name)
        if entry.is_symlink():
            os.symlink(os.readlink(entry.path), destination)
        elif entry.is_dir():
            shutil.copytree(entry.path, destination, symlinks=True)
        elif entry.is_file():
            shutil.copy2(entry.path, destination)
