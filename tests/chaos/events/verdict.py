"""Whether what was promised was kept: functions of the ledger's pages and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

from chaos.events.ledger import Occurrence, Page

# Every tenth event of a path that has such is one that its function fails on, always.
ONE_IN = 10


def fails(number: int) -> bool:
    return number % ONE_IN == 3


@dataclass(frozen=True)
class Promise:
    """What comes of each acknowledged event of a path. A line of the closing table."""

    line: str
    path: str
    # The end where an event counts as processed, and the one where it counts as dead-lettered.
    processed_in: str | None = None
    dead_in: str | None = None
    # Only for events that fail, or only for those that do not. None: for all.
    failing: bool | None = None
    # How many groups the numbers are dealt to, in each of which they are processed in order.
    groups: int | None = None

    def concerns(self, number: int) -> bool:
        return self.failing is None or self.failing == fails(number)


@dataclass
class Line:
    """What was made of a promise. Without `lost`, `invented` and `disordered` it was kept."""

    name: str
    acknowledged: int
    # Acknowledged ones that were processed, and those that were dead-lettered only.
    processed: int
    dead: int
    # Sent without an acknowledgement, and how many of them arrived all the same.
    maybe: int
    maybe_arrived: int
    # Found more often than once.
    duplicates: int
    lost: list[int] = field(default_factory=list)
    # Found, but never sent.
    invented: list[int] = field(default_factory=list)
    # Pairs of one group: the second was processed first.
    disordered: list[tuple[int, int]] = field(default_factory=list)

    @property
    def is_kept(self) -> bool:
        return not (self.lost or self.invented or self.disordered)


def judge(promise: Promise, page: Page) -> Line:
    processed = _concerned(promise, page, promise.processed_in)
    dead = _concerned(promise, page, promise.dead_in)
    processed_numbers, dead_numbers = _numbers(processed), _numbers(dead)
    arrived = processed_numbers | dead_numbers
    acknowledged = set(filter(promise.concerns, page.acknowledged))
    maybe = set(filter(promise.concerns, page.sent)) - acknowledged
    return Line(
        name=promise.line,
        acknowledged=len(acknowledged),
        processed=len(acknowledged & processed_numbers),
        dead=len((acknowledged & dead_numbers) - processed_numbers),
        maybe=len(maybe),
        maybe_arrived=len(maybe & arrived),
        duplicates=len(processed) + len(dead) - len(arrived),
        lost=sorted(acknowledged - arrived),
        invented=sorted(arrived - page.sent),
        disordered=disorder(processed, promise.groups) if promise.groups else [],
    )


def _concerned(promise: Promise, page: Page, end: str | None) -> list[Occurrence]:
    found = page.found.get(end, set()) if end else set()
    return [occurrence for occurrence in found if promise.concerns(occurrence.number)]


def _numbers(occurrences: list[Occurrence]) -> set[int]:
    return {occurrence.number for occurrence in occurrences}


def disorder(occurrences: list[Occurrence], groups: int) -> list[tuple[int, int]]:
    """Neighbours in time of one group, by when each was first processed, whose numbers fall."""
    first: dict[int, int] = {}
    for occurrence in occurrences:
        first[occurrence.number] = min(occurrence.at, first.get(occurrence.number, occurrence.at))
    fallen = []
    for group in range(groups):
        order = sorted((number for number in first if number % groups == group), key=first.__getitem__)
        fallen += [(before, after) for before, after in zip(order, order[1:]) if after < before]
    return fallen


COLUMNS = ("path", "acknowledged", "processed", "dead-lettered", "duplicates", "lost", "unacknowledged", "of them arrived")


def table(lines: list[Line]) -> str:
    """For a person: a row for each line."""
    rows = [COLUMNS]
    for line in lines:
        numbers = (line.acknowledged, line.processed, line.dead, line.duplicates, len(line.lost), line.maybe, line.maybe_arrived)
        rows.append((line.name, *map(str, numbers)))
    widths = [max(map(len, column)) for column in zip(*rows)]
    text = []
    for name, *numbers in rows:
        cells = [name.ljust(widths[0])] + [number.rjust(width) for number, width in zip(numbers, widths[1:])]
        text.append("  ".join(cells))
    return "\n".join(text)


def complaints(lines: list[Line], at_most: int = 20) -> list[str]:
    """What is wrong, in words; each with some of the numbers it concerns."""
    found = []
    for line in lines:
        for wrong in ("lost", "invented", "disordered"):
            if numbers := getattr(line, wrong):
                more = " …" if len(numbers) > at_most else ""
                found.append(f"{line.name}: {len(numbers)} {wrong}: {numbers[:at_most]}{more}")
    return found
