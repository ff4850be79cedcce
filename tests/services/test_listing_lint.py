"""The mistakes in a shop's listings as they stand in the store; and those that a person lets stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import event, insert, update

from bmdesk.domain.identifiers import new_ulid
from bmdesk.domain.listing_findings import Code, Fix, Severity
from bmdesk.domain.money import Money
from bmdesk.services import company, policy_documents, settings
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.grading.refusals import NotAllowed
from bmdesk.services.selling import accounts, listing_lint, pausing
from bmdesk.services.selling.listing_lint import NoReason, NoSuchFinding, Seen
from bmdesk.store.queries import listings, sync_log, units
from bmdesk.store.tables import listings as tables
from bmdesk.store.tables import repairs
from bmdesk.store.tables import units as unit_tables
from bmdesk.store.transaction import Tx
from bmdesk.texts import render
from tests.desks import IMEIS, PHONE, Bench
from tests.listed import OWNER, account, link_all, read_listing

SKU = f"{PHONE}-EXCELLENT"
TITLE = "iPhone 13 128GB - Midnight - Unlocked"


@dataclass
class Stall:
    """One ready phone and its listing in one market, in which nothing is wrong."""

    bench: Bench
    listing: str
    unit: str

    @property
    def desk(self) -> Desk:
        return self.bench.desk

    def change(self, **values: Any) -> None:
        """The listing is another now."""
        self.desk.write(lambda tx: listings.set_listing(tx, self.listing, **values))

    def market(self, name: str = "fr-fr", **values: Any) -> None:
        """It was read otherwise in this market."""
        self.desk.write(lambda tx: listings.set_market(tx, self.listing, name, **values))

    def spent(self, cost: int, labour: int = 0, parts: int = 0) -> None:
        """What was paid for the unit, in cents, and worked on it, in minutes."""

        def work(tx: Tx) -> None:
            stay = units.stay(tx.connection, self.unit, 1)
            assert stay is not None
            given = {"cost_minor": cost, "cost_currency": "EUR", "labour_minutes": labour}
            table = unit_tables.stay
            tx.connection.execute(update(table).where(table.c.id == stay["id"]).values(**given))
            part = {
                "unit_id": self.unit,
                "stay_id": stay["id"],
                "code": "SCREEN",
                "operator": "OWNER",
                "at": tx.now,
            }
            for minor, removed in ((parts, False), (10**6, True)):
                tx.connection.execute(
                    insert(repairs.part),
                    {
                        **part,
                        "id": tx.new_id(),
                        "cost_minor": minor,
                        "cost_currency": "EUR",
                        "removed": removed,
                    },
                )

        self.desk.write(work)

    def found(self) -> list[Seen]:
        return list(listing_lint.look(self.desk, account(self.desk)).open)

    def codes(self) -> list[str]:
        return [one.finding.code.value for one in self.found()]

    def only(self) -> Seen:
        (one,) = self.found()
        return one

    def ignore(self, code: Code, reason: str = "we know", market: str = "", who: Actor = OWNER) -> int:
        return listing_lint.ignore(
            self.desk, who, account(self.desk), self.listing, code, reason, market
        ).count


@pytest.fixture
def stall(at_bench: Bench) -> Stall:
    desk = at_bench.desk
    unit = at_bench.ready_unit()
    account(desk)
    settings.put(desk, "backmarket.markets", "fr-fr,de-de")
    found = read_listing(desk, SKU, "EXCELLENT", 1, {"fr-fr": 40000}, title=TITLE, product_id="p-1")
    link_all(desk, found)
    made = Stall(at_bench, found, unit)
    made.market(comment="Very good.")
    return made


def test_nothing_is_wrong_with_a_listing_of_what_is_here(stall: Stall) -> None:
    seen = listing_lint.look(stall.desk, account(stall.desk))
    assert (seen.open, seen.ignored, seen.listings, seen.errors) == ((), (), 1, 0)


@pytest.mark.parametrize(
    ("read", "code"),
    [
        ({"max_minor": 39999}, "price_above_max"),
        ({"min_minor": 40001}, "min_above_price"),
        ({"price_minor": None}, "no_price_in_market"),
        ({"currency": "GBP"}, "no_price_in_market"),
        ({"comment": " "}, "missing_comment"),
    ],
)
def test_what_a_market_shows(stall: Stall, read: dict[str, Any], code: str) -> None:
    stall.market(**read)
    found = stall.only().finding
    assert (found.code, found.market, found.sku) == (code, "fr-fr", SKU)


def test_a_market_that_was_never_read_is_unknown_and_not_wrong(stall: Stall) -> None:
    stall.market("de-de", wanted_minor=None)
    assert stall.found() == []
    stall.market("de-de", read_at=stall.bench.clock.now(), publication_state=2)
    assert {one.finding.market for one in stall.found()} == {"de-de"}
    stall.market("de-de", paused=True)
    assert stall.found() == []


def test_words_grade_and_twins(stall: Stall) -> None:
    stall.change(sku_text="iP13.256.Black.Good")
    assert stall.codes() == ["sku_grade_mismatch", "sku_title_mismatch"]
    stall.change(sku_text=SKU)
    read_listing(stall.desk, "IP13-128.Vgood", "VERY_GOOD", title=TITLE, product_id="P-1")
    assert stall.codes() == ["duplicate_product_grade"] * 2
    assert {one.finding.fix for one in stall.found()} == {None}, "only one of them is online"


def test_the_sellers_own_grade_names_are_read(stall: Stall) -> None:
    stall.change(sku_text="iP13.128.B")
    assert stall.found() == []
    own = [{"code": "B", "title": "B stock", "maps_to": "GOOD"}]
    body = {**policy_documents.shipped("grade_map"), "grades": own}
    policy_documents.save_document(stall.desk, OWNER, "grade_map", body)
    assert stall.codes() == ["sku_grade_mismatch"]


def test_nothing_in_stock_but_online(stall: Stall) -> None:
    stall.bench.good(IMEIS[0], "BMD:HOLD:customer calls back")
    found = stall.only().finding
    assert (found.code, found.severity, found.fix) == (
        Code.ONLINE_WITHOUT_STOCK,
        Severity.ERROR,
        Fix.TAKE_OFFLINE,
    )
    stall.change(manage_stock=True)
    assert stall.only().finding.fix is Fix.PUSH_QUANTITY
    stall.change(missing_since=stall.bench.clock.now())
    assert stall.found() == [], "it is not at the marketplace any more"


def test_stock_that_is_offline(stall: Stall) -> None:
    stall.market(publication_state=3)
    stall.change(quantity=0)
    assert stall.only().finding.fix is Fix.PUSH_QUANTITY
    stall.change(paused=True)
    assert stall.found() == []
    stall.change(paused=False)
    pausing.pause(stall.desk, OWNER, account(stall.desk), None)
    assert stall.found() == []


def test_units_of_another_grade_than_the_listing_promises(stall: Stall) -> None:
    stall.change(grade="GOOD", sku_text="any")
    assert stall.codes() == ["grade_units_mismatch"]

    stall.change(grade="EXCELLENT", sku_text=SKU)
    stall.bench.good(IMEIS[0], "BMD:GRADE:GOOD:worn", "BMD:DONE")
    assert set(stall.codes()) == {"grade_units_mismatch", "online_without_stock"}
    found = next(one.finding for one in stall.found() if one.finding.code is Code.GRADE_UNITS_MISMATCH)
    assert found.evidence.code == "lint.grade_units"


def floor(found: Seen) -> Money:
    """The floor that a mistake names."""
    assert found.finding.code is Code.BELOW_COST
    named = dict(found.finding.evidence.params)["floor"]
    assert isinstance(named, Money)
    return named


def test_purchase_parts_labour_fees_and_vat_of_the_costliest_free_unit(stall: Stall) -> None:
    # Margin scheme: (spent - purchase / 6) / (1 - 1/6 - 12 % - 1 % - 2 %); the shipping costs nothing yet.
    stall.spent(25000, labour=60, parts=5500)
    assert stall.found() == []
    settings.put(stall.desk, "prices.labour_hour", "30")
    assert floor(stall.only()) == Money(42927, "EUR")
    settings.put(stall.desk, "prices.labour_hour", "0")
    stall.spent(25000, parts=0)  # the part of before stays in
    assert stall.found() == []
    stall.spent(32000, parts=0)
    assert floor(stall.only()) == Money(47074, "EUR")
    assert "left over" in render(stall.only().finding.evidence)
    stall.bench.good(IMEIS[0], "BMD:HOLD:customer calls back")
    assert stall.codes() == ["online_without_stock"], "it is not for sale, so it sets no floor"


def test_a_cost_that_nobody_wrote_down_is_not_guessed(stall: Stall) -> None:
    stall.market(price_minor=1)
    assert stall.found() == []


def test_the_floor_meets_the_price_of_a_market_at_the_rate_in_force(stall: Stall) -> None:
    stall.spent(30000)
    settings.put(stall.desk, "backmarket.markets", "fr-fr,en-gb")
    stall.market(price_minor=50000)
    read = {"currency": "GBP", "read_at": stall.bench.clock.now(), "publication_state": 2, "comment": "Good."}
    stall.market("en-gb", price_minor=100, **read)
    assert stall.found() == [], "no rate, no answer"
    settings.put(stall.desk, "rate.GBP", "0.86")
    found = stall.only()
    assert found.finding.market == "en-gb"
    least = floor(found)
    stall.market("en-gb", price_minor=least.minor - 1)
    assert len(stall.found()) == 1
    stall.market("en-gb", price_minor=least.minor)
    assert stall.found() == []


# ---------------------------------------------------------------- let stand


def test_a_mistake_is_let_stand_until_its_evidence_changes(stall: Stall) -> None:
    stall.market(max_minor=39999)
    assert stall.ignore(Code.PRICE_ABOVE_MAX, " asked  Back Market\tto raise it ") == 1

    seen = listing_lint.look(stall.desk, account(stall.desk))
    assert seen.open == () and seen.errors == 0
    (kept,) = seen.ignored
    assert kept.ignored is not None
    assert (kept.ignored.by, kept.ignored.reason) == ("OWNER", "asked Back Market to raise it")
    log = stall.desk.read(lambda c: sync_log.log_lines(c, stall.desk.company, listing_id=stall.listing))
    assert "lint.log_ignored" in str(log[0])

    stall.market(max_minor=39998)
    assert stall.codes() == ["price_above_max"], "another maximum is another mistake"
    assert stall.ignore(Code.PRICE_ABOVE_MAX) == 1
    assert stall.found() == []


def test_one_market_or_all_that_have_it(stall: Stall) -> None:
    stall.market(comment="")
    stall.market("de-de", price_minor=1, currency="EUR", read_at=stall.bench.clock.now(), publication_state=2)
    assert [one.finding.market for one in stall.found()] == ["de-de", "fr-fr"]
    assert stall.ignore(Code.MISSING_COMMENT, market="de-de") == 1
    assert [one.finding.market for one in stall.found()] == ["fr-fr"]
    assert stall.ignore(Code.MISSING_COMMENT) == 2
    assert stall.found() == []
    said = listing_lint.heed(stall.desk, OWNER, account(stall.desk), stall.listing, Code.MISSING_COMMENT)
    assert said.count == 2 and len(stall.found()) == 2


def test_nothing_is_let_stand_without_a_reason_a_right_or_a_mistake(stall: Stall) -> None:
    stall.market(comment="")
    with pytest.raises(NoReason):
        stall.ignore(Code.MISSING_COMMENT, " \t")
    company.add_operator(stall.desk, "ANNA", "Anna", "operator")
    with pytest.raises(NotAllowed):
        stall.ignore(Code.MISSING_COMMENT, who=Actor("ANNA", "operator", "bench-1"))
    with pytest.raises(NoSuchFinding):
        stall.ignore(Code.BELOW_COST)
    with pytest.raises(NoSuchFinding):
        stall.ignore(Code.MISSING_COMMENT, market="de-de")
    with pytest.raises(NoSuchFinding):
        listing_lint.heed(stall.desk, OWNER, account(stall.desk), stall.listing, Code.MISSING_COMMENT)
    assert stall.codes() == ["missing_comment"]


def test_another_account_has_its_own(stall: Stall) -> None:
    stall.market(comment="")
    other = accounts.add(stall.desk, "second").id
    assert listing_lint.look(stall.desk, other).open == ()


# ---------------------------------------------------------------- many


def many(desk: Desk, number: int, markets: tuple[str, ...]) -> None:
    """So many listings, each in all these markets."""
    account_id = account(desk)

    def work(tx: Tx) -> None:
        ids = [new_ulid(1_700_000_000_000 + n, bytes(10)) for n in range(number)]
        same = {"account_id": account_id, "grade": "GOOD", "title": TITLE, "quantity_at": tx.now, "sent": []}
        listings.add_many(
            tx,
            [
                {**same, "id": one, "remote_id": one, "sku_text": f"IP13.{n}x.Good", "sku_key": f"ip13.{n}x.good",
                 "first_read_at": tx.now}
                for n, one in enumerate(ids)
            ],
        )  # fmt: skip
        read = {"price_minor": 100, "currency": "EUR", "read_at": tx.now, "publication_state": 3, "sent": []}
        cells = [{**read, "listing_id": one, "market": market} for one in ids for market in markets]
        tx.connection.execute(insert(tables.listing_market), cells)

    desk.write(work)


def test_many_listings_are_read_in_as_few_statements_as_one(stall: Stall) -> None:
    asked: list[str] = []

    def statements() -> int:
        def work(connection: Any) -> None:
            event.listen(connection, "before_cursor_execute", lambda *given: asked.append(given[2]))
            listing_lint._look(connection, stall.desk, account_id)

        asked.clear()
        stall.desk.read(work)
        return len(asked)

    account_id = account(stall.desk)
    alone = statements()
    many(stall.desk, 300, ("fr-fr", "de-de"))
    assert statements() <= alone
    assert len(stall.found()) == 300 * 2
