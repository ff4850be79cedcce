"""Who connects a real Odoo 19 and sets it up only then: what it refused meanwhile goes there by itself."""

from __future__ import annotations

import pytest

from bmdesk.domain.effects import Fault
from bmdesk.services import settings
from bmdesk.sync.odoo_setup import Said
from tests.markets import OWNER, Shop, market, marketplace, shop
from tests.odoo.databases import BENCH_GROUPS, Database
from tests.odoo.houses import with_odoo
from tests.odoo.test_setup import wizard
from tests.selling import bought

__all__ = ["market", "marketplace", "shop"]
pytestmark = [pytest.mark.odoo, pytest.mark.sqlite_only]


def test_what_odoo_refused_goes_there_once_it_is_set_up(bare_odoo_database: Database, shop: Shop) -> None:
    admin = bare_odoo_database.admin()
    bench = bare_odoo_database.add_user("bench", *BENCH_GROUPS)
    house = with_odoo(shop, bare_odoo_database, bench)
    house.ready(3)
    house.apart = True
    house.offer()
    settings.put(house.desk, "backmarket.orders", "automatic")
    house.sync()
    number = bought(house)
    for _ in range(2):  # the order comes once its unit was refused
        house.to_odoo()
    parked = house.odoo_effects("parked")
    assert {one.fault for one in parked} == {Fault.REJECTED}, "bench may not make products"

    with wizard(bare_odoo_database, bench, admin) as one:
        done = one.carry_out(house.desk, OWNER, one.look(house.desk, Said({})))
    assert not [step.failure for step in done if step.failure]
    assert house.odoo_effects("parked") == []
    for _ in range(3):
        house.to_odoo()
    assert len(house.eyes.in_stock()) == 3
    assert [state for _, state, _ in house.eyes.left(number)] == ["assigned"], "it does not wait half an hour"
    assert house.waiting() == []
