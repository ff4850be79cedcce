"""Who works without Odoo queues nothing for it; with one, a line waits for each unit that something happens to."""

from __future__ import annotations

from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.grading import bench
from bmdesk.services.odoo import odoo_account
from bmdesk.services.syncing import outbox
from bmdesk.store.queries import odoo, outbox_lists, units
from bmdesk.store.queries import outbox as queue
from bmdesk.store.transaction import Tx
from bmdesk.system.clock import FixedClock
from tests.desks import IMEIS, PHONE, Bench


def waiting(desk: Desk) -> list[str]:
    return [one.goods for one in outbox.listed(desk).rows if one.kind_code == "unit"]


def test_without_an_address_nothing_waits_for_odoo(desk: Desk, clock: FixedClock) -> None:
    assert desk.read(lambda c: odoo_account.of(c, desk.company)) is None
    settings.put(desk, "odoo.url", "https://odoo.example.com")
    settings.put(desk, "odoo.url", "")
    Bench(desk, clock).ready_unit(IMEIS[0])
    Bench(desk, clock).good(IMEIS[0], "BMD:GRADE:GOOD:worn", "BMD:DONE")
    assert desk.read(lambda c: outbox_lists.count_by_state(c, desk.company)) == {}


def test_a_unit_waits_once_however_much_happens_to_it(desk: Desk, clock: FixedClock) -> None:
    settings.put(desk, "odoo.url", "https://odoo.example.com")
    at_bench = Bench(desk, clock)
    at_bench.ready_unit(IMEIS[0])
    at_bench.good(IMEIS[0], "BMD:GRADE:GOOD:worn", "BMD:DONE")
    at_bench.ready_unit(IMEIS[1])
    assert waiting(desk) == [IMEIS[1], IMEIS[0]]
    account = desk.read(lambda c: odoo_account.of(c, desk.company))
    assert account is not None and account.active


def test_what_is_in_the_house_waits_when_an_address_is_first_set(desk: Desk, clock: FixedClock) -> None:
    at_bench = Bench(desk, clock)
    at_bench.ready_unit(IMEIS[0])
    at_bench.good(IMEIS[1])  # nobody has said what it is
    gone = at_bench.ready_unit(IMEIS[2])
    desk.write(lambda tx: units.set_unit(tx, gone, state="gone"))
    settings.put(desk, "odoo.url", "https://odoo.example.com")
    assert waiting(desk) == [IMEIS[0]]
    at_bench.good(IMEIS[1], f"BMD:MODEL:{PHONE}")
    assert sorted(waiting(desk)) == sorted(IMEIS[:2])


def test_switched_on_again_it_follows_what_happened_meanwhile(desk: Desk, clock: FixedClock) -> None:
    at_bench = Bench(desk, clock)
    settings.put(desk, "odoo.url", "https://odoo.example.com")
    kept, sold = (at_bench.ready_unit(imei) for imei in IMEIS[:2])
    account = desk.read(lambda c: odoo_account.of(c, desk.company))
    assert account is not None

    def stand(tx: Tx) -> None:
        for number, unit_id in enumerate((kept, sold)):
            odoo.agree(tx, account.id, "lot", unit_id, number + 1, {})
            effect = queue.pending(tx.connection, account.id, "unit", unit_id)
            assert effect is not None
            queue.set_effect(tx, effect.id, state="done" if unit_id == kept else "parked", fault="rejected")

    desk.write(stand)
    settings.put(desk, "odoo.url", "")
    clock.advance(minutes=1)
    at_bench.ready_unit(IMEIS[2])
    at_bench.good(IMEIS[1], "BMD:GRADE:FAIR:worn", "BMD:DONE")
    desk.write(lambda tx: units.set_unit(tx, sold, state="gone"))
    assert desk.read(lambda c: outbox_lists.count_by_state(c, desk.company)) == {"done": 1, "parked": 1}
    settings.put(desk, "odoo.url", "https://odoo.example.com")
    states = desk.read(lambda c: outbox_lists.count_by_state(c, desk.company))
    # What a person had to look at gives way to what is so now, as it does when one unit is queued.
    assert states == {"done": 1, "cancelled": 1, "pending": 3}
    settings.put(desk, "odoo.url", "")
    settings.put(desk, "odoo.url", "https://odoo.example.com")
    assert desk.read(lambda c: outbox_lists.count_by_state(c, desk.company)) == states


def test_what_the_gate_says_with_time_alone_follows_too(desk: Desk, clock: FixedClock) -> None:
    settings.put(desk, "odoo.url", "https://odoo.example.com")
    unit_id = Bench(desk, clock).ready_unit(IMEIS[0])
    account = desk.read(lambda c: odoo_account.of(c, desk.company))
    assert account is not None

    def sent(tx: Tx) -> None:
        effect = queue.pending(tx.connection, account.id, "unit", unit_id)
        assert effect is not None
        queue.set_effect(tx, effect.id, state="done")

    desk.write(sent)
    clock.advance(days=89)
    bench.reassess(desk)
    assert desk.read(lambda c: outbox_lists.count_by_state(c, desk.company)) == {"done": 1}
    clock.advance(days=1)
    bench.reassess(desk)  # the battery's reading is old
    assert desk.read(lambda c: outbox_lists.count_by_state(c, desk.company)) == {"done": 1, "pending": 1}
    desk.write(sent)
    clock.advance(days=1)
    bench.reassess(desk)
    assert desk.read(lambda c: outbox_lists.count_by_state(c, desk.company)) == {"done": 2}
