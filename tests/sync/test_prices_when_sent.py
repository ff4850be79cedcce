"""A price when it is sent, maybe long after it was confirmed: floors, min_price and day are those of that moment."""

from __future__ import annotations

import pytest

from bmdesk.connectors.backmarket.export_price_csv import MANY
from bmdesk.domain.money import Money
from bmdesk.services import policy_documents
from bmdesk.services.prices import applying, choosing
from bmdesk.services.prices.simulation import simulate
from tests.bulk import reprice, stocked
from tests.markets import FIRST, OWNER, Shop
from tests.sync.one_phone import CHECKED, floor, one, row, rules

__all__ = ["one"]


def confirm(shop: Shop) -> None:
    done = applying.apply(shop.desk, OWNER, shop.account, simulate(shop.desk, shop.account).digest)
    assert done.count == 1, done.problems


def there(shop: Shop, name: str = "price") -> Money | None:
    said = shop.market.listing(FIRST)["markets"]["fr-fr"][name]
    return None if said is None else Money.parse(str(said), "EUR")


# -------------------------------------------------------------------- floors


def test_a_confirmed_price_below_the_floor_of_now_is_not_written_until_it_fits_again(one: Shop) -> None:
    rules(one, {"id": "low", "multiplier": "0.8"})
    confirm(one)
    one.spent(60_000)
    one.settle(minutes=2)
    assert one.price() == "624.00"
    (parked,) = one.effects("parked")
    assert one.problem(parked) == "price.below_floor_now.title"

    one.retry(parked)
    one.settle(minutes=2)
    assert one.price() == "624.00", "a person's Retry is no leave to sell below the floor"

    confirm(one)
    one.settle(minutes=2)
    assert there(one) == row(one).new
    assert not one.effects("parked")
    now = there(one)
    assert now is not None and now.minor >= floor(one).minor


def test_a_cost_that_nobody_knows_stops_no_confirmed_price(one: Shop) -> None:
    rules(one, {"id": "low", "multiplier": "0.8"})
    confirm(one)
    one.spent(None)
    one.settle(minutes=2)
    assert one.price() == "499.20"


def test_a_second_writer_overruled_from_the_queue_sends_no_price_below_the_floor(one: Shop) -> None:
    one.spent(60_000)
    assert floor(one).minor > 62_400
    one.market.change(FIRST, market="fr-fr", price=999)
    one.advance(minutes=1)
    one.sync()
    one.retry(one.effects("parked")[0])
    one.advance(minutes=1)
    one.settle(minutes=1)
    assert one.price() == "999.00"
    (parked,) = one.effects("parked")
    assert one.problem(parked) == "price.below_floor_now.title"


def test_the_lowest_price_is_lifted_to_the_floor_and_stays_there(one: Shop) -> None:
    one.put("backmarket.backpricer", "true")
    rules(one, {"id": "lower", "multiplier": "0.95"})
    confirm(one)
    price = row(one).wanted
    shown = one.cell(FIRST, "fr-fr").wanted_min_minor
    for cost in range(20_000, 60_000, 500):
        one.spent(cost)
        if floor(one).minor > (shown or 0):
            break
    least = floor(one)
    assert price is not None and least.minor < price.minor
    one.settle(minutes=2)
    assert (there(one), there(one, "min_price")) == (price, least)
    assert not one.open()
    written = len(one.writes("price")) + len(one.writes("min_price"))
    one.advance(hours=2)
    one.settle(minutes=2)
    assert len(one.writes("price")) + len(one.writes("min_price")) == written, "it is right, and said so"


@pytest.mark.slow
def test_rows_of_a_csv_below_their_floor_stay_at_home(shop: Shop) -> None:
    made = stocked(shop, MANY + 1)
    low = min(made)
    shop.sync()
    rules(shop, {"id": "least", "scope": {"sku": low}, "floor": "495.00 EUR"})
    reprice(shop, made, dict.fromkeys(made, 49_000))
    shop.advance(minutes=1)
    shop.settle(minutes=1)
    assert {shop.price(sku) for sku in made if sku != low} == {"490.00"}
    assert shop.price(low) == "500.00"
    (parked,) = shop.effects("parked")
    assert shop.problem(parked) == "price.below_floor_now.title"


