"""One phone that is offered at 624 EUR: what stories about its price begin with."""

from __future__ import annotations

from typing import Any

import pytest

from bmdesk.domain.money import Money
from bmdesk.services import policy_documents
from bmdesk.services.prices.simulation import PriceRow, simulate
from tests.markets import OWNER, Shop

CHECKED = "Checked by hand, very good."


def rules(shop: Shop, *more: dict[str, Any]) -> None:
    document = policy_documents.document(shop.desk, "pricing")
    given = [*document.get("rules", []), *more]
    policy_documents.save_document(shop.desk, OWNER, "pricing", {**document, "rules": given})


def row(shop: Shop) -> PriceRow:
    (found,) = simulate(shop.desk, shop.account).rows
    return found


def floor(shop: Shop) -> Money:
    found = row(shop).floor
    assert found is not None
    return found


@pytest.fixture
def one(shop: Shop) -> Shop:
    """One phone that cost 200 EUR, offered at 624 EUR on both sides."""
    shop.ready()
    shop.spent(20_000)
    shop.offer(quantity=1, comment=CHECKED)
    shop.settle()
    assert shop.price() == "624.00"
    shop.advance(minutes=1)
    return shop
