"""Tables for people to open: CSV or XLSX by the file's suffix, whole or not at all, and never a formula.

A text that a spreadsheet would run (it begins with = + - @ tab or line end) gets an apostrophe before it;
reading takes that apostrophe away again. Numbers given as numbers stay numbers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, TypeAlias
from zipfile import ZIP_DEFLATED, ZipFile

from bmdesk.system.durable import replacing
from bmdesk.system.tabular.failures import TableFormatUnknown
from bmdesk.system.tabular.xlsx_file import EXACT_DIGITS

Cell: TypeAlias = str | int | float | Decimal | bool | date | datetime | None

_RUNS_AS_FORMULA = re.compile(r"'*\s*[=+\-@\t\r\n]")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_table(path: Path, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write these rows under these headers to a .csv or .xlsx file; a file that stood there is replaced
    whole.

    Raises TableFormatUnknown or FileNotWritten, and then leaves what stood there. Moments are written with
    their offset, as they are given.
    """
    write = {".csv": _write_csv, ".xlsx": _write_xlsx}.get(path.suffix.lower())
    if write is None:
        raise TableFormatUnknown(file=path.name)
    with replacing(path) as file:
        write(file, headers, rows)


def without_apostrophe(text: str) -> str:
    """The text as it was before `write_table` made it harmless."""
    return text[1:] if text.startswith("'") and _RUNS_AS_FORMULA.match(text) else text


def _write_csv(file: IO[bytes], headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    # With the byte order mark spreadsheets take the file for UTF-8.
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    try:
        writer = csv.writer(text)
        writer.writerow([_harmless(header) for header in headers])
        writer.writerows([_words(cell) for cell in row] for row in rows)
    finally:
        text.detach()


def _write_xlsx(file: IO[bytes], headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    from openpyxl import Workbook
    from openpyxl.writer.excel import ExcelWriter

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("bmdesk")
    sheet.freeze_panes = "A2"
    try:
        sheet.append([_harmless(header) for header in headers])
        for row in rows:
            sheet.append([_typed(cell) for cell in row])
    finally:
        sheet.close()  # else openpyxl's half-written part complains whenever it is collected
    # `workbook.save` leaves its archive open where the disk is full, and that complains whenever it is collected.
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        ExcelWriter(workbook, archive).save()


def _words(cell: Cell) -> str:
    """This cell as text of a CSV file."""
    typed = _typed(cell)
    if typed is None:
        return ""
    return f"{typed:f}" if isinstance(typed, Decimal) else str(typed)


def _typed(cell: Cell) -> str | int | float | Decimal | None:
    """This cell as XLSX keeps it.

    Numbers as numbers where they keep their digits, the rest as harmless text.
    """
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int) and abs(cell) >= 10**EXACT_DIGITS:
        return str(cell)
    if cell is None or isinstance(cell, int | float | Decimal):
        return cell
    return _harmless(cell) or None


def _harmless(text: str) -> str:
    text = _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)
    return f"'{text}" if _RUNS_AS_FORMULA.match(text) else text
