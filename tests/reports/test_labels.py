"""A label is read by every scanner, says what it must, and nothing on it overlaps."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor
from PySide6.QtPrintSupport import QPrinter

from bmdesk.reports import labels as labels_module
from bmdesk.reports.labels import (
    LabelSize,
    NoLabels,
    NothingToScan,
    SizeUnreadable,
    UnitLabel,
    draw_label,
    label_image,
    print_labels,
    write_label_pdf,
)
from bmdesk.reports.printing import PrinterUnavailable, list_printers, require_printed, set_up_pages
from bmdesk.system.durable import FileNotWritten
from bmdesk.texts import render
from tests.reports.reading import CODE128, DATA_MATRIX, needs_pdftoppm, pages, read, thermal

IPHONE = UnitLabel(
    identifier="356938035643809",
    sku="APL-IP12-64-BLK-GOOD",
    title="Apple iPhone 12 64 GB Black",
    grade="GOOD",
    battery=87,
    batch="B-2026-11-04",
    unit_id="01JD0ABCDEFGHJKMNPQRSTVWXY",
    company="Refurb & Co",
)
WORDY = UnitLabel(
    identifier="F17XKABCD123",
    sku="SAMSUNG-GALAXY-TAB-S7-PLUS-WIFI-256GB-MYSTIC-BLACK-KEYBOARD-DE-EXCELLENT-NB",
    title="Samsung Galaxy Tab S7+ Wi-Fi 256 GB Mystic Black with book cover keyboard (German)",
    grade="EXCELLENT",
    battery=100,
    batch="LEASE-DEUTSCHE-BANK-2026-11-04-LOT-17",
    company="A Very Long Company Name of Refurbishers Ltd. <b>&amp;</b> \u202e Sons",
)
BARE = UnitLabel(identifier="SN-1", sku="", title="", grade="")


@pytest.mark.parametrize("dpi", [203, 300, 600])
@pytest.mark.parametrize("label", [IPHONE, WORDY, BARE], ids=["iphone", "wordy", "bare"])
@pytest.mark.parametrize("size", ["62x29", "57x32", "70x37", "100x50"])
def test_both_codes_are_read_from_the_dots_of_a_thermal_printer(
    label: UnitLabel, size: str, dpi: int
) -> None:
    dots = thermal(label_image(label, LabelSize.parse(size), dpi))
    assert read(dots) == {(CODE128, label.identifier), (DATA_MATRIX, label.identifier)}


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
    label = UnitLabel(identifier, sku, title, "GOOD", 88, sku, "", title)
    found = read(thermal(label_image(label, LabelSize.parse(size), dpi)))
    assert (DATA_MATRIX, identifier) in found
    assert found <= {(CODE128, identifier), (DATA_MATRIX, identifier)}


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("label", [IPHONE, WORDY, BARE], ids=["iphone", "wordy", "bare"])
@pytest.mark.parametrize("size", ["62x29", "40x20", "30x15", "100x150"])
def test_nothing_on_a_label_overlaps_or_hangs_over_its_edge(label: UnitLabel, size: str, dpi: int) -> None:
    sized = LabelSize.parse(size)
    plan = labels_module._plan(label, sized, dpi)
    whole = QRect(0, 0, round(sized.width * dpi / 25.4), round(sized.height * dpi / 25.4))
    boxes = [box for box in (plan.words, plan.foot, plan.bars_at, plan.matrix_at) if not box.isNull()]
    for box in boxes:
        assert whole.contains(box)
    for n, box in enumerate(boxes):
        assert not any(box.intersects(other) for other in boxes[n + 1 :])


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_the_white_that_scanners_need_is_left_around_both_codes(dpi: int) -> None:
    plan = labels_module._plan(IPHONE, LabelSize(), dpi)
    picture = label_image(IPHONE, LabelSize(), dpi)
    quiet = 10 * plan.bars_module
    bars, matrix = plan.bars_at, plan.matrix_at
    around_bars = [
        QRect(bars.left() - quiet, bars.top(), quiet, bars.height()),
        QRect(bars.right() + 1, bars.top(), quiet, bars.height()),
    ]
    side = 2 * plan.matrix_module
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
    assert plan.bars_module * 25.4 / dpi >= 0.185


def test_a_unit_without_any_identifier_carries_its_own_number() -> None:
    nameless = UnitLabel("", "PS5-DISC-FAIR", "Sony PlayStation 5", "FAIR", unit_id=IPHONE.unit_id)
    assert (DATA_MATRIX, IPHONE.unit_id) in read(thermal(label_image(nameless)))


def test_an_identifier_too_long_for_bars_is_a_larger_data_matrix() -> None:
    long = UnitLabel("SERIAL-OF-A-VERY-PROUD-MAKER-0001", "X", "T", "GOOD")
    assert read(thermal(label_image(long, LabelSize.parse("40x20")))) == {(DATA_MATRIX, long.identifier)}


@pytest.mark.parametrize("identifier", ["", "bad\nnumber", "x" * 299])
def test_a_label_that_no_scanner_could_read_is_refused(identifier: str) -> None:
    with pytest.raises(NothingToScan) as refused:
        label_image(UnitLabel(identifier, "X", "T", "GOOD"), LabelSize.parse("20x12"))
    assert "20x12" in render(refused.value.happened)


@needs_pdftoppm
@pytest.mark.parametrize("dpi", [203, 300])
def test_a_pdf_has_one_page_a_label_and_is_read_as_printed(tmp_path: Path, dpi: int) -> None:
    path = tmp_path / "labels.pdf"
    write_label_pdf([IPHONE, WORDY, BARE], path, LabelSize(), dpi)
    sheets = pages(path, dpi)
    assert [read(thermal(sheet)) for sheet in sheets] == [
        {(CODE128, label.identifier), (DATA_MATRIX, label.identifier)} for label in (IPHONE, WORDY, BARE)
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
        write_label_pdf([IPHONE, UnitLabel("x" * 299, "", "", "")], tmp_path / "labels.pdf", small)
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
    draw_label(painter, IPHONE, LabelSize(), printer.resolution())
    painter.end()
    require_printed(True, printer)
    (sheet,) = pages(path, 203)
    assert abs(sheet.width() - 496) <= 1
    assert abs(sheet.height() - 232) <= 1
    assert read(thermal(sheet)) == {(CODE128, IPHONE.identifier), (DATA_MATRIX, IPHONE.identifier)}


def test_a_refused_job_is_said() -> None:
    printer = QPrinter()
    with pytest.raises(PrinterUnavailable):
        require_printed(False, printer)
