"""Warranties: what was sold and is covered, and the way on to unit, order and customer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from bmdesk.services import settings
from bmdesk.services.orders import order_view
from bmdesk.ui.main_window import Room
from bmdesk.ui.views.orders import OrdersPage
from bmdesk.ui.views.warranties import WarrantiesPage
from bmdesk.ui.workplace import Workplace
from tests.markets import FIRST, Shop
from tests.ui.test_orders_page import ship

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def gone(shop: Shop) -> Shop:
    """A phone that was sold and has left."""
    shop.ready(1)
    shop.offer(quantity=1)
    settings.put(shop.desk, "backmarket.orders", "by_hand")
    shop.market.order(FIRST)
    shop.sync()
    ship(shop, order_view.page(shop.desk).rows[0].id)
    return shop


@pytest.fixture
def enter(workplace: Workplace, qtbot: QtBot) -> Callable[[], WarrantiesPage]:
    """Go into the room and wait until it is read."""

    def entered() -> WarrantiesPage:
        window = workplace.window
        make: dict[str, Callable[[], QWidget]] = {
            "warranties": lambda: WarrantiesPage(workplace),
            "orders": lambda: OrdersPage(workplace),
        }
        for key, factory in make.items():
            window.add_room(Room(key, "window.room.warranties", key, factory))
        window.show()
        window.open_rooms("warranties")
        page = window.page("warranties")
        assert isinstance(page, WarrantiesPage)
        qtbot.waitUntil(lambda: page.model.total is not None)
        return page

    return entered


def test_a_warranty_runs_from_the_sale_and_leads_to_its_order(
    enter: Callable[[], WarrantiesPage], gone: Shop, workplace: Workplace, qtbot: QtBot
) -> None:
    page = enter()
    assert page.model.total == 1
    page.filters.set_values(within="30")
    qtbot.waitUntil(lambda: page.model.total == 0)
    assert page._empty.isVisible()
    page.search_for(next(iter(gone.units.values())))
    qtbot.waitUntil(lambda: page.model.total == 1)
    page.table.choose_row(0)
    qtbot.waitUntil(page.order_button.isEnabled)
    page.show_order()
    found = workplace.window.page("orders")
    assert isinstance(found, OrdersPage)
    qtbot.waitUntil(lambda: found.detail.seen is not None)
    qtbot.waitUntil(lambda: not workplace.bridge.pending and not found.run.beside.pending)
