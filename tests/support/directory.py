"""A directory for one server."""

from __future__ import annotations

import contextlib
import os
import pwd
import tempfile
from pathlib import Path


@contextlib.contextmanager
def own_directory(user: str | None):
    """With a short path, and the user's own if it is given."""
    with tempfile.TemporaryDirectory(prefix="hob-test-") as place:
        if user is not None:
            account = pwd.getpwnam(user)
            os.chown(place, account.pw_uid, account.pw_gid)
        yield Path(place)
