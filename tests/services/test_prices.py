"""Prices by rules in a shop: shown before they count, written as shown, chosen against, taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from bmdesk.domain.document import BadPolicy
from bmdesk.domain.effects import Kind
from bmdesk.domain.listing_reasons import Aspect
from bmdesk.domain.money import Money
from bmdesk.services import policy_documents, settings
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.grading.refusals import NotAllowed
from bmdesk.services.prices import applying, automatic, choosing, explaining, versions
from bmdesk.services.prices.applying import AlreadyUndone, NoSuchRun, PreviewChanged
from bmdesk.services.prices.choosing import AboveTop, BelowFloor, NoSecondWriter, NotOurPrice, OtherCurrency
from bmdesk.services.prices.explaining import NotPriced
from bmdesk.services.prices.simulation import Breach, PriceRow, Simulation, Why, simulate
from bmdesk.services.prices.versions import NoSuchVersion
from bmdesk.services.selling import management
from bmdesk.store.queries import listings, outbox_lists, units
from bmdesk.store.queries.listings import MarketRow
from bmdesk.store.tables import units as unit_tables
from bmdesk.store.transaction import Tx
from bmdesk.texts import render
from tests.desks import PHONE, Bench
from tests.listed import OWNER, account, link_all, read_listing

SKU = f"{PHONE}-EXCELLENT"
PACKER = Actor("P", "packer", "test")
SHARES = {"*": {"PREMIUM": "0.87", "EXCELLENT": "0.78", "GOOD": "0.69", "FAIR": "0.60"}}
COSTS = {"id": "costs", "payment_fee": {"percent": "1"}, "shipping": "6.00 EUR", "warranty": {"percent": "2"}}
COMMISSION = [{"percent": "10"}]
VAT = [{"scheme": "margin", "percent": "20"}]


def rules(*given: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A pricing document: 800 EUR new make 624.00 EUR as Excellent."""
    return {"shares": SHARES, "rules": [COSTS, *given], "commissions": COMMISSION, "vat": VAT, **more}


@dataclass
class Shop:
    """One ready phone that cost 300 EUR, listed at 399 EUR in France and not yet in Germany, its price managed."""

    bench: Bench
    account: str
    listing: str
    unit: str

    @property
    def desk(self) -> Desk:
        return self.bench.desk

    def later(self, seconds: float = 60) -> None:
        """Time passes."""
        self.bench.clock.advance(seconds=seconds)

    def set_rules(self, *given: dict[str, Any]) -> int:
        return policy_documents.save_document(self.desk, OWNER, "pricing", rules(*given))

    def simulated(self, **given: Any) -> Simulation:
        return simulate(self.desk, self.account, **given)

    def row(self, market: str = "fr-fr", **given: Any) -> PriceRow:
        return next(row for row in self.simulated(**given).rows if row.market == market)

    def apply(self, **given: Any) -> applying.Applied:
        return applying.apply(self.desk, OWNER, self.account, self.simulated().digest, **given)

    def choose(self, amount: str, why: Why = Why.HAND, market: str = "fr-fr") -> choosing.Choice:
        money = Money.parse(amount, "EUR")
        return choosing.choose(self.desk, OWNER, self.account, self.listing, market, money, why)

    def market(self, market: str = "fr-fr") -> MarketRow:
        found = self.desk.read(lambda c: listings.market(c, self.listing, market))
        assert found is not None
        return found

    def wanted(self, market: str = "fr-fr") -> int | None:
        return self.market(market).wanted_minor

    def waiting(self) -> list[str]:
        rows = self.desk.read(lambda c: outbox_lists.unfinished(c, [self.listing]))
        return sorted(row.market for row in rows if row.kind == Kind.PRICE.value and row.state == "pending")

    def read_again(self, minor: int, market: str = "fr-fr", **more: Any) -> None:
        """The marketplace was read, and shows this price."""
        values = {"price_minor": minor, "currency": "EUR", **more}
        self.desk.write(lambda tx: listings.set_market(tx, self.listing, market, **values))

    def spent(self, minor: int | None, **more: Any) -> None:
        """What was paid for the unit, in cents; None: nobody knows."""

        def work(tx: Tx) -> None:
            stay = units.stay(tx.connection, self.unit, 1)
            assert stay is not None
            table = unit_tables.stay
            values = {"cost_minor": minor, "cost_currency": "EUR", "vat_scheme": "regular", **more}
            tx.connection.execute(update(table).where(table.c.id == stay["id"]).values(**values))

        self.desk.write(work)


