"""A label is read by every scanner, says what it must, and nothing on it overlaps."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtPrintSupport import QPrinter

from bmdesk.domain.label_template import BadTemplate, Label, LabelSize, SizeUnreadable, Template
from bmdesk.reports import labels as drawn_labels
from bmdesk.reports.label_plan import (
    Box,
    NothingToScan,
    PlacedBars,
    PlacedMatrix,
    plan,
    standard,
    standard_document,
)
from bmdesk.reports.labels import NoLabels, draw_label
from bmdesk.reports.printing import PrinterUnavailable, list_printers, require_printed, set_up_pages
from bmdesk.system.durable import FileNotWritten
from bmdesk.texts import render
from tests.reports.reading import CODE128, DATA_MATRIX, needs_pdftoppm, pages, read, thermal

UNIT = standard("unit")


def unit_label(
    identifier: str, sku: str, title: str, grade: str, battery: str = "", origin: str = ""
) -> Label:
    words = {
        "scan": identifier,
        "sku": sku,
        "title": title,
        "grade": grade,
        "battery": battery,
        "origin": origin,
    }
    return Label("unit", words)


def label_image(label: Label, size: LabelSize | None = None, dpi: int = 203) -> QImage:
    return drawn_labels.label_image(label, UNIT, size, dpi)


def write_label_pdf(
    labels: Sequence[Label], path: Path, size: LabelSize | None = None, dpi: int = 203
) -> None:
    drawn_labels.write_label_pdf(labels, path, UNIT, size, dpi)


def print_labels(labels: Sequence[Label], printer: str) -> None:
    drawn_labels.print_labels(labels, printer, UNIT)


UNIT_ID = "01JD0ABCDEFGHJKMNPQRSTVWXY"
IPHONE = unit_label(
    "356938035643809",
    "APL-IP12-64-BLK-GOOD",
    "Apple iPhone 12 64 GB Black",
    "GOOD",
    "Battery 87 %",
    "B-2026-11-04 \u00b7 Refurb & Co",
)
WORDY = unit_label(
    "F17XKABCD123",
    "SAMSUNG-GALAXY-TAB-S7-PLUS-WIFI-256GB-MYSTIC-BLACK-KEYBOARD-DE-EXCELLENT-NB",
    "Samsung Galaxy Tab S7+ Wi-Fi 256 GB Mystic Black with book cover keyboard (German)",
    "EXCELLENT",
    "Battery 100 %",
    "LEASE-DEUTSCHE-BANK-2026-11-04-LOT-17 \u00b7 A Very Long Company <b>&amp;</b> \u202e Sons",
)
BARE = unit_label("SN-1", "", "", "")


@pytest.mark.parametrize("dpi", [203, 300, 600])
@pytest.mark.parametrize("label", [IPHONE, WORDY, BARE], ids=["iphone", "wordy", "bare"])
@pytest.mark.parametrize("size", ["62x29", "57x32", "70x37", "100x50"])
def test_both_codes_are_read_from_the_dots_of_a_thermal_printer(label: Label, size: str, dpi: int) -> None:
    dots = thermal(label_image(label, LabelSize.parse(size), dpi))
    assert read(dots) == {(CODE128, label.scanned), (DATA_MATRIX, label.scanned)}


@given(
    identifier=st.from_regex(r"[A-Z0-9][A-Z0-9-]{3,24}", fullmatch=True),
    sku=st.text(max_size=80),
    title=st.text(max_size=120),
    dpi=st.sampled_from([203, 300]),
    size=st.sampled_from(["62x29", "50x25", "40x20"]),
)
@settings(max_examples=25)
def test_no_words_from_outside_make_the_codes_unreadable(
    identifier: str, sku: str, title: str, dpi: int, size: str
) -> None:
    label = unit_label(identifier, sku, title, "GOOD", "Battery 88 %", sku + title)
    found = read(thermal(label_image(label, LabelSize.parse(size), dpi)))
    assert (DATA_MATRIX, identifier) in found
    assert found <= {(CODE128, identifier), (DATA_MATRIX, identifier)}


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("label", [IPHONE, WORDY, BARE], ids=["iphone", "wordy", "bare"])
@pytest.mark.parametrize("size", ["62x29", "40x20", "30x15", "100x150"])
def test_nothing_on_a_label_overlaps_or_hangs_over_its_edge(label: Label, size: str, dpi: int) -> None:
    drawn = plan(UNIT, label, LabelSize.parse(size), dpi)
    boxes = [rect(one.box) for one in drawn.placed]
    for box in boxes:
        assert QRect(0, 0, drawn.width, drawn.height).contains(box)
    for n, box in enumerate(boxes):
        assert not any(box.intersects(other) for other in boxes[n + 1 :])


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_the_white_that_scanners_need_is_left_around_both_codes(dpi: int) -> None:
    drawn = plan(UNIT, IPHONE, LabelSize(), dpi)
    picture = label_image(IPHONE, LabelSize(), dpi)
    (lines,) = (one for one in drawn.placed if isinstance(one, PlacedBars))
    (square,) = (one for one in drawn.placed if isinstance(one, PlacedMatrix))
    quiet = 10 * lines.module
    bars, matrix = rect(lines.box), rect(square.box)
    around_bars = [
        QRect(bars.left() - quiet, bars.top(), quiet, bars.height()),
        QRect(bars.right() + 1, bars.top(), quiet, bars.height()),
    ]
    side = 2 * square.module
    around_matrix = [
        QRect(matrix.left() - side, matrix.top(), side, matrix.height()),
        QRect(matrix.left(), matrix.bottom() + 1, matrix.width(), side),
    ]
    for area in around_bars + around_matrix:
        assert picture.rect().contains(area)
        assert all(
            QColor(picture.pixel(x, y)) == QColor("white")
            for x in range(area.left(), area.right() + 1)
            for y in range(area.top(), area.bottom() + 1)
        )
    assert lines.module * 25.4 / dpi >= 0.185


def test_a_unit_without_any_identifier_carries_its_own_number() -> None:
    nameless = unit_label(UNIT_ID, "PS5-DISC-FAIR", "Sony PlayStation 5", "FAIR")
    assert (DATA_MATRIX, UNIT_ID) in read(thermal(label_image(nameless)))


def test_an_identifier_too_long_for_bars_is_a_larger_data_matrix() -> None:
    long = unit_label("SERIAL-OF-A-VERY-PROUD-MAKER-0001", "X", "T", "GOOD")
    assert read(thermal(label_image(long, LabelSize.parse("40x20")))) == {(DATA_MATRIX, long.scanned)}


@pytest.mark.parametrize("identifier", ["", "bad\nnumber", "x" * 299])
def test_a_label_that_no_scanner_could_read_is_refused(identifier: str) -> None:
    with pytest.raises(NothingToScan) as refused:
        label_image(unit_label(identifier, "X", "T", "GOOD"), LabelSize.parse("20x12"))
    assert "20x12" in render(refused.value.happened)


@needs_pdftoppm
@pytest.mark.parametrize("dpi", [203, 300])
def test_a_pdf_has_one_page_a_label_and_is_read_as_printed(tmp_path: Path, dpi: int) -> None:
    path = tmp_path / "labels.pdf"
    write_label_pdf([IPHONE, WORDY, BARE], path, LabelSize(), dpi)
    sheets = pages(path, dpi)
    assert [read(thermal(sheet)) for sheet in sheets] == [
        {(CODE128, label.scanned), (DATA_MATRIX, label.scanned)} for label in (IPHONE, WORDY, BARE)
    ]


@pytest.mark.parametrize("size", ["62x29", "57.5x32", "100x150"])
def test_a_pdf_page_is_exactly_as_large_as_the_label(tmp_path: Path, size: str) -> None:
    path = tmp_path / "labels.pdf"
    sized = LabelSize.parse(size)
    write_label_pdf([IPHONE, WORDY], path, sized)
    pdf = path.read_bytes()
    boxes = re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\s*\]", pdf)
    assert len(boxes) == 2
    for width, height in boxes:
        assert float(width) * 25.4 / 72 == pytest.approx(sized.width, abs=0.001)
        assert float(height) * 25.4 / 72 == pytest.approx(sized.height, abs=0.001)
    start = int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])
    assert pdf[start : start + 4] == b"xref", "the file's own table must still be found"


def test_a_pdf_embeds_its_font_so_that_every_computer_prints_the_same(tmp_path: Path) -> None:
    path = tmp_path / "labels.pdf"
    write_label_pdf([IPHONE], path)
    pdf = path.read_bytes()
    streams = b"".join(
        zlib.decompress(part)
        for part in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
        if part[:1] == b"x"
    )
    assert b"Inter" in pdf + streams


def test_a_pdf_that_cannot_be_written_is_said_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(FileNotWritten):
        write_label_pdf([IPHONE], tmp_path / "no such folder" / "labels.pdf")
    small = LabelSize.parse("20x12")
    with pytest.raises(NothingToScan):
        write_label_pdf([IPHONE, unit_label("x" * 299, "", "", "")], tmp_path / "labels.pdf", small)
    assert list(tmp_path.iterdir()) == []


def test_no_labels_are_said_before_a_printer_is_asked(tmp_path: Path) -> None:
    with pytest.raises(NoLabels):
        write_label_pdf([], tmp_path / "labels.pdf")
    with pytest.raises(NoLabels):
        print_labels([], "any")


@pytest.mark.parametrize(
    ("text", "size"),
    [("62x29", (62, 29)), (" 57,5 X 32 ", (57.5, 32)), ("100\u00d7150 mm", (100, 150))],
)
def test_a_size_is_read_as_people_write_it(text: str, size: tuple[float, float]) -> None:
    parsed = LabelSize.parse(text)
    assert (parsed.width, parsed.height) == size
    assert LabelSize.parse(str(parsed)) == parsed


@pytest.mark.parametrize(
    "text", ["", "62", "62x", "0x0", "62x29x1", "-62x29", "999x999", "62x5", "\u0666\u0662x29"]
)
def test_a_size_that_no_label_has_is_refused(text: str) -> None:
    with pytest.raises(SizeUnreadable):
        LabelSize.parse(text)


def test_an_unknown_printer_is_said_with_what_to_do() -> None:
    with pytest.raises(PrinterUnavailable) as refused:
        print_labels([IPHONE], "No such printer")
    assert "No such printer: this computer does not know it" in render(refused.value.happened)
    assert "PDF" in render(refused.value.todo)


def test_no_default_printer_is_said() -> None:
    if any(printer.is_default for printer in list_printers()):
        pytest.skip("this computer has a default printer, which a test must not use")
    with pytest.raises(PrinterUnavailable) as refused:
        print_labels([IPHONE], "")
    assert "no default printer" in render(refused.value.happened)


@needs_pdftoppm
def test_what_the_print_system_gets_has_the_labels_size_and_is_read(tmp_path: Path) -> None:
    from PySide6.QtGui import QPainter

    path = tmp_path / "job.pdf"
    label_image(IPHONE)
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    set_up_pages(printer, 62, 29, 203)
    painter = QPainter()
    require_printed(painter.begin(printer), printer)
    draw_label(painter, plan(UNIT, IPHONE, LabelSize(), printer.resolution()))
    painter.end()
    require_printed(True, printer)
    (sheet,) = pages(path, 203)
    assert abs(sheet.width() - 496) <= 1
    assert abs(sheet.height() - 232) <= 1
    assert read(thermal(sheet)) == {(CODE128, IPHONE.scanned), (DATA_MATRIX, IPHONE.scanned)}


def test_a_refused_job_is_said() -> None:
    printer = QPrinter()
    with pytest.raises(PrinterUnavailable):
        require_printed(False, printer)


@pytest.mark.parametrize(
    ("where", "value", "said"),
    [
        (("kind",), "poem", "kind: "),
        (("size",), "9x9", "size: "),
        (("layouts",), [], "layouts: "),
        (("layouts", 0, 0, "at"), [60, 1, 10, 10], "layouts[0][0].at: this box is not inside"),
        (("layouts", 0, 0, "at"), [True, 1, 2, 3], "layouts[0][0].at: four numbers"),
        (("layouts", 0, 0, "field"), "price", "layouts[0][0].field: "),
        (("layouts", 0, 0, "colour"), "red", "colour means nothing"),
        (
            ("layouts", 0),
            [{"draw": "text", "field": "scan", "at": [1, 1, 9, 9]}],
            "nothing here can be scanned",
        ),
    ],
)
def test_a_template_that_cannot_be_drawn_is_said_with_its_place(
    where: tuple[Any, ...], value: object, said: str
) -> None:
    document: Any = deepcopy(standard_document("unit"))
    inside = document
    for step in where[:-1]:
        inside = inside[step]
    inside[where[-1]] = value
    with pytest.raises(BadTemplate) as bad:
        Template.parse(document)
    assert said in render(bad.value.happened)


def rect(box: Box) -> QRect:
    return QRect(box.x, box.y, box.width, box.height)


@pytest.mark.slow
@pytest.mark.parametrize(
    "number", ["1" + "0" * 400, "-1" + "0" * 400, "NaN", "Infinity", "1e999", "true", '"1"', "null"]
)
def test_no_number_in_a_template_is_more_than_a_bad_template(number: str) -> None:
    text = json.dumps(standard_document("bin"))
    first = json.loads(text)["layouts"][0][0]["at"]
    spoiled = json.loads(text.replace(json.dumps(first), f"[{number}, 0, 1, 1]", 1))
    with pytest.raises(BadTemplate):
        Template.parse(spoiled)
