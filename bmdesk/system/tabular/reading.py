"""One way to read a table, whatever wrote it: the heading is checked first, then rows come as a stream.

The kinds of file are next door (csv_file, xlsx_file); here is what holds for both.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Collection, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from bmdesk.system.durable import why
from bmdesk.system.tabular import csv_file, xlsx_file
from bmdesk.system.tabular.failures import ColumnsMissing, TableTooLarge, TableUnreadable
from bmdesk.system.tabular.writing import without_apostrophe
from bmdesk.texts import msg

_MAX_COLUMNS = 500
# A number that a spreadsheet has shortened: 3.56938E+14. Its digits are gone, and it would pass for text.
_SHORTENED = re.compile(r"[+-]?\d([.,]\d+)?E\+\d{1,3}")
_SPREADSHEET_ERROR = re.compile(r"#(REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|#{2,})")
# Separators of another kind, packed inside one cell as no prose has them: `EUR;UPS;10.00;48`.
_PACKED = re.compile(r"(?:[^;]*;(?! )){3}|(?:[^\t]*\t){2}|(?:[^|]*\|(?! )){3}")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line as the person's program shows it, its stripped cells by lower-case column name."""

    line: int
    cells: dict[str, str]


def read_table(
    path: Path, *, required: Collection[str] = (), max_bytes: int = 20_000_000, max_rows: int = 100_000
) -> Iterator[Row]:
    """The rows of this CSV or XLSX file, blank ones left out; the heading is checked before this returns.

    CSV may be UTF-8, UTF-16 or Windows-1252, separated by semicolon, comma, tab or bar. Raises TableTooLarge,
    ColumnsMissing, or TableUnreadable: at once for the file and its heading, while iterating for a bad row.
    """
    records = _records(path, required, max_bytes, max_rows)
    try:
        columns = _heading(path.name, records, required)
    except BaseException:
        records.close()
        raise
    return _rows(path.name, records, columns, max_rows)


def _records(
    path: Path, required: Collection[str], max_bytes: int, max_rows: int
) -> Generator[tuple[int, list[str]], None, None]:
    try:
        if path.is_dir():
            raise TableUnreadable(file=path.name, reason=msg("system.reason.is_a_folder"))
        if path.exists() and not path.is_file():
            raise TableUnreadable(file=path.name, reason=msg("table.reason.not_a_file"))
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > max_bytes:
                raise TableTooLarge(file=path.name, size=_megabytes(size), limit=_megabytes(max_bytes))
            start = file.read(8)
            file.seek(0)
            if start.startswith(b"PK\x03\x04"):
                yield from xlsx_file.records(path.name, file, max_bytes=max_bytes, max_rows=max_rows)
            elif start.startswith((b"\xd0\xcf\x11\xe0", b"%PDF", b"PK")):
                raise TableUnreadable(file=path.name, reason=msg("table.reason.old_or_locked"))
            else:
                yield from csv_file.records(path.name, file, required)
    except OSError as error:
        raise TableUnreadable(file=path.name, reason=why(error)) from error


def _heading(file: str, records: Iterator[tuple[int, list[str]]], required: Collection[str]) -> list[str]:
    for line, cells in records:
        names = [" ".join(cell.split()).lower() for cell in cells]
        while names and not names[-1]:
            names.pop()
        if not names:
            continue
        if len(names) > _MAX_COLUMNS:
            raise TableUnreadable(
                file=file, line=line, reason=msg("table.reason.too_many_columns", most=_MAX_COLUMNS)
            )
        if len(names) == 1 and _PACKED.match(names[0]):
            raise TableUnreadable(file=file, line=line, reason=msg("table.reason.one_column"))
        twice = [name for name, times in Counter(names).items() if name and times > 1]
        if twice:
            raise TableUnreadable(
                file=file, line=line, reason=msg("table.reason.column_twice", column=twice[0][:100])
            )
        missing = [name for name in required if name not in names]
        if missing:
            raise ColumnsMissing(file=file, columns=missing, found=[name[:60] for name in names if name])
        return names
    raise TableUnreadable(file=file, reason=msg("table.reason.empty"))


def _rows(
    file: str, records: Iterator[tuple[int, list[str]]], columns: list[str], max_rows: int
) -> Iterator[Row]:
    count = 0
    for line, raw in records:
        cells = [without_apostrophe(cell.strip()).strip() for cell in raw]
        while len(cells) > len(columns) and not cells[-1]:
            cells.pop()
        if not any(cells):
            continue
        count += 1
        if count > max_rows:
            raise TableTooLarge(
                file=file,
                size=msg("table.more_than_rows", rows=max_rows),
                limit=msg("table.rows", rows=max_rows),
            )
        if len(cells) != len(columns):
            raise TableUnreadable(
                file=file,
                line=line,
                reason=msg("table.reason.cells_shifted", cells=len(cells), columns=len(columns)),
            )
        for column, cell in zip(columns, cells, strict=True):
            _check(file, line, column, cell)
        yield Row(line, {column: cell for column, cell in zip(columns, cells, strict=True) if column})


def _check(file: str, line: int, column: str, cell: str) -> None:
    reason = None
    if cell and not column:
        reason = msg("table.reason.nameless_column", cell=cell[:40])
    elif _SHORTENED.fullmatch(cell):
        reason = msg("table.reason.shortened", column=column, cell=cell)
    elif _SPREADSHEET_ERROR.fullmatch(cell):
        reason = msg("table.reason.spreadsheet_error", column=column, cell=cell[:20])
    elif _PACKED.match(cell):
        reason = msg("table.reason.mangled", column=column)
    if reason is not None:
        raise TableUnreadable(file=file, line=line, reason=reason)


def _megabytes(size: int) -> object:
    tenths = round(size / 100_000)
    return msg("table.megabytes", size=tenths / 10 if tenths % 10 else tenths // 10)
