"""The Units room, on a real store: found, filtered, shown whole, moved by the dozen, repaired and tested anew."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bmdesk.domain.changes import Change
from bmdesk.domain.identifiers import luhn_holds
from bmdesk.domain.unit import GoneReason
from bmdesk.services import company
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.goods import units, units_actions, units_import
from bmdesk.services.goods.units import UnitLine
from bmdesk.services.grading import repairs
from bmdesk.store.engine import Place
from bmdesk.store.opening import open_store
from bmdesk.store.photos import Photos
from bmdesk.system.clock import FixedClock
from bmdesk.texts import render
from bmdesk.ui.views.units import UnitsPage, bulk
from bmdesk.ui.views.units.label_dialog import LabelDialog
from bmdesk.ui.widgets.asking import Asking
from bmdesk.ui.workplace import Workplace
from tests import retold
from tests.desks import IMEIS, PHONE, Bench

OWNER = Actor("OWNER", "owner", "bench-1")
MANY, FEW = 120, 30

House = Callable[[int], tuple[Path, list[str]]]


def imeis(count: int) -> list[str]:
    """So many IMEI, each with its right check digit."""
    bodies = (f"35{7919 * n + 1_000_003:012d}" for n in range(count))
    return [next(f"{body}{n}" for n in range(10) if luhn_holds(f"{body}{n}")) for body in bodies]


@pytest.fixture
def stock(desk: Desk, house: House, tmp_path: Path) -> list[str]:
    """A house full of units that were graded elsewhere; their IMEI."""
    return move_in(desk, MANY, house, tmp_path)


@pytest.fixture
def shelf(desk: Desk, house: House, tmp_path: Path) -> list[str]:
    """A shelf of units that were graded elsewhere; their IMEI."""
    return move_in(desk, FEW, house, tmp_path)


def move_in(desk: Desk, count: int, house: House, folder: Path) -> list[str]:
    if desk.store.place.file is None:
        return bring(desk, folder, count)
    file, names = house(count)
    retold.copy_store(file, desk.store.place.file)
    return names


@pytest.fixture(scope="module")
def house(template: Path, tmp_path_factory: pytest.TempPathFactory) -> House:
    """A store with so many units, brought once for all stories of this module; and their IMEI."""

    @cache
    def built(count: int) -> tuple[Path, list[str]]:
        folder = tmp_path_factory.mktemp("house")
        shutil.copyfile(template, folder / "store.db")
        clock = FixedClock()
        store = open_store(Place.of_file(folder / "store.db"), clock.now, None)
        names = bring(company.open_desk(store, Photos(folder / "photos"), clock, "bench-1"), folder, count)
        store.close()
        return folder / "store.db", names

    return built


def bring(desk: Desk, folder: Path, count: int) -> list[str]:
    """Import so many units into ten bins."""
    chance = random.Random(4)
    names = imeis(count)
    lines = ["identifier,model_code,grade,battery,cost,currency,bin"]
    for n, name in enumerate(names):
        grade = chance.choice(["EXCELLENT", "GOOD", "FAIR"])
        lines.append(f"{name},{PHONE},{grade},{chance.choice([84, 91, 96])},120.00,EUR,MAIN/A-{n % 10}")
    file = folder / "stock.csv"
    file.write_text("\n".join(lines))
    report = units_import.import_units(desk, OWNER, file)
    assert report.added == count, report.errors
    return names


@pytest.fixture
def page(workplace: Workplace, qtbot: QtBot) -> UnitsPage:
    """The room, empty or full, on a window of the usual size."""
    made = UnitsPage(workplace)
    qtbot.addWidget(made)
    made.resize(1240, 780)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.entered()
    return made


def wait_for_total(qtbot: QtBot, page: UnitsPage, total: int) -> None:
    """Until so many units are counted and the first of them are on screen."""
    model = page.all.model
    qtbot.waitUntil(lambda: model.total == model.rowCount() == total)
    qtbot.waitUntil(lambda: total == 0 or model.row(0) is not None)


def line(page: UnitsPage, number: int) -> UnitLine:
    """The unit in this line of the list; it must be there."""
    row = page.all.model.row(number)
    assert isinstance(row, UnitLine)
    return row


def open_sheet(qtbot: QtBot, page: UnitsPage, unit_id: str) -> None:
    with qtbot.waitSignal(page.all.detail.shown):
        page.show_unit(unit_id)


def question(qtbot: QtBot) -> Asking:
    """The question that is open now."""
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), Asking))
    found = QApplication.activeModalWidget()
    assert isinstance(found, Asking)
    return found


def said(page: UnitsPage) -> str:
    """What the banners say."""
    return "\n".join(" ".join(banner.words) for banner in page.workplace.window.banners.banners)


def test_a_house_without_units_says_how_they_come_in(page: UnitsPage, qtbot: QtBot) -> None:
    wait_for_total(qtbot, page, 0)

    assert page.all._empty.isVisible()
    assert "bench" in page.all._empty.note.text()


def test_the_list_goes_to_its_end_by_keyboard(stock: list[str], page: UnitsPage, qtbot: QtBot) -> None:
    wait_for_total(qtbot, page, MANY)
    page.all.table.setFocus()

    QTest.keyClick(page.all.table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)

    qtbot.waitUntil(lambda: page.all.model.row(MANY - 1) is not None)
    assert page.all.table.currentIndex().row() == MANY - 1
    assert {line(page, n).identifier for n in range(MANY - 5, MANY)} <= set(stock)


def test_the_last_digits_find_the_unit(shelf: list[str], page: UnitsPage, qtbot: QtBot) -> None:
    wait_for_total(qtbot, page, FEW)
    QTest.keyClick(page.all.table, Qt.Key.Key_Slash)

    page.all.search.setFocus()
    QTest.keyClicks(page.all.search, shelf[21][-6:])

    wait_for_total(qtbot, page, 1)
    assert line(page, 0).identifier == shelf[21]
    assert shelf[21][-6:] in page.header_status


def test_filters_narrow_the_list_and_are_said_in_words(
    shelf: list[str], page: UnitsPage, desk: Desk, qtbot: QtBot
) -> None:
    good = units.count_units(desk, units.UnitFilter(grade="GOOD", bin="MAIN/A-3"))
    assert 0 < good < FEW

    page.all.filter_by(grade="GOOD", bin="MAIN/A-3")

    wait_for_total(qtbot, page, good)
    assert "Good" in page.header_status
    assert "MAIN/A-3" in page.header_status
    page.all.filters.clear_button.click()
    wait_for_total(qtbot, page, FEW)


def test_a_scan_opens_the_unit_or_shows_the_bin_but_leaves_cards_to_the_bench(
    shelf: list[str], page: UnitsPage, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(page.all.detail.shown):
        assert page.takes_scan(shelf[7])
    assert page.all.detail.seen is not None
    assert page.all.detail.seen.unit.identifiers[0].value == shelf[7]

    assert page.takes_scan("BIN:MAIN/A-4")
    wait_for_total(qtbot, page, FEW // 10)

    assert not page.takes_scan("BMD:ALLPASS")
    assert not page.takes_scan("BMD:OP:OWNER")
    assert not page.takes_scan("BMD:BIN:MAIN/A-4")


def test_a_device_nobody_knows_begins_no_inspection_here(page: UnitsPage, desk: Desk, qtbot: QtBot) -> None:
    assert page.takes_scan(IMEIS[3])

    qtbot.waitUntil(lambda: IMEIS[3] in said(page))
    assert units.count_units(desk) == 0


def test_the_sheet_tells_the_whole_life_of_a_unit(
    at_bench: Bench, page: UnitsPage, desk: Desk, qtbot: QtBot
) -> None:
    at_bench.good(IMEIS[0], f"BMD:MODEL:{PHONE}", "BMD:ALLPASS", "BMD:BATTERY:92:300")
    at_bench.good("BMD:DEFECT:BACK:SCRATCH:2", "BMD:BIN:MAIN/C-2")
    unit_id = units.show_unit(desk, IMEIS[0]).id

    open_sheet(qtbot, page, unit_id)

    detail = page.all.detail
    assert "iPhone 13" in detail.title.text().replace("\u200b", "")
    assert detail.sentences[0] == "Put into MAIN/C-2"
    assert detail.sentences[-1].startswith("First seen as")
    assert len(detail.sentences) == len(units.show_unit(desk, unit_id).history)
    detail.copy_identifiers()
    assert QGuiApplication.clipboard().text() == IMEIS[0]


def test_moving_down_the_list_shows_the_next_sheet_and_esc_gives_the_list_back(
    shelf: list[str], page: UnitsPage, qtbot: QtBot
) -> None:
    wait_for_total(qtbot, page, FEW)
    page.all.table.choose_row(0)
    with qtbot.waitSignal(page.all.detail.shown):
        QTest.keyClick(page.all.table, Qt.Key.Key_Return)
    with qtbot.waitSignal(page.all.detail.shown):
        QTest.keyClick(page.all.table, Qt.Key.Key_Down)

    assert page.all.detail.open_id == line(page, 1).id
    QTest.keyClick(page.all.table, Qt.Key.Key_Escape)
    assert page.all.detail.isHidden()


@pytest.mark.slow
@pytest.mark.usefixtures("dressed")
def test_a_small_window_shows_the_sheet_alone(shelf: list[str], page: UnitsPage, qtbot: QtBot) -> None:
    wait_for_total(qtbot, page, FEW)
    page.resize(820, 560)

    open_sheet(qtbot, page, line(page, 3).id)

    assert not page.all.table.isVisible()
    page.all.close_detail()
    assert page.all.table.isVisible()


def test_a_whole_filter_is_moved_and_the_refused_ones_are_said(
    stock: list[str], page: UnitsPage, desk: Desk, qtbot: QtBot
) -> None:
    gone = [units.show_unit(desk, name).id for name in stock[:2]]
    units_actions.mark_gone(desk, OWNER, gone, GoneReason.LOST)
    wait_for_total(qtbot, page, MANY)
    page.all.table.selectAll()

    with qtbot.waitSignal(page.all.bulk.finished, timeout=60_000):
        page.all.chosen.move_chosen()
        question(qtbot)
        assert page.takes_scan("BIN:MAIN/Z-1"), "a bin that is scanned now answers the question"

    assert units.count_units(desk, units.UnitFilter(bin="MAIN/Z-1")) == MANY - 2
    assert f"{MANY - 2} moved to MAIN/Z-1" in said(page)
    assert "2 refused" in said(page)


@pytest.mark.slow
def test_one_unit_that_cannot_be_moved_is_not_said_to_be_moved(
    shelf: list[str], page: UnitsPage, desk: Desk, qtbot: QtBot
) -> None:
    unit_id = units.show_unit(desk, shelf[0]).id
    units_actions.mark_gone(desk, OWNER, [unit_id], GoneReason.LOST)
    open_sheet(qtbot, page, unit_id)
    page.all.detail.acts.move()
    question(qtbot)
    assert page.takes_scan("BIN:MAIN/Z-1")
    qtbot.waitUntil(lambda: bool(said(page)))
    refused = units_actions.move_to_bin(desk, OWNER, [unit_id], "MAIN/Z-1").refused[0]
    assert render(refused.reason) in said(page)
    assert "moved" not in said(page)


@pytest.mark.slow
def test_a_long_action_can_be_stopped_between_two_pages(
    shelf: list[str], page: UnitsPage, desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [found.id for found in units.list_units(desk).lines]

    monkeypatch.setattr(bulk, "PAGE", 10)
    with qtbot.waitSignal(page.all.bulk.finished, timeout=30_000) as over:
        page.all.bulk.run(ids, units_actions.hold, "Recall", said=lambda done: f"{done} held")
        page.all.bulk.stop()

    held = units.count_units(desk, units.UnitFilter(blocker="hold"))
    assert 0 < held < FEW
    assert over.args == [over.args[0], True]
    assert f"{FEW - held} left as they were" in said(page)


@pytest.mark.slow
def test_the_labels_of_the_chosen_units_go_into_one_pdf(
    shelf: list[str], page: UnitsPage, tmp_path: Path, qtbot: QtBot
) -> None:
    wait_for_total(qtbot, page, FEW)
    page.all.table.choose_row(2)
    page.all.chosen.label_chosen()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), LabelDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, LabelDialog)
    qtbot.waitUntil(dialog.save_button.isEnabled)

    dialog.save_pdf(tmp_path / "labels")

    qtbot.waitUntil(lambda: "labels.pdf: 1" in said(page))
    assert (tmp_path / "labels.pdf").read_bytes().startswith(b"%PDF")


def test_what_the_filter_leaves_is_written_to_a_file(
    shelf: list[str], page: UnitsPage, desk: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    page.all.filter_by(grade="FAIR")
    fair = units.count_units(desk, units.UnitFilter(grade="FAIR"))
    wait_for_total(qtbot, page, fair)

    page.all.export_to(tmp_path / "fair.csv")

    qtbot.waitUntil(lambda: f"fair.csv: {fair}" in said(page))
    assert len((tmp_path / "fair.csv").read_text("utf-8-sig").splitlines()) == fair + 1


def test_an_old_battery_reading_goes_to_the_bench_with_enter(
    at_bench: Bench, page: UnitsPage, clock: FixedClock, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_bench.ready_unit(IMEIS[1])
    clock.advance(days=100)
    taken: list[str] = []
    monkeypatch.setattr(page.workplace.window, "show_room", taken.append)
    page.show_tab("retests")
    qtbot.waitUntil(lambda: page.retests.model.rowCount() == 1)
    assert "10 days" in str(page.retests.model.index(0, 5).data())

    with qtbot.waitSignal(page.workplace.scanned) as scanned:
        QTest.keyClick(page.retests.table, Qt.Key.Key_Return)

    assert taken == ["bench"]
    assert scanned.args[0].scan == IMEIS[1]


def test_closing_a_repair_sends_the_unit_back_into_inspection(
    at_bench: Bench, page: UnitsPage, desk: Desk, qtbot: QtBot
) -> None:
    unit_id = at_bench.ready_unit(IMEIS[2])
    repairs.send_to_repair(desk, OWNER, unit_id, "Screen is dead", "Lena")
    page.show_tab("repairs")
    qtbot.waitUntil(lambda: page.repairs.model.rowCount() == 1)
    assert "1 in repair" in page.header_status

    page.repairs.wait_for_part()
    asking = question(qtbot)
    asking._fields["part"].setText("Display")  # type: ignore[union-attr]
    QTest.mouseClick(asking.yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.repairs.chosen is not None and page.repairs.chosen.state == "waiting")
    assert page.repairs.arrived_button.isEnabled()

    order = page.repairs.chosen
    assert order is not None
    page.repairs.close_with(order, "New display")

    qtbot.waitUntil(lambda: page.repairs.model.rowCount() == 0)
    assert "in inspection again" in said(page)
    assert units.show_unit(desk, unit_id).row.state == "inspecting"


def test_what_changes_at_another_bench_is_seen_when_the_room_is_entered_again(
    shelf: list[str], at_bench: Bench, page: UnitsPage, qtbot: QtBot
) -> None:
    wait_for_total(qtbot, page, FEW)
    page.hide()
    result = at_bench.good(IMEIS[3])
    page.workplace.bridge.announce(result.changes)
    assert page.all.model.total == FEW

    page.show()
    page.entered()

    wait_for_total(qtbot, page, FEW + 1)
    qtbot.waitUntil(lambda: line(page, 0).identifier == IMEIS[3])


def test_a_key_acts_on_the_unit_that_was_chosen_although_others_came_above_it_and_on_none_when_it_left(
    shelf: list[str], at_bench: Bench, page: UnitsPage, desk: Desk, qtbot: QtBot
) -> None:
    wait_for_total(qtbot, page, FEW)
    page.all.table.choose_row(0)
    meant = line(page, 0)
    page.workplace.bridge.announce(at_bench.good(IMEIS[3]).changes)
    wait_for_total(qtbot, page, FEW + 1)
    qtbot.waitUntil(lambda: line(page, 0).identifier == IMEIS[3])

    QTest.keyClick(page.all.table, Qt.Key.Key_M)
    question(qtbot)
    assert page.takes_scan("BIN:MAIN/Z-1")
    moved = units.UnitFilter(bin="MAIN/Z-1")
    qtbot.waitUntil(lambda: units.count_units(desk, moved) == 1)
    assert [row.id for row in units.list_units(desk, moved).lines] == [meant.id]

    # Units of one moment stand in any order: the one that was moved may have lain in any bin.
    other = "MAIN/A-3" if meant.row.location != "MAIN/A-3" else "MAIN/A-4"
    page.all.filter_by(bin=other)
    wait_for_total(qtbot, page, FEW // 10)
    page.all.table.choose_row(0)
    units_actions.move_to_bin(desk, OWNER, [line(page, 0).id], "MAIN/Z-2")
    page.workplace.bridge.announce(frozenset({Change.UNITS}))
    wait_for_total(qtbot, page, FEW // 10 - 1)
    qtbot.waitUntil(lambda: page.all.table.chosen() == [])
    QTest.keyClick(page.all.table, Qt.Key.Key_M)
    QTest.keyClick(page.all.table, Qt.Key.Key_Return)
    qtbot.wait(50)
    assert QApplication.activeModalWidget() is None
    assert not page.all.detail.isVisible()
    assert page.all.table.chosen_rows() == [0], "Enter shows first where the keyboard is"


def test_two_and_more_chosen_units_are_what_is_exported(
    shelf: list[str], page: UnitsPage, qtbot: QtBot, tmp_path: Path
) -> None:
    wait_for_total(qtbot, page, FEW)
    page.all.table.choose_row(0)
    everything = page.all.export_button.text()
    QTest.keyClick(page.all.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyRelease(page.all.table, Qt.Key.Key_Shift)  # or it is held down in the next story
    assert page.all.export_button.text() != everything
    page.all.export_to(tmp_path / "two.csv")
    qtbot.waitUntil((tmp_path / "two.csv").exists, timeout=10_000)
    assert len((tmp_path / "two.csv").read_text("utf-8-sig").splitlines()) == 3
