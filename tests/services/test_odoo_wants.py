"""Who works without Odoo queues nothing for it; with one, a line waits for each unit that something happens to."""

from __future__ import annotations

from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import odoo_account
from bmdesk.services.syncing import outbox
from bmdesk.store.queries import outbox_lists
from bmdesk.system.clock import FixedClock
from tests.desks import IMEIS, Bench


def waiting(desk: Desk) -> list[str]:
    return [one.goods for one in outbox.listed(desk).rows if one.kind_code == "unit"]


def test_without_an_address_nothing_waits_for_odoo(desk: Desk, clock: FixedClock) -> None:
    Bench(desk, clock).ready_unit(IMEIS[0])
    assert desk.read(lambda c: odoo_account.of(c, desk.company)) is None
    settings.put(desk, "odoo.url", "https://odoo.example.com")
    settings.put(desk, "odoo.url", "")
    Bench(desk, clock).good(IMEIS[0], "BMD:GRADE:GOOD:worn", "BMD:DONE")
    assert desk.read(lambda c: outbox_lists.count_by_state(c, desk.company)) == {}


def test_a_unit_waits_once_however_much_happens_to_it(desk: Desk, clock: FixedClock) -> None:
    settings.put(desk, "odoo.url", "https://odoo.example.com")
    bench = Bench(desk, clock)
    bench.ready_unit(IMEIS[0])
    bench.good(IMEIS[0], "BMD:GRADE:GOOD:worn", "BMD:DONE")
    bench.ready_unit(IMEIS[1])
    assert waiting(desk) == [IMEIS[1], IMEIS[0]]
    account = desk.read(lambda c: odoo_account.of(c, desk.company))
    assert account is not None and account.active