# -------------------------------------------------------------------- listings that are made


def test_a_listing_is_made_by_itself_only_where_its_floor_is_known(shop: Shop) -> None:
    shop.sync()
    shop.manage_all()
    shop.ready()
    shop.spent(None)
    shop.settle()
    assert shop.market.listings() == []
    (parked,) = shop.effects("parked")
    assert shop.problem(parked) == "create.cannot_be_made.title"

    shop.spent(20_000)
    shop.retry(parked)
    shop.settle()
    assert shop.price() == "624.00"


def test_a_shown_price_of_a_listing_to_make_does_not_go_out_below_the_floor(shop: Shop) -> None:
    shop.ready()
    shop.spent(None)
    shop.sync()
    shop.manage_all()
    shop.spent(60_000)
    shop.settle()
    assert shop.market.listings() == []
    (parked,) = shop.effects("parked")
    assert shop.problem(parked) == "price.below_floor_now.title"

    shop.spent(None)
    shop.retry(parked)
    shop.settle()
    assert shop.price() == "624.00", "confirmed in a preview, and nothing is known against it"


# -------------------------------------------------------------------- the min_price there


def test_no_price_is_written_below_the_min_price_that_stands_there(shop: Shop) -> None:
    shop.ready()
    shop.spent(20_000)
    shop.offer(quantity=1, comment=CHECKED, prices={"fr-fr": 900}, manage=False)
    shop.market.change(FIRST, market="fr-fr", min_price=800)
    shop.sync()
    shop.manage(FIRST)
    shop.settle()
    assert (shop.price(), there(shop, "min_price")) == ("900.00", Money(80_000, "EUR"))
    (parked,) = shop.effects("parked")
    assert shop.problem(parked) == "price.below_min_there.title"

    shop.market.change(FIRST, market="fr-fr", min_price=None)
    shop.retry(parked)
    shop.settle()
    assert shop.price() == "624.00"


def test_with_the_back_pricer_our_own_lowest_price_replaces_it(shop: Shop) -> None:
    shop.put("backmarket.backpricer", "true")
    shop.ready()
    shop.spent(20_000)
    shop.offer(quantity=1, comment=CHECKED, prices={"fr-fr": 900}, manage=False)
    shop.market.change(FIRST, market="fr-fr", min_price=800)
    shop.sync()
    shop.manage(FIRST)
    shop.settle()
    least = there(shop, "min_price")
    assert shop.price() == "624.00"
    assert least is not None and floor(shop).minor <= least.minor <= 62_400


# -------------------------------------------------------------------- the day


def test_the_days_change_counts_from_the_day_on_which_a_price_is_written(one: Shop) -> None:
    one.advance(days=1)
    one.sync()
    rules(one, {"id": "calm", "daily_percent": "10"}, {"id": "low", "multiplier": "0.6"})
    zone = one.desk.read(one.desk.policies).timezone
    while one.clock.now().astimezone(zone).hour != 23:
        one.advance(minutes=30)
    confirm(one)
    one.advance(minutes=70)
    one.settle(minutes=1)
    assert one.price() == "561.60"

    assert row(one).new == Money(56_160, "EUR"), "the same day as it was written"
    one.advance(days=1)
    one.sync()
    second = row(one).new
    assert second is not None and 50_544 <= second.minor < 56_160


def late(shop: Shop) -> None:
    """It becomes eleven at night where the company is."""
    zone = shop.desk.read(shop.desk.policies).timezone
    while shop.clock.now().astimezone(zone).hour != 23:
        shop.advance(minutes=30)


def moved(shop: Shop, factor: str, *, automatic: bool) -> None:
    """From now on the rules want this factor, and no price may move more than a tenth a day."""
    document = policy_documents.document(shop.desk, "pricing")
    calm = {"id": "calm", "daily_percent": "10", "multiplier": factor, "automatic": automatic}
    others = [one for one in document.get("rules", []) if one["id"] != "calm"]
    policy_documents.save_document(shop.desk, OWNER, "pricing", {**document, "rules": [*others, calm]})


