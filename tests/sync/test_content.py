"""What buyers read: made of facts that hold for every unit, shown before it is written, written once, taken back."""

from __future__ import annotations

from typing import Any

import pytest

from bmdesk.domain.listing_reasons import Aspect
from bmdesk.services import policy_documents
from bmdesk.services.desk import Desk
from bmdesk.services.selling import content_preview, content_runs, management, pausing
from bmdesk.services.selling.content_preview import (
    ContentDone,
    ContentPreview,
    ContentPreviewChanged,
    ContentRow,
)
from bmdesk.services.selling.content_runs import ContentRunUndone, NoSuchContentRun
from bmdesk.services.syncing import outbox
from bmdesk.simulator import Simulator
from bmdesk.system.clock import FixedClock
from bmdesk.texts import render
from tests.markets import FIRST, OWNER, Shop, make_shop

BATTERY = "Tested. [Battery at least {battery} %. ][With {accessories}. ]All data erased."
THEIRS = "Sold by the nice people of Blue Phones, in person."


@pytest.fixture
def shop(desk: Desk, clock: FixedClock, market: Simulator) -> Shop:
    return make_shop(desk, clock, market)


def texts(shop: Shop, english: str = BATTERY, **members: Any) -> None:
    """The seller's document of texts from now on; `*` is what French buyers read too, unless told otherwise."""
    body = {"warranty_months": 12, "comments": {"*": {"EXCELLENT": english}}, **members}
    body.setdefault("words", {"en": {"CABLE": "cable", "BOX": "box"}, "fr": {"CABLE": "câble"}})
    policy_documents.save_document(shop.desk, OWNER, "content", body)


def shipping(shop: Shop, **markets: list[dict[str, Any]]) -> None:
    body = {"markets": {name.replace("_", "-"): ways for name, ways in markets.items()}}
    policy_documents.save_document(shop.desk, OWNER, "listing_shipping", body)


def preview(shop: Shop, **chosen: Any) -> ContentPreview:
    return content_preview.preview(shop.desk, shop.account, **chosen)


def row(shop: Shop) -> ContentRow:
    (found,) = preview(shop).rows
    return found


def applied(shop: Shop, **chosen: Any) -> ContentDone:
    return content_preview.apply(shop.desk, OWNER, shop.account, preview(shop, **chosen).digest, **chosen)


def there(shop: Shop, market: str = "fr-fr") -> dict[str, Any]:
    found: dict[str, Any] = shop.market.listing(FIRST)["markets"][market]
    return found


def posts(shop: Shop) -> int:
    return sum(
        r["method"] == "POST" and r["path"].startswith("/ws/listings") for r in shop.market.ledger.requests
    )


def listed(shop: Shop, units: int = 1, comment: str = THEIRS) -> None:
    """A listing with the seller's own words, handed over; its units are on offer."""
    shop.ready(units)
    shop.offer(FIRST, 0, manage=False)
    shop.market.change(FIRST, market="fr-fr", comment=comment)
    shop.sync()
    shop.manage(FIRST)
    shop.settle()


def lower(shop: Shop, unit: str, percent: int) -> None:
    """The battery of this unit was read again."""
    shop.bench.good(shop.units[unit], f"BMD:BATTERY:{percent}", "BMD:DONE")


# ---------------------------------------------------------------- facts


def test_the_lowest_battery_counts_and_only_accessories_that_all_have_are_named(shop: Shop) -> None:
    texts(shop)
    one, other = shop.ready(2)
    shop.bench.good(shop.units[one], "BMD:ACC:CABLE:YES", "BMD:ACC:BOX:YES", "BMD:DONE")
    shop.bench.good(shop.units[other], "BMD:BATTERY:87", "BMD:ACC:CABLE:YES", "BMD:DONE")
    shop.offer(FIRST, 0)
    shop.settle()
    assert there(shop)["comment"] == "Tested. Battery at least 87 %. With cable. All data erased."


def test_with_no_unit_in_hand_nothing_is_said_of_batteries(shop: Shop) -> None:
    texts(shop)
    (unit,) = shop.ready()
    shop.offer(FIRST, 0, manage=False)
    shop.gone(unit)
    shop.manage(FIRST)
    shop.settle()
    assert there(shop)["comment"] == "Tested. All data erased."


