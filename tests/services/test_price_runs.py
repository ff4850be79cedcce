"""What happens to prices meanwhile: a second writer, a dearer unit, a choice after a preview, a stopped undo."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bmdesk.domain.listing_reasons import ASPECTS, Aspect
from bmdesk.services import settings
from bmdesk.services.files.prices_file import read_prices, take_prices
from bmdesk.services.prices import applying, automatic, choosing
from bmdesk.services.prices.applying import AlreadyUndone
from bmdesk.services.prices.choosing import FloorUnknown, NoSecondWriter, OursAboveTop, OursBelowFloor
from bmdesk.services.prices.simulation import Why
from bmdesk.services.selling import linking, management, publishing
from bmdesk.store.queries import listings
from bmdesk.texts import render
from tests.desks import Bench, run_sql
from tests.listed import OWNER
from tests.services.test_prices import SKU, Shop, open_shop


@pytest.fixture
def shop(at_bench: Bench) -> Shop:
    return open_shop(at_bench)


def written_by_others(shop: Shop, minor: int, market: str = "fr-fr") -> None:
    shop.read_again(minor, market, foreign_minor=minor, foreign_at=shop.bench.clock.now())


def ours(shop: Shop, market: str = "fr-fr") -> None:
    choosing.ours(shop.desk, OWNER, shop.account, shop.listing, market)


def undo(shop: Shop, run_id: str) -> applying.Applied:
    shop.later()
    return applying.undo(shop.desk, OWNER, shop.account, run_id)


def test_our_price_that_is_below_the_floor_by_now_is_not_written_again(shop: Shop) -> None:
    shop.choose("500")
    shop.spent(40000)
    written_by_others(shop, 51000)
    # (400 + 6) / (1 / 1.2 - 0.13)
    with pytest.raises(OursBelowFloor) as refused:
        ours(shop)
    assert "577.26 EUR" in render(refused.value.happened)
    cell = shop.market()
    assert (cell.wanted_minor, cell.foreign_minor) == (50000, 51000)

    shop.choose("600")
    cell = shop.market()
    assert (cell.wanted_minor, cell.base_minor, cell.foreign_minor) == (60000, 51000, None), "a way out"


def test_where_nobody_elses_price_may_count_the_rules_do(shop: Shop) -> None:
    shop.read_again(62400, max_minor=80000)
    shop.choose("700")
    written_by_others(shop, 20000)
    shop.read_again(20000, max_minor=65000)
    with pytest.raises(OursAboveTop):
        ours(shop)
    with pytest.raises(choosing.BelowFloor):
        choosing.theirs(shop.desk, OWNER, shop.account, shop.listing, "fr-fr")

    done = choosing.release(shop.desk, OWNER, shop.account, shop.listing, "fr-fr")
    cell = shop.market()
    assert done is not None and str(done.now) == "624.00 EUR"
    assert (cell.wanted_minor, cell.chosen_minor, cell.foreign_minor) == (62400, None, None)


def test_the_rules_count_over_a_second_writer_where_nothing_was_chosen(shop: Shop) -> None:
    written_by_others(shop, 50000)
    done = choosing.release(shop.desk, OWNER, shop.account, shop.listing, "fr-fr")
    assert done is not None and shop.market().foreign_minor is None
    with pytest.raises(NoSecondWriter):
        ours(shop)


def test_our_lowest_price_is_lifted_to_the_floor_of_now(shop: Shop) -> None:
    assert (shop.wanted(), shop.market().wanted_min_minor) == (62400, 57778)
    shop.spent(42000)
    written_by_others(shop, 61000)
    ours(shop)
    floor = shop.row().floor
    assert floor is not None and 57778 < floor.minor < 62400
    assert (shop.wanted(), shop.market().wanted_min_minor) == (62400, floor.minor)


def test_somebody_elses_price_has_no_lowest_one_above_it(shop: Shop) -> None:
    shop.later(86_400)
    shop.read_again(62400)
    shop.set_rules({"id": "calm", "daily_percent": "10"})
    shop.choose("610")
    written_by_others(shop, 45000)
    choosing.theirs(shop.desk, OWNER, shop.account, shop.listing, "fr-fr")
    cell = shop.market()
    # The day allows the rules 561.60, whose own lowest price would be 520.00.
    assert (cell.wanted_minor, cell.wanted_min_minor) == (45000, 45000)


def test_where_nobody_knows_the_floor_only_a_persons_own_word_goes(shop: Shop) -> None:
    shop.spent(None)
    with pytest.raises(FloorUnknown) as refused:
        shop.choose("99", Why.BACKBOX)
    assert "356938035643809" in render(refused.value.happened)
    assert shop.wanted() == 62400

    done = shop.choose("500")
    assert shop.wanted() == 50000
    assert [note.code for note in done.notes] == ["prices.warn_unknown_cost"]


def test_a_price_list_says_where_nobody_knows_the_floor(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text(f"sku;market;price\n{SKU};fr-fr;600\n{SKU};de-de;600", "utf-8")
    shop.spent(None)
    plan = read_prices(shop.desk, shop.account, path)
    assert all(one.unknown is not None for one in plan.planned)
    done = take_prices(shop.desk, OWNER, shop.account, plan)
    assert (done.count, [note.code for note in done.notes]) == (2, ["prices_file.floor_unknown"])
    assert shop.wanted() == 60000


def test_a_choice_made_after_the_simulation_stays(shop: Shop) -> None:
    shop.set_rules({"id": "calm", "multiplier": "0.9", "automatic": True})
    rows = [shop.row()]
    shop.choose("700")
    before = applying.runs(shop.desk, shop.account)

    done = applying.write_rows(shop.desk, shop.account, "", applying.AUTOMATIC, 1, rows)
    assert (done.run_id, done.count) == ("", 0)
    assert [said.code for _, said in done.problems] == ["prices.changed_since"]
    assert shop.wanted() == 70000
    assert applying.runs(shop.desk, shop.account) == before, "nothing was set, so there is no run"


def test_a_price_made_for_another_sku_is_left_out(shop: Shop) -> None:
    shop.set_rules({"id": "calm", "multiplier": "0.9"})
    rows = [replace(shop.row(), our_sku="ANOTHER"), shop.row("de-de")]
    done = applying.write_rows(shop.desk, shop.account, "OWNER", applying.CONFIRMED, 1, rows)
    assert (done.count, [said.code for _, said in done.problems]) == (1, ["linking.changed_since"])
    assert (shop.wanted(), shop.wanted("de-de")) == (62400, 56160)


def test_taking_back_lifts_the_lowest_price_to_the_floor_of_now(shop: Shop) -> None:
    shop.set_rules({"id": "calm", "multiplier": "0.95"})
    shop.apply()
    assert (shop.wanted(), shop.market().wanted_min_minor) == (59280, 54889)
    shop.set_rules({"id": "high", "multiplier": "1.1"})
    done = shop.apply()
    shop.spent(39000)
    assert undo(shop, done.run_id).count == 2
    floor = shop.row().floor
    assert floor is not None and 54889 < floor.minor < 59280
    assert (shop.wanted(), shop.market().wanted_min_minor) == (59280, floor.minor)


def test_a_price_above_what_is_allowed_by_now_is_not_brought_back(shop: Shop) -> None:
    shop.set_rules({"id": "calm", "multiplier": "0.9"})
    done = shop.apply()
    shop.set_rules({"id": "top", "ceiling": "600.00 EUR"})
    back = undo(shop, done.run_id)
    assert (back.count, {said.code for _, said in back.problems}) == (0, {"prices.above_top_now"})
    assert shop.wanted() == 56160


def test_an_undo_that_was_stopped_goes_on_where_it_was(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.set_rules({"id": "calm", "multiplier": "0.9"})
    done = shop.apply()
    monkeypatch.setattr(applying, "PAGE", 1)
    part = applying.undo(shop.desk, OWNER, shop.account, done.run_id, lambda *_: False)
    assert part.stopped and part.count == 1
    assert not next(run for run in applying.runs(shop.desk, shop.account) if run.id == done.run_id).undone

    rest = undo(shop, done.run_id)
    assert (rest.count, rest.problems, rest.stopped) == (1, (), False)
    assert (shop.wanted(), shop.wanted("de-de")) == (62400, 62400)
    with pytest.raises(AlreadyUndone):
        undo(shop, done.run_id)


def test_an_undo_that_could_do_nothing_is_not_used_up(shop: Shop) -> None:
    shop.set_rules({"id": "calm", "multiplier": "0.9"})
    done = shop.apply()
    for market in ("fr-fr", "de-de"):
        written_by_others(shop, 58000, market)
    nothing = undo(shop, done.run_id)
    assert (nothing.run_id, nothing.count, len(nothing.problems)) == ("", 0, 2)
    assert [run.id for run in applying.runs(shop.desk, shop.account)] == [done.run_id]
    for market in ("fr-fr", "de-de"):
        ours(shop, market)
    assert undo(shop, done.run_id).count == 2


def test_what_was_taken_back_from_automatic_rules_stays_so_until_they_count_again(shop: Shop) -> None:
    shop.set_rules({"id": "de", "scope": {"market": "de-de"}, "multiplier": "0.9", "automatic": True})
    done = automatic.reprice(shop.desk, shop.account)
    back = undo(shop, done.run_id)
    assert (back.count, [note.code for note in back.notes]) == (1, ["prices.stays_taken_back"])

    assert automatic.reprice(shop.desk, shop.account).count == 0
    row = shop.row("de-de")
    assert row.chosen is not None
    assert (row.chosen.why, row.chosen.by, str(row.chosen.price)) == ("undo", "OWNER", "624.00 EUR")

    choosing.release(shop.desk, OWNER, shop.account, shop.listing, "de-de")
    assert (shop.wanted("de-de"), shop.row("de-de").chosen) == (56160, None)


def test_an_undo_taken_back_lets_automatic_rules_count_again(shop: Shop) -> None:
    shop.set_rules({"id": "all", "multiplier": "0.9", "automatic": True})
    done = shop.apply()
    back = undo(shop, done.run_id)
    assert shop.row().chosen is not None, "confirmed by hand, and automatic rules would write it again"
    undo(shop, back.run_id)
    assert (shop.wanted(), shop.row().chosen) == (56160, None)


def test_what_is_handed_back_takes_its_choice_along(shop: Shop) -> None:
    shop.choose("500")
    shown = management.preview(shop.desk, shop.account, [shop.listing], [Aspect.PRICE])
    reasons = {row.market: render(row.reason) for row in shown.rows if row.reason is not None}
    assert "500.00 EUR" in reasons["fr-fr"] and "OWNER" in reasons["fr-fr"]
    assert "78" in reasons["de-de"]

    management.unmanage(shop.desk, OWNER, shop.account, [shop.listing], [Aspect.PRICE])
    cell = shop.market()
    assert (cell.chosen_minor, cell.chosen_why, cell.chosen_at, cell.chosen_by) == (None, "", None, "")
    assert (cell.wanted_minor, cell.base_minor, cell.sent) == (None, None, [])
    shown = management.preview(shop.desk, shop.account, [shop.listing], [Aspect.PRICE])
    assert {str(row.new) for row in shown.rows} == {"624.00 EUR"}


def test_a_listing_that_leaves_its_sku_leaves_what_was_chosen_for_that(shop: Shop) -> None:
    management.unmanage(shop.desk, OWNER, shop.account, [shop.listing])
    chosen = {"chosen_minor": 50000, "chosen_currency": "EUR", "chosen_why": "hand", "chosen_by": "OWNER"}
    shop.desk.write(lambda tx: listings.set_market(tx, shop.listing, "fr-fr", **chosen))
    linking.unlink(shop.desk, OWNER, shop.listing)
    assert (shop.market().chosen_minor, shop.market().chosen_why) == (None, "")


def test_a_price_of_the_time_before_a_market_changed_its_currency_is_not_brought_back(shop: Shop) -> None:
    done = shop.choose("700")
    run_sql(shop.desk.store.database, "UPDATE price_change SET currency = 'GBP'")
    taken = undo(shop, done.run_id)
    assert [said.code for _, said in taken.problems] == ["prices.other_currency.happened"]
    assert shop.wanted() == 70000


def test_what_was_published_and_taken_back_stays_so_under_automatic_rules(shop: Shop) -> None:
    settings.put(shop.desk, "backmarket.markets", "fr-fr,de-de,es-es")
    shop.read_again(50000, "es-es")
    shop.set_rules({"id": "auto", "automatic": True})
    asked = shop.desk, shop.account, [shop.listing], ["es-es"]
    shown = publishing.publish_preview(*asked)
    publishing.publish(shop.desk, OWNER, *asked[1:], shown.digest)
    assert shop.wanted("es-es") == 62400
    undo(shop, applying.runs(shop.desk, shop.account)[0].id)
    automatic.reprice(shop.desk, shop.account)
    assert shop.wanted("es-es") == 50000


def test_that_automatic_rules_write_again_where_no_price_stood_is_said(shop: Shop) -> None:
    settings.put(shop.desk, "backmarket.markets", "fr-fr,de-de,es-es")
    shop.set_rules({"id": "auto", "automatic": True})
    done = automatic.reprice(shop.desk, shop.account)
    assert shop.wanted("es-es") == 62400
    taken = undo(shop, done.run_id)
    assert shop.wanted("es-es") is None
    assert [note.code for note in taken.notes] == ["prices.comes_again"]


def test_taking_a_choice_back_leaves_none_where_there_was_none(shop: Shop) -> None:
    settings.put(shop.desk, "backmarket.markets", "fr-fr,de-de,es-es")
    done = shop.choose("700", market="es-es")
    undo(shop, done.run_id)
    row = shop.row("es-es")
    assert (row.wanted, row.chosen) == (None, None)


def test_a_choice_that_comes_back_is_still_of_whoever_made_it_then(shop: Shop) -> None:
    shop.choose("700")
    before = shop.row().chosen
    shop.later()
    given_back = choosing.release(shop.desk, OWNER, shop.account, shop.listing, "fr-fr")
    assert given_back is not None and shop.row().chosen is None
    undo(shop, given_back.run_id)
    assert before is not None and shop.row().chosen == before


def test_a_price_chosen_while_a_list_was_taken_stays(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "prices.csv"
    path.write_text(f"sku;market;price\n{SKU};fr-fr;600", "utf-8")
    plan = read_prices(shop.desk, shop.account, path)
    meanwhile(shop, monkeypatch, applying, "set_prices")
    done = take_prices(shop.desk, OWNER, shop.account, plan)
    assert [said.code for _, said in done.problems] == ["prices.changed_since"]
    assert shop.wanted() == 70000


def test_a_price_chosen_while_listings_were_handed_over_stays(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = management.preview(shop.desk, shop.account, [shop.listing])
    meanwhile(shop, monkeypatch, management, "in_pages")
    done = management.manage(shop.desk, OWNER, shop.account, [shop.listing], ASPECTS, shown.digest)
    assert [said.code for _, said in done.problems] == ["prices.changed_since"]
    assert shop.wanted() == 70000


def meanwhile(shop: Shop, monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str) -> None:
    """Somebody chooses 700.00 right before this is called."""
    really = getattr(module, name)

    def called(*given: Any, **more: Any) -> Any:
        shop.later()
        shop.choose("700")
        return really(*given, **more)

    monkeypatch.setattr(module, name, called)