def open_shop(at_bench: Bench) -> Shop:
    desk = at_bench.desk
    account_id = account(desk)
    settings.put(desk, "backmarket.markets", "fr-fr,de-de")
    unit = at_bench.ready_unit()
    found = read_listing(desk, SKU, "EXCELLENT", 1, {"fr-fr": 39900}, most=100000)
    link_all(desk, found)
    shown = management.preview(desk, account_id, [found], [Aspect.PRICE])
    management.manage(desk, OWNER, account_id, [found], [Aspect.PRICE], shown.digest)
    made = Shop(at_bench, account_id, found, unit)
    made.spent(30000)
    made.set_rules()
    return made


@pytest.fixture
def shop(at_bench: Bench) -> Shop:
    return open_shop(at_bench)


def test_a_simulation_shows_old_and_new_with_the_margin_and_changes_nothing(shop: Shop) -> None:
    shop.set_rules({"id": "calm", "multiplier": "0.9"})
    before = shop.market()
    found = shop.simulated()
    row = next(one for one in found.rows if one.market == "fr-fr")

    assert (str(row.present), str(row.new), row.our_sku, row.quantity) == ("399.00 EUR", "561.60 EUR", SKU, 1)
    # 399.00 / 1.2 - 306 - 13 %; 561.60 / 1.2 - 306 - 13 %
    assert (str(row.margin_now), str(row.margin_new)) == ("-25.37 EUR", "88.99 EUR")
    assert row.percent_new == Decimal("15.8")
    assert row.breaks == (Breach.BELOW_FLOOR,)
    assert (found.totals.rows, found.totals.changes, found.totals.raised, found.totals.broken) == (2, 2, 1, 1)
    assert (str(found.totals.margin_now), str(found.totals.margin_new)) == ("-25.37 EUR", "88.99 EUR")
    assert shop.market() == before
    assert shop.simulated().digest == found.digest


def test_rules_that_are_not_saved_are_tried_and_count_nowhere(shop: Shop) -> None:
    tried = shop.row(document={**rules({"id": "uk", "multiplier": "1.1"}), "version": 9})
    assert str(tried.new) == "686.40 EUR"
    assert str(shop.row().new) == "624.00 EUR"
    with pytest.raises(BadPolicy, match="multiplier"):
        shop.simulated(document={**rules({"id": "uk", "multiplier": "11"}), "version": 9})


def test_what_is_confirmed_is_written_as_it_was_shown_and_can_be_taken_back(shop: Shop) -> None:
    shop.set_rules({"id": "calm", "multiplier": "0.9"})
    done = shop.apply()

    assert (done.count, done.problems) == (2, ())
    assert (shop.wanted(), shop.market().wanted_min_minor) == (56160, 52000)
    assert shop.waiting() == ["de-de", "fr-fr"]
    run = applying.runs(shop.desk, shop.account)[0]
    assert (run.id, run.why, run.count, run.by, run.undone) == (done.run_id, "confirmed", 2, "OWNER", False)
    before = {one.market: one.before for one in applying.changes(shop.desk, shop.account, done.run_id)}
    assert str(before["fr-fr"]) == "624.00 EUR"

    shop.later()
    back = applying.undo(shop.desk, OWNER, shop.account, done.run_id)
    assert (back.count, back.problems) == (2, ())
    assert (shop.wanted(), shop.wanted("de-de")) == (62400, 62400)
    assert applying.runs(shop.desk, shop.account)[1].undone
    with pytest.raises(AlreadyUndone):
        applying.undo(shop.desk, OWNER, shop.account, done.run_id)
    with pytest.raises(NoSuchRun):
        applying.undo(shop.desk, OWNER, shop.account, "01KNOSUCHRUN")


def test_a_lowest_price_that_changed_is_written_where_prices_go_with_one(shop: Shop) -> None:
    assert shop.market().wanted_min_minor == 57778, "624.00 EUR / 1.08, as it was handed over"
    shop.set_rules({"id": "close", "min_ratio": "1.04"})
    assert shop.apply(only={(shop.listing, "fr-fr")}).count == 0

    settings.put(shop.desk, "backmarket.backpricer", "true")
    assert shop.apply(only={(shop.listing, "fr-fr")}).count == 1
    assert (shop.wanted(), shop.market().wanted_min_minor) == (62400, 60000)


