"""Where our listings win or lose the BackBox, market by market, as it was last read, and how old that is.

Reads only: it is asked by connectors.backmarket.import_backbox. What a price to win would earn, and taking it, is
services.prices.winning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bmdesk.domain.backbox import Box, Standing, standing
from bmdesk.domain.money import Money
from bmdesk.services.desk import Desk
from bmdesk.store.engine import Connection
from bmdesk.store.queries import backbox
from bmdesk.store.queries.backbox import After, BoxRow
from bmdesk.store.queries.listing_lists import Condition
from bmdesk.texts import Failure, Text, msg

MOST = 500
"""Boxes on one page, at most."""

_READ_SO = {
    Standing.WINNING: (True, True),
    Standing.LOSING: (True, False),
    Standing.UNSAID: (True, None),
    Standing.NO_BOX: (False, None),
}


class UnknownStanding(Failure):
    """No listing stands like that. Params: `given`, `known`."""

    code = "backbox.unknown_standing"


@dataclass(frozen=True, slots=True)
class BoxView:
    """A listing in one market. `sku` is the listing's own; `age`: since it was read."""

    listing_id: str
    sku: str
    title: str
    grade: str
    box: Box
    age: timedelta


@dataclass(frozen=True, slots=True)
class BoxFilter:
    """What the list is narrowed by; an empty field narrows nothing. `listings`: at most 500 ids."""

    market: str = ""
    standing: str = ""
    listings: tuple[str, ...] | None = None


ALL = BoxFilter()


@dataclass(frozen=True, slots=True)
class Page:
    """Some boxes by SKU and market. `next` goes into `after` for the page that follows; None at the end."""

    rows: tuple[BoxView, ...]
    next: After | None


def listed(
    desk: Desk, account_id: str, chosen: BoxFilter = ALL, after: After | None = None, limit: int = MOST
) -> Page:
    """A page of what was read of an account's listings. Raises UnknownStanding."""
    most = max(1, min(limit, MOST))
    conditions = _conditions(chosen)
    rows = desk.read(
        lambda c: backbox.page(c, desk.company, account_id, conditions, after or After(), most + 1)
    )
    now = desk.clock.now()
    shown = []
    for one in rows[:most]:
        box = _box(one.row)
        shown.append(BoxView(one.row.listing_id, one.sku_text, one.title, one.grade, box, box.age(now)))
    if len(rows) <= most:
        return Page(tuple(shown), None)
    last = rows[most - 1]
    return Page(tuple(shown), After(last.sku_key, last.row.listing_id, last.row.market))


def tally(desk: Desk, account_id: str, chosen: BoxFilter = ALL) -> dict[Standing, int]:
    """How many boxes stand how; every standing is there. Raises UnknownStanding."""
    conditions = _conditions(chosen)
    found = dict.fromkeys(Standing, 0)
    for is_there, is_winning, count in desk.read(
        lambda c: backbox.tally(c, desk.company, account_id, conditions)
    ):
        found[standing(is_there, is_winning)] += count
    return found


def listings_that_stand(desk: Desk, account_id: str, chosen: BoxFilter) -> tuple[str, ...]:
    """The ids of all listings that have such a box, each once. Raises UnknownStanding."""
    found: dict[str, None] = {}
    after: After | None = None
    while True:
        page = listed(desk, account_id, chosen, after)
        found.update(dict.fromkeys(one.listing_id for one in page.rows))
        if page.next is None:
            return tuple(found)
        after = page.next


def boxes_of(
    connection: Connection, company_id: str, listing_ids: Sequence[str]
) -> dict[tuple[str, str], Box]:
    """What was read of these listings (at most 500), by (listing, market); nothing where nobody asked yet."""
    rows = backbox.of_listings(connection, company_id, listing_ids)
    return {(row.listing_id, row.market): _box(row) for row in rows}


def standing_text(one: Standing) -> Text:
    """In words."""
    match one:
        case Standing.WINNING:
            return msg("backbox.winning")
        case Standing.LOSING:
            return msg("backbox.losing")
        case Standing.UNSAID:
            return msg("backbox.unsaid")
        case Standing.NO_BOX:
            return msg("backbox.no_box")


def _box(row: BoxRow) -> Box:
    def money(minor: int | None) -> Money | None:
        return None if minor is None or not row.currency else Money(minor, row.currency)

    return Box(
        market=row.market,
        standing=standing(row.found, row.is_winning),
        read_at=row.read_at,
        price=money(row.price_minor),
        winner=money(row.winner_minor),
        to_win=money(row.to_win_minor),
    )


def _conditions(chosen: BoxFilter) -> list[Condition]:
    found: list[Condition] = []
    if chosen.market:
        found.append(backbox.in_market(chosen.market))
    if chosen.standing:
        if chosen.standing not in list(Standing):
            raise UnknownStanding(given=chosen.standing[:40], known=", ".join(Standing))
        found.append(backbox.standing_so(*_READ_SO[Standing(chosen.standing)]))
    if chosen.listings is not None:
        found.append(backbox.of_any(chosen.listings))
    return found
