"""Workbooks (.xlsx): the first visible sheet as records of text, within bounds that the file itself cannot
stretch.

Formulas are refused, not computed: their last result may be stale, and nobody could say what was imported.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO

from bmdesk.system.tabular.failures import TableTooLarge, TableUnreadable
from bmdesk.texts import Failure, msg

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

_MAX_PARTS = 2_000
_UNPACKED_FACTOR = 10
_MAX_CELLS = 20_000_000  # gaps count too: one cell far to the right makes a row of thousands
EXACT_DIGITS = 15  # a spreadsheet's number keeps no more


def records(
    file: str, content: BinaryIO, *, max_bytes: int, max_rows: int
) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells as text) for each row of the first visible sheet."""
    _check_archive(file, content, max_bytes)
    try:
        yield from _sheet(file, content, max_rows)
    except (Failure, GeneratorExit):
        raise
    except Exception as error:  # a damaged workbook makes openpyxl raise nearly anything
        raise TableUnreadable(file=file, reason=msg("table.reason.damaged_workbook")) from error


def _check_archive(file: str, content: BinaryIO, max_bytes: int) -> None:
    try:
        parts = zipfile.ZipFile(content).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise TableUnreadable(file=file, reason=msg("table.reason.damaged_workbook")) from error
    # The declared size binds: zipfile never unpacks more of a part than it declares.
    unpacked = sum(part.file_size for part in parts)
    if unpacked > max_bytes * _UNPACKED_FACTOR or len(parts) > _MAX_PARTS:
        raise TableTooLarge(
            file=file,
            size=msg("table.megabytes_unpacked", size=unpacked // 1_000_000),
            limit=msg("table.megabytes_unpacked", size=max_bytes * _UNPACKED_FACTOR // 1_000_000),
        )
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise TableUnreadable(file=file, reason=msg("table.reason.not_a_workbook"))


def _sheet(file: str, content: BinaryIO, max_rows: int) -> Iterator[tuple[int, list[str]]]:
    import openpyxl

    content.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # about styles and extensions that no cell needs
        workbook: Workbook = openpyxl.load_workbook(content, read_only=True, keep_links=False)
    try:
        sheets = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
        if not sheets:
            raise TableUnreadable(file=file, reason=msg("table.reason.empty"))
        sheet: Any = sheets[0]
        sheet.reset_dimensions()  # the declared ones may lie
        budget, width = _MAX_CELLS, 0
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            budget -= len(cells) + 1
            if budget < 0:
                limit = msg("table.rows", rows=max_rows)
                raise TableTooLarge(file=file, size=msg("table.more_than_rows", rows=max_rows), limit=limit)
            texts = [_text(file, number, cell) for cell in cells]
            width = width or (len(texts) if any(texts) else 0)
            # Cells have addresses here, so a row that ends early is complete; in CSV it would be a shift.
            yield number, texts + [""] * (width - len(texts))
    finally:
        workbook.close()


def _text(file: str, line: int, cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        raise TableUnreadable(file=file, line=line, reason=msg("table.reason.formula", cell=cell.coordinate))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        if abs(value) >= 10**EXACT_DIGITS:
            reason = msg("table.reason.number_too_long", cell=cell.coordinate)
            raise TableUnreadable(file=file, line=line, reason=reason)
        # 15 digits, as the spreadsheet shows them: 0.1 + 0.2 is 0.3 there.
        words = format(Decimal(f"{value:.{EXACT_DIGITS}g}"), "f")
        return words.rstrip("0").removesuffix(".") if "." in words else words
    return str(value)