def test_words_are_of_the_language_of_the_text_and_what_has_none_is_left_out(shop: Shop) -> None:
    texts(shop, comments={"*": {"EXCELLENT": BATTERY}, "fr": {"EXCELLENT": "Testé. [Avec {accessories}.]"}})
    (unit,) = shop.ready()
    shop.bench.good(shop.units[unit], "BMD:ACC:CABLE:YES", "BMD:ACC:BOX:YES", "BMD:DONE")
    shop.offer(FIRST, 0)
    shop.settle()
    assert there(shop)["comment"] == "Testé. Avec câble."


def test_what_is_too_long_with_its_facts_is_said_with_its_number_and_not_sent(shop: Shop) -> None:
    texts(shop, "x" * 495 + " {battery} %")
    listed(shop, comment="")
    problem = row(shop).problem
    assert problem is None, "500 fit"
    texts(shop, "x" * 495 + " {battery} % {model}")
    found = row(shop)
    assert found.problem is not None and found.problem.code == "content.too_long"
    assert "500" in render(found.problem) and not found.changes


# ---------------------------------------------------------------- preview, once, and back


def test_what_the_seller_wrote_stays_until_a_person_confirms_the_other(shop: Shop) -> None:
    texts(shop)
    listed(shop)
    assert there(shop)["comment"] == THEIRS
    shown = row(shop)
    assert (shown.old.comment, shown.new and shown.new.comment) == (
        THEIRS,
        "Tested. Battery at least 92 %. All data erased.",
    )
    before = posts(shop)
    assert applied(shop).count == 1
    shop.settle()
    assert there(shop)["comment"] == "Tested. Battery at least 92 %. All data erased."
    assert posts(shop) == before + 1
    assert not row(shop).changes
    shop.sync()
    assert posts(shop) == before + 1, "what is right is not written again"


def test_only_what_was_shown_is_confirmed(shop: Shop) -> None:
    texts(shop)
    listed(shop)
    digest = preview(shop).digest
    texts(shop, "Other words.")
    with pytest.raises(ContentPreviewChanged):
        content_preview.apply(shop.desk, OWNER, shop.account, digest)
    assert shop.effects(kind="content") == []


def test_what_is_not_managed_is_never_written(shop: Shop) -> None:
    texts(shop)
    listed(shop)
    shop.unmanage(FIRST, aspects=(Aspect.CONTENT,))
    assert preview(shop).rows == ()
    (found,) = preview(shop, selection=[shop.listed(FIRST).id]).rows
    assert found.problem is not None and found.problem.code == "content.not_managed"
    assert applied(shop, selection=[shop.listed(FIRST).id]).count == 0


def test_handing_the_content_back_stops_what_waits(shop: Shop) -> None:
    texts(shop)
    listed(shop)
    applied(shop)
    shop.unmanage(FIRST, aspects=(Aspect.CONTENT,))
    shop.settle()
    assert there(shop)["comment"] == THEIRS


def test_a_change_is_taken_back_and_stays_so(shop: Shop) -> None:
    texts(shop, automatic=True)
    listed(shop)
    done = applied(shop)
    shop.settle()
    (run,) = [one for one in content_runs.runs(shop.desk, shop.account) if one.why == "preview"]
    assert (run.id, run.by, run.count) == (done.run_id, "OWNER", 1)
    assert content_runs.undo(shop.desk, OWNER, shop.account, run.id[-8:]).count == 1
    shop.settle()
    assert there(shop)["comment"] == THEIRS
    shop.advance(minutes=20)
    shop.settle()
    assert there(shop)["comment"] == THEIRS, "nothing by itself writes over it"
    with pytest.raises(ContentRunUndone):
        content_runs.undo(shop.desk, OWNER, shop.account, run.id)
    with pytest.raises(NoSuchContentRun):
        content_runs.undo(shop.desk, OWNER, shop.account, "01KNOSUCHRUN")