def test_a_preview_that_is_not_true_any_more_writes_nothing(shop: Shop) -> None:
    shown = shop.simulated()
    shop.set_rules({"id": "calm", "multiplier": "0.9"})
    with pytest.raises(PreviewChanged):
        applying.apply(shop.desk, OWNER, shop.account, shown.digest)
    with pytest.raises(NotAllowed):
        applying.apply(shop.desk, PACKER, shop.account, shop.simulated().digest)
    assert shop.wanted() == 62400
    assert applying.runs(shop.desk, shop.account) == ()


def test_of_what_was_shown_some_may_be_confirmed_alone(shop: Shop) -> None:
    shop.set_rules({"id": "calm", "multiplier": "0.9"})
    shop.apply(only={(shop.listing, "de-de")})
    assert (shop.wanted(), shop.wanted("de-de")) == (62400, 56160)


def test_what_is_not_managed_is_shown_and_never_written(shop: Shop) -> None:
    management.unmanage(shop.desk, OWNER, shop.account, [shop.listing], [Aspect.PRICE])
    row = shop.row()
    assert row.changes and not row.managed and not row.writes
    assert shop.apply().count == 0
    with pytest.raises(NotOurPrice):
        shop.choose("500")
    assert shop.market().wanted_minor is None


def test_what_would_be_left_after_counts_only_what_is_written_or_on_its_way(shop: Shop) -> None:
    assert str(shop.simulated().totals.margin_new) == "132.88 EUR", "confirmed already"
    shop.set_rules({"id": "calm", "multiplier": "0.9"})
    shop.read_again(50000, foreign_minor=50000, foreign_at=shop.bench.clock.now())
    totals = shop.simulated().totals
    assert totals.margin_new == totals.margin_now, "a second writer's price waits"
    management.unmanage(shop.desk, OWNER, shop.account, [shop.listing], [Aspect.PRICE])
    totals = shop.simulated().totals
    assert totals.writes == 0 and totals.margin_new == totals.margin_now


def test_an_older_price_below_the_floor_of_today_is_not_brought_back(shop: Shop) -> None:
    shop.choose("500")
    shop.spent(40000)
    shop.later()
    shop.choose("650")
    last = applying.runs(shop.desk, shop.account)[0]
    back = applying.undo(shop.desk, OWNER, shop.account, last.id)
    assert back.count == 0
    assert "below the floor" in render(back.problems[0][1])
    assert shop.wanted() == 65000


def test_a_choice_stays_until_it_is_given_back_and_never_goes_below_the_floor(shop: Shop) -> None:
    # (300 + 6) / (1 / 1.2 - 0.13)
    with pytest.raises(BelowFloor) as refused:
        shop.choose("435.07")
    assert "435.08 EUR" in render(refused.value.happened)
    with pytest.raises(AboveTop):
        shop.choose("1000.01")
    with pytest.raises(OtherCurrency):
        pounds = Money(50000, "GBP")
        choosing.choose(shop.desk, OWNER, shop.account, shop.listing, "fr-fr", pounds, Why.HAND)

    shop.set_rules({"id": "99", "rounding": {"step": "1", "ending": "0.99"}})
    done = shop.choose("435.08", Why.BACKBOX)
    assert (str(done.now), shop.wanted()) == ("435.08 EUR", 43508)
    row = shop.row()
    assert row.chosen is not None
    assert (row.chosen.why, row.chosen.by, str(row.new)) == ("backbox", "OWNER", "435.08 EUR")
    assert shop.apply(only={(shop.listing, "fr-fr")}).count == 0, "it stands already"

    released = choosing.release(shop.desk, OWNER, shop.account, shop.listing, "fr-fr")
    assert released is not None and str(released.now) == "623.99 EUR"
    assert shop.row().chosen is None
    assert choosing.release(shop.desk, OWNER, shop.account, shop.listing, "fr-fr") is None


def test_a_choice_that_is_farther_than_a_day_allows_goes_in_steps(shop: Shop) -> None:
    shop.later(86_400)
    shop.read_again(62400)
    shop.set_rules({"id": "calm", "daily_percent": "10"})
    done = shop.choose("500")
    assert (str(done.now), str(done.price)) == ("561.60 EUR", "500.00 EUR")
    assert "561.60" in render(done.notes[0])

    # It was written meanwhile; the same day it goes no farther, the next day it does.
    shop.read_again(56160)
    assert str(shop.row().new) == "561.60 EUR"
    shop.later(86_400)
    assert str(shop.row().new) == "505.44 EUR"


