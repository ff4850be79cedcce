"""What a person confirmed is what is written, also when it changes on the way; and no listing is made twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from bmdesk.domain.listing_reasons import Aspect
from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.selling import linking, management, pausing
from bmdesk.services.syncing import outbox
from bmdesk.simulator import Simulator, wire
from bmdesk.simulator.answers import Refused
from bmdesk.simulator.world import World
from bmdesk.store.queries import accounts, listings
from bmdesk.store.queries import outbox as rows
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.tables.catalogue import variant
from bmdesk.system.clock import FixedClock
from tests.desks import PHONE
from tests.markets import FIRST, OWNER, Shop, make_shop

OTHER = "GS22-128-GRN"


def meanwhile(shop: Shop, method: str, path: str, then: Callable[[], object]) -> list[str]:
    """Once, right after this call was answered and before bmdesk has drawn its conclusion. Where it happened."""
    done: list[str] = []

    def observe(exchange: Any) -> None:
        if exchange.method == method and exchange.path.startswith(path) and not done:
            done.append(exchange.path)
            then()

    shop.tools = replace(shop.tools, manners=replace(shop.tools.manners, observe=observe))
    return done


def new_price(shop: Shop, minor: int, model: str = PHONE) -> None:
    values = {"new_price_minor": minor}
    shop.desk.write(
        lambda tx: tx.connection.execute(
            update(variant).where(variant.c.model_code == model).values(**values)
        )
    )


def catalogues(shop: Shop) -> int:
    return sum((r["method"], r["path"]) == ("POST", "/ws/listings") for r in shop.market.ledger.requests)


def creates(shop: Shop, *states: str) -> list[EffectRow]:
    return shop.effects(*states, kind="create")


def priced(shop: Shop) -> None:
    """A listing whose confirmed price waits to be written."""
    shop.offer(FIRST, 0, manage=False)
    shop.manage(FIRST, aspects=(Aspect.PRICE,))
    shop.advance(seconds=30)


def lost_csv(shop: Shop, fault: str = "reset") -> EffectRow:
    """A CSV went out and its answer was lost."""
    shop.hasty()
    shop.ready(1)
    shop.sync()
    shop.manage_all()
    shop.market.fault(fault, "POST /ws/listings", times=1)
    shop.sync()
    (lost,) = creates(shop, "uncertain")
    return lost


# -------------------------------------------------------------------- prices


def test_a_price_confirmed_while_somebody_elses_was_found_is_asked_about_once(shop: Shop) -> None:
    priced(shop)
    shop.settle(minutes=1)
    new_price(shop, 90_000)
    shop.manage(FIRST, aspects=(Aspect.PRICE,))
    shop.market.change(FIRST, market="fr-fr", price=417)

    def confirm() -> None:
        new_price(shop, 100_000)
        shop.manage(FIRST, aspects=(Aspect.PRICE,))

    meanwhile(shop, "GET", "/ws/listings/", confirm)
    shop.settle(minutes=1)
    assert shop.open() == []
    assert len(shop.effects("parked")) == 1
    assert shop.price() == "417.00"


@pytest.mark.slow
def test_a_price_handed_back_while_it_was_read_is_not_written(shop: Shop) -> None:
    priced(shop)
    seen = meanwhile(shop, "GET", "/ws/listings/", lambda: shop.unmanage(FIRST))
    shop.tick()
    assert seen
    assert (shop.price(), shop.writes("price")) == ("500.00", [])


def test_a_price_confirmed_while_the_old_one_was_on_its_way_wins(shop: Shop) -> None:
    priced(shop)

    def confirm() -> None:
        new_price(shop, 100_000)
        shop.manage(FIRST, aspects=(Aspect.PRICE,))

    meanwhile(shop, "GET", "/ws/listings/", confirm)
    shop.tick()
    assert [write["new"] for write in shop.writes("price")] == ["780.00"]


@pytest.mark.slow
def test_a_market_paused_while_it_was_read_is_not_written(shop: Shop) -> None:
    priced(shop)
    listing = shop.listed(FIRST).id

    def pause() -> None:
        pausing.pause(shop.desk, OWNER, shop.account, [listing], "fr-fr")

    seen = meanwhile(shop, "GET", "/ws/listings/", pause)
    shop.tick()
    assert seen
    assert shop.writes("price") == []


def test_a_price_confirmed_while_another_was_written_is_written_next(shop: Shop) -> None:
    priced(shop)

    def confirm() -> None:
        new_price(shop, 100_000)
        shop.manage(FIRST, aspects=(Aspect.PRICE,))

    meanwhile(shop, "POST", "/ws/listings/", confirm)
    shop.settle(minutes=1)
    assert shop.price() == "780.00"
    assert not shop.effects("parked"), "our own write is nobody else's"


@pytest.mark.slow
def test_the_same_number_in_another_currency_is_another_price(
    desk: Desk, clock: FixedClock, market: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = make_shop(desk, clock, market, markets="fr-fr,en-gb")
    settings.put(desk, "rate.GBP", "1")
    monkeypatch.setattr(wire, "currency_of", lambda _: "EUR")
    shop.offer(FIRST, 0, prices={"fr-fr": 500, "en-gb": 624}, manage=False)
    shop.manage(FIRST, aspects=(Aspect.PRICE,))
    shop.advance(seconds=30)
    shop.tick()
    assert "en-gb" in {write["market"] for write in shop.writes("price")}
    monkeypatch.undo()
    shop.settle()
    assert not shop.effects("parked")


# -------------------------------------------------------------------- what a new listing costs


def test_a_new_listing_costs_what_its_preview_showed_whatever_came_after(shop: Shop) -> None:
    shop.ready(1)
    shop.sync()
    shop.manage_all()
    new_price(shop, 10_000)
    shop.market.task_seconds = 60
    shop.sync()
    new_price(shop, 5_000)
    shop.advance(minutes=2)
    shop.settle()

    assert shop.price() == "624.00"
    assert shop.cell(FIRST, "fr-fr").wanted_minor == 62_400
    assert {write["new"] for write in shop.writes("price")} <= {"624.00"}


def test_a_confirmed_price_outlives_a_day_without_stock(shop: Shop) -> None:
    (unit,) = shop.ready(1)
    shop.sync()
    shop.manage_all()
    shop.hold(unit)
    shop.sync()
    assert [e.state for e in creates(shop)] == ["cancelled"]

    new_price(shop, 10_000)
    shop.release(unit)
    shop.settle()
    assert shop.price() == "624.00"


@pytest.mark.slow
def test_a_sku_that_comes_later_has_its_price_from_the_moment_of_the_csv(shop: Shop) -> None:
    shown = management.preview(shop.desk, shop.account)
    assert [note.code for note in shown.notes] == ["preview.makes_later"]
    assert management.preview(shop.desk, shop.account, []).notes == ()
    shop.manage_all()
    shop.ready(1)
    shop.spent(2_000)
    new_price(shop, 100_000)
    shop.market.task_seconds = 60
    shop.sync()
    new_price(shop, 5_000)
    shop.advance(minutes=2)
    shop.settle()
    assert shop.price() == "780.00"
    assert shop.cell(FIRST, "fr-fr").wanted_minor == 78_000


@pytest.mark.slow
def test_handing_everything_back_forgets_the_prices_of_listings_that_nobody_made(shop: Shop) -> None:
    (unit,) = shop.ready(1)
    shop.spent(20_000)
    shop.sync()
    shop.manage_all()
    shop.hold(unit)
    management.unmanage(shop.desk, OWNER, shop.account, None)
    shop.sync()
    new_price(shop, 100_000)
    shop.manage_all()
    shop.release(unit)
    shop.settle()
    assert shop.price() == "780.00"


@pytest.mark.slow
def test_a_refused_new_listing_that_is_confirmed_anew_is_sent_at_the_new_price(shop: Shop) -> None:
    shop.market.control(known_products_only=True)
    shop.ready(1)
    shop.sync()
    shop.manage_all()
    shop.sync()
    (refused,) = shop.effects("parked")
    assert refused.call_id is None

    shop.market.add_product("iPhone 13", ean="0194252707227")
    new_price(shop, 100_000)
    shop.manage_all()
    shop.settle()
    assert shop.price() == "780.00"
    assert catalogues(shop) == 2


# -------------------------------------------------------------------- whose listing it is


@pytest.mark.slow
def test_handing_everything_back_while_the_task_runs_leaves_the_new_listing_unmanaged(shop: Shop) -> None:
    shop.ready(1)
    shop.sync()
    shop.manage_all()
    shop.market.task_seconds = 60
    shop.sync()
    management.unmanage(shop.desk, OWNER, shop.account, None)
    shop.advance(minutes=2)
    shop.settle()

    row = shop.listed(FIRST)
    assert row.sku_id is not None
    assert not (row.manage_stock or row.manage_price or row.manage_content)
    assert "create.not_managed" in shop.log_codes()
    assert shop.remote() == 0


@pytest.mark.parametrize("answer", ["nothing", "other"])
@pytest.mark.slow
def test_a_new_listing_of_which_a_person_said_something_else_is_left_alone(shop: Shop, answer: str) -> None:
    lost_csv(shop, "reset-after")
    shop.sync()  # the listing is read before it is looked up
    listing = shop.listed(FIRST).id
    if answer == "nothing":
        linking.nothing_of_ours(shop.desk, OWNER, listing)
    else:
        linking.confirm_text(shop.desk, OWNER, listing, f"{PHONE}-GOOD")
    shop.advance(minutes=2)
    shop.settle(minutes=2)

    row = shop.listed(FIRST)
    assert not (row.manage_stock or row.manage_price or row.manage_content)
    assert "create.left_alone" in shop.log_codes()
    assert shop.remote() == 0


@pytest.mark.slow
def test_a_listing_that_is_only_found_does_not_say_that_writes_come_through(shop: Shop) -> None:
    lost_csv(shop, "reset-after")
    shop.market.fault("reset-after", "POST /ws/listings/*")
    shop.advance(minutes=2)
    shop.sync()
    row = shop.desk.read(lambda c: accounts.account(c, shop.account))
    assert creates(shop) and creates(shop) == creates(shop, "done")
    assert row.block_fault == "ambiguous"
    assert row.failures == 1 + len(shop.effects("uncertain")), "the CSV's lost answer still counts"


# -------------------------------------------------------------------- never twice


@pytest.mark.slow
def test_a_task_that_never_ends_is_looked_up_after_six_hours(shop: Shop) -> None:
    shop.market.task_seconds = 10**9
    shop.ready(1)
    shop.sync()
    shop.manage_all()
    shop.sync()
    shop.advance(hours=5)
    shop.sync()
    assert [e.state for e in creates(shop)] == ["in_flight"]

    shop.advance(hours=1)
    shop.sync()
    shop.advance(minutes=1)
    shop.sync()
    assert "create.task_never_ended.happened" in shop.log_codes()
    (parked,) = creates(shop, "parked")
    assert shop.problem(parked) == "create.answer_never_came.title"
    assert catalogues(shop) == 1


def test_cancelling_what_may_have_been_made_does_not_let_it_be_made_twice(shop: Shop) -> None:
    lost = lost_csv(shop)
    outbox.cancel(shop.desk, OWNER, [lost.id])
    shop.ready(1)
    shop.sync()
    (again,) = creates(shop, "uncertain")
    assert (catalogues(shop), again.call_id) == (1, lost.call_id)

    shop.settle(minutes=3)
    (parked,) = creates(shop, "parked")
    assert (parked.fault, catalogues(shop)) == ("ambiguous", 1)
    shop.retry(parked)
    shop.settle()
    assert (catalogues(shop), shop.remote()) == (2, 2)


@pytest.mark.slow
def test_a_parked_doubt_that_is_cancelled_stays_one_and_ends_after_a_day(shop: Shop) -> None:
    lost_csv(shop)
    shop.settle(minutes=20)
    (parked,) = creates(shop, "parked")
    outbox.cancel(shop.desk, OWNER, [parked.id])
    shop.ready(1)
    shop.sync()
    (again,) = creates(shop, "parked")
    assert (again.fault, catalogues(shop)) == ("ambiguous", 1)

    outbox.cancel(shop.desk, OWNER, [again.id])
    shop.advance(hours=25)
    shop.ready(1)
    shop.settle()
    assert catalogues(shop) == 2


@pytest.mark.slow
def test_handing_back_and_over_again_does_not_make_it_twice(shop: Shop) -> None:
    lost_csv(shop)
    management.unmanage(shop.desk, OWNER, shop.account, None)
    shop.advance(minutes=2)
    shop.sync()
    assert creates(shop, "uncertain"), "handed back or not, somebody must know whether it was made"
    shop.manage_all()
    shop.settle(minutes=3)
    assert (catalogues(shop), len(creates(shop, "parked"))) == (1, 1)


@pytest.mark.slow
def test_one_sku_that_cannot_be_looked_up_does_not_stop_the_others(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = World.find_by_sku

    def picky(world: World, sku: str) -> object:
        if sku.casefold() == FIRST.casefold():
            raise Refused(422, "sku: cannot be read")
        return find(world, sku)

    monkeypatch.setattr(World, "find_by_sku", picky)
    shop.desk.write(
        lambda tx: tx.connection.execute(
            update(variant).where(variant.c.model_code == OTHER).values(ean="8806092878167")
        )
    )
    shop.ready(1)
    shop.ready(1, OTHER)
    shop.sync()
    shop.manage_all()
    shop.sync()

    (parked,) = creates(shop, "parked")
    assert (parked.fault, shop.problem(parked)) == ("rejected", "remote.rejected.title")
    assert [one["sku"] for one in shop.market.listings()] == [f"{OTHER}-EXCELLENT"]
    assert shop.listed(f"{OTHER}-EXCELLENT").made_here


@pytest.mark.slow
def test_a_strangers_listing_is_not_ours_because_we_were_refused_once(shop: Shop) -> None:
    shop.market.control(known_products_only=True)
    shop.ready(1)
    shop.sync()
    shop.manage_all()
    shop.sync()
    (refused,) = shop.effects("parked")
    outbox.retry(shop.desk, OWNER, [refused.id])
    shop.desk.write(lambda tx: rows.claim(tx, creates(shop, "pending")))  # and here the process ends
    shop.market.add_listing(FIRST, grade="EXCELLENT", quantity=7, prices={"fr-fr": 500})
    shop.settle(minutes=3)

    assert not shop.listed(FIRST).manage_stock
    assert shop.remote() == 7
    assert shop.desk.read(lambda c: listings.of_sku(c, refused.sku_id or ""))
