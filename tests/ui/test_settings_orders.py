"""Settings of orders and shipping: nothing is switched before a person has seen what it takes over."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from bmdesk.domain.orders import Handling
from bmdesk.services import settings
from bmdesk.services.orders import handling, order_view
from bmdesk.services.shipping import carriers
from bmdesk.store.queries import units
from bmdesk.system import machine
from bmdesk.texts import t
from bmdesk.ui.main_window import Room
from bmdesk.ui.views.settings import SettingsPage
from bmdesk.ui.views.settings.orders import AccountOrders, OrdersSection
from bmdesk.ui.views.settings.shipping import ShippingSection
from bmdesk.ui.views.settings.take_over import TakeOver
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.workplace import Workplace
from tests import retold
from tests.markets import FIRST, OWNER, Shop


@retold.step
def sold(shop: Shop) -> None:
    shop.ready(2)
    shop.offer()
    shop.market.order(FIRST, 1)
    shop.sync()


@pytest.fixture
def page(workplace: Workplace, shop: Shop) -> SettingsPage:
    """The room, on screen; a shop with one open order that it only read."""
    sold(shop)
    window = workplace.window
    found = SettingsPage(workplace)
    window.add_room(Room("settings", "window.room.settings", "settings", lambda: found))
    window.show()
    window.open_rooms("settings")
    return found


def account(page: SettingsPage, qtbot: QtBot) -> AccountOrders:
    section = page.show_section("orders")
    assert isinstance(section, OrdersSection)
    qtbot.waitUntil(lambda: bool(section.accounts))
    qtbot.waitUntil(lambda: not page.workplace.bridge.pending)
    return next(iter(section.accounts.values()))


def asked(card: AccountOrders, how: Handling, qtbot: QtBot) -> TakeOver:
    card.choice.set_value(how.value)
    card.ask(how)
    qtbot.waitUntil(lambda: card.findChild(TakeOver) is not None)
    found = card.findChild(TakeOver)
    assert isinstance(found, TakeOver)
    return found


def reserved(shop: Shop) -> int:
    states = shop.desk.read(lambda c: [units.unit(c, unit).state for unit in shop.units])
    return states.count("reserved")


def test_the_open_lines_are_shown_before_the_switch_and_taken_over_with_it(
    page: SettingsPage, shop: Shop, qtbot: QtBot
) -> None:
    card = account(page, qtbot)
    question = asked(card, Handling.BY_HAND, qtbot)
    assert settings.get(shop.desk, "backmarket.orders") == "read"
    assert (question.model.rowCount(), len(question.chosen())) == (1, 1)
    question.accept()
    qtbot.waitUntil(lambda: settings.get(shop.desk, "backmarket.orders") == "by_hand")
    qtbot.waitUntil(lambda: reserved(shop) == 1)


def test_what_is_not_chosen_stays_with_the_tool_that_handles_it_today(
    page: SettingsPage, shop: Shop, qtbot: QtBot
) -> None:
    question = asked(account(page, qtbot), Handling.AUTOMATIC, qtbot)
    question.choose([])
    question.accept()
    qtbot.waitUntil(lambda: settings.get(shop.desk, "backmarket.orders") == "automatic")
    qtbot.waitUntil(lambda: not page.workplace.bridge.pending)
    assert reserved(shop) == 0


def test_whoever_cancels_has_switched_nothing(page: SettingsPage, shop: Shop, qtbot: QtBot) -> None:
    card = account(page, qtbot)
    asked(card, Handling.AUTOMATIC, qtbot).reject()
    assert card.choice.value() == "read"
    assert settings.get(shop.desk, "backmarket.orders") == "read"


def test_who_switches_to_reading_hears_what_is_still_sent(
    page: SettingsPage, shop: Shop, qtbot: QtBot
) -> None:
    settings.put(shop.desk, "backmarket.orders", "by_hand")
    number = shop.market.order(FIRST, 1)
    shop.sync()
    (line,) = order_view.detail(shop.desk, order_view.find(shop.desk, str(number))).lines
    handling.cancel(shop.desk, OWNER, line.id, "stock")
    card = account(page, qtbot)
    qtbot.waitUntil(lambda: card.choice.value() == "by_hand")
    card.ask(Handling.READ)
    qtbot.waitUntil(lambda: card.findChild(Confirm) is not None)
    question = card.findChild(Confirm)
    assert isinstance(question, Confirm)
    words = " ".join(label.text() for label in question.findChildren(QLabel))
    assert t("settings.orders.read_still_sent", count=1) in words
    question.reject()


def test_a_week_without_a_working_day_is_refused_and_the_old_one_holds(
    page: SettingsPage, shop: Shop, qtbot: QtBot
) -> None:
    section = page.show_section("shipping")
    assert isinstance(section, ShippingSection)
    field = section.weekdays
    qtbot.waitUntil(lambda: field.editor.read() == "mon,tue,wed,thu,fri")
    field.editor.show("")
    field.keep()
    qtbot.waitUntil(lambda: bool(field.error))
    field.editor.show("mon,sat")
    field.keep()
    qtbot.waitUntil(lambda: settings.get(shop.desk, "calendar.weekdays") == "mon,sat")


def test_a_carrier_is_kept_and_one_with_a_bad_address_says_where(
    page: SettingsPage, shop: Shop, qtbot: QtBot
) -> None:
    section = page.show_section("shipping")
    assert isinstance(section, ShippingSection)
    card = section.carriers
    card.code.setText("Blue Van")
    card.shipper.set_value("DPD FR")
    card.url.setText("http://van.example/{number}")
    card.save()
    qtbot.waitUntil(lambda: card.url.property("wrong") is True)
    card.url.setText("https://van.example/{number}")
    card.save()
    qtbot.waitUntil(lambda: bool(carriers.carriers(shop.desk)))
    assert carriers.carriers(shop.desk)[0].shipper == "DPD FR"


def test_what_happens_to_the_papers_belongs_to_this_computer(
    page: SettingsPage, workplace: Workplace, qtbot: QtBot
) -> None:
    section = page.show_section("shipping")
    assert isinstance(section, ShippingSection)
    qtbot.waitUntil(section.papers.editor.widget.isEnabled)
    assert section.papers.editor.read() == "nothing"
    section.papers.editor.show("print")
    section.papers.keep()
    qtbot.waitUntil(lambda: workplace.machine.get(machine.PACK_PAPERS) == "print")
