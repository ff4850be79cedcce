"""A setting that changes what is offered reaches the marketplace by itself, whoever changed it."""

from __future__ import annotations

from bmdesk.domain.effects import Kind
from bmdesk.domain.listing_reasons import ASPECTS
from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.selling import management
from bmdesk.store.queries import outbox, outbox_lists
from bmdesk.store.queries.outbox import EffectRow
from tests.desks import PHONE, Bench
from tests.listed import OWNER, account, link_all, read_listing

SKU = f"{PHONE}-EXCELLENT"


def managed(at_bench: Bench) -> str:
    """One ready phone whose listing is bmdesk's, its first quantity no longer waiting."""
    desk = at_bench.desk
    account(desk)
    at_bench.ready_unit()
    found = read_listing(desk, SKU, "EXCELLENT", 1, {"fr-fr": 39900})
    link_all(desk, found)
    shown = management.preview(desk, account(desk), [found])
    management.manage(desk, OWNER, account(desk), [found], ASPECTS, shown.digest)
    desk.write(lambda tx: outbox.cancel_pending(tx, found, Kind.STOCK))
    return found


def waiting(desk: Desk, listing_id: str) -> list[EffectRow]:
    rows = desk.read(lambda connection: outbox_lists.unfinished(connection, [listing_id]))
    return [row for row in rows if row.kind == Kind.STOCK]


def test_a_larger_buffer_is_told_at_once_and_a_smaller_one_in_its_turn(at_bench: Bench) -> None:
    desk, found = at_bench.desk, managed(at_bench)
    assert waiting(desk, found) == []

    settings.put(desk, "stock.buffer.EXCELLENT", "3")
    assert [row.urgent for row in waiting(desk, found)] == [True]

    desk.write(lambda tx: outbox.cancel_pending(tx, found, Kind.STOCK))
    settings.reset(desk, "stock.buffer.EXCELLENT")
    assert [row.urgent for row in waiting(desk, found)] == [False]


def test_the_buffer_of_another_grade_and_the_same_buffer_again_tell_nothing(at_bench: Bench) -> None:
    desk, found = at_bench.desk, managed(at_bench)
    settings.put(desk, "stock.buffer.GOOD", "3")
    settings.put(desk, "stock.buffer.EXCELLENT", "0")
    assert waiting(desk, found) == []


def test_a_listing_that_nobody_handed_over_is_left_alone(at_bench: Bench) -> None:
    desk = at_bench.desk
    at_bench.ready_unit()
    found = read_listing(desk, SKU, "EXCELLENT", 1, {"fr-fr": 39900})
    link_all(desk, found)
    settings.put(desk, "stock.buffer.EXCELLENT", "3")
    assert waiting(desk, found) == []
