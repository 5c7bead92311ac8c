"""Where a process is copied: `from_first_copy` in the server's source. Whoever traces it does not let it fork, and puts
the processes into the world that go on as its children. It runs nothing of a user's until its first such child."""

import gc
import os
import signal
import threading


def copy_here():
    """Returns in each copy, and never in the process that calls it."""
    # What lives now lives on in all copies: the collector need not touch it, and so it stays shared.
    gc.collect()
    gc.freeze()
    os.kill(os.getpid(), signal.SIGSTOP)
    if os.fork() != 0:
        # Nobody traces it: there is nothing that it could be good for.
        os._exit(1)
    # Python knows that this thread has another number now only if it started a thread before.
    threading.main_thread()._set_native_id()
