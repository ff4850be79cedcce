"""CSV as people and their spreadsheets really save it.

Read as it is, or refused with the line and the reason.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.system.tabular import ColumnsMissing, Row, TableTooLarge, TableUnreadable, read_table
from bmdesk.texts import Failure, render


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "stock.csv"


def read(path: Path, content: bytes | str, **options: object) -> list[Row]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_table(path, **options))  # type: ignore[arg-type]


def refusal(path: Path, content: bytes | str, **options: object) -> TableUnreadable:
    with pytest.raises(TableUnreadable) as raised:
        read(path, content, **options)
    assert render(raised.value.happened).startswith("stock.")
    assert render(raised.value.todo)
    return raised.value


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_separator_encoding_and_line_end_gives_the_same_rows(
    path: Path, separator: str, encoding: str, line_end: str
) -> None:
    lines = [["Serial", " Modèle "], ["F2LXK", "Étui 64 Go"], ["", ""], ["C39Q", "Größe"]]
    text = line_end.join(separator.join(line) for line in lines) + line_end

    rows = read(path, text.encode(encoding))

    assert rows == [
        Row(2, {"serial": "F2LXK", "modèle": "Étui 64 Go"}),
        Row(4, {"serial": "C39Q", "modèle": "Größe"}),
    ]


def test_a_text_may_hold_line_ends_separators_and_quotation_marks(path: Path) -> None:
    rows = read(path, 'sku,note\nA1,"scratched; left, \n""deep"""\nB2,fine\n')

    assert rows == [
        Row(2, {"sku": "A1", "note": 'scratched; left, \n"deep"'}),
        Row(4, {"sku": "B2", "note": "fine"}),
    ]


def test_the_hint_of_a_spreadsheet_names_the_separator(path: Path) -> None:
    assert read(path, "sep=|\r\na|b;c\r\n1|2\r\n") == [Row(3, {"a": "1", "b;c": "2"})]


def test_the_needed_columns_tell_the_separator_where_counting_cannot(path: Path) -> None:
    assert read(path, "price, net;sku\n5;A1\n", required=["sku"]) == [
        Row(2, {"price, net": "5", "sku": "A1"})
    ]


def test_a_single_column_is_a_table_too(path: Path) -> None:
    assert read(path, "imei\n356938035643809\n") == [Row(2, {"imei": "356938035643809"})]


def test_empty_columns_at_the_end_do_no_harm(path: Path) -> None:
    assert read(path, "sku;price;;\nA1;5;;\n;;;\n") == [Row(2, {"sku": "A1", "price": "5"})]


def test_missing_columns_are_named_all_at_once_before_any_row(path: Path) -> None:
    path.write_text("SKU;Price\nA1;5\n")

    with pytest.raises(ColumnsMissing) as raised:
        read_table(path, required=["sku", "model_code", "brand"])

    assert raised.value.columns == ("model_code", "brand")
    assert "model_code, brand" in render(raised.value.happened)
    assert "sku, price" in render(raised.value.happened)


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("", 0, "empty"),
        ("\n\n;;\n", 0, "empty"),
        ("sku;SKU\n1;2\n", 1, "twice"),
        ("a;b\n1;2\n3\n", 3, "cells in the row: 1,"),
        ("a;b\n1;2;3\n", 2, "cells in the row: 3,"),
        ("a;;c\n1;2;3\n", 2, "without a name"),
        ('a;b\n1;"2\n3;4\n', 2, "never closed"),
        ('a;b\n1;"' + "x\n" * 200_000, 2, "never closed"),
        ('a;b\n1;"2"x\n', 2, "quotation mark"),
        ("a;b\n1;2\n3;\0\n", 3, "zero bytes"),
        (b"a;b\n1;2\n\x81\x8d;4\n", 3, "cannot be read"),
        ("a;b\n1;é".encode()[:-1], 2, "breaks off"),
        ("imei;b\n3.56938E+14;2\n", 2, "shortened"),
        ("imei;b\n3,56938E+14;2\n", 2, "shortened"),
        ("a;b\n#REF!;2\n", 2, "#REF!"),
        ("a;b\n########;2\n", 2, "########"),
        (";".join(f"c{n}" for n in range(501)) + "\n", 1, "500 columns"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(path: Path, content: bytes | str, line: int, words: str) -> None:
    refused = refusal(path, content)

    assert refused.line == line
    assert words in render(refused.happened)


def test_a_table_re_saved_with_the_wrong_separator_is_refused(path: Path) -> None:
    content = (
        "sku,quantity,price,grade,currency,shipper,delay\n"
        "IP6-64-SIL,10,399,PREMIUM, FAIR, STALLONE;EUR;UPS;10.00;48;;False,\n"
    )

    assert "wrong separator" in render(refusal(path, content).happened)


def test_a_table_squeezed_into_one_column_is_refused(path: Path) -> None:
    assert "wrong separator" in render(refusal(path, '"sku;grade;price;ean"\n"A1;GOOD;5;400"\n').happened)


def test_semicolons_in_prose_are_no_damage(path: Path) -> None:
    rows = read(path, "sku,note\nA1,case; cable; box; manual; receipt\n")

    assert rows[0].cells["note"] == "case; cable; box; manual; receipt"


def test_what_write_table_made_harmless_comes_back_as_it_was(path: Path) -> None:
    assert read(path, "sku,note\nA1,'=1+1\nA2,it's\n") == [
        Row(2, {"sku": "A1", "note": "=1+1"}),
        Row(3, {"sku": "A2", "note": "it's"}),
    ]


def test_a_hundred_megabytes_are_refused_at_once(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(100_000_000)
    began = time.monotonic()

    with pytest.raises(TableTooLarge) as raised:
        read_table(path)

    assert "stock.csv has 100 MB; at most 20 MB" in render(raised.value.happened)
    assert time.monotonic() - began < 1


def test_too_many_rows_are_refused(path: Path) -> None:
    with pytest.raises(TableTooLarge, match="rows"):
        read(path, "a\n" + "1\n" * 11, max_rows=10)
    assert len(read(path, "a\n" + "1\n" * 10, max_rows=10)) == 10


def test_rows_come_as_a_stream(path: Path) -> None:
    path.write_text("a;b\n1;2\n3\n")
    rows = read_table(path)

    assert next(rows) == Row(2, {"a": "1", "b": "2"})
    with pytest.raises(TableUnreadable):
        next(rows)


def test_a_folder_or_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(TableUnreadable, match="is_a_folder"):
        read_table(tmp_path)
    with pytest.raises(TableUnreadable, match="not_there"):
        read_table(tmp_path / "none.csv")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a device file")
def test_a_device_is_not_read_for_ever() -> None:
    with pytest.raises(TableUnreadable, match="not_a_file"):
        read_table(Path("/dev/zero"))


@given(
    content=st.one_of(
        st.binary(max_size=200), st.text(alphabet='ab;,"\n\r\t|=1E+é', max_size=60).map(str.encode)
    )
)
def test_any_bytes_are_either_rows_or_a_clear_refusal(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content)
    try:
        rows = list(read_table(path))
    except Failure as failure:
        words = render(failure.happened)
    else:
        words = "read"
        assert all(row.line > 1 and row.cells for row in rows)

    assert words
