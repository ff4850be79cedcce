"""Back Market's template as a file: read right or refused, never read wrong, whatever a spreadsheet did to it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bmdesk.domain.upload_cells import GRADES
from bmdesk.domain.upload_template import COLUMNS, Wish, read_template
from bmdesk.texts import render

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"

HEADING = ";".join(COLUMNS)
REQUIRED = ";".join(["Required"] * 4 + ["Optional"] * 13 + ["Required"] * 2)
TYPES = (
    "String/200 (case insensitive);Int;Decimal;Enum (Int);String/10;Enum (String);Decimal;Int;Enum (String);Decimal;"
    "Int;Enum (String);Decimal;Int;Bool;Decimal;Bool;String/13;Int | UUID"
)
EXAMPLE = (
    "IP6-64-SIL-B3;10;399.00;PREMIUM, EXCELLENT, VERY_GOOD, GOOD, FAIR, STALLONE;EUR;UPS;10.00;48;;;;;;;False;360.00;"
    "True;888462064149;"
)
LINE = "IP13-128-BLK-GOOD;3;399.00;GOOD;EUR;UPS;10.00;48;;;;;;;False;360.00;True;0194252707227;"


def template(*lines: str, head: str = HEADING) -> bytes:
    return "".join(f"{line}\n" for line in (head, REQUIRED, TYPES, *lines)).encode()


def cell(**changed: str) -> str:
    cells = dict(zip(COLUMNS, LINE.split(";"), strict=True))
    return ";".join((cells | changed).values())


def reasons(content: bytes) -> list[tuple[int, str]]:
    found = read_template(content)
    assert all(render(fault.reason) for fault in found.faults)
    return [(fault.line, fault.reason.code.removeprefix("template.")) for fault in found.faults]


def sample(name: str) -> bytes:
    path = SAMPLES / name
    if not path.exists():
        pytest.skip("the folder with samples of Back Market's template is not here")
    return path.read_bytes()


def test_the_official_template_is_read_and_wishes_nothing_yet() -> None:
    found = read_template(sample("listing-template.csv"))
    assert (found.wishes, found.faults, found.examples) == ((), (), 1)


def test_the_mangled_one_is_refused_line_by_line() -> None:
    found = read_template(sample("listing-template-mangled.csv"))
    assert (found.mangled, found.wishes) == (True, ())
    assert [(fault.line, fault.reason.code) for fault in found.faults] == [
        (1, "template.commas"), (2, "template.not_semicolons"), (3, "template.not_semicolons"), (4, "template.merged"),
    ]  # fmt: skip
    assert "EUR;UPS;10.00" in render(found.faults[-1].reason)


def test_a_line_says_what_is_wished() -> None:
    found = read_template(template(EXAMPLE, LINE))
    assert (found.faults, found.examples) == ((), 1)
    assert found.wishes == (
        Wish(
            line=5,
            sku="IP13-128-BLK-GOOD",
            quantity=3,
            price=Decimal("399.00"),
            grade="GOOD",
            currency="EUR",
            minimum=Decimal("360.00"),
            backpricer=True,
            new_battery=False,
            ean="0194252707227",
            product_id="",
        ),
    )


@pytest.mark.parametrize(
    "same",
    [
        template(cell(price="399,00", min_price="360")), template(cell(grade="2", backpricer="WAHR", new_battery="0")),
        template(LINE.replace("GOOD;EUR", "good;eur")), b"\xef\xbb\xbf" + template(LINE),
        template(LINE).decode().encode("utf-16"), template(LINE).replace(b"\n", b"\r\n"),
        template('"IP13-128-BLK-GOOD"' + LINE.removeprefix("IP13-128-BLK-GOOD")),
        template(LINE, ";" * 18), f"{HEADING}\n{LINE}\n".encode(),
    ],
)  # fmt: skip
def test_what_a_spreadsheet_writes_otherwise_is_read_the_same(same: bytes) -> None:
    (wish,) = read_template(same).wishes
    assert (wish.sku, wish.price, wish.grade, wish.backpricer) == (
        "IP13-128-BLK-GOOD", Decimal(399), "GOOD", True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (cell(ean="8.88462E+11"), "shortened"), (cell(ean="8,88462E+11"), "shortened"),
        (cell(ean="888462000000"), "rounded"),
        (cell(ean="94252707227"), "ean"), (cell(ean="0194252707228"), "ean"), (cell(ean=""), "no_product"),
        (cell(sku="02.03.2026"), "date"), (cell(sku="2-Mar"), "date"), (cell(sku="Mrz 12"), "date"),
        (cell(sku=""), "no_sku"),
        (cell(sku="1E+05"), "shortened"), (cell(sku="#REF!"), "spreadsheet_error"), (cell(sku="Gr?n"), "letters"),
        (cell(sku="GrÃ¼n"), "letters"), (cell(price="1,234"), "two_ways"), (cell(price="1.234,50"), "two_ways"),
        (cell(price="399 €"), "amount"), (cell(price="May 99"), "amount"), (cell(price=""), "amount"),
        (cell(quantity="10.0"), "whole"), (cell(quantity="-1"), "whole"), (cell(grade=""), "grade"),
        (cell(grade="PREMIUM, FAIR"), "grade"), (cell(currency="€"), "currency"), (cell(backpricer="maybe"), "flag"),
        (cell(min_price="400"), "min_above"), (cell(product_id="12,5"), "product_id"), (LINE + ";", "cells"),
        (LINE.removesuffix(";"), "cells"), ('"' + LINE, "quotes"), (LINE.replace("GOOD;3", 'GOOD";3'), "quotes"),
    ],
)  # fmt: skip
def test_what_was_mangled_in_a_line_is_named(line: str, reason: str) -> None:
    other = cell(sku="OTHER")
    content = template(line, other)
    assert reasons(content) == [(4, reason)]
    assert [wish.sku for wish in read_template(content).wishes] == ["OTHER"]


@pytest.mark.parametrize(
    ("content", "first"),
    [
        (template(LINE).replace(b";", b"\t"), (1, "tabs")), (template(LINE).replace(b";", b"|"), (1, "bars")),
        (template(LINE).replace(b";", b","), (1, "commas")), (LINE.encode() + b"\n", (1, "no_heading")),
        (template(LINE, HEADING, LINE.replace("IP13", "IP14")), (5, "heading_again")), (b"", (1, "empty")),
        (template(LINE, head=HEADING.replace("price;", "prize;", 1)), (1, "missing")),
        (template(LINE, head=HEADING.replace("ean", "sku")), (1, "column_twice")),
        (template(LINE, head=HEADING.replace("ean", "gtin")), (1, "unknown_column")),
        (template(LINE).removesuffix(b"\n"), (4, "cut_off")),
        (template(cell(sku="Grün")).decode().encode("cp1252"), (4, "encoding")),
        (template(LINE).decode().encode("utf-16-le"), (1, "encoding")), (b"PK\x03\x04...", (1, "workbook")),
    ],
)  # fmt: skip
def test_a_file_that_was_mangled_as_a_whole_is_refused(content: bytes, first: tuple[int, str]) -> None:
    found = read_template(content)
    assert (found.mangled, found.wishes) == (True, ())
    assert reasons(content)[0] == first


def test_one_sku_has_one_line() -> None:
    assert reasons(template(LINE, LINE.lower().replace(";good;", ";GOOD;"))) == [(5, "twice")]


# ---------------------------------------------------------------- whatever is done to it

_letters = st.sampled_from("ABCDEFGHXYZabcxyz0123456789-._/ üé+'\"")
skus = st.text(_letters, min_size=1, max_size=14).map(str.strip).filter(bool)
amounts = st.builds(lambda n, c: f"{n}.{c:02d}", st.integers(1, 2500), st.integers(0, 99))


def _ean(digits: int) -> str:
    body = f"{digits:012d}"
    check = -sum(int(d) * (3 if at % 2 else 1) for at, d in enumerate(body)) % 10
    return body + str(check)


rows = st.fixed_dictionaries(
    {
        "sku": skus, "quantity": st.integers(0, 500).map(str), "price": amounts, "grade": st.sampled_from(GRADES),
        "currency": st.sampled_from(["EUR", "GBP", ""]), "shipper_1": st.sampled_from(["UPS", ""]),
        "new_battery": st.sampled_from(["True", "False", ""]), "min_price": st.sampled_from(["", "0.50"]),
        "backpricer": st.sampled_from(["True", "False", ""]), "ean": st.integers(10**10, 10**12 - 1).map(_ean),
        "product_id": st.sampled_from(["", "123456", "0f8fad5b-d9cb-469f-a165-70867728950e"]),
    },
)  # fmt: skip
Rows = list[dict[str, str]]


def written(rows: Rows, delimiter: str = ";") -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([row.get(column, "") for column in COLUMNS] for row in rows)
    return out.getvalue()


def in_cells(change: Callable[[str], str]) -> Callable[[Rows, st.DataObject], bytes]:
    def mangle(rows: Rows, data: st.DataObject) -> bytes:
        column = data.draw(st.sampled_from(COLUMNS))
        return written([{**row, column: change(row.get(column, ""))} for row in rows]).encode()

    return mangle


def cut(rows: Rows, data: st.DataObject) -> bytes:
    content = written(rows).encode()
    return content[: data.draw(st.integers(0, len(content)))]


def cut_line(rows: Rows, data: st.DataObject) -> bytes:
    lines = written(rows).splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    # A cell that is whole cannot be told from one that was cut at its end, so the cut takes a separator with it.
    lines[at] = lines[at][: data.draw(st.integers(0, max(lines[at].rfind(";"), 0)))]
    return ("\n".join(lines) + "\n").encode()


def merged(rows: Rows, data: st.DataObject) -> bytes:
    lines = written(rows).splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    count = data.draw(st.integers(1, 18))
    lines[at] = lines[at].replace(";", ",", count)
    return ("\n".join(lines) + "\n").encode()


def without_quote(rows: Rows, data: st.DataObject) -> bytes:
    content = written(rows)
    places = [at for at, letter in enumerate(content) if letter == '"']
    if not places:
        return content.encode()
    at = data.draw(st.sampled_from(places))
    return (content[:at] + content[at + 1 :]).encode()


def of_excel(number: str) -> str:
    digits = number.replace(".", "", 1)
    return f"{Decimal(number):.5E}" if digits.isdigit() and len(digits) > 11 else number


MANGLINGS: dict[str, Callable[[Rows, st.DataObject], bytes]] = {
    "nothing": lambda rows, _: written(rows).encode(),
    "bom": lambda rows, _: written(rows).encode("utf-8-sig"),
    "utf-16": lambda rows, _: written(rows).encode("utf-16"),
    "cp1252": lambda rows, _: written(rows).encode("cp1252"),
    "read as cp1252": lambda rows, _: written(rows).encode().decode("cp1252", "replace").encode(),
    "letters lost": lambda rows, _: written(rows).encode("ascii", "replace"),
    "delimiter": lambda rows, data: written(rows, data.draw(st.sampled_from(",\t|"))).encode(),
    "re-saved with commas": lambda rows, _: written(rows).replace(";", ",").encode(),
    "decimal commas": in_cells(
        lambda text: text.replace(".", ",") if text.replace(".", "").isdigit() else text
    ),
    "shortened": in_cells(of_excel),
    "rounded": in_cells(
        lambda text: text[:6] + "0" * (len(text) - 6) if text.isdigit() and len(text) > 11 else text
    ),
    "leading zeros": in_cells(lambda text: text.lstrip("0") if len(text) == 13 and text.isdigit() else text),
    "dates": in_cells(lambda text: "02.03.2026"),
    "moved": lambda rows, _: ("\n".join(";" + line for line in written(rows).splitlines()) + "\n").encode(),
    "no heading": lambda rows, _: written(rows).partition("\n")[2].encode(),
    "doubled heading": lambda rows, _: (written(rows) + written(rows)).encode(),
    "cut": cut,
    "cut line": cut_line,
    "merged": merged,
    "quote": without_quote,
}


def meant(row: dict[str, str]) -> tuple[object, ...]:
    minimum = Decimal(row["min_price"]) if row["min_price"] else None
    return (
        row["sku"], int(row["quantity"]), Decimal(row["price"]), row["grade"], row["currency"], minimum,
        row["backpricer"] == "True", row["new_battery"] == "True", int(row["ean"]), row["product_id"],
    )  # fmt: skip


def read(wish: Wish) -> tuple[object, ...]:
    return (
        wish.sku, wish.quantity, wish.price, wish.grade, wish.currency, wish.minimum, wish.backpricer, wish.new_battery,
        int(wish.ean or 0), wish.product_id,
    )  # fmt: skip


@pytest.mark.parametrize("how", MANGLINGS)
@given(given_rows=st.lists(rows, min_size=1, max_size=4), data=st.data())
@settings(max_examples=60, deadline=None)
def test_any_mangling_is_read_right_or_refused(how: str, given_rows: Rows, data: st.DataObject) -> None:
    found = read_template(MANGLINGS[how](given_rows, data))
    wished = {meant(row) for row in given_rows}
    for wish in found.wishes:
        assert read(wish) in wished
    if how == "nothing":
        for row in given_rows:
            named = [fault for fault in found.faults if fault.line == given_rows.index(row) + 2]
            assert named or any(read(wish) == meant(row) for wish in found.wishes)
