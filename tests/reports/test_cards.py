"""Each printed card is scanned as exactly the command it is printed for."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from bmdesk.domain.cards import parse_card
from bmdesk.reports.cards import (
    ChecklistChoices,
    Choice,
    DefectChoices,
    NoCards,
    PrintedCard,
    standard_cards,
    write_cards_pdf,
)
from bmdesk.reports.symbols import NotEncodable
from bmdesk.texts import Text, render
from tests.reports.reading import CODE128, DATA_MATRIX, needs_pdftoppm, pages, read

PHONE = Choice("phone", "Phone")


def choices(*codes: str) -> list[Choice]:
    return [Choice(code, code.replace("_", " ").capitalize()) for code in codes]


def full_set() -> list[PrintedCard]:
    return standard_cards(
        grades=choices("PREMIUM", "EXCELLENT", "GOOD", "FAIR", "NOT_FOR_SALE"),
        checklists=[
            ChecklistChoices(PHONE, choices("BOOT", "TOUCH", "FRONT_CAMERA", "FINGERPRINT_OR_FACE")),
            ChecklistChoices(Choice("laptop", "Laptop"), choices("KEYBOARD", "HINGE")),
        ],
        defects=[
            DefectChoices(
                PHONE, choices("SCREEN", "BACK", "FRAME_LEFT"), choices("SCRATCH", "DISCOLOURATION")
            )
        ],
        accessories=choices("CABLE", "CHARGER"),
        erasures=choices("RESET", "BLANCCO"),
        parts=choices("BATTERY", "SCREEN"),
        operators=[Choice("OWNER", "Owner"), Choice("ANNA", "Anna Weiß <b>bold</b>")],
        batches=[Choice("LEASE-DEUTSCHE-BANK-FRANKFURT-2026-LOT-17", "Corporate lease")],
        models=choices("APL-IP12-64-BLK"),
        bins=[("MAIN", "-"), ("MAIN", "A-01-3")],
    )


@needs_pdftoppm
@pytest.mark.slow
@pytest.mark.parametrize("dpi", [203, 300])
def test_every_standard_card_is_read_from_the_sheet_as_exactly_its_text(tmp_path: Path, dpi: int) -> None:
    cards = full_set()
    path = tmp_path / "cards.pdf"
    write_cards_pdf(cards, path)
    found = {text for page in pages(path, dpi) for kind, text in read(page) if kind == CODE128}
    assert found == {card.text for card in cards}


def test_every_standard_card_is_a_command_that_the_bench_understands() -> None:
    for card in full_set():
        if not card.text.startswith("BMD:OP:"):
            parse_card(card.text)


def test_no_card_is_printed_twice_under_one_heading() -> None:
    assert max(Counter((card.text, card.group) for card in full_set()).values()) == 1


def test_a_fresh_store_prints_what_every_bench_needs() -> None:
    texts = {card.text for card in standard_cards()}
    assert {"BMD:ALLPASS", "BMD:DONE", "BMD:UNDO", "BMD:ALSO"} <= texts
    assert {f"BMD:BATTERY:{percent}" for percent in range(70, 101)} <= texts
    assert {"BMD:LOCK:ALL:OFF", "BMD:LOCK:SIM:ON", "BMD:LOCK:ACTIVATION:OFF"} <= texts
    assert "BMD:LOCK:ALL:ON" not in texts, "all locks at once are never on"


def test_each_card_says_in_words_what_it_does() -> None:
    words = {
        card.text: render(card.title) if isinstance(card.title, Text) else card.title for card in full_set()
    }
    assert words["BMD:TEST:BOOT:FAIL"] == "Boot: FAIL"
    assert words["BMD:DEFECT:BACK:SCRATCH:3"] == "Back: Scratch, heavy"
    assert words["BMD:ACC:CABLE:NO"] == "Cable: missing"
    assert words["BMD:OP:OWNER"] == "Owner"
    assert words["BMD:BIN:MAIN/-"] == "MAIN / -"


@needs_pdftoppm
def test_a_longer_card_gets_more_room_and_then_a_data_matrix(tmp_path: Path) -> None:
    kinds = {
        "BMD:DONE": {CODE128},
        "BMD:DEFECT:SCREEN:SCRATCH:1": {CODE128},
        "BMD:MODEL:APL-IPHONE-12-PRO-MAX-256-BLUE": {CODE128, DATA_MATRIX},
        "BMD:HOLD:" + "a reason that somebody wrote at length, " * 3 + "end": {DATA_MATRIX},
        "BMD:HOLD:" + "x" * 291: {DATA_MATRIX},
        "BMD:OP:WEI\u00df": {DATA_MATRIX},
    }
    path = tmp_path / "cards.pdf"
    write_cards_pdf([PrintedCard(text, "Title " * 30, "Group " * 30) for text in kinds], path)
    found = {code for page in pages(path, 300) for code in read(page)}
    assert found == {(kind, text) for text, each in kinds.items() for kind in each}


@needs_pdftoppm
@pytest.mark.slow
def test_wide_and_narrow_cards_mix_without_losing_one(tmp_path: Path) -> None:
    cards = [
        PrintedCard(f"BMD:BATCH:{'LONG-CODE-' * (n % 4)}{n:03}", f"Batch {n}", "Batches") for n in range(60)
    ]
    path = tmp_path / "cards.pdf"
    write_cards_pdf(cards, path)
    sheets = pages(path, 300)
    assert len(sheets) > 1
    assert {text for page in sheets for _, text in read(page)} == {card.text for card in cards}


def test_sheets_are_a4(tmp_path: Path) -> None:
    path = tmp_path / "cards.pdf"
    write_cards_pdf(standard_cards(), path)
    boxes = re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\s*\]", path.read_bytes())
    assert len(boxes) >= 3
    assert {(round(float(w) * 25.4 / 72), round(float(h) * 25.4 / 72)) for w, h in boxes} == {(210, 297)}


def test_a_card_that_no_barcode_can_hold_is_refused_and_no_file_is_left(tmp_path: Path) -> None:
    for text in ("BMD:HOLD:line\nbreak", "BMD:HOLD:" + "x" * 300, ""):
        with pytest.raises(NotEncodable):
            write_cards_pdf([PrintedCard(text, "Title", "Group")], tmp_path / "cards.pdf")
    with pytest.raises(NoCards):
        write_cards_pdf([], tmp_path / "cards.pdf")
    assert list(tmp_path.iterdir()) == []
