"""Thousands of products in the Catalogue: read in as few statements as a handful, and chosen all together."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bmdesk.domain.effects import Kind, create_lane
from bmdesk.domain.proposals import State
from bmdesk.services.goods.catalog import UnknownVariant
from bmdesk.services.selling import categories, category_check, category_view, proposals
from bmdesk.services.selling.category_view import Way
from bmdesk.store.queries import outbox
from bmdesk.store.queries import proposals as queries
from bmdesk.store.transaction import Tx
from bmdesk.sync import market_reading
from tests.bulk import stocked
from tests.desks import PHONE
from tests.markets import OWNER, Shop

PHONES = 2


@pytest.fixture
def placing(shop: Shop) -> Shop:
    """The tree was read."""
    market_reading.categories(shop.desk, shop.tools, "default", lambda: True)
    return shop


def asked_for(shop: Shop) -> None:
    """Every product was proposed, and waits to be sent."""
    rows = category_view.placed(shop.desk, shop.account)

    def work(tx: Tx) -> None:
        for one in rows:
            built = one.proposal.built
            sku_id = built.sku_id or next(iter(queries.skus_of(tx.connection, built.variant.id)), None)
            queries.save(tx, shop.account, built.variant.id, state=State.ASKED.value, sku_id=sku_id)
            if sku_id:
                lane = create_lane(sku_id)
                outbox.want(tx, shop.account, Kind.CREATE, key=sku_id, lane=lane, sku_id=sku_id)

    shop.desk.write(work)


def test_many_products_are_read_in_as_few_statements_as_a_handful(placing: Shop) -> None:
    def statements() -> int:
        asked: list[str] = []

        def note(*given: Any) -> None:
            asked.append(given[2])

        event.listen(Engine, "before_cursor_execute", note)
        try:
            category_view.placed(placing.desk, placing.account)
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        return len(asked)

    placing.ready(1)
    asked_for(placing)
    alone = statements()
    stocked(placing, 300)
    asked_for(placing)
    assert statements() <= alone
    rows = category_view.placed(placing.desk, placing.account)
    assert len(rows) == 304 and {one.proposal.state for one in rows} == {State.ASKED}


def test_more_products_than_fit_into_one_statement_are_chosen_together(placing: Shop) -> None:
    stocked(placing, 520)
    codes = [one.product.model_code for one in category_view.placed(placing.desk, placing.account)]
    assert len(codes) == 524
    assert len(proposals.listed(placing.desk, placing.account, codes)) == 524
    assert len(proposals.preview(placing.desk, placing.account, codes).lacking) == 524
    categories.map_products(placing.desk, OWNER, placing.account, PHONES, codes)
    rows = category_view.placed(placing.desk, placing.account)
    assert {one.way for one in rows} == {Way.CHOSEN}
    assert category_check.check(placing.desk, placing.account, codes) == category_check.check(
        placing.desk, placing.account
    )
    with pytest.raises(UnknownVariant):
        proposals.listed(placing.desk, placing.account, [*codes, "nobody"])


def test_the_list_has_the_price_of_the_main_market_and_a_preview_all_of_them(placing: Shop) -> None:
    placing.put("backmarket.markets", "fr-fr,de-de,es-es")
    (found,) = proposals.listed(placing.desk, placing.account, [PHONE])
    assert [one.market for one in found.built.prices] == ["fr-fr"]
    (shown,) = proposals.preview(placing.desk, placing.account, [PHONE]).lacking
    assert [one.market for one in shown.built.prices] == ["fr-fr", "de-de", "es-es"]
    assert shown.built.prices[:1] == found.built.prices