def test_somebody_elses_price_waits_for_a_person_who_says_whose_counts(shop: Shop) -> None:
    shop.read_again(50000, foreign_minor=50000, foreign_at=shop.bench.clock.now())
    row = shop.row()
    assert str(row.foreign) == "500.00 EUR" and not row.writes
    assert shop.apply(only={(shop.listing, "fr-fr")}).count == 0

    choosing.theirs(shop.desk, OWNER, shop.account, shop.listing, "fr-fr")
    cell = shop.market()
    assert (cell.wanted_minor, cell.base_minor, cell.foreign_minor, cell.chosen_why) == (
        50000,
        50000,
        None,
        "theirs",
    )
    assert str(shop.row().new) == "500.00 EUR", "the rules leave it alone"

    shop.read_again(51000, foreign_minor=51000, foreign_at=shop.bench.clock.now())
    choosing.ours(shop.desk, OWNER, shop.account, shop.listing, "fr-fr")
    cell = shop.market()
    assert (cell.wanted_minor, cell.base_minor, cell.foreign_minor) == (50000, 51000, None)
    assert "fr-fr" in shop.waiting()
    with pytest.raises(NoSecondWriter):
        choosing.ours(shop.desk, OWNER, shop.account, shop.listing, "fr-fr")


def test_somebody_elses_price_below_the_floor_never_counts(shop: Shop) -> None:
    shop.read_again(20000, foreign_minor=20000, foreign_at=shop.bench.clock.now())
    with pytest.raises(BelowFloor):
        choosing.theirs(shop.desk, OWNER, shop.account, shop.listing, "fr-fr")
    assert shop.market().foreign_minor == 20000


def test_only_rules_that_were_switched_to_automatic_write_by_themselves(shop: Shop) -> None:
    shop.set_rules({"id": "calm", "multiplier": "0.9"})
    assert automatic.reprice(shop.desk, shop.account).count == 0

    shop.set_rules({"id": "de", "scope": {"market": "de-de"}, "multiplier": "0.9", "automatic": True})
    done = automatic.reprice(shop.desk, shop.account)
    assert done.count == 1
    assert (shop.wanted(), shop.wanted("de-de")) == (62400, 56160)
    assert applying.runs(shop.desk, shop.account)[0].why == "automatic"
    shop.read_again(56160, "de-de")
    assert automatic.reprice(shop.desk, shop.account).count == 0, "once is enough"


def test_a_price_whose_floor_nobody_knows_waits_for_a_person(shop: Shop) -> None:
    shop.set_rules({"id": "all", "multiplier": "0.9", "automatic": True})
    shop.spent(None)
    assert automatic.reprice(shop.desk, shop.account).count == 0
    row = shop.row()
    assert row.writes and row.margin_new is None
    assert row.unknown is not None and "356938035643809" in render(row.unknown)
    assert shop.apply().count == 2


def test_work_on_a_unit_belongs_to_its_true_cost_where_an_hour_has_a_price(shop: Shop) -> None:
    floor = shop.row().floor
    shop.spent(30000, labour_minutes=30)
    assert shop.row().floor == floor
    settings.put(shop.desk, "prices.labour_hour", "24.00")
    # 12 EUR more of true cost: 318 / (1 / 1.2 - 0.13)
    assert str(shop.row().floor) == "452.14 EUR"


def test_an_explanation_ends_in_the_price_and_says_where_it_goes(shop: Shop) -> None:
    found = explaining.explain(shop.desk, shop.account, SKU.lower(), "fr-fr")
    said = [render(step) for step in found.steps]
    assert said[0].startswith("78 % of the new price 800.00 EUR")
    assert str(found.decision.price) == "624.00 EUR"
    assert found.left_now is not None and "399.00 EUR" in render(found.left_now)
    assert found.left_new is not None and "624.00 EUR" in render(found.left_new)
    assert found.row == replace(shop.row(), warnings=found.row.warnings if found.row else ())
    with pytest.raises(NotPriced):
        explaining.explain(shop.desk, shop.account, "NO-SUCH", "fr-fr")


def test_older_rules_come_back_as_a_new_version(shop: Shop) -> None:
    first = versions.versions(shop.desk)[0].version
    shop.set_rules({"id": "calm", "multiplier": "0.9"})
    assert str(shop.row().new) == "561.60 EUR"

    made = versions.restore(shop.desk, OWNER, first)
    assert str(shop.row().new) == "624.00 EUR"
    found = versions.versions(shop.desk)
    assert [one.version for one in found] == [made, made - 1, first, 1]
    assert [one.in_force for one in found] == [True, False, False, False]
    assert found[-1].at is None
    with pytest.raises(NoSuchVersion):
        versions.restore(shop.desk, OWNER, 99)
