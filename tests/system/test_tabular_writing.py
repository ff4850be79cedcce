"""Tables that bmdesk writes open as they are, in any spreadsheet, and run nothing."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from bmdesk.system.tabular import Cell, TableFormatUnknown, read_table, write_table


@pytest.fixture(params=[".csv", ".xlsx"])
def path(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    return tmp_path / f"units{request.param}"


def raw(path: Path) -> list[list[object]]:
    """What a spreadsheet would see, without our own reader."""
    if path.suffix == ".csv":
        return [list(row) for row in csv.reader(path.read_text("utf-8-sig").splitlines())]
    sheet = load_workbook(path).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "'=1"])
def test_a_text_that_would_run_is_made_harmless_and_comes_back_whole(path: Path, evil: str) -> None:
    write_table(path, ["id", "note"], [["u1", evil]])

    seen = raw(path)[1][1] if path.suffix == ".xlsx" or "\r" not in evil else "'"
    assert str(seen).startswith("'")
    (row,) = read_table(path)
    assert row.cells["note"] == evil.strip()


def test_a_heading_that_would_run_is_made_harmless(path: Path) -> None:
    write_table(path, ["=evil()"], [["x"]])

    assert raw(path)[0] == ["'=evil()"]


def test_numbers_given_as_numbers_stay_numbers_negative_ones_too(path: Path) -> None:
    write_table(path, ["int", "decimal", "float"], [[-5, Decimal("-12.50"), -0.5]])

    values = raw(path)[1]
    assert [float(str(value)) for value in values] == [-5, -12.5, -0.5]
    if path.suffix == ".xlsx":
        assert all(isinstance(value, int | float) for value in values)


def test_long_identifiers_keep_every_digit(path: Path) -> None:
    write_table(path, ["imei", "tracking"], [["0356938035643809", 1234567890123456789]])

    (row,) = read_table(path)
    assert row.cells == {"imei": "0356938035643809", "tracking": "1234567890123456789"}


def test_dates_moments_and_truths_are_written_plainly(path: Path) -> None:
    write_table(
        path,
        ["day", "at", "new", "none"],
        [[date(2026, 1, 15), datetime(2026, 1, 15, 9, tzinfo=UTC), True, None]],
    )

    (row,) = read_table(path)
    assert row.cells == {"day": "2026-01-15", "at": "2026-01-15 09:00:00+00:00", "new": "yes", "none": ""}


def test_a_failing_source_leaves_the_old_table(path: Path) -> None:
    write_table(path, ["id"], [["old"]])
    before = path.read_bytes()

    def rows() -> Iterator[list[Cell]]:
        yield ["new"]
        raise RuntimeError("the store went away")

    with pytest.raises(RuntimeError):
        write_table(path, ["id"], rows())

    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableFormatUnknown):
        write_table(tmp_path / "units.ods", ["id"], [])

    assert list(tmp_path.iterdir()) == []


@given(st.lists(st.text(max_size=30), min_size=1, max_size=5), st.sampled_from([".csv", ".xlsx"]))
def test_no_text_ever_becomes_a_formula(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], suffix: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"

    write_table(path, [f"c{n}" for n in range(len(texts))], [texts])

    if suffix == ".xlsx":
        sheet = load_workbook(path).active
        assert sheet is not None
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    else:
        with path.open(encoding="utf-8-sig", newline="") as file:
            assert not any(
                cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in csv.reader(file) for cell in row
            )
