"""The program's own log for people: its last lines with time and level, secrets and customers taken out again.

What is written there was masked already (`system.logs`); a value that slipped in all the same is taken out before it is
shown. What sync did and met is another log: `services.syncing.sync_status.log`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from bmdesk.services import support_bundle
from bmdesk.services.desk import Desk
from bmdesk.system.paths import DataDir

MOST_LINES = 2000

_HEAD = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d+Z (DEBUG|INFO|WARNING|ERROR|CRITICAL) (\S+): (.*)")
_LEVELS = {"WARNING": "warning", "ERROR": "error", "CRITICAL": "error"}


@dataclass(frozen=True, slots=True)
class ProgramLine:
    """One entry: when, level (`info`, `warning`, `error`), which part said it, all of its words."""

    id: int
    at: datetime
    level: str
    source: str
    text: str

    @property
    def first(self) -> str:
        """Its first line."""
        return self.text.partition("\n")[0]


def read(desk: Desk, data: DataDir) -> tuple[ProgramLine, ...]:
    """The newest entries, the newest first. Reads all customers of the store, to leave out whom they name."""
    (text,) = support_bundle.cleaned(desk, data, [support_bundle.log_end(data.logs / "bmdesk.log")])
    return tuple(reversed(_parsed(text)))


def only(
    lines: Sequence[ProgramLine], levels: Sequence[str] = (), words: str = ""
) -> tuple[ProgramLine, ...]:
    """Those of these levels (none: all) in which these words stand; at most MOST_LINES."""
    sought = words.casefold().split()
    found = (
        line
        for line in lines
        if (not levels or line.level in levels) and _has(f"{line.source} {line.text}", sought)
    )
    return tuple(islice(found, MOST_LINES))


def _parsed(text: str) -> list[ProgramLine]:
    """A traceback belongs to the line before it; what comes before the first whole line is left out."""
    entries: list[tuple[datetime, str, str, list[str]]] = []
    for line in text.splitlines():
        head = _HEAD.fullmatch(line)
        if head is not None:
            at = datetime.fromisoformat(head[1]).replace(tzinfo=UTC)
            entries.append((at, _LEVELS.get(head[2], "info"), head[3], [head[4]]))
        elif entries:
            entries[-1][3].append(line)
    return [
        ProgramLine(number, at, level, source, "\n".join(lines))
        for number, (at, level, source, lines) in enumerate(entries)
    ]


def _has(text: str, sought: Sequence[str]) -> bool:
    folded = text.casefold()
    return all(word in folded for word in sought)
