"""What ends a mistake in a listing: shown, confirmed, written, and gone when it is looked for again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update

from bmdesk.domain.listing_findings import Code
from bmdesk.domain.listing_reasons import ASPECTS, Aspect
from bmdesk.domain.money import Money
from bmdesk.services import policy_documents
from bmdesk.services.grading.refusals import NotAllowed
from bmdesk.services.prices import applying, simulation
from bmdesk.services.selling import linking, listing_fixes, listing_lint
from bmdesk.services.selling.listing_fixes import Fixed, Key, NothingToFix, Plan, Way
from bmdesk.services.selling.listing_lint import NoSuchFinding
from bmdesk.services.selling.management import PreviewChanged
from bmdesk.store.queries import listings
from bmdesk.store.tables import units as unit_tables
from bmdesk.store.transaction import Tx
from bmdesk.texts import render
from tests.markets import FIRST, OWNER, SECOND, Shop

COMMENT = "Checked by hand, with a cable."


def codes(shop: Shop) -> list[str]:
    return [one.finding.code.value for one in listing_lint.look(shop.desk, shop.account).open]


def key(shop: Shop, code: Code, sku: str = FIRST, market: str = "") -> Key:
    return Key(shop.listed(sku).id, code, market)


def plan(shop: Shop, code: Code, sku: str = FIRST) -> Plan:
    (one,) = listing_fixes.plan(shop.desk, shop.account, [key(shop, code, sku)]).plans
    return one


def fix(shop: Shop, code: Code, sku: str = FIRST) -> Fixed:
    keys = [key(shop, code, sku)]
    shown = listing_fixes.plan(shop.desk, shop.account, keys)
    return listing_fixes.fix(shop.desk, OWNER, shop.account, keys, shown.digest)


@pytest.fixture
def one(shop: Shop) -> Shop:
    """One phone and its listing, handed over and in order."""
    shop.ready()
    shop.offer(quantity=1, comment="Checked by hand, very good.")
    shop.settle()
    assert codes(shop) == []
    return shop


def comments(shop: Shop, **comments: dict[str, str]) -> None:
    """From now on these are the comments, by market or language."""
    body = {**policy_documents.document(shop.desk, "content"), "comments": {"*": {}, **comments}}
    policy_documents.save_document(shop.desk, OWNER, "content", body)


def test_a_quantity_that_sells_what_is_not_there_is_sent_again(one: Shop) -> None:
    shop = one
    listing_id = shop.listed(FIRST).id
    shop.gone(*shop.units)
    shop.settle()
    shop.market.change(FIRST, quantity=4)
    shop.desk.write(lambda tx: listings.set_listing(tx, listing_id, quantity=4))
    assert codes(shop) == ["online_without_stock"]
    shown = plan(shop, Code.ONLINE_WITHOUT_STOCK)
    assert (shown.way, shown.old, shown.new) == (Way.WRITE, 4, 0)
    assert fix(shop, Code.ONLINE_WITHOUT_STOCK).count == 1
    shop.settle()
    assert shop.remote() == 0 and codes(shop) == []
    assert "listing_fix.log" in shop.log_codes()


def test_what_bmdesk_does_not_manage_it_does_not_write_and_says_so(one: Shop) -> None:
    shop = one
    shop.unmanage(FIRST, aspects=ASPECTS)
    shop.gone(*shop.units)
    shop.sync()
    assert codes(shop) == ["online_without_stock"]
    shown = plan(shop, Code.ONLINE_WITHOUT_STOCK)
    assert (shown.way, shown.act, shown.what.code) == (Way.PERSON, None, "listing_fix.not_managed")
    with pytest.raises(NothingToFix) as refused:
        fix(shop, Code.ONLINE_WITHOUT_STOCK)
    assert refused.value.params["what"] == shown.what
    assert shop.remote() == 1


def test_a_missing_comment_goes_with_the_next_write(one: Shop) -> None:
    shop = one
    shop.market.change(FIRST, comment="")
    shop.sync()
    assert codes(shop) == ["missing_comment"]
    comments(shop)
    assert plan(shop, Code.MISSING_COMMENT).what.code == "listing_fix.no_template"
    comments(shop, fr={"EXCELLENT": COMMENT})
    shown = plan(shop, Code.MISSING_COMMENT)
    assert (shown.way, shown.new) == (Way.WRITE, COMMENT)
    fix(shop, Code.MISSING_COMMENT)
    shop.settle()
    assert shop.market.listing(FIRST)["markets"]["fr-fr"]["comment"] == COMMENT
    assert codes(shop) == []


def test_of_twins_one_carries_the_stock_and_the_others_go_offline(one: Shop) -> None:
    shop = one
    number = shop.market.listing(FIRST)["product_id"]
    shop.market.add_listing(
        "TWIN", grade="EXCELLENT", quantity=3, prices={"fr-fr": 480}, product_id=number, comment="Good."
    )
    shop.sync()
    assert plan(shop, Code.DUPLICATE_PRODUCT_GRADE, "TWIN").what.code == "listing_fix.not_managed"
    assert plan(shop, Code.DUPLICATE_PRODUCT_GRADE).what.code == "listing_fix.carries_already"
    linking.confirm_text(shop.desk, OWNER, shop.listed("TWIN").id, FIRST)
    shop.manage("TWIN", aspects=(Aspect.STOCK,))
    shown = plan(shop, Code.DUPLICATE_PRODUCT_GRADE, "TWIN")
    assert (shown.what.code, shown.old, shown.new) == ("listing_fix.other_carries", 3, 0)
    fix(shop, Code.DUPLICATE_PRODUCT_GRADE, "TWIN")
    shop.settle()
    assert (shop.remote("TWIN"), shop.remote()) == (0, 1)
    shown = plan(shop, Code.DUPLICATE_PRODUCT_GRADE, "TWIN")
    assert (shown.way, shown.what.code) == (Way.WRITE, "listing_fix.carries")
    fix(shop, Code.DUPLICATE_PRODUCT_GRADE, "TWIN")
    assert shop.listed("TWIN").carries and not shop.listed(FIRST).carries
    shop.settle()
    assert (shop.remote("TWIN"), shop.remote()) == (1, 0)


def test_a_twin_that_sells_a_sku_of_its_own_is_taken_offline(one: Shop) -> None:
    shop = one
    number = shop.market.listing(FIRST)["product_id"]
    shop.market.add_listing(
        "TWIN", grade="EXCELLENT", quantity=1, prices={"fr-fr": 480}, product_id=number, comment="Good."
    )
    shop.sync()
    linking.confirm_text(shop.desk, OWNER, shop.listed("TWIN").id, SECOND)
    shop.manage("TWIN", aspects=(Aspect.STOCK,))
    shown = plan(shop, Code.DUPLICATE_PRODUCT_GRADE, "TWIN")
    assert (shown.what.code, shown.new) == ("listing_fix.takes_offline", 0)
    fix(shop, Code.DUPLICATE_PRODUCT_GRADE, "TWIN")
    assert shop.listed("TWIN").paused
    shop.settle()
    assert shop.remote("TWIN") == 0


def test_stock_that_nobody_can_buy_is_sent_or_the_reason_is_said(one: Shop) -> None:
    shop = one
    listing_id = shop.listed(FIRST).id
    shop.market.change(FIRST, quantity=0, publication_state=3)
    shop.desk.write(lambda tx: listings.set_listing(tx, listing_id, quantity=0))
    shop.desk.write(lambda tx: listings.set_market(tx, listing_id, "fr-fr", publication_state=3))
    shown = plan(shop, Code.STOCK_BUT_OFFLINE)
    assert (shown.way, shown.old, shown.new) == (Way.WRITE, 0, 1)
    fix(shop, Code.STOCK_BUT_OFFLINE)
    shop.desk.write(lambda tx: listings.set_listing(tx, listing_id, quantity=1))
    said = plan(shop, Code.STOCK_BUT_OFFLINE)
    assert said.act is None and said.what.code.startswith("listing.")


def test_words_that_contradict_each_other_are_for_a_person_in_linking(shop: Shop) -> None:
    shop.market.add_listing(
        "iPX.Silver.256GB.Good", grade="FAIR", title="iPhone X 64GB - Silver - Unlocked", quantity=0
    )
    shop.sync()
    for code in (Code.SKU_TITLE_MISMATCH, Code.SKU_GRADE_MISMATCH):
        assert plan(shop, code, "iPX.Silver.256GB.Good").way is Way.LINKING


def test_only_what_was_shown_is_done_and_only_by_whoever_may(one: Shop) -> None:
    shop = one
    shop.market.change(FIRST, comment="")
    shop.sync()
    keys = [key(shop, Code.MISSING_COMMENT)]
    with pytest.raises(PreviewChanged):
        listing_fixes.fix(shop.desk, OWNER, shop.account, keys, "another")
    packer = replace(OWNER, code="PIA", role="packer")
    with pytest.raises(NotAllowed):
        listing_fixes.fix(shop.desk, packer, shop.account, keys, "another")
    with pytest.raises(NoSuchFinding):
        plan(shop, Code.BELOW_COST)
    with pytest.raises(NoSuchFinding):
        listing_fixes.plan(shop.desk, shop.account, [])
    stopped = listing_fixes.fix(
        *(shop.desk, OWNER, shop.account, keys),
        listing_fixes.plan(shop.desk, shop.account, keys).digest,
        lambda _done, _total: False,
    )
    assert (stopped.count, stopped.stopped) == (1, False)


# ---------------------------------------------------------------- prices


@pytest.fixture
def priced(one: Shop) -> Shop:
    """It stands there at 624.00 EUR, as the rules say."""
    assert one.price() == "624.00"
    return one


def test_a_price_above_the_maximum_becomes_that_of_the_rules(priced: Shop) -> None:
    shop = priced
    shop.market.change(FIRST, market="fr-fr", max_price=600)
    shop.sync()
    assert codes(shop) == ["price_above_max"]
    shown = plan(shop, Code.PRICE_ABOVE_MAX)
    assert (shown.way, shown.old, shown.new) == (Way.WRITE, Money(62400, "EUR"), Money(60000, "EUR"))
    before = len(applying.runs(shop.desk, shop.account))
    assert fix(shop, Code.PRICE_ABOVE_MAX).count == 1
    shop.settle()
    assert shop.price() == "600.00" and codes(shop) == []
    runs = applying.runs(shop.desk, shop.account)
    assert len(runs) == before + 1 and runs[0].why == "confirmed", (
        "among the changes of prices, to be taken back"
    )


def test_a_minimum_above_the_price_goes_down_with_the_next_write(priced: Shop) -> None:
    shop = priced
    shop.market.change(FIRST, market="fr-fr", min_price=700)
    shop.sync()
    shop.put("backmarket.backpricer", "true")
    assert codes(shop) == ["min_above_price"]
    shown = plan(shop, Code.MIN_ABOVE_PRICE)
    assert (shown.old, shown.new) == (Money(70000, "EUR"), Money(57778, "EUR")), "624.00 / 1.08"
    fix(shop, Code.MIN_ABOVE_PRICE)
    cell = shop.cell(FIRST, "fr-fr")
    assert (cell.wanted_minor, cell.wanted_min_minor) == (62400, 57778)


def test_a_minimum_above_the_price_is_for_a_person_where_bmdesk_sends_none(priced: Shop) -> None:
    shop = priced
    shop.market.change(FIRST, market="fr-fr", min_price=700)
    shop.sync()
    said = plan(shop, Code.MIN_ABOVE_PRICE)
    assert (said.way, said.act, said.what.code) == (Way.PERSON, None, "listing_fix.no_backpricer")
    assert "700.00" in render(said.what)
    with pytest.raises(NothingToFix):
        fix(shop, Code.MIN_ABOVE_PRICE)


def test_a_minimum_never_confirms_a_price_that_may_not_stand_there(priced: Shop) -> None:
    """Neither below the floor nor above the maximum nor in another currency."""
    shop = priced
    shop.market.change(FIRST, market="fr-fr", min_price=700)
    shop.sync()
    shop.put("backmarket.backpricer", "true")
    spent(shop, 60000)
    shown = plan(shop, Code.MIN_ABOVE_PRICE)
    (row,) = simulation.simulate(shop.desk, shop.account).rows
    assert row.floor is not None and row.floor.minor > 62400 and row.new is not None
    assert shown.price is not None and shown.price.price == row.new == shown.new
    assert shown.price.minimum is not None and shown.price.minimum.minor >= row.floor.minor
    fix(shop, Code.MIN_ABOVE_PRICE)
    cell = shop.cell(FIRST, "fr-fr")
    assert cell.wanted_minor == row.new.minor and (cell.wanted_min_minor or 0) >= row.floor.minor


def test_without_a_price_of_the_rules_none_is_confirmed_for_a_minimum(priced: Shop) -> None:
    shop = priced
    shop.market.change(FIRST, market="fr-fr", min_price=700, max_price=600)
    shop.sync()
    shop.put("backmarket.backpricer", "true")
    spent(shop, 90000)
    said = plan(shop, Code.MIN_ABOVE_PRICE)
    assert (said.way, said.act) == (Way.PRICES, None)


def test_a_price_below_what_the_unit_cost_is_lifted_to_the_floor(priced: Shop) -> None:
    shop = priced
    spent(shop, 60000)
    assert codes(shop) == ["below_cost"]
    shown = plan(shop, Code.BELOW_COST)
    assert shown.way is Way.WRITE and isinstance(shown.new, Money) and shown.new.minor > 62400
    fix(shop, Code.BELOW_COST)
    assert codes(shop) == []


def test_without_a_price_of_the_rules_the_room_of_prices_says_why(priced: Shop) -> None:
    shop = priced
    listing_id = shop.listed(FIRST).id
    shop.desk.write(
        lambda tx: listings.set_market(tx, listing_id, "fr-fr", price_minor=None, wanted_minor=None)
    )
    assert plan(shop, Code.NO_PRICE_IN_MARKET).way is Way.WRITE
    spent(shop, 90000)
    shop.market.change(FIRST, market="fr-fr", max_price=600)
    shop.sync()
    said = plan(shop, Code.BELOW_COST)
    assert (said.way, said.act) == (Way.PRICES, None) and "600.00" in render(said.what)
    shop.unmanage(FIRST, aspects=(Aspect.PRICE,))
    assert plan(shop, Code.BELOW_COST).what.code == "listing_fix.not_managed"


def test_while_a_second_writers_price_waits_nothing_is_written_over_it(priced: Shop) -> None:
    shop = priced
    listing_id = shop.listed(FIRST).id
    shop.market.change(FIRST, market="fr-fr", max_price=600)
    shop.sync()
    shop.desk.write(lambda tx: listings.set_market(tx, listing_id, "fr-fr", foreign_minor=61000))
    said = plan(shop, Code.PRICE_ABOVE_MAX)
    assert (said.way, said.what.code) == (Way.PRICES, "listing_fix.second_writer")


def test_a_second_writers_price_below_the_floor_is_found_though_ours_is_well(priced: Shop) -> None:
    shop = priced
    spent(shop, 40000)
    assert codes(shop) == []
    shop.market.change(FIRST, market="fr-fr", price=100)
    shop.advance(minutes=1)
    shop.sync()
    assert codes(shop) == ["below_cost"]
    (seen,) = listing_lint.look(shop.desk, shop.account).open
    assert "100.00" in render(seen.finding.evidence)
    assert plan(shop, Code.BELOW_COST).what.code == "listing_fix.second_writer"


def spent(shop: Shop, minor: int) -> None:
    """What was paid for each unit, in cents."""

    def work(tx: Tx) -> None:
        table = unit_tables.stay
        values = {"cost_minor": minor, "cost_currency": "EUR", "vat_scheme": "margin"}
        tx.connection.execute(update(table).where(table.c.unit_id.in_(list(shop.units))).values(**values))

    shop.desk.write(work)
