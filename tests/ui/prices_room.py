"""The room of prices in stories: a priced phone, the way in, and what a story asks of the open room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bmdesk.domain.money import Money
from bmdesk.services import policy_documents
from bmdesk.services.desk import Desk
from bmdesk.services.goods import catalog, units_actions
from bmdesk.services.goods.variant_form import form_of
from bmdesk.ui.main_window import Room
from bmdesk.ui.views.prices import PricesPage
from bmdesk.ui.workplace import Workplace
from tests.desks import PHONE
from tests.markets import FIRST, OWNER, Shop

FRANCE, GERMANY = "fr-fr", "de-de"
Enter = Callable[[], PricesPage]


@pytest.fixture
def priced(shop: Shop) -> str:
    """A phone that cost 300 EUR, offered in France for 624 EUR, and new it is cheaper since; its listing's id."""
    (unit,) = shop.ready()
    units_actions.correct_cost(shop.desk, OWNER, unit, "300.00", "EUR")
    listing_id = shop.offer(FIRST, prices={FRANCE: 500})
    shop.settle()
    assert shop.price() == "624.00"
    variant = catalog.variant(shop.desk, PHONE)
    catalog.save_variant(shop.desk, variant.id, replace(form_of(variant), new_price="700.00"))
    return listing_id


@pytest.fixture
def enter(workplace: Workplace, qtbot: QtBot) -> Enter:
    """Go into the room and wait until the prices are counted."""

    def entered() -> PricesPage:
        window = workplace.window
        window.add_room(
            Room("prices", "window.room.prices", "prices", lambda: PricesPage(workplace), "Ctrl+5")
        )
        window.resize(1440, 900)
        window.show()
        window.activateWindow()
        window.open_rooms("prices")
        page = window.page("prices")
        assert isinstance(page, PricesPage)
        qtbot.waitUntil(lambda: page.account.read and not workplace.bridge.pending)
        if page.account.id:
            qtbot.waitUntil(lambda: page.seen is not None and not page.feed.is_busy)
        return page

    return entered


def dialog(kind: type[Any]) -> Any:
    """The open question of this kind."""
    (found,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]
    return found


def save_rules(desk: Desk, *rules: dict[str, Any]) -> None:
    """These rules beside those that came with bmdesk count from now on."""
    body = policy_documents.document(desk, "pricing")
    body["rules"] = [*body.get("rules", []), *rules]
    policy_documents.save_document(desk, OWNER, "pricing", body)


def counted(page: PricesPage) -> list[Money | None]:
    """What the rules as they stand in the form would make of each price."""
    model = page.rules.impact.model
    return [model.row(n).new for n in range(model.rowCount())]  # type: ignore[union-attr]
