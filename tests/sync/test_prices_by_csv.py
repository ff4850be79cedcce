"""Many prices of one market go in one CSV: each read back before it is done, none ever sent twice by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bmdesk.connectors.backmarket.export_price_csv import MANY
from bmdesk.services.desk import Desk
from bmdesk.services.syncing import outbox
from bmdesk.simulator import Simulator
from bmdesk.store.queries import listings
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.transaction import Tx
from bmdesk.system.clock import FixedClock
from tests.bulk import reprice, stocked
from tests.markets import OWNER, Shop, make_shop


def many(shop: Shop, number: int = MANY, price: int = 49_000) -> dict[str, tuple[str, str]]:
    """So many listings at 500 that shall cost 490."""
    made = stocked(shop, number)
    shop.sync()
    reprice(shop, made, dict.fromkeys(made, price))
    shop.advance(minutes=1)
    return made


def csvs(shop: Shop) -> list[dict[str, object]]:
    """The CSVs that went out and came to something there."""
    return [one for one in shop.market.ledger.effects if one["kind"] == "task"]


def posts(shop: Shop, path: str) -> int:
    return sum(r["method"] == "POST" and r["path"].startswith(path) for r in shop.market.ledger.requests)


def prices(shop: Shop, *states: str) -> list[EffectRow]:
    return shop.effects(*states, kind="price")


def there(shop: Shop) -> set[str | None]:
    return {shop.price(one["sku"]) for one in shop.market.listings()}


# -------------------------------------------------------------------- which way they go


def test_many_go_in_one_csv_that_says_only_what_changes(shop: Shop) -> None:
    many(shop)
    shop.market.task_seconds = 300
    shop.tick()
    assert {e.state for e in prices(shop)} == {"in_flight"}
    assert there(shop) == {"500.00"}, "the task has its time"
    asked = len(shop.market.ledger.requests)

    for _ in range(8):
        shop.advance(minutes=1)
        shop.tick()
    (sent,) = csvs(shop)
    assert (sent["lines"], sent["columns"], sent["market"]) == (MANY, "sku;price;currency", "fr-fr")
    assert {e.state for e in prices(shop)} == {"done"}
    assert there(shop) == {"490.00"}
    assert posts(shop, "/ws/listings/") == 0
    assert len(shop.writes("price")) == MANY
    assert shop.cell("BULK-00001-GOOD", "fr-fr").base_minor == 49_000
    assert shop.cell("BULK-00001-GOOD", "fr-fr").sent == []
    assert len(shop.market.ledger.requests) - asked < MANY, "read back by pages"
    assert "sync.wrote_price" in shop.log_codes()


def test_few_go_singly_and_stand_there_at_once(shop: Shop) -> None:
    many(shop, MANY - 1)
    shop.market.task_seconds = 300
    shop.tick()
    assert csvs(shop) == []
    assert there(shop) == {"490.00"}


def test_what_a_csv_cannot_name_or_cannot_carry_goes_singly(shop: Shop) -> None:
    made = stocked(shop, MANY + 4)
    shop.sync()
    formula, shared, twin, first = sorted(made)[:4]

    def odd(tx: Tx) -> None:
        listings.set_listing(tx, made[shared][1], sku_text=twin, sku_key=twin.casefold())
        listings.set_listing(tx, made[formula][1], sku_text="=1+1", sku_key="=1+1")
        listings.set_listing(tx, made[first][1], manage_content=True)
        listings.set_market(tx, made[first][1], "fr-fr", written_at=None)

    shop.desk.write(odd)
    reprice(shop, made, dict.fromkeys(made, 49_000))
    shop.advance(minutes=1)
    shop.tick()
    assert [one["lines"] for one in csvs(shop)] == [MANY]
    assert posts(shop, "/ws/listings/") == 4
    assert there(shop) == {"490.00"}


def test_what_is_not_wanted_any_more_or_already_there_has_no_row(shop: Shop) -> None:
    made = many(shop, MANY + 2)
    back, right = sorted(made)[:2]
    shop.desk.write(lambda tx: listings.set_listing(tx, made[back][1], manage_price=False))
    shop.market.change(right, price=490, market="fr-fr")
    shop.tick()
    assert [one["lines"] for one in csvs(shop)] == [MANY]
    assert shop.price(back) == "500.00"
    assert [e.state for e in prices(shop) if e.listing_id == made[back][1]] == ["cancelled"]
    assert [e.state for e in prices(shop) if e.listing_id == made[right][1]] == ["done"]


def test_min_prices_go_along_where_the_account_has_the_backpricer(
    desk: Desk, clock: FixedClock, market: Simulator
) -> None:
    shop = make_shop(desk, clock, market, backpricer="true")
    made = stocked(shop, 2 * MANY)
    shop.sync()
    bounded = sorted(made)[:MANY]
    reprice(shop, made, dict.fromkeys(bounded, 49_000), least=46_000)
    reprice(shop, made, {sku: 49_000 for sku in made if sku not in bounded})
    shop.advance(minutes=1)
    shop.tick()
    assert {(one["lines"], one["columns"]) for one in csvs(shop)} == {
        (MANY, "sku;price;currency;min_price"),
        (MANY, "sku;price;currency"),
    }
    assert {e.state for e in prices(shop)} == {"done"}
    lowest = {one["markets"]["fr-fr"]["min_price"] for one in market.listings() if one["sku"] in bounded}
    assert (lowest, there(shop)) == ({"460.00"}, {"490.00"})


# -------------------------------------------------------------------- each row for itself


@pytest.fixture
def live(desk: Desk, clock: FixedClock) -> Iterator[Shop]:
    """A shop at a marketplace that answers as live servers do."""
    with Simulator(clock=clock.now(), limits=False, task_seconds=0, mode="real") as market:
        yield make_shop(desk, clock, market)


def refused(shop: Shop) -> None:
    many(shop)
    shop.market.task_seconds = 60
    shop.tick()
    shop.market.control(refuses_above_max=True)
    shop.market.change("BULK-00007-GOOD", market="fr-fr", max_price=480)
    shop.advance(minutes=2)
    shop.tick()

    (parked,) = shop.effects("parked")
    assert shop.problem(parked) == "price.row_refused.title"
    said = dict(outbox.shown(shop.desk, parked.id).happened.params)["reason"]
    assert said == "price: above the maximum of 480"
    assert parked.call_id is None
    assert len(prices(shop, "done")) == MANY - 1
    assert shop.price("BULK-00007-GOOD") == "500.00"

    shop.market.change("BULK-00007-GOOD", market="fr-fr", max_price=600)
    shop.sync()
    shop.retry(parked)
    shop.sync()
    assert there(shop) == {"490.00"}


def test_a_refused_row_parks_alone_in_the_marketplaces_words(shop: Shop) -> None:
    refused(shop)


def test_live_servers_say_it_otherwise_and_are_understood(live: Shop) -> None:
    refused(live)


def test_a_listing_that_is_gone_does_not_stop_the_others(shop: Shop) -> None:
    many(shop, MANY + 1)
    shop.market.remove_listing("BULK-00003-GOOD")
    shop.tick()
    assert [one.fault for one in shop.effects("parked")] == ["gone"]
    assert len(prices(shop, "done")) == MANY


def test_a_price_wanted_anew_while_its_csv_is_worked_off_is_written_next(shop: Shop) -> None:
    made = many(shop)
    shop.market.task_seconds = 60
    shop.tick()
    reprice(shop, made, {"BULK-00002-GOOD": 47_000})
    shop.settle(minutes=2)
    assert shop.price("BULK-00002-GOOD") == "470.00"
    assert [w["new"] for w in shop.writes("price", sku="BULK-00002-GOOD")] == ["490.00", "470.00"]
    assert not shop.effects("parked")


def test_a_second_writer_between_csv_and_reading_back_is_seen(shop: Shop) -> None:
    many(shop)
    shop.market.task_seconds = 60
    shop.tick()
    shop.advance(minutes=2)
    shop.market.change("BULK-00005-GOOD", market="fr-fr", price=333)
    shop.tick()
    (parked,) = shop.effects("parked")
    assert (parked.fault, shop.problem(parked)) == ("diverged", "price.changed_elsewhere.title")
    assert shop.cell("BULK-00005-GOOD", "fr-fr").foreign_minor == 33_300


# -------------------------------------------------------------------- never twice


def nobody_knows(shop: Shop, expect: str = "price.looking_up.title") -> None:
    """All are looked up for half an hour, then stand before a person, who sends one of them."""
    doubtful = prices(shop, "uncertain")
    assert len(doubtful) == MANY
    assert {shop.problem(one) for one in doubtful} == {expect}
    shop.advance(minutes=2)
    shop.tick()
    assert {shop.problem(one) for one in prices(shop, "uncertain")} == {"price.looking_up.title"}
    for _ in range(9):
        shop.advance(minutes=4)
        shop.tick()
    parked = shop.effects("parked")
    assert len(parked) == MANY
    assert {(one.fault, shop.problem(one)) for one in parked} == {("ambiguous", "price.never_came.title")}
    assert (posts(shop, "/ws/listings/"), there(shop)) == (0, {"500.00"})
    catalogues = posts(shop, "/ws/listings")
    shop.market.task_seconds = 0
    shop.retry(parked[0])
    shop.sync()
    assert (posts(shop, "/ws/listings/"), len(shop.writes("price"))) == (1, 1)
    assert posts(shop, "/ws/listings") == catalogues + 1 and catalogues == 1


def test_a_task_that_failed_is_not_sent_again(shop: Shop) -> None:
    many(shop)
    shop.market.control(task_failure="Internal error")
    shop.tick()
    shop.market.control(task_failure=None)
    nobody_knows(shop, "price.task_failed.title")


@pytest.mark.slow
def test_a_task_that_the_marketplace_lost_is_not_sent_again(shop: Shop) -> None:
    many(shop)
    shop.market.task_seconds = 60
    shop.tick()
    shop.market.control(lose_tasks=True)
    shop.advance(minutes=1)
    shop.tick()
    nobody_knows(shop)


@pytest.mark.slow
def test_a_task_that_never_ends_is_looked_up_after_six_hours(shop: Shop) -> None:
    many(shop)
    shop.market.task_seconds = 10**9
    shop.tick()
    shop.advance(hours=5)
    shop.tick()
    assert {one.state for one in prices(shop)} == {"in_flight"}
    shop.advance(hours=1)
    shop.sync(keep_going=iter([True] * 8 + [False] * 1000).__next__)
    shop.sync()
    assert {one.state for one in prices(shop)} == {"uncertain"}
    for _ in range(9):
        shop.advance(minutes=4)
        shop.tick()
    assert len(shop.effects("parked")) == MANY


def test_a_lost_answer_whose_prices_are_there_is_found_and_not_sent_again(shop: Shop) -> None:
    many(shop)
    shop.hasty()
    shop.market.fault("reset-after", "POST /ws/listings", times=1)
    shop.tick()
    assert len(prices(shop, "uncertain")) == MANY
    shop.settle(minutes=3)
    assert len(prices(shop, "done")) == MANY
    assert there(shop) == {"490.00"}
    assert (posts(shop, "/ws/listings"), len(shop.writes("price"))) == (1, MANY)


@pytest.mark.slow
def test_prices_taken_back_while_their_lost_csv_is_worked_off_come_back(shop: Shop) -> None:
    made = many(shop)
    shop.hasty()
    shop.market.task_seconds = 300
    shop.market.fault("reset-after", "POST /ws/listings", times=1)
    shop.tick()
    assert len(prices(shop, "uncertain")) == MANY
    reprice(shop, made, dict.fromkeys(made, 50_000))
    shop.advance(minutes=3)
    shop.tick()
    assert there(shop) == {"500.00"}, "the task has its time"
    shop.advance(minutes=4)
    shop.tick()
    shop.market.task_seconds = 0
    shop.settle(minutes=3)
    assert there(shop) == {"500.00"}
    assert not shop.effects("parked"), "our own write is nobody else's"


@pytest.mark.slow
def test_a_lost_csv_is_not_sent_again(shop: Shop) -> None:
    many(shop)
    shop.hasty()
    shop.market.fault("reset", "POST /ws/listings", times=1)
    shop.tick()
    nobody_knows(shop, "remote.answer_lost.title")


@pytest.mark.slow
def test_a_lost_csv_stands_before_a_person_though_the_clock_was_set_back(shop: Shop) -> None:
    many(shop)
    shop.hasty()
    shop.market.fault("reset", "POST /ws/listings", times=1)
    shop.tick()
    shop.advance(days=-30)
    for minutes in (3, 31):
        shop.advance(minutes=minutes)
        shop.tick()
    assert len(shop.effects("parked")) == MANY


def test_a_csv_that_surely_was_not_taken_goes_again(shop: Shop) -> None:
    many(shop)
    shop.market.fault("429", "POST /ws/listings", times=1)
    shop.tick()
    assert {(one.state, one.call_id) for one in prices(shop)} == {("pending", None)}
    shop.settle(minutes=1)
    assert there(shop) == {"490.00"}
    assert len(csvs(shop)) == 1


def test_a_cancelled_doubt_leaves_what_the_marketplace_shows(shop: Shop) -> None:
    many(shop)
    shop.hasty()
    shop.market.fault("reset", "POST /ws/listings", times=1)
    shop.tick()
    outbox.cancel(shop.desk, OWNER, [one.id for one in prices(shop, "uncertain")])
    shop.settle(minutes=3)
    assert (shop.open(), there(shop), posts(shop, "/ws/listings/")) == ([], {"500.00"}, 0)
