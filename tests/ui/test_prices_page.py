"""Prices: what the room says, what it writes, and all of it by keyboard; nothing is written that nobody saw."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from bmdesk.domain.money import Money
from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.prices import applying
from bmdesk.ui.main_window import Room
from bmdesk.ui.views.prices import PricesPage
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.workplace import Workplace
from tests.markets import FIRST, Shop
from tests.ui.prices_room import Enter, counted, dialog, enter, priced, save_rules

__all__ = ["enter", "priced"]


def test_without_an_account_the_room_says_how_to_begin(enter: Enter) -> None:
    page = enter()
    assert page.isVisible() and not page.matrix.table.isVisible()


def test_costs_are_said_to_be_assumed_until_rules_are_saved(enter: Enter, priced: str, desk: Desk) -> None:
    page = enter()
    assert page.assumed_note.isVisible() and not page.rate_note.isVisible()


def test_an_old_rate_is_said_with_the_way_to_give_one(
    enter: Enter, priced: str, shop: Shop, workplace: Workplace, qtbot: QtBot
) -> None:
    settings.put(shop.desk, "backmarket.markets", "fr-fr,en-gb")
    settings.put(shop.desk, "rate.GBP", "0.86")
    shop.advance(days=30)
    page = enter()
    assert page.rate_note.isVisible() and "GBP" in page.rate_note.words.text()
    asked: list[str] = []
    workplace.settings_asked.connect(asked.append)
    workplace.window.add_room(Room("settings", "window.room.settings", "settings", QLineEdit))
    page.rate_note.button.click()
    assert asked == ["prices"]


def test_what_was_shown_is_written_and_can_be_taken_back(
    enter: Enter, priced: str, shop: Shop, qtbot: QtBot
) -> None:
    page = enter()
    page.show_tab("changes")
    page.changes.ask_all()
    dialog(Confirm).yes.click()
    qtbot.waitUntil(lambda: bool(applying.runs(shop.desk, shop.account)))
    qtbot.waitUntil(lambda: not page.run.running)
    shop.settle()
    assert shop.price() == "546.00"
    page.show_tab("history")
    qtbot.waitUntil(lambda: page.history.runs.rowCount() == 1 and page.history.undo_button.isEnabled())
    qtbot.waitUntil(lambda: page.history.changes.rowCount() == 1)
    page.history.ask_undo()
    dialog(Confirm).yes.click()
    qtbot.waitUntil(lambda: applying.runs(shop.desk, shop.account)[-1].undone)
    qtbot.waitUntil(lambda: not page.run.running and not page.workplace.bridge.pending)
    shop.settle()
    assert shop.price() == "624.00"


def test_where_something_changed_meanwhile_nothing_is_written_and_it_is_shown_anew(
    enter: Enter, priced: str, shop: Shop, qtbot: QtBot
) -> None:
    page = enter()
    page.show_tab("changes")
    page.changes.table.selectAll()
    page.changes.ask_chosen()
    save_rules(shop.desk, {"id": "dear", "multiplier": "1.05"})
    dialog(Confirm).yes.click()
    qtbot.waitUntil(lambda: _first_new(page) == Money(57330, "EUR"))
    assert applying.runs(shop.desk, shop.account) == ()
    page.changes.table.selectAll()
    page.changes.ask_chosen()
    dialog(Confirm).yes.click()
    qtbot.waitUntil(lambda: [run.count for run in applying.runs(shop.desk, shop.account)] == [1])
    qtbot.waitUntil(lambda: not page.run.running)


def test_what_is_not_managed_is_only_shown(enter: Enter, priced: str, shop: Shop) -> None:
    shop.unmanage(FIRST)
    page = enter()
    page.show_tab("changes")
    assert page.changes.model.rowCount() == 1 and page.changes.said.isVisible()
    assert not page.changes.write_all.isEnabled()
    page.changes.table.selectAll()
    page.changes.ask_chosen()
    assert not [one for one in QApplication.topLevelWidgets() if isinstance(one, Confirm) and one.isVisible()]
    page.changes.which.set_value("written")
    page.changes.which.activated.emit(1)
    assert page.changes.model.rowCount() == 0


def _first_new(page: PricesPage) -> Money | None:
    found = page.changes.model.row(0)
    return found.new if found is not None else None


def test_prices_are_changed_by_keyboard_alone(
    enter: Enter, priced: str, shop: Shop, workplace: Workplace, qtbot: QtBot
) -> None:
    page = enter()
    window = workplace.window

    def press(*keys: str) -> None:
        for key in keys:
            QTest.keySequence(focus(), key)
            QApplication.processEvents()

    def type_in(words: str) -> None:
        QTest.keyClicks(focus(), words)

    def focus() -> Any:
        return QApplication.focusWidget() or window

    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    press("/")
    type_in("ip13")
    press("Return")
    qtbot.waitUntil(lambda: page.matrix.model.rowCount() == 1)
    page.matrix.table.setFocus()
    press("Home", "Return")
    qtbot.waitUntil(lambda: page.matrix.sheet.seen is not None)
    press("Alt+3")
    qtbot.waitUntil(lambda: page.rules.list.model.rowCount() == 1)
    press("Ins")
    assert focus() is page.rules.form._lines["id"]
    type_in("dear")
    while focus() is not page.rules.form._lines["multiplier"]:
        press("Tab")
    type_in("1.05")
    qtbot.waitUntil(lambda: counted(page) == [Money(57330, "EUR")])
    with qtbot.waitSignal(page.rules.saved):
        press("Ctrl+S")
    press("Alt+2")
    qtbot.waitUntil(lambda: _first_new(page) == Money(57330, "EUR") and not page.feed.is_busy)
    press("Ctrl+Return")
    question = dialog(Confirm)
    QTest.keyClick(question, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(applying.runs(shop.desk, shop.account)))
    qtbot.waitUntil(lambda: not page.run.running)
    shop.settle()
    assert shop.price() == "573.30"
