"""The Bench figures room: what the bench did is there at a glance, and only for those who may see it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bmdesk.services import company
from bmdesk.services.figures.bench import Figure
from bmdesk.ui.views.bench_figures import BenchFiguresPage
from bmdesk.ui.workplace import Workplace
from tests.desks import IMEIS, PHONE, Bench


def test_what_was_done_is_on_screen_and_goes_into_a_file(
    workplace: Workplace, at_bench: Bench, qtbot: QtBot, tmp_path: Path
) -> None:
    at_bench.ready_unit(IMEIS[0])
    at_bench.good(IMEIS[1], f"BMD:MODEL:{PHONE}", "BMD:ALLPASS", "BMD:DONE")
    page = BenchFiguresPage(workplace)
    qtbot.addWidget(page)
    page.entered()
    qtbot.waitUntil(lambda: page.shown is not None)

    assert page.cards[Figure.UNITS].value.text() == "2"
    assert page.cards[Figure.TIME].value.text() == "0:07"
    assert page.operators.model.rowCount() == 1
    assert "Battery not read: 1" in page.blockers.bars.accessibleName()
    assert "Under 7 days: 2 1 ready, 1 held" in page.ages.bars.accessibleName()

    file = tmp_path / "bench.csv"
    assert page.shown is not None
    page.export_to(page.shown, file)
    qtbot.waitUntil(file.exists)
    with file.open(encoding="utf-8-sig", newline="") as text:
        assert next(csv.DictReader(text))["value"] == "2"


def test_a_click_or_enter_on_a_person_shows_that_one_alone_and_so_does_the_choice(
    workplace: Workplace, at_bench: Bench, qtbot: QtBot
) -> None:
    company.add_operator(workplace.desk, "ANNA", "=Anna()", "operator")
    at_bench.ready_unit(IMEIS[0])
    at_bench.good("BMD:OP:ANNA")
    at_bench.ready_unit(IMEIS[1])
    at_bench.ready_unit(IMEIS[2])
    page = BenchFiguresPage(workplace)
    qtbot.addWidget(page)
    page.entered()
    qtbot.waitUntil(lambda: page.shown is not None)
    people, choice = page.operators, page.bar.person
    assert choice.accessibleName() == "Whose figures" and choice.itemText(0) == "Everybody"

    people.table.clicked.emit(people.model.index(0, 0))  # who did most
    qtbot.waitUntil(lambda: page.cards[Figure.UNITS].value.text() == "2")
    assert choice.value() == "ANNA" and people.model.rowCount() == 2
    assert "whoever inspected" in page.ages.note.text()
    people.table.choose_row(1)
    QTest.keyClick(people.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.cards[Figure.UNITS].value.text() == "1")
    assert choice.value() == "OWNER"
    page.bar.choose_person("")
    qtbot.waitUntil(lambda: page.cards[Figure.UNITS].value.text() == "3")
    assert "whoever" not in page.ages.note.text()


@pytest.mark.slow
def test_a_file_of_one_person_names_that_person_and_no_name_is_a_formula(
    workplace: Workplace, at_bench: Bench, qtbot: QtBot, tmp_path: Path
) -> None:
    company.add_operator(workplace.desk, "ANNA", "=Anna()", "operator")
    at_bench.good("BMD:OP:ANNA")
    at_bench.ready_unit(IMEIS[0])
    page = BenchFiguresPage(workplace)
    qtbot.addWidget(page)
    page.entered()
    qtbot.waitUntil(lambda: page.shown is not None)
    page.bar.choose_person("ANNA")
    qtbot.waitUntil(lambda: page.shown is not None and page.shown.operator == "ANNA")
    file = tmp_path / "bench.csv"
    assert page.shown is not None
    page.export_to(page.shown, file)
    qtbot.waitUntil(file.exists)
    with file.open(encoding="utf-8-sig", newline="") as text:
        first = next(csv.DictReader(text))
    assert (first["what"], first["operator"]) == ("chosen", "ANNA")
    assert "Anna()" in first["name"] and not first["name"].startswith("=")


@pytest.mark.slow
def test_who_may_not_see_figures_finds_none_not_even_those_of_who_sat_here_before(
    workplace: Workplace, at_bench: Bench, qtbot: QtBot
) -> None:
    at_bench.ready_unit(IMEIS[0])
    page = BenchFiguresPage(workplace)
    qtbot.addWidget(page)
    page.entered()
    qtbot.waitUntil(lambda: page.shown is not None)
    company.add_operator(workplace.desk, "ANNA", "Anna", "operator")
    workplace.operator = company.operator(workplace.desk, "ANNA")
    workplace.operator_changed.emit(workplace.operator)
    assert page.nothing.isVisibleTo(page)
    assert not page.cards[Figure.UNITS].isVisibleTo(page)


@pytest.mark.slow
def test_a_unit_that_is_done_meanwhile_is_in_the_figures_soon(
    workplace: Workplace, at_bench: Bench, qtbot: QtBot
) -> None:
    page = BenchFiguresPage(workplace)
    qtbot.addWidget(page)
    page.show()
    page.entered()
    qtbot.waitUntil(lambda: page.shown is not None)
    assert page.cards[Figure.PER_HOUR].value.text() == "–"
    at_bench.ready_unit(IMEIS[0])
    workplace.bridge.changed.emit(page.shown_for)
    qtbot.waitUntil(lambda: page.cards[Figure.UNITS].value.text() == "1", timeout=8000)
    page.left()
