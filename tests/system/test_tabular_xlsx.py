"""Workbooks: numbers and dates as a person sees them, formulas and bombs refused."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from bmdesk.system.tabular import ColumnsMissing, Row, TableTooLarge, TableUnreadable, read_table
from bmdesk.texts import render


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "stock.xlsx"


def workbook(path: Path, *rows: list[Any], title: str = "Stock") -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_cells_are_text_as_the_person_sees_them(path: Path) -> None:
    workbook(
        path,
        ["IMEI", "Price", "Cost", "Bought", "Seen", "At", "New", "Sum", "Note"],
        [
            356938035643809,
            399.0,
            12.5,
            date(2026, 1, 15),
            datetime(2026, 1, 15, 9, 30),  # noqa: DTZ001 - a spreadsheet knows no time zones
            time(9, 30),
            True,
            0.1 + 0.2,
            " x ",
        ],
    )

    (row,) = read_table(path)

    assert row == Row(
        2,
        {
            "imei": "356938035643809",
            "price": "399",
            "cost": "12.5",
            "bought": "2026-01-15",
            "seen": "2026-01-15 09:30:00",
            "at": "09:30:00",
            "new": "yes",
            "sum": "0.3",
            "note": "x",
        },
    )


def test_blank_rows_are_left_out_and_lines_stay_those_of_the_sheet(path: Path) -> None:
    workbook(path, [], ["sku", "price"], [None, None], ["A1", 5], [None, ""], ["A2", None])

    assert list(read_table(path)) == [Row(4, {"sku": "A1", "price": "5"}), Row(6, {"sku": "A2", "price": ""})]


def test_a_row_shorter_than_the_heading_is_no_damage_in_a_workbook(path: Path) -> None:
    workbook(path, ["sku", "price", "note"], ["A1"])

    assert list(read_table(path)) == [Row(2, {"sku": "A1", "price": "", "note": ""})]


def test_a_formula_is_refused_with_its_cell(path: Path) -> None:
    workbook(path, ["sku", "price"], ["A1", 5], ["A2", "=B2*2"])

    with pytest.raises(TableUnreadable) as raised:
        list(read_table(path))

    assert raised.value.line == 3
    assert "B3 holds a formula" in render(raised.value.happened)


def test_a_number_longer_than_a_spreadsheet_keeps_is_refused(path: Path) -> None:
    workbook(path, ["tracking"], [1234567890123456789])

    with pytest.raises(TableUnreadable, match="number_too_long"):
        list(read_table(path))


def test_missing_columns_are_named(path: Path) -> None:
    workbook(path, ["sku"], ["A1"])

    with pytest.raises(ColumnsMissing):
        read_table(path, required=["sku", "price"])


def test_the_first_visible_sheet_is_the_table(path: Path) -> None:
    book = Workbook()
    hidden = book.active
    assert hidden is not None
    hidden.append(["lists"])
    hidden.sheet_state = "hidden"
    book.create_sheet("Stock").append(["sku"])
    book["Stock"].append(["A1"])
    book.save(path)

    assert list(read_table(path)) == [Row(2, {"sku": "A1"})]


def test_the_suffix_does_not_decide_what_a_file_is(path: Path) -> None:
    workbook(path, ["sku"], ["A1"]).rename(path.with_suffix(".csv"))

    assert list(read_table(path.with_suffix(".csv"))) == [Row(2, {"sku": "A1"})]


def test_a_bomb_is_refused_by_what_it_would_unpack_to(path: Path) -> None:
    workbook(path, ["sku"], ["A1"])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.bin", b"\0" * 12_000_000)

    with pytest.raises(TableTooLarge) as raised:
        read_table(path, max_bytes=1_000_000)

    assert "12 MB unpacked" in render(raised.value.happened)


def test_too_many_rows_are_refused(path: Path) -> None:
    workbook(path, ["sku"], *([["A1"]] * 11))

    with pytest.raises(TableTooLarge):
        list(read_table(path, max_rows=10))


def test_one_cell_far_away_in_each_row_cannot_exhaust_the_machine(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bmdesk.system.tabular.xlsx_file._MAX_CELLS", 30_000)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "sku"
    for row in (2, 3):
        sheet.cell(row, 1, "A1")
        sheet.cell(row, 16_384, " ")
    book.save(path)

    with pytest.raises(TableTooLarge):
        list(read_table(path))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04 and then nothing", "damaged_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_or_locked"),
        (b"%PDF-1.7 ...", "old_or_locked"),
    ],
    ids=["cut", "xls-or-password", "pdf"],
)
def test_what_is_no_workbook_is_said(path: Path, content: bytes, reason: str) -> None:
    path.write_bytes(content)

    with pytest.raises(TableUnreadable, match=reason):
        read_table(path)


def test_another_kind_of_archive_is_said(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", "<office/>")

    with pytest.raises(TableUnreadable, match="not_a_workbook"):
        read_table(path)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"])
@pytest.mark.parametrize(
    "content", [b"", b"<a><b>", b"<worksheet><sheetData><row r='x'><c r='??'/></row></sheetData></worksheet>"]
)
def test_a_damaged_part_is_a_damaged_workbook_and_not_a_crash(path: Path, part: str, content: bytes) -> None:
    workbook(path, ["sku"], ["A1"])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, content if name == part else data)

    with pytest.raises(TableUnreadable) as raised:
        list(read_table(path))

    assert render(raised.value.happened)
