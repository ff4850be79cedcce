"""Why a listing stands as it does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bmdesk.domain.listing_reasons import (
    ASPECTS,
    InMarket,
    MarketState,
    Standing,
    market_reasons,
    market_state,
    whole_reasons,
)
from bmdesk.domain.money import Money
from bmdesk.domain.stock import Count
from bmdesk.texts import msg, render

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
WELL = Standing(
    link="linked", managed=ASPECTS, carries=True, paused=False, all_paused=False, quantity=3, offered=3,
    count=Count(3, 0, 0), held=0, blockers=(),
)  # fmt: skip
LIVE = InMarket(
    market="fr-fr", publication=2, read=True, paused=False, chosen=True, manages_price=True,
    price=Money(100, "EUR"), wanted=Money(100, "EUR"), suggested=Money(100, "EUR"), no_price=None, most=None,
)  # fmt: skip


def whole(known: Standing) -> list[str]:
    return [reason.code for reason in whole_reasons(known) if render(reason)]


def here(known: InMarket, quantity: int = 3) -> list[str]:
    return [reason.code for reason in market_reasons(known, quantity=quantity) if render(reason)]


def test_where_all_is_well_nothing_is_said() -> None:
    assert whole(WELL) == [] and here(LIVE) == []


def test_what_keeps_the_stock_is_named_piece_by_piece() -> None:
    known = replace(
        WELL,
        count=Count(2, 3, 1, 1),
        held=3,
        blockers=((2, msg("listing.paused")), (1, msg("listing.paused"))),
    )

    assert whole(known) == [
        "listing.held",
        "listing.sold",
        "listing.buffer",
        "listing.leaving",
        "listing.short",
    ]
    assert whole(replace(WELL, count=Count(0, 0, 0))) == ["listing.none_in_stock"]


def test_a_hold_and_a_second_writer_show_what_was_seen() -> None:
    known = replace(WELL, hold_value=1, hold_until=NOW, foreign_value=9, foreign_at=NOW)

    assert whole(known) == ["listing.hold", "listing.second_writer"]


def test_what_nobody_linked_gives_no_reasons_about_stock() -> None:
    assert whole(replace(WELL, link="open", count=None)) == ["listing.not_linked"]
    assert whole(replace(WELL, link="nothing", missing_since=NOW)) == [
        "listing.missing",
        "listing.nothing_of_ours",
    ]


def test_offline_is_said_honestly() -> None:
    off = replace(LIVE, publication=3)

    assert here(off) == ["listing.offline"]
    assert here(off, quantity=0) == ["listing.offline_empty"]
    assert here(replace(LIVE, publication=4)) == ["listing.state_unknown"]
    assert here(replace(off, most=Money(90, "EUR"))) == ["listing.above_maximum", "listing.offline"]


def test_a_market_without_a_confirmed_price_says_which_way_out() -> None:
    new = replace(LIVE, publication=None, read=False, price=None, wanted=None)

    assert market_state(new) is MarketState.UNPUBLISHED
    assert here(new) == ["listing.never_read", "listing.not_confirmed"]
    assert here(replace(new, no_price=msg("listing.paused"))) == ["listing.never_read", "listing.no_price"]
    assert here(replace(LIVE, suggested=Money(90, "EUR"))) == ["listing.new_price_open"]


def test_a_paused_market_that_is_still_online_says_so() -> None:
    assert here(replace(LIVE, paused=True)) == ["listing.market_paused_online"]
    assert market_state(replace(LIVE, paused=True, publication=3)) is MarketState.PAUSED
