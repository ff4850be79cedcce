"""A label printer on the network gets the same label, and reads from its ZPL what the label says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.domain.label_template import KINDS, Label, LabelSize
from bmdesk.reports.label_plan import PlacedBars, PlacedText, plan, standard
from bmdesk.reports.label_zpl import code128_data, zpl
from bmdesk.reports.symbols import code128
from bmdesk.reports.zpl_printer import Address, BadAddress, PrinterOffline, send
from bmdesk.texts import render
from tests.reports.zebra import code128_text, free_port, parse, zebra

IPHONE = Label(
    "unit",
    {
        "scan": "356938035643809",
        "title": "Apple iPhone 12 64 GB Bl\u00e5",
        "grade": "GOOD",
        "battery": "Battery 87 %",
        "sku": "APL-IP12-64-BLK-GOOD",
        "origin": "B-1 \u00b7 Refurb & Co ^XA~JA\\41",
    },
)


def test_a_printer_on_the_network_reads_from_the_zpl_what_the_label_says() -> None:
    with zebra() as printer:
        send(Address.parse(printer.address), zpl([IPHONE, IPHONE], standard("unit")))
    first, second = printer.labels
    assert first == second
    assert (first.width, first.height, first.utf8) == (496, 232, True)
    assert [code128_text(data) for data in first.said("BC")] == ["356938035643809"]
    assert first.said("BX") == ["356938035643809"]
    assert set(first.said("A0")) >= {"GOOD", "Battery 87 %", IPHONE.words["title"], IPHONE.words["origin"]}


def test_every_kind_of_label_has_a_template_that_a_printer_reads_at_its_own_size() -> None:
    for kind, fields in KINDS.items():
        label = Label(kind, {**{name: name.upper() for name in fields}, "scan": "BMD:BIN:MAIN/A-01"})
        for dpi in (203, 300, 600):
            (read,) = parse(zpl([label], standard(kind), dpi=dpi))
            assert "BMD:BIN:MAIN/A-01" in [code128_text(one) for one in read.said("BC")]
            codes = [*read.said("BX"), *(one.removeprefix("MA,") for one in read.said("BQ"))]
            assert codes == ([] if kind == "card" else ["BMD:BIN:MAIN/A-01"])
            assert all(0 <= one.x < read.width and 0 <= one.y < read.height for one in read.fields)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=30))
def test_bars_say_the_text_whatever_signs_it_has_and_are_as_wide_as_our_own(text: str) -> None:
    data, modules = code128_data(text)
    assert code128_text(data) == text
    assert abs(modules - len(code128(text))) <= 22


@pytest.mark.slow
@pytest.mark.parametrize("words", ["A\\&B", "C:\\(new)", "\\\\", "_5E ^ ~ \\5E", ">;>:", "{}[]|#@!"])
def test_words_come_out_as_they_are_however_much_they_look_like_signs_of_the_printer(words: str) -> None:
    label = Label("unit", {**IPHONE.words, "grade": words})
    (read,) = parse(zpl([label], standard("unit")))
    assert words in read.said("A0")


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_words_from_outside_become_a_command_of_the_printer(title: str, sku: str) -> None:
    label = Label("unit", {**IPHONE.words, "title": title, "sku": sku})
    (read,) = parse(zpl([label], standard("unit")))
    assert len(read.said("BC")) == len(read.said("BX")) == 1


def test_everything_stands_where_the_drawing_has_it() -> None:
    drawn = plan(standard("unit"), IPHONE, LabelSize(), 203)
    (read,) = parse(zpl([IPHONE], standard("unit")))
    (bars,) = (one for one in drawn.placed if isinstance(one, PlacedBars))
    (own,) = (one for one in read.fields if one.kind == "BC")
    assert (own.y, read.module) == (bars.box.y, bars.module)
    assert abs(own.x - bars.box.x) <= 11 * bars.module
    assert sum(isinstance(one, PlacedText) for one in drawn.placed) <= len(read.said("A0"))


def test_a_printer_that_is_off_is_said_with_the_reason() -> None:
    address = Address("127.0.0.1", free_port())
    with pytest.raises(PrinterOffline) as off:
        send(address, "^XA^XZ")
    assert str(address) in render(off.value.happened)
    assert "nothing takes labels" in render(off.value.happened)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.168.1.50", Address("192.168.1.50", 9100)),
        (" zebra.local:6101 ", Address("zebra.local", 6101)),
        ("[fe80::1]:9100", Address("fe80::1", 9100)),
    ],
)
def test_an_address_is_read_as_people_write_it(text: str, address: Address) -> None:
    assert Address.parse(text) == address
    assert Address.parse(str(address)) == address


@pytest.mark.parametrize("text", ["", ":9100", "a b", "zebra:0", "zebra:99999", "http://zebra", "x" * 300])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(BadAddress):
        Address.parse(text)
