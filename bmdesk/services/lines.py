"""What every import of a table shares: errors by line, pages of rows, progress, cells and words that may be shown.

Knows no table of its own: catalog, expected and units_file read the columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from bmdesk.domain.money import Money, NotMoney
from bmdesk.texts import Text, msg

R = TypeVar("R")

PAGE = 100
"""Rows per transaction: short enough that a scan at the bench hardly waits for an import."""

UNITS_PAGE = 20
"""Units per transaction where each is judged by the gate (about 50 statements a unit)."""

MOST_ERRORS = 500
"""Errors that are kept for a person to read; the rest are counted."""

_TWO_WAYS = re.compile(r"[+-]?[0-9]{1,3}[.,][0-9]{3}")
_MOST_MINOR = 2_000_000_000  # what an integer column holds on every database

Progress: TypeAlias = Callable[[int, int], bool]
"""Told (rows done, rows in all) after each page; answers False to stop."""


@dataclass(frozen=True, slots=True)
class LineError:
    """Why one line of a file was not taken. `line` as a spreadsheet counts; `column` empty: the whole line."""

    line: int
    reason: Text
    column: str = ""

    @property
    def text(self) -> Text:
        """Line, column and reason as one sentence."""
        if self.column:
            return msg("import.error_in_column", line=self.line, column=self.column, reason=self.reason)
        return msg("import.error_in_line", line=self.line, reason=self.reason)


@dataclass(frozen=True, slots=True)
class LineErrors:
    """The errors of a file in order of lines: `shown` at most MOST_ERRORS, `more` that are only counted."""

    shown: tuple[LineError, ...] = ()
    more: int = 0

    def __len__(self) -> int:
        return len(self.shown) + self.more

    def __iter__(self) -> Iterator[LineError]:
        return iter(self.shown)


def gathered(*lists: Sequence[LineError], more: int = 0) -> LineErrors:
    """All of these errors in order of lines, bounded; `more` were left out of the lists already."""
    every = sorted((error for errors in lists for error in errors), key=lambda error: error.line)
    return LineErrors(tuple(every[:MOST_ERRORS]), more + max(0, len(every) - MOST_ERRORS))


class BadCell(ValueError):
    """What a cell holds does not fit its column. Raised and caught inside the imports, never shown as such."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.code)
        self.reason = reason


def plain(text: str, longest: int) -> str:
    """The cell with single spaces. Raises BadCell for characters that no screen shows, or too many of them."""
    shown = " ".join(text.split())
    if not shown.isprintable():
        raise BadCell(msg("import.unprintable"))
    if len(shown) > longest:
        raise BadCell(msg("import.too_long", most=longest, count=len(shown)))
    return shown


def one_line(text: str, longest: int) -> str:
    """What a person typed, as one line with single spaces, without what no screen shows; too long is cut."""
    return " ".join("".join(ch if ch.isprintable() else " " for ch in text).split())[:longest]


def whole(text: str, low: int, high: int) -> int:
    """A whole number in these bounds; `88`, `88 %` and `88.0` are the same. Raises BadCell."""
    digits = text.strip().removesuffix("%").strip().removesuffix(".0")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9 and low <= int(digits) <= high):
        raise BadCell(msg("import.not_whole", given=text[:40], low=low, high=high))
    return int(digits)


def amount(text: str, currency: str) -> Money:
    """An amount of at least zero that a column can keep. Raises BadCell.

    A spreadsheet writes `1,000` for a thousand in one country and for one in another: that is refused, never guessed.
    """
    if _TWO_WAYS.fullmatch(text.strip()):
        raise BadCell(msg("files.two_ways", given=text[:40]))
    try:
        found = Money.parse(text, currency)
    except NotMoney as refused:
        raise BadCell(refused.happened) from None
    if found.minor < 0:
        raise BadCell(msg("import.negative", given=text[:40]))
    if found.minor > _MOST_MINOR:
        raise BadCell(msg("import.too_much", given=text[:40]))
    return found


def in_pages(
    rows: Sequence[R], work: Callable[[Sequence[R]], None], progress: Progress | None, size: int = PAGE
) -> bool:
    """Hand the rows to `work` in pages of `size`; False when `progress` stopped it. What was handed over stays done."""
    for start in range(0, len(rows), size):
        work(rows[start : start + size])
        if progress is not None and not progress(min(start + size, len(rows)), len(rows)):
            return start + size >= len(rows)
    return True
