"""Picking with a scanner in one hand and a cart in the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bmdesk.domain.changes import Change
from bmdesk.services import company, settings
from bmdesk.services.grading import bench
from bmdesk.services.grading.seating import Seat
from bmdesk.store.queries import picking
from bmdesk.ui.main_window import Room
from bmdesk.ui.palette import Tone
from bmdesk.ui.scanner import ScannerFilter
from bmdesk.ui.views.pick import PickPage
from bmdesk.ui.views.pick.new_list import NewList
from bmdesk.ui.views.pick.rows import Line
from bmdesk.ui.workplace import Workplace
from tests import retold
from tests.markets import FIRST, Shop


class Picker:
    """Somebody who walks; codes are typed into the window as a scanner types them."""

    def __init__(self, page: PickPage, place: Workplace, qtbot: QtBot) -> None:
        self.page, self.place, self._bot = page, place, qtbot

    def scan(self, *codes: str) -> None:
        for code in codes:
            before = self.page.answers
            self.type(code)
            self.until(lambda before=before: self.page.answers > before)  # type: ignore[misc]
            self.settle()

    def type(self, code: str) -> None:
        window = self.place.window.windowHandle()
        for character in code:
            QTest.keyClick(window, ord(character))
        QTest.keyClick(window, Qt.Key.Key_Return)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.place.window.windowHandle(), key, modifier)

    def settle(self) -> None:
        self.until(lambda: not self.place.bridge.pending)

    def until(self, holds: Callable[[], object]) -> None:
        self._bot.waitUntil(lambda: bool(holds()), timeout=5000)

    @property
    def lines(self) -> list[Line]:
        model = self.page.model
        return [row for number in range(model.rowCount()) if isinstance(row := model.row(number), Line)]


@retold.step
def sold(shop: Shop) -> None:
    made = shop.ready(3)
    for unit, place in zip(made, ("MAIN/B-10", "MAIN/B-2", "MAIN/B-2"), strict=True):
        shop.bench.good(shop.units[unit], f"BMD:BIN:{place}", "BMD:DONE")
    shop.offer()
    settings.put(shop.desk, "backmarket.orders", "automatic")
    for _ in made:
        shop.market.order(FIRST, 1)
    shop.sync()
    shop.sync()


@pytest.fixture
def picker(workplace: Workplace, dressed: QApplication, shop: Shop, qtbot: QtBot) -> Iterator[Picker]:
    """Three orders for three devices in two bins; the room on screen, a scanner plugged in."""
    window = workplace.window
    sold(shop)
    bench.scan(shop.desk, Seat(), "BMD:OP:OWNER")
    workplace.operator = company.operator(shop.desk, company.FIRST_OPERATOR)
    page = PickPage(workplace)
    window.add_room(Room("pick", "window.room.settings", "box", lambda: page))
    window.resize(1440, 900)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    window.open_rooms("pick")
    scanner = ScannerFilter(gap_ms=400)  # a busy machine types its keys with pauses
    dressed.installEventFilter(scanner)
    scanner.scanned.connect(lambda text, _: page.takes_scan(text))
    found = Picker(page, workplace, qtbot)
    found.settle()
    yield found
    dressed.removeEventFilter(scanner)


def begin(picker: Picker) -> None:
    """A list of all that waits, by the keyboard alone."""
    picker.key(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    picker.until(lambda: picker.page.findChild(NewList))
    dialog = picker.page.findChild(NewList)
    assert isinstance(dialog, NewList)
    assert len(dialog.chosen()) == 3
    dialog.accept()
    picker.until(picker.page.lists.value)
    picker.settle()


def test_places_stand_in_walking_order_and_what_is_next_in_large_type(picker: Picker) -> None:
    begin(picker)
    assert [line.place for line in picker.lines] == ["MAIN/B-2", "MAIN/B-2", "MAIN/B-10"]
    assert picker.page.next.place.words == "MAIN/B-2"
    assert picker.page.next.piece.words == picker.lines[0].item.identifier


def test_scanning_bins_and_devices_moves_along_the_list_to_its_end(picker: Picker) -> None:
    begin(picker)
    one, two, three = (line.item.identifier for line in picker.lines)
    picker.scan("BMD:BIN:MAIN/B-10")
    assert picker.page.next.piece.words == three
    picker.scan(one)
    assert [line.done for line in picker.lines] == [True, False, False]
    assert picker.page.next.piece.words == two
    picker.scan(two, three)
    assert (picker.page.next.tone, picker.page.next.sign.name) == (Tone.OK, "check")


def test_the_chosen_device_is_taken_by_the_keyboard_too(picker: Picker) -> None:
    begin(picker)
    picker.place.window.activateWindow()  # a desktop gives the keys back to it by itself
    picker.until(picker.place.window.isActiveWindow)
    picker.page.table.setFocus()
    before = picker.page.answers
    picker.key(Qt.Key.Key_Space)
    picker.until(lambda: picker.page.answers > before)
    picker.settle()
    assert [line.done for line in picker.lines] == [True, False, False]


def test_where_a_person_went_in_the_list_they_stay_while_it_is_read_again(picker: Picker) -> None:
    begin(picker)
    picker.page.table.choose_row(2)
    picker.place.bridge.announce(frozenset({Change.ORDERS}))
    picker.settle()
    assert picker.page.table.chosen_rows() == [2]
    picker.page.take_chosen()
    picker.until(lambda: picker.lines[2].done)
    picker.settle()
    assert picker.page.table.chosen_rows() == [0], "then it leads on"


def test_the_list_is_written_as_a_pdf(picker: Picker, tmp_path: Path) -> None:
    begin(picker)
    picker.page.write_pdf(tmp_path / "list.pdf")
    picker.settle()
    assert (tmp_path / "list.pdf").read_bytes().startswith(b"%PDF")


def test_a_device_that_nobody_ordered_is_refused_in_red(picker: Picker, shop: Shop) -> None:
    begin(picker)
    (stray,) = shop.ready()
    picker.scan(shop.units[stray])
    assert (picker.page.next.tone, picker.page.next.sign.name) == (Tone.BAD, "cross")
    assert not any(line.done for line in picker.lines)


def test_whoever_comes_back_goes_on_where_the_list_stands(
    picker: Picker, workplace: Workplace, shop: Shop
) -> None:
    begin(picker)
    picker.scan(picker.lines[0].item.identifier)
    again = PickPage(workplace)
    workplace.window.add_room(Room("again", "window.room.settings", "box", lambda: again))
    workplace.window.show_room("again")
    picker.settle()
    assert again.lists.value()
    assert again.found is not None and again.found.left == 2
    again.close_list()
    picker.settle()
    assert len(shop.desk.read(lambda c: picking.batches(c, shop.desk.company, 5, closed=False))) == 1
