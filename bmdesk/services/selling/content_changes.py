"""What a listing shall say from now on: wanted as a person confirmed it, written by an effect, kept with what was
before.

Nothing here writes over what a seller wrote by himself, unless a person saw both and said so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bmdesk.domain.effects import ContentOf
from bmdesk.domain.listing_shipping import Way, Ways
from bmdesk.services.policies import Policies
from bmdesk.services.wants import want
from bmdesk.store.queries import content, listings
from bmdesk.store.queries.content import ChangeRow
from bmdesk.store.queries.listings import ListingRow, MarketRow
from bmdesk.store.transaction import Tx

COMMENT, WARRANTY, WAYS = PARTS = ("comment", "warranty", "ways")
KEPT = "kept"
"""Stands in what is wanted after an undo, with the parts that were taken back: nothing by itself writes over them."""

Values = Mapping[str, Any]
"""Of PARTS, those that it is about; as the store keeps them."""


def there(cell: MarketRow) -> dict[str, Any]:
    """What stands at the marketplace, as it was last read."""
    return {COMMENT: plain(cell.comment), WARRANTY: cell.warranty_months, WAYS: cell.shippings}


def plain(comment: str) -> str:
    """A comment as it is compared: line ends and outer spaces are the marketplace's business."""
    return comment.replace("\r\n", "\n").strip()


def ways_of(kept: Iterable[Mapping[str, Any]] | None) -> Ways:
    """The ways to ship of what the store keeps."""
    return tuple(Way.of_kept(one) for one in kept or ())


def same(part: str, one: Any, other: Any) -> bool:
    """Whether two values of one part say the same; ways in any order."""
    if part != WAYS:
        return bool(one == other)
    return one is not None and other is not None and sorted(ways_of(one)) == sorted(ways_of(other))


def differing(wanted: Values, found: Values) -> dict[str, Any]:
    """The parts that are wanted and not there."""
    return {
        part: wanted[part]
        for part in PARTS
        if part in wanted and not same(part, wanted[part], found.get(part))
    }


def kept_parts(cell: MarketRow) -> frozenset[str]:
    """Those of PARTS that a person took back, and said nothing else of since."""
    kept = (cell.wanted_content or {}).get(KEPT) or ()
    return frozenset(PARTS if kept is True else kept)  # an older store says only that there are some


def set_wanted(tx: Tx, cell: MarketRow, values: Values, *, kept: bool = False) -> ChangeRow:
    """From now on these shall stand there; what stands there now is what both sides had."""
    held = kept_parts(cell) | values.keys() if kept else kept_parts(cell) - values.keys()
    wanted = {k: v for k, v in {**(cell.wanted_content or {}), **values}.items() if k != KEPT}
    if held:
        wanted[KEPT] = sorted(held)
    base = {**(cell.base_content or {}), **_of(there(cell), values)}
    listings.set_market(tx, cell.listing_id, cell.market, wanted_content=wanted, base_content=base)
    want(tx, ContentOf(cell.listing_id, cell.market))
    before = _of(there(cell), values)
    return ChangeRow("", cell.listing_id, cell.market, before, dict(values))


def first_words(tx: Tx, policies: Policies, row: ListingRow, market: str, parts: Iterable[str]) -> None:
    """A market was written for the first time: what was written of its words is ours from now on, and its ways to ship
    follow where there are none.
    """
    cell = listings.market(tx.connection, row.id, market)
    if cell is None or not row.manage_content:
        return
    base = {**(cell.base_content or {}), **_of(there(cell), parts)}
    if base:
        listings.set_market(tx, row.id, market, base_content=base)
        cell = replace(cell, base_content=base)
    ways = policies.listing_shipping.of(market)
    if ways and not cell.shippings:
        change = set_wanted(tx, cell, {WAYS: [way.kept() for way in ways]})
        content.add_run(tx, row.account_id, "", "first", [change])


def _of(values: Values, parts: Iterable[str]) -> dict[str, Any]:
    return {part: values[part] for part in parts if part in values}


def forget(tx: Tx, listing_id: str) -> None:
    """Content was handed back: what was wanted counts no more."""
    for one in listings.markets(tx.connection, [listing_id])[listing_id]:
        if one.wanted_content is not None or one.base_content is not None:
            listings.set_market(tx, listing_id, one.market, wanted_content=None, base_content=None)


def theirs(tx: Tx, listing_id: str, market: str) -> None:
    """What somebody else wrote there stays."""
    listings.set_market(tx, listing_id, market, wanted_content=None, base_content=None)
