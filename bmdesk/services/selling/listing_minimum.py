"""What SKUs lack of what a listing needs at least (document "listing_minimum"), for whoever makes, publishes, offers or
explains a listing.

Reads only. A listing that is online already is only told what it lacks; nothing is kept from sale without a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bmdesk.domain.gate import Level
from bmdesk.domain.listing_minimum import CategoryMinimum, Missing, SkuFacts, missing
from bmdesk.services.policies import Policies
from bmdesk.services.selling import content
from bmdesk.services.selling.content import SkuKnown
from bmdesk.store.engine import Connection
from bmdesk.store.queries import listings
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.store.queries.listings import ListingRow
from bmdesk.texts import Failure, Text, msg

Comments = Mapping[str, str]
"""What buyers read now, by market."""


class MinimumMissing(Failure):
    """What a listing needs is not there. Params: sku, reason (a Text), action (a Text)."""

    code = "minimum.missing"


@dataclass(frozen=True, slots=True)
class Lacks:
    """What one listing lacks, and which of it keeps it from being put online."""

    all: tuple[Missing, ...]
    keeps_back: Missing | None


def asks_anything(policies: Policies) -> bool:
    """Whether the document asks for anything at all."""
    return any(_asks(one) for one in policies.listing_minimum.categories.values())


def lacking(
    policies: Policies,
    of: SkuKnown,
    markets: Sequence[str],
    comments: Comments | None = None,
    row: ListingRow | None = None,
) -> tuple[Missing, ...]:
    """What this SKU lacks; in each of these markets the comment that stands there counts, else the one to be sent. A
    listing that is there (`row`) is known to the marketplace, and has its title.
    """
    rules = policies.listing_minimum.of(of.variant.category)
    variant, units = of.variant, of.units
    facts = SkuFacts(
        category=variant.category,
        model_code=variant.model_code,
        product_id=variant.backmarket_product_id or (row.remote_id if row is not None else ""),
        ean=variant.ean,
        title=(row.title if row is not None else "") or f"{variant.brand} {variant.model}".strip(),
        has_new_price=bool(variant.new_price_minor),
        comments=_comments(policies, rules, of, markets, comments or {}),
        units=len(units),
        photos=min((one.photos for one in units), default=0),
        untested=sum(not one.tested for one in units),
    )
    return missing(facts, policies.listing_minimum)


def keeps_back(found: Iterable[Missing], markets: Sequence[str]) -> Missing | None:
    """What keeps the whole SKU from being offered: something required that no single market is about, or that every
    market of the account lacks.
    """
    by_market: dict[str, set[str]] = {}
    for one in found:
        if not one.is_required:
            continue
        by_market.setdefault(one.code, set()).add(one.market)
        if not one.market or by_market[one.code] >= set(markets):
            return one
    return None


def keeps_out(found: Iterable[Missing], market: str) -> Missing | None:
    """What keeps it from being published in this market."""
    return next((one for one in found if one.is_required and one.market in ("", market)), None)


def stops(connection: Connection, policies: Policies, account: AccountRow, sku_id: str) -> Missing | None:
    """What keeps a SKU without a listing from getting one; comments are not asked for, for no market is known."""
    of = content.known(connection, account, [sku_id])[sku_id]
    return keeps_back(lacking(policies, of, ()), ())


def of_listings(
    connection: Connection, policies: Policies, account: AccountRow, rows: Sequence[ListingRow]
) -> dict[str, Lacks]:
    """What the SKUs of these listings (at most 500) lack, by listing; only those that lack something.

    Comments are asked for in the markets that have a price.
    """
    if not asks_anything(policies):
        return {}
    known = content.known(connection, account, {row.sku_id for row in rows if row.sku_id})
    cells = listings.markets(connection, [row.id for row in rows])
    found = {}
    for row in rows:
        of = known.get(row.sku_id or "")
        if of is None:
            continue
        comments = {one.market: one.comment for one in cells[row.id]}
        priced = [one.market for one in cells[row.id] if one.price_minor or one.wanted_minor]
        lacks = lacking(policies, of, priced, comments, row)
        if lacks:
            found[row.id] = Lacks(lacks, keeps_back(lacks, priced))
    return found


def said(one: Missing) -> Text:
    """What is missing with what clears it, as a reason of a listing."""
    return msg("minimum.required" if one.is_required else "minimum.warning", what=one.happened, todo=one.todo)


def refusal(sku: str, one: Missing) -> MinimumMissing:
    """The same as a refusal."""
    return MinimumMissing(sku=sku, reason=one.happened, action=one.todo)


def _asks(rules: CategoryMinimum) -> bool:
    return any(level is not Level.OFF for level in rules.levels.values())


def _comments(
    policies: Policies, rules: CategoryMinimum, of: SkuKnown, markets: Sequence[str], there: Comments
) -> dict[str, int]:
    if rules.levels.get("comment", Level.OFF) is Level.OFF:
        return {}
    found = {}
    for market in markets:
        words = there.get(market, "").strip() or content.said(policies, of, market).comment or ""
        found[market] = len(words)
    return found
