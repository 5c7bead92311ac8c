"""`python -m chaos.events`: the long run. `cargo xtask chaos` starts it."""

from __future__ import annotations

import argparse
import contextlib
import random
import signal
import sys
import tempfile
from pathlib import Path

from chaos.events import disk
from chaos.events.run import Setting, run


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="cargo xtask chaos", description="No acknowledged event is lost, whatever is killed")
    parser.add_argument("--hob", type=Path, required=True, help="the binary")
    parser.add_argument("--kills", type=int, default=200, help="how often the server is killed (200)")
    parser.add_argument("--seed", type=int, default=None, help="makes the same plan again (a random one, which is printed)")
    parser.add_argument("--minutes", type=float, default=30, help="the kills end after so many, even if some are left (30)")
    parser.add_argument("--rate", type=float, default=10, help="events of each path a second, at most (10)")
    parser.add_argument("--settle-minutes", type=float, default=8, help="for the last event to be where it belongs (8)")
    return parser.parse_args()


def main() -> int:
    given = arguments()
    # Whoever ends the test by a signal finds nothing of it left, either.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by a signal"))
    seed = random.randrange(1_000_000) if given.seed is None else given.seed
    setting = Setting(
        seed=seed,
        kills=given.kills,
        seconds=given.minutes * 60,
        rate=given.rate,
        retries=2,
        settle_seconds=given.settle_minutes * 60,
    )
    print(f"seed {seed}: {given.kills} kills", file=sys.stderr, flush=True)
    without_disk = disk.why_not()
    if without_disk:
        print(f"the disk is not filled: {without_disk}", file=sys.stderr)
    with contextlib.ExitStack() as stack:
        small = None if without_disk else stack.enter_context(disk.mounted())
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="hob-chaos-"))
        outcome = run(given.hob.resolve(), Path(directory), setting, small)
    print(outcome.text())
    return 1 if outcome.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
