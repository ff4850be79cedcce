"""People choose things; the lines in which these stand change under their hands."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bmdesk.ui.bridge import Bridge
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.paged_model import PAGE, Ask, Page, PagedModel
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.widgets.table import DataTable

COLUMNS = (Column("Id", lambda row: row.id), Column("Said", lambda row: row.said))
DOWN, SHIFT = Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier


@dataclass(frozen=True, slots=True)
class Thing:
    id: str
    said: str = ""


class Few:
    """A table of all its rows."""

    def __init__(self) -> None:
        self.table = DataTable("things", multi=True)
        self.model = RowsModel(COLUMNS, self.table)
        self.table.setModel(self.model)
        self.heard: list[int] = []
        self.table.current_changed.connect(self.heard.append)

    def shows(self, ids: str) -> None:
        self.model.set_rows([Thing(one) for one in ids])

    @property
    def chosen(self) -> str:
        return "".join(row.id for row in self.table.chosen())


class Many:
    """A table of pages; `ids` are what the store has now."""

    def __init__(self, bridge: Bridge, qtbot: QtBot, count: int) -> None:
        self.ids = [f"{number:05d}" for number in range(count)]
        self.table = DataTable("things", multi=True)
        self.model = PagedModel(bridge, COLUMNS, self._fetch, lambda _: len(self.ids), self.table)
        self.table.setModel(self.model)
        self.table.resize(400, 400)
        self.table.show()
        self._bridge, self._qtbot = bridge, qtbot
        self.model.reset("all")
        self.settle()

    def _fetch(self, ask: Ask) -> Page:
        return Page([Thing(one) for one in self.ids[ask.offset : ask.offset + ask.limit]])

    def settle(self) -> None:
        self._qtbot.wait(5)
        self._qtbot.waitUntil(lambda: not self._bridge.pending)
        self._qtbot.wait(5)

    def changes(self, ids: list[str]) -> None:
        self.ids = ids
        self.model.refresh()
        self.settle()

    @property
    def chosen(self) -> list[str]:
        return [row.id for row in self.table.chosen()]


@pytest.fixture
def few(qtbot: QtBot) -> Few:
    made = Few()
    qtbot.addWidget(made.table)
    made.shows("abcd")
    made.table.choose_row(1)
    made.table.show()
    return made


def test_what_is_chosen_goes_with_its_line(few: Few) -> None:
    few.heard.clear()
    few.shows("xyabcd")
    assert (few.chosen, few.table.under_keyboard()) == ("b", Thing("b"))
    few.shows("dcba")
    assert few.chosen == "b"
    few.shows("b")
    assert few.chosen == "b"
    assert few.heard == [], "nobody went anywhere"


def test_where_it_left_nothing_is_chosen_and_no_key_acts_before_a_person_went_on(few: Few) -> None:
    opened: list[int] = []
    few.table.opened.connect(opened.append)
    few.shows("acde")  # as many as before
    assert (few.chosen, few.table.under_keyboard(), few.heard[-1]) == ("", None, -1)
    few.shows("acd")
    few.table.choose_first()
    assert few.chosen == "", "what comes again and again does not choose either"

    QTest.keyClick(few.table, Qt.Key.Key_Return)
    assert (few.chosen, opened, few.heard[-1]) == ("c", [], 1)
    QTest.keyClick(few.table, Qt.Key.Key_Return)
    assert opened == [1]

    few.shows("ad")
    QTest.keyClick(few.table, Qt.Key.Key_Up)
    assert few.chosen == "a", "the keyboard had stayed in its line"


def test_whoever_deals_with_one_after_the_other_has_the_next_under_the_keyboard(few: Few) -> None:
    few.table.go_on_after(["b"])
    few.shows("acd")
    assert few.chosen == "c"
    few.shows("ad")
    assert few.chosen == "", "this one was somebody else's doing"


def test_of_many_chosen_those_stay_that_are_there(few: Few) -> None:
    few.table.choose_row(0)
    for _ in range(2):
        QTest.keyClick(few.table, DOWN, SHIFT)
    QTest.keyRelease(few.table, Qt.Key.Key_Shift)
    assert few.chosen == "abc"
    few.shows("dcxa")
    assert few.chosen == "ca"


def test_what_slips_to_a_page_that_is_not_read_is_chosen_again_there(bridge: Bridge, qtbot: QtBot) -> None:
    many = Many(bridge, qtbot, 3 * PAGE)
    qtbot.addWidget(many.table)
    last = PAGE - 1
    many.table.choose_row(last)
    (meant,) = many.chosen
    many.table.scrollToTop()
    heard: list[int] = []
    many.table.current_changed.connect(heard.append)
    many.changes(["new", *many.ids])
    assert set(many.chosen) <= {meant}, "never the neighbour"
    many.table.scrollTo(many.model.index(PAGE + 5, 0))
    many.settle()
    assert (many.chosen, many.table.chosen_rows()) == ([meant], [PAGE])
    assert many.table.under_keyboard() == Thing(meant)
    assert heard == [-1, PAGE], "whoever shows it hears that it is back"


def test_one_less_is_not_taken_for_the_last_one_before_it_is_known_which(
    bridge: Bridge, qtbot: QtBot
) -> None:
    many = Many(bridge, qtbot, 3)
    qtbot.addWidget(many.table)
    many.table.choose_row(2)
    many.table.go_on_after(many.chosen)
    heard: list[list[str]] = []
    many.table.selectionModel().selectionChanged.connect(lambda *_: heard.append(many.chosen))
    many.changes(many.ids[1:])
    assert many.chosen == ["00002"]
    assert ["00001"] not in heard


def test_lines_that_nobody_has_read_stay_chosen_with_the_whole_list_only(
    bridge: Bridge, qtbot: QtBot
) -> None:
    many = Many(bridge, qtbot, 5 * PAGE)
    qtbot.addWidget(many.table)
    many.table.selectAll()
    many.changes(["new", *many.ids])
    assert many.table.chosen_count == 5 * PAGE + 1

    lines = QItemSelection(many.model.index(2, 0), many.model.index(4 * PAGE, 1))
    many.table.selectionModel().select(lines, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    assert many.table.chosen_unread()
    read = set(many.chosen)
    many.changes(many.ids[1:])
    assert set(many.chosen) == read
    assert not many.table.chosen_unread()


def test_a_row_is_chosen_whatever_keys_are_held(few: Few) -> None:
    QTest.keyPress(few.table, Qt.Key.Key_Control)
    few.table.choose_row(2)
    few.table.choose_row(2)
    QTest.keyRelease(few.table, Qt.Key.Key_Control)
    assert few.chosen == "c"


def test_enter_shows_a_chosen_thing_that_slipped_under_the_keyboard(few: Few) -> None:
    few.table.choose_row(2)
    also = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    few.table.selectionModel().setCurrentIndex(few.model.index(1, 0), also)
    few.shows("ac")
    assert few.table.under_keyboard() is None, "b left, and nobody has looked since"
    QTest.keyClick(few.table, Qt.Key.Key_Return)
    assert few.table.under_keyboard() == Thing("c")


def test_whoever_asks_what_is_chosen_has_nothing_read(bridge: Bridge, qtbot: QtBot) -> None:
    many = Many(bridge, qtbot, 5 * PAGE)
    qtbot.addWidget(many.table)
    many.table.selectAll()
    before = len(many.table.chosen())
    many.settle()
    assert len(many.table.chosen()) == before < 5 * PAGE
