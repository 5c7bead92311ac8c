"""What was sent and what was found, by path and number. Kept by the test itself, which nobody kills."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Occurrence:
    """An event as it was found at one of the ends."""

    number: int
    # Tells a second processing from a second look at the first.
    id: str
    # When, in nanoseconds; zero where nobody asks for the order.
    at: int = 0


@dataclass
class Page:
    """One path's part of the ledger."""

    # Whose sending has begun; those of them that are not acknowledged may have arrived.
    sent: set[int] = field(default_factory=set)
    acknowledged: set[int] = field(default_factory=set)
    # By the name of the end.
    found: dict[str, set[Occurrence]] = field(default_factory=lambda: defaultdict(set))


class Ledger:
    """Written by producers and collectors, each in a thread of its own."""

    def __init__(self):
        self._lock = threading.Lock()
        self._pages: dict[str, Page] = defaultdict(Page)
        # Calls that ended with an error, by what it was.
        self.refusals: dict[str, int] = defaultdict(int)
        # What contradicts a promise by itself, such as a message that is there after its deletion.
        self.oddities: list[str] = []

    def sent(self, path: str, number: int) -> None:
        with self._lock:
            self._pages[path].sent.add(number)

    def acknowledged(self, path: str, number: int) -> None:
        with self._lock:
            self._pages[path].acknowledged.add(number)

    def found(self, path: str, end: str, occurrence: Occurrence) -> None:
        with self._lock:
            self._pages[path].found[end].add(occurrence)

    def refused(self, why: str) -> None:
        with self._lock:
            self.refusals[why] += 1

    def odd(self, what: str) -> None:
        with self._lock:
            self.oddities.append(what)

    def acknowledgements(self) -> dict[str, int]:
        """How many there are by now, of each path that has sent anything."""
        with self._lock:
            return {path: len(page.acknowledged) for path, page in self._pages.items()}

    def page(self, path: str) -> Page:
        """As it is now; it does not change any more."""
        with self._lock:
            page = self._pages[path]
            found = defaultdict(set, {end: set(occurrences) for end, occurrences in page.found.items()})
            return Page(set(page.sent), set(page.acknowledged), found)
