"""What can be wrong with a table, in words for the person who made it."""

from __future__ import annotations

from collections.abc import Iterable

from bmdesk.texts import Failure, Text, msg


class TableUnreadable(Failure):
    """The table cannot be read as it is.

    `line` counts from 1 as a spreadsheet or editor does; 0: the file as such.
    """

    code = "table.unreadable"

    def __init__(self, *, file: str, reason: Text, line: int = 0) -> None:
        place = msg("table.place.line", file=file, line=line) if line else msg("table.place.file", file=file)
        super().__init__(place=place, reason=reason)
        self.file = file
        self.line = line
        self.reason = reason


class TableTooLarge(Failure):
    """The table is beyond what is read in one go. Parameters: file, size, limit (both Texts)."""

    code = "table.too_large"


class ColumnsMissing(Failure):
    """The heading lacks columns that are needed. Parameters: file, columns, found."""

    code = "table.columns_missing"

    def __init__(self, *, file: str, columns: Iterable[str], found: Iterable[str]) -> None:
        self.columns = tuple(columns)
        self.found = tuple(found)
        super().__init__(file=file, columns=", ".join(self.columns), found=", ".join(self.found)[:300])


class TableFormatUnknown(Failure):
    """A table can be written as .csv or .xlsx only. Parameters: file."""

    code = "table.format_unknown"