@pytest.mark.parametrize("automatic", [False, True])
def test_a_price_confirmed_before_midnight_moves_no_further_than_the_new_day_allows(
    one: Shop, automatic: bool
) -> None:
    one.advance(days=1)
    one.sync()
    moved(one, "0.6", automatic=False)
    confirm(one)
    one.settle(minutes=1)
    assert one.price() == "561.60"
    late(one)
    moved(one, "1.5", automatic=False)
    confirm(one)
    assert row(one).wanted == Money(68_640, "EUR"), "the day began with 624.00"
    moved(one, "1.5", automatic=automatic)

    one.advance(minutes=70)
    one.sync()
    if not automatic:
        assert one.price() == "561.60"
        (parked,) = one.effects("parked")
        assert one.problem(parked) == "price.beyond_day.title"
        one.retry(parked)
        one.settle(minutes=2)
        assert one.price() == "561.60", "nor does a person's Retry carry it further"
        confirm(one)
    one.settle(minutes=61)
    assert one.price() == "617.76"
    assert not one.effects("parked")


def test_a_price_that_nobody_had_read_yet_is_no_leave_to_move_it_further(shop: Shop) -> None:
    shop.ready()
    shop.spent(20_000)
    shop.offer(quantity=1, comment=CHECKED, prices={"fr-fr": 624, "es-es": 300})
    shop.settle()
    moved(shop, "1", automatic=False)
    shop.put("backmarket.markets", "fr-fr,es-es")
    applying.apply(shop.desk, OWNER, shop.account, simulate(shop.desk, shop.account).digest)
    shop.settle(minutes=1)
    assert shop.price(market="es-es") == "300.00"
    (parked,) = shop.effects("parked")
    assert shop.problem(parked) == "price.beyond_day.title"
    applying.apply(shop.desk, OWNER, shop.account, simulate(shop.desk, shop.account).digest)
    shop.settle(minutes=1)
    assert shop.price(market="es-es") == "330.00"


@pytest.mark.parametrize("how", ["ours", "retry"])
def test_over_a_second_writers_price_the_day_goes_on_from_ours(one: Shop, how: str) -> None:
    one.advance(days=1)
    one.sync()
    moved(one, "1", automatic=True)
    one.market.change(FIRST, market="fr-fr", price=999)
    one.advance(minutes=1)
    one.sync()
    if how == "ours":
        choosing.ours(one.desk, OWNER, one.account, one.listed(FIRST).id, "fr-fr")
    else:
        one.retry(one.effects("parked")[0])
    for _ in range(3):
        one.settle(minutes=1)
        one.advance(minutes=61)
    assert (one.price(), row(one).new) == ("624.00", Money(62_400, "EUR"))


def test_the_rules_do_not_follow_the_back_pricer_down_day_by_day(one: Shop) -> None:
    one.put("backmarket.backpricer", "true")
    rules(one, {"id": "calm", "daily_percent": "5", "automatic": True})
    one.advance(days=1)
    one.settle(minutes=61)
    for _ in range(2):
        least = there(one, "min_price")
        assert least is not None
        one.market.move_price(FIRST, least.amount, "fr-fr")
        one.advance(days=1)
        one.settle(minutes=61)
        one.advance(minutes=61)
        one.settle(minutes=1)
    assert row(one).wanted == Money(62_400, "EUR")
    assert there(one, "min_price") == Money(57_778, "EUR")


@pytest.mark.slow
def test_a_csv_that_was_taken_after_midnight_is_that_days_change(shop: Shop) -> None:
    made = stocked(shop, MANY)
    shop.sync()
    zone = shop.desk.read(shop.desk.policies).timezone
    while shop.clock.now().astimezone(zone).strftime("%H:%M") < "23:58":
        shop.advance(minutes=1)
    reprice(shop, made, dict.fromkeys(made, 49_000))
    shop.advance(minutes=1)
    shop.market.task_seconds = 300
    before = shop.clock.now().astimezone(zone).date()
    for _ in range(10):
        shop.tick()
        shop.advance(minutes=1)
    today = shop.clock.now().astimezone(zone).date()
    assert before < today
    cell = shop.cell(min(made), "fr-fr")
    assert (cell.price_minor, cell.day_minor, cell.day_on) == (49_000, 50_000, today.isoformat())
