"""What a person says about the outbox is done, once, and to that entry alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bmdesk.domain.effects import EffectState, Kind, PriceOf, create_lane
from bmdesk.services import wants
from bmdesk.services.syncing import outbox
from bmdesk.services.syncing.outbox import AmbiguousEffect, UnknownEffect
from bmdesk.store.queries import catalogue
from bmdesk.store.queries import outbox as rows
from bmdesk.store.queries.outbox import EffectRow
from tests.markets import FIRST, OWNER, Shop, market, marketplace, shop

__all__ = ["market", "marketplace", "shop"]


def waiting_price(shop: Shop) -> EffectRow:
    """A listing with one price that is written, and that is wanted once more."""
    listing = shop.offer()
    shop.sync()
    shop.desk.write(lambda tx: wants.want(tx, PriceOf(listing, "fr-fr")))
    (found,) = shop.effects("pending")
    return found


def diverged_price(shop: Shop) -> EffectRow:
    """Somebody else set 444 since."""
    waiting_price(shop)
    shop.market.change(FIRST, market="fr-fr", price="444.00")
    shop.sync()
    (found,) = shop.effects("parked")
    assert found.fault == "diverged"
    return found


def now(shop: Shop, effect: EffectRow) -> EffectRow:
    found = shop.desk.read(lambda c: rows.effect(c, effect.id))
    assert found is not None
    return found


def test_retrying_a_price_that_somebody_else_changed_writes_ours(shop: Shop) -> None:
    parked = diverged_price(shop)
    ours = shop.cell(FIRST, "fr-fr").wanted_minor

    done = outbox.retry(shop.desk, OWNER, [parked.id])

    assert [note.code for _, note in done.done] == ["outbox.retried_ours"]
    shop.sync()
    assert shop.price() == f"{(ours or 0) / 100:.2f}"
    assert now(shop, parked).state == "done"


def test_cancelling_it_lets_theirs_count_for_good(shop: Shop) -> None:
    parked = diverged_price(shop)
    outbox.cancel(shop.desk, OWNER, [parked.id])

    shop.desk.write(lambda tx: wants.want(tx, PriceOf(parked.listing_id or "", "fr-fr")))
    shop.sync()

    assert shop.price() == "444.00"
    assert not shop.open() and not shop.effects("parked")
    assert "outbox.log_cancelled" in shop.log_codes()


def test_what_is_put_aside_is_not_sent_until_it_is_retried(shop: Shop) -> None:
    shop.offer(quantity=3)
    (stock,) = shop.effects("pending", kind="stock")
    outbox.park(shop.desk, OWNER, [stock.id])
    shop.sync()
    assert shop.remote() == 3
    seen = outbox.shown(shop.desk, stock.id)
    assert (seen.title.code, seen.fault) == ("outbox.parked_by_hand.title", "by_hand")
    assert outbox.park(shop.desk, OWNER, [stock.id]).refused[0][1].code == "outbox.refused_parked"

    outbox.retry(shop.desk, OWNER, [stock.id])
    shop.sync()

    assert shop.remote() == 0
    assert not now(shop, stock).forced, "nobody said that ours counts"


def test_what_may_have_happened_is_not_looked_at_before_its_call_has_surely_ended(shop: Shop) -> None:
    shop.offer(quantity=3)
    shop.hasty()
    shop.market.fault("timeout-after", "POST /ws/listings/*", times=1)
    shop.sync()
    (lost,) = shop.effects("uncertain")
    claimed = lost.claimed_at
    assert claimed is not None

    outbox.retry(shop.desk, OWNER, [lost.id])
    assert now(shop, lost).next_at >= claimed + timedelta(seconds=90)

    shop.advance(minutes=2)
    outbox.park(shop.desk, OWNER, [lost.id])
    outbox.retry(shop.desk, OWNER, [lost.id])

    assert now(shop, lost).state == "uncertain", "put aside or not, it may have happened"
    assert now(shop, lost).next_at == shop.clock.now()
    shop.sync()
    assert now(shop, lost).state == "done"


def test_cancelling_what_may_have_happened_says_so(shop: Shop) -> None:
    shop.offer(quantity=3)
    shop.hasty()
    shop.market.fault("timeout-after", "POST /ws/listings/*", times=1)
    shop.sync()
    (lost,) = shop.effects("uncertain")
    assert [n.code for _, n in outbox.cancel(shop.desk, OWNER, [lost.id]).done] == [
        "outbox.cancelled_uncertain"
    ]


def test_each_is_done_or_refused_for_itself(shop: Shop) -> None:
    waiting = waiting_price(shop)
    ended = shop.effects("done")[0]
    handled = outbox.cancel(shop.desk, OWNER, [ended.id, waiting.id, "NOSUCHTHING"])
    assert [one for one, _ in handled.done] == [waiting.id]
    assert [why.code for _, why in handled.refused] == ["outbox.refused_ended", "outbox.unknown.happened"]


def test_what_is_being_sent_is_left_alone(shop: Shop) -> None:
    waiting = waiting_price(shop)
    shop.desk.write(lambda tx: rows.claim(tx, [waiting]))
    for step in (outbox.retry, outbox.park, outbox.cancel):
        handled = step(shop.desk, OWNER, [waiting.id])
        assert [why.code for _, why in handled.refused] == ["outbox.refused_in_flight"]
    assert outbox.shown(shop.desk, waiting.id).actions == ()


def test_the_end_of_an_id_is_enough_as_long_as_it_is_one(shop: Shop) -> None:
    waiting = waiting_price(shop)
    assert outbox.shown(shop.desk, waiting.id[-8:].lower()).id == waiting.id
    with pytest.raises(AmbiguousEffect):
        outbox.shown(shop.desk, waiting.id[:6])
    for given in ("ABC", "%%%%%%%", "______", "ZZZZZZZZ", ""):
        with pytest.raises(UnknownEffect):
            outbox.shown(shop.desk, given)


def test_retrying_what_a_newer_want_replaced_sends_once(shop: Shop) -> None:
    shop.ready()
    sku = shop.desk.read(lambda c: catalogue.sku_by_key(c, shop.desk.company, FIRST.casefold()))
    assert sku is not None

    def wanted() -> EffectRow:
        lane = create_lane(sku)
        shop.desk.write(lambda tx: rows.want(tx, shop.account, Kind.CREATE, key=sku, lane=lane, sku_id=sku))
        return shop.effects("pending", kind="create")[-1]

    first = wanted()
    shop.desk.write(lambda tx: rows.end(tx, first.id, EffectState.PARKED, fault="rejected"))
    second = wanted()

    outbox.retry(shop.desk, OWNER, [first.id])

    assert (now(shop, first).state, now(shop, second).state) == ("cancelled", "pending")
    assert not now(shop, second).forced, "what was refused is not forced"


def test_a_new_listing_that_a_person_sends_once_more_is_sent_once_more(shop: Shop) -> None:
    shop.market.add_product("iPhone 13", ean="0194252707227")
    shop.ready()
    shop.sync()
    shop.hasty()
    shop.market.fault("timeout-before", "POST /ws/listings")
    shop.manage_all()

    def sent() -> int:
        return shop.market.ledger.count_requests("POST", "/ws/listings")

    shop.settle(runs=6)
    (parked,) = shop.effects("parked")
    assert (parked.fault, sent()) == ("ambiguous", 1)

    outbox.retry(shop.desk, OWNER, [parked.id])
    shop.settle(runs=6)

    assert sent() == 2, "its answer was lost again, and it was looked up instead of sent a third time"
    assert now(shop, parked).state == "parked"


def test_a_page_ends_where_the_next_begins(shop: Shop) -> None:
    waiting_price(shop)
    first = outbox.listed(shop.desk, limit=2)
    second = outbox.listed(shop.desk, before=first.next)
    ids = [row.id for row in (*first.rows, *second.rows)]
    assert len(first.rows) == 2 and second.next == ""
    assert ids == sorted(ids, reverse=True) and len(ids) == len(shop.effects())
    assert all(row.sku == FIRST and row.account == "default" for row in first.rows)
    assert [r.state_code for r in outbox.listed(shop.desk, [EffectState.PENDING]).rows] == ["pending"]
