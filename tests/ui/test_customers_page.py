"""Customers: one sheet a person, and who may be whom is asked, never guessed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from bmdesk.domain.customers import Person
from bmdesk.domain.orders import LineState
from bmdesk.services.orders import customer_matching, customers, order_view
from bmdesk.services.orders.customers import OrderOf
from bmdesk.store.queries import order_progress
from bmdesk.store.transaction import Tx
from bmdesk.ui.main_window import Room
from bmdesk.ui.views.customers import CustomersPage
from bmdesk.ui.views.customers.detail import DetailPanel
from bmdesk.ui.workplace import Workplace
from tests import retold
from tests.markets import FIRST, Shop

pytestmark = pytest.mark.sqlite_only

ANA = Person("Ana", "<b>López</b>", street="Calle Mayor 1", postcode="28001", city="Madrid", country="ES")


@pytest.fixture
def enter(workplace: Workplace, qtbot: QtBot) -> Callable[[], CustomersPage]:
    """Go into the room and wait until it is read."""

    def entered() -> CustomersPage:
        window = workplace.window
        window.add_room(
            Room("customers", "window.room.customers", "customers", lambda: CustomersPage(workplace))
        )
        window.resize(1440, 900)
        window.show()
        window.open_rooms("customers")
        page = window.page("customers")
        assert isinstance(page, CustomersPage)
        qtbot.waitUntil(lambda: page.model.total is not None and not workplace.bridge.pending)
        return page

    return entered


@retold.step
def sold(shop: Shop) -> None:
    shop.ready(2)
    shop.offer(quantity=2)
    for _ in range(2):
        shop.market.order(FIRST)
        shop.advance(minutes=5)
    shop.sync()


@pytest.fixture
def two(shop: Shop) -> Shop:
    """Two orders whose customers have one name at one postcode, and nothing that proves it."""
    sold(shop)
    found = [row.id for row in order_view.page(shop.desk).rows]

    def own(tx: Tx) -> None:
        for order_id, mail in zip(found, ("ana@one.example", "ana@two.example"), strict=True):
            order_progress.set_order(tx, order_id, customer_id=None)
            person = replace(ANA, email=mail)
            customer_matching.identify_all(tx, {order_id: (person, person)})

    shop.desk.write(own)
    return shop


def test_a_customer_is_found_and_everything_bought_stands_on_one_sheet(
    enter: Callable[[], CustomersPage], two: Shop, qtbot: QtBot
) -> None:
    page = enter()
    page.search_for("ana@one.example")
    qtbot.waitUntil(lambda: page.model.total == 1 and page.model.row(0) is not None)
    page._open_row(0)
    qtbot.waitUntil(lambda: page.detail.seen is not None)
    assert page.detail.seen is not None and len(page.detail.seen.orders) == 1
    labels = [label for label in page.detail.findChildren(QLabel) if "López" in label.text()]
    assert labels
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in labels)


@pytest.mark.parametrize("same", [True, False])
def test_who_may_be_whom_is_asked_once(
    enter: Callable[[], CustomersPage], two: Shop, qtbot: QtBot, *, same: bool
) -> None:
    before = customers.count(two.desk)
    page = enter()
    qtbot.waitUntil(lambda: len(page.doubts) == 1)
    page.ask_doubts()
    dialog = page.asking
    assert dialog is not None
    (dialog.same if same else dialog.two).click()
    qtbot.waitUntil(lambda: page.asking is None)
    assert customers.doubts(two.desk) == ()
    assert customers.count(two.desk) == before - same


def test_who_is_not_sure_decides_nothing(enter: Callable[[], CustomersPage], two: Shop, qtbot: QtBot) -> None:
    page = enter()
    qtbot.waitUntil(lambda: len(page.doubts) == 1)
    page.ask_doubts()
    dialog = page.asking
    assert dialog is not None
    dialog.later.click()
    qtbot.waitUntil(lambda: page.asking is None)
    assert len(customers.doubts(two.desk)) == 1


@pytest.mark.slow
def test_who_asks_to_be_erased_is_gone_from_the_list_once_a_person_said_yes(
    enter: Callable[[], CustomersPage], two: Shop, workplace: Workplace, qtbot: QtBot, tmp_path: Path
) -> None:
    page = enter()
    customer = customers.find(two.desk, "ana@one.example")
    bought = customers.detail(two.desk, customer).orders
    two.desk.write(lambda tx: order_progress.set_order(tx, bought[0].id, state="shipped"))
    page.search_for("ana@one.example")
    qtbot.waitUntil(lambda: page.model.total == 1 and page.model.row(0) is not None)
    page._open_row(0)
    qtbot.waitUntil(lambda: page.detail.seen is not None and page.detail.seen.customer.id == customer)
    theirs = tmp_path / "theirs.zip"
    page.detail.export(theirs)
    qtbot.waitUntil(theirs.exists)
    page.detail.ask_erase()
    assert page.detail.asking is not None
    page.detail.asking.no.click()
    qtbot.waitUntil(lambda: not workplace.bridge.pending)
    assert customers.detail(two.desk, customer).addresses
    page.detail.ask_erase()
    page.detail.asking.yes.click()
    qtbot.waitUntil(lambda: not customers.detail(two.desk, customer).addresses)
    qtbot.waitUntil(lambda: customers.page(two.desk, "ana@one.example").rows == ())


def test_who_is_asked_for_from_another_room_stays_on_the_sheet_when_the_list_comes(
    workplace: Workplace, two: Shop, qtbot: QtBot
) -> None:
    window = workplace.window
    window.add_room(Room("customers", "window.room.customers", "customers", lambda: CustomersPage(workplace)))
    window.resize(1440, 900)
    window.show()
    asked = customers.page(workplace.desk, "", None, 10).rows[-1]
    window.open_rooms("customers")
    page = window.page("customers")
    assert isinstance(page, CustomersPage)
    page.open_customer(asked.id)  # the list is still on its way
    qtbot.waitUntil(lambda: page.model.total is not None and not workplace.bridge.pending)
    qtbot.wait(300)
    assert page.detail.open_id == asked.id
    under = page.table.under_keyboard()
    assert under is not None
    assert under.id == asked.id


@pytest.mark.parametrize("state", LineState)
@pytest.mark.usefixtures("dressed")
def test_an_order_of_any_state_fits_its_sheet(workplace: Workplace, qtbot: QtBot, state: LineState) -> None:
    sheet = DetailPanel(workplace)
    qtbot.addWidget(sheet)
    dear = OrderOf(
        "1", 40000008, "default", "fr-fr", state.value, workplace.desk.clock.now(), 123_456_00, "EUR"
    )
    card = sheet._orders([dear])
    assert card is not None
    sheet._cards.addWidget(card)
    sheet.show()
    assert card.minimumSizeHint().width() < sheet.minimumWidth()