def test_taking_back_leaves_what_the_seller_wrote_since(shop: Shop) -> None:
    texts(shop)
    listed(shop)
    done = applied(shop)
    shop.settle()
    shop.market.change(FIRST, market="fr-fr", comment="Written since.")
    shop.settle()
    undone = content_runs.undo(shop.desk, OWNER, shop.account, done.run_id)
    assert (undone.count, [said.code for _, said in undone.problems]) == (0, ["content.changed_since"])
    shop.settle()
    assert there(shop)["comment"] == "Written since."


def test_what_is_taken_back_while_texts_are_made_anew_stays_so(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts(shop, automatic=True)
    listed(shop, 2)
    done = applied(shop)
    shop.settle()
    lower(shop, next(iter(shop.units)), 85)
    really = content_preview.write_down

    def meanwhile(*given: Any) -> ContentDone:
        monkeypatch.undo()
        content_runs.undo(shop.desk, OWNER, shop.account, done.run_id)
        return really(*given)

    monkeypatch.setattr(content_preview, "write_down", meanwhile)
    left = content_preview.by_itself(shop.desk, shop.account)
    assert (left.count, [said.code for _, said in left.problems]) == (0, ["content.changed_since"])
    shop.settle()
    assert there(shop)["comment"] == THEIRS


def test_what_was_taken_back_stays_so_though_a_person_confirms_something_else(shop: Shop) -> None:
    texts(shop, automatic=True)
    listed(shop)
    done = applied(shop)
    shop.settle()
    content_runs.undo(shop.desk, OWNER, shop.account, done.run_id)
    shop.settle()
    texts(shop, automatic=True, warranty={"fr": {"*": 24}})
    applied(shop, parts=("warranty",))
    for _ in range(2):
        shop.settle()
        shop.advance(minutes=20)
    assert (there(shop)["comment"], there(shop)["warranty_delay"]) == (THEIRS, 24)


def test_words_that_somebody_else_wrote_meanwhile_stop_the_write(shop: Shop) -> None:
    texts(shop)
    listed(shop)
    applied(shop)
    shop.market.change(FIRST, market="fr-fr", comment="Changed by another tool.")
    shop.sync()
    (parked,) = shop.effects("parked", kind="content")
    assert shop.problem(parked) == "content.changed_elsewhere.title"
    shop.retry(parked)
    shop.settle()
    assert there(shop)["comment"] == "Tested. Battery at least 92 %. All data erased."


def test_or_a_person_lets_theirs_stand(shop: Shop) -> None:
    texts(shop)
    listed(shop)
    applied(shop)
    shop.market.change(FIRST, market="fr-fr", comment="Changed by another tool.")
    shop.sync()
    (parked,) = shop.effects("parked", kind="content")
    assert outbox.cancel(shop.desk, OWNER, [parked.id]).done
    shop.advance(minutes=30)
    shop.settle()
    assert there(shop)["comment"] == "Changed by another tool."


@pytest.mark.parametrize("fault", ["reset", "after effect"])
def test_a_lost_answer_ends_with_the_words_that_were_confirmed(shop: Shop, fault: str) -> None:
    texts(shop)
    listed(shop)
    applied(shop)
    shop.hasty()
    shop.market.fault(fault, "POST /ws/listings/*", times=1)
    shop.settle()
    assert there(shop)["comment"] == "Tested. Battery at least 92 %. All data erased."
    assert shop.open() == [] and shop.effects("parked") == []


def test_in_a_paused_market_nothing_is_written_until_it_is_resumed(shop: Shop) -> None:
    texts(shop)
    listed(shop)
    chosen = [shop.listed(FIRST).id]
    applied(shop)
    pausing.pause(shop.desk, OWNER, shop.account, chosen, "fr-fr")
    shop.settle()
    assert there(shop)["comment"] == THEIRS
    problem = row(shop).problem
    assert problem is not None and problem.code == "listing.market_paused"
    pausing.resume(shop.desk, OWNER, shop.account, chosen, "fr-fr")
    shop.settle()
    assert there(shop)["comment"] == "Tested. Battery at least 92 %. All data erased."


def test_a_shorter_warranty_than_buyers_read_of_now_is_said(shop: Shop) -> None:
    texts(shop)
    listed(shop)
    shop.market.change(FIRST, market="fr-fr", warranty_delay=24)
    shop.sync()
    assert "content.shorter_warranty" in [note.code for note in row(shop).notes]


# ---------------------------------------------------------------- facts change


def test_what_the_facts_no_longer_bear_out_is_due_and_waits_for_a_person(shop: Shop) -> None:
    texts(shop)
    listed(shop, 2, comment="")
    assert there(shop)["comment"] == "Tested. Battery at least 92 %. All data erased."
    lower(shop, next(iter(shop.units)), 85)
    shop.advance(minutes=20)
    shop.settle()
    assert row(shop).due and there(shop)["comment"].startswith("Tested. Battery at least 92")


def test_where_the_document_says_so_it_goes_by_itself(shop: Shop) -> None:
    texts(shop, automatic=True)
    listed(shop, 2, comment="")
    lower(shop, next(iter(shop.units)), 85)
    shop.advance(minutes=20)
    shop.settle()
    assert there(shop)["comment"] == "Tested. Battery at least 85 %. All data erased."
    assert "content.log_automatic" in shop.log_codes()


def test_by_itself_nothing_writes_over_the_sellers_words(shop: Shop) -> None:
    texts(shop, automatic=True)
    listed(shop)
    shop.advance(minutes=20)
    shop.settle()
    assert there(shop)["comment"] == THEIRS


# ---------------------------------------------------------------- warranty and ways to ship


def test_the_markets_warranty_goes_along_and_is_changed_through_the_preview(shop: Shop) -> None:
    texts(shop)
    listed(shop, comment="")
    assert there(shop)["warranty_delay"] == 12
    texts(shop, warranty={"fr": {"*": 24}})
    applied(shop, parts=("warranty",))
    shop.settle()
    assert there(shop)["warranty_delay"] == 24


UPS = {"shipper": "UPS", "price": "9.90", "delay_hours": 48}
DHL = {"shipper": "DHL Express", "price": "0", "delay_hours": 24}


def ways(shop: Shop, market: str = "fr-fr") -> list[tuple[str, str, int]]:
    found = shop.market.listing(FIRST)["shippings"]
    return [
        (one["shipper"], one["shipping_price"], one["shipping_delay"])
        for one in found
        if one["country_code"] == market
    ]


def test_ways_to_ship_are_shown_written_in_one_call_and_read_back(shop: Shop) -> None:
    texts(shop)
    listed(shop, comment="")
    shipping(shop, fr_fr=[UPS, DHL])
    found = row(shop)
    assert found.old.ways == () and found.new is not None
    assert [way.shipper for way in found.new.ways or ()] == ["UPS", "DHL Express"]
    before = posts(shop)
    applied(shop)
    shop.settle()
    assert ways(shop) == [("UPS", "9.90", 48), ("DHL Express", "0.00", 24)]
    assert posts(shop) == before + 1 and not row(shop).changes


def test_a_way_that_is_no_longer_there_is_taken_away(shop: Shop) -> None:
    texts(shop)
    shipping(shop, fr_fr=[UPS, DHL])
    listed(shop, comment="")
    assert len(ways(shop)) == 2, "a first write brings its ways along"
    shipping(shop, fr_fr=[DHL])
    applied(shop)
    shop.settle()
    assert ways(shop) == [("DHL Express", "0.00", 24)]


def test_a_market_of_which_nothing_is_said_keeps_its_ways(shop: Shop) -> None:
    texts(shop)
    shipping(shop, de_de=[UPS])
    listed(shop, comment="")
    assert not row(shop).changes and ways(shop) == []


def test_the_cut_over_shows_what_stays_and_what_is_said_first(shop: Shop) -> None:
    texts(shop)
    shipping(shop, fr_fr=[UPS])
    shop.ready()
    shop.offer(FIRST, 0, manage=False)
    shown = management.preview(shop.desk, shop.account, [shop.listed(FIRST).id])
    (said,) = [one for one in shown.rows if one.aspect is Aspect.CONTENT]
    assert "Battery at least 92 %" in str(said.new) and "UPS 9.90 EUR 48 h" in str(said.new)
