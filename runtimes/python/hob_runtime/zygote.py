"""A process that is initialised once, and of which sandboxes then get copies.

It runs nothing of a user's, has no network, and listens only to the launcher, which started it and told it the number
of their channel. The messages are those of `ZygoteTask` and `ZygoteReport` in the server's source: a number for the
kind, then fields one after another, numbers in the machine's byte order.
"""

import gc
import os
import select
import signal
import socket
import struct

_CHANNEL = "HOB_ZYGOTE"

# The only kind of task after the first, which says what copies leave behind.
_FORK = 1
# Of a report.
_READY, _UNABLE, _FORKED, _ENTERED, _REFUSED, _ENDED = range(6)

_MESSAGE_MAX = 1 << 18
_DESCRIPTORS_MAX = 16


def is_wanted():
    return _CHANNEL in os.environ


def serve(prepare):
    """Returns in each copy, when it is a process of its sandbox like any other. Never in the zygote itself."""
    channel = socket.socket(fileno=int(os.environ.pop(_CHANNEL)))
    limits = channel.recv(_MESSAGE_MAX)
    try:
        prepare()
        zygote = _Zygote(channel, _Fields(limits[1:]))
    except Exception as e:
        text = ("%s: %s" % (type(e).__name__, e)).encode()
        channel.send(struct.pack("=BI", _UNABLE, len(text)) + text)
        os._exit(1)
    zygote.serve()


class _Zygote:
    def __init__(self, channel, limits):
        from . import entering  # needs what not every Python has

        self._entering = entering
        self._channel = channel
        self._limits = entering.Limits(limits)
        self._own_processes = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        self._children = _watch_children()

    def serve(self):
        # What lives now lives on in all copies: the collector need not touch it, and so it stays shared.
        gc.collect()
        gc.freeze()
        self._report("=B", _READY)
        poll = select.poll()
        poll.register(self._channel, select.POLLIN)
        poll.register(self._children, select.POLLIN)
        while True:
            for descriptor, _ in poll.poll():
                if descriptor == self._children:
                    self._reap()
                elif self._obey():
                    return

    def _obey(self):
        """True in a copy."""
        message, descriptors, _, _ = socket.recv_fds(self._channel, _MESSAGE_MAX, _DESCRIPTORS_MAX)
        if not message:
            # Nobody wants copies any more. Those that live get another parent.
            os._exit(0)
        return message[0] == _FORK and self._fork(_Fields(message[1:]), descriptors)

    def _fork(self, fields, descriptors):
        task, control_groups = fields.number(), fields.number()
        kinds = [fields.number() for _ in range(fields.number())]
        output, processes = descriptors[:2], descriptors[2]
        entrances, namespaces = descriptors[3 : 3 + control_groups], descriptors[3 + control_groups :]
        try:
            self._entering.let_children_be_born_in(processes)
            process = os.fork()
        except OSError as e:
            self._report("=BIi", _REFUSED, task, e.errno)
            process = None
        if process == 0:
            self._become_copy(task, output, entrances, list(zip(namespaces, kinds)))
            return True
        self._entering.let_children_be_born_in(self._own_processes)
        if process is not None:
            self._report_fork(task, process)
        for descriptor in descriptors:
            os.close(descriptor)
        return False

    def _become_copy(self, task, output, entrances, namespaces):
        # From here on the descriptor is nobody's, so that nothing closes it, or what has its number later, once more.
        channel = self._channel.detach()
        try:
            self._entering.enter(self._limits, channel, output, entrances, namespaces)
            os.write(channel, struct.pack("=BI", _ENTERED, task))
            os.close(channel)
        except BaseException as e:
            os.write(channel, struct.pack("=BIi", _REFUSED, task, getattr(e, "errno", None) or 0))
            os._exit(127)

    def _report_fork(self, task, process):
        # Nobody has waited for it yet, so the number is still its own.
        descriptor = os.pidfd_open(process)
        socket.send_fds(self._channel, [struct.pack("=BII", _FORKED, task, process)], [descriptor])
        os.close(descriptor)

    def _reap(self):
        os.read(self._children, 512)
        while True:
            try:
                process, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if process == 0:
                return
            self._report("=BIi", _ENDED, process, status)

    def _report(self, form, *values):
        self._channel.send(struct.pack(form, *values))


class _Fields:
    """What a message consists of."""

    def __init__(self, message):
        self._message = message
        self._place = 0

    def number(self):
        return self._take("=I")

    def long_number(self):
        return self._take("=Q")

    def flag(self):
        return self._take("=B") != 0

    def text(self):
        length = self.number()
        self._place += length
        return self._message[self._place - length : self._place]

    def _take(self, form):
        (value,) = struct.unpack_from(form, self._message, self._place)
        self._place += struct.calcsize(form)
        return value


def _watch_children():
    """A descriptor that can be read when a child has ended."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, _nothing)
    return reading


def _nothing(_signal, _frame):
    """The byte in the pipe says enough."""
