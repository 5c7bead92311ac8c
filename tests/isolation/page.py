"""The tables of docs/isolation.md, one row for each attack. Run as a program, it writes them anew."""

from __future__ import annotations

import pathlib
import re
import sys

if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

from isolation.attacks.attack import SETTINGS, Attack, attacks_of
from isolation.suite import AREAS

PAGE = pathlib.Path(__file__).parent.parent.parent / "docs" / "isolation.md"
HEAD = "| attack | what is attempted | as root | as an ordinary user | `landlock` |\n|---|---|---|---|---|\n"


def table(area: str) -> str:
    return HEAD + "".join(row(attack) for attack in attacks_of(AREAS[area]))


def row(attack: Attack) -> str:
    cells = [f"`{attack.name}`", attack.attempt, *(attack.outcomes[setting] for setting in SETTINGS)]
    return f"| {' | '.join(cells)} |\n"


def tables_in(text: str) -> dict[str, str]:
    """What stands between the marks of each area."""
    return dict(re.findall(r"<!-- attacks: (\w+) -->\n(.*?)<!-- end -->", text, re.S))


def renewed(text: str) -> str:
    return re.sub(r"(<!-- attacks: (\w+) -->\n).*?(<!-- end -->)", lambda found: found[1] + table(found[2]) + found[3], text, flags=re.S)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text()))
