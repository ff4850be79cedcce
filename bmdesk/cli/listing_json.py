"""A listing as one JSON document: the shape that scripts and robots rely on."""

from __future__ import annotations

from typing import Any

from bmdesk.domain.linking import Suggestion
from bmdesk.domain.money import Money
from bmdesk.services.selling.link_list import LinkRow
from bmdesk.services.selling.listing_why import ListedRow, MarketView
from bmdesk.services.selling.management_preview import CreateRow, Preview, PreviewRow


def line(row: ListedRow) -> dict[str, Any]:
    """A listing of the list. `sku` is ours, or the listing's own while it is not linked."""
    listing = row.listing
    return {
        "id": listing.id,
        "uuid": listing.remote_id,
        "listing_number": listing.listing_number,
        "sku": row.sku or listing.sku_text,
        "listing_sku": listing.sku_text,
        "title": row.title,
        "grade": row.grade or None,
        "link": listing.link,
        "carries": listing.carries,
        "quantity": row.offer.quantity,
        "remote_quantity": listing.quantity,
        "managed": [aspect.value for aspect in row.managed],
        "paused": listing.paused,
        "level": row.level or None,
        "markets": {one.market: _market(one) for one in row.markets},
        "why": list(row.why),
    }


def linking(row: LinkRow) -> dict[str, Any]:
    """A listing of the Linking list."""
    listing = row.listing
    return {
        "id": listing.id,
        "uuid": listing.remote_id,
        "listing_sku": listing.sku_text,
        "title": listing.title,
        "grade": listing.grade or None,
        "link": listing.link,
        "sku": row.sku or None,
        "carries": listing.carries,
        "sure": row.sure.sku_text if row.sure else None,
        "suggestions": [_suggestion(one) for one in row.suggestions],
    }


def preview(shown: Preview) -> dict[str, Any]:
    """What would change; the rows that write something or have a problem."""
    return {
        "digest": shown.digest,
        "listings": shown.listings,
        "aspects": [aspect.value for aspect in shown.aspects],
        "changes": {aspect.value: shown.counts.get(aspect, 0) for aspect in shown.aspects},
        "problems": shown.problems,
        "markets": {
            one.market: {
                "online": one.online,
                "prices": one.prices,
                "contents": one.contents,
                "no_price": one.no_price,
            }
            for one in shown.totals
        },
        "rows": [_row(row) for row in shown.changed],
        "to_create": [_create(one) for one in shown.to_create],
    }


def _market(one: MarketView) -> dict[str, Any]:
    price = one.price
    return {
        "price": str(price.amount) if price else None,
        "currency": price.currency if price else None,
        "confirmed": str(one.wanted.amount) if one.wanted else None,
        "state": one.state.value,
        "paused": one.paused,
        "read_at": one.read_at,
        "why": list(one.why),
    }


def _suggestion(one: Suggestion) -> dict[str, Any]:
    return {
        "sku": one.sku_text,
        "reason": one.reason,
        "score": one.score,
        "contradiction": one.contradiction,
    }


def _row(row: PreviewRow) -> dict[str, Any]:
    return {
        "listing": row.listing_id,
        "listing_sku": row.sku,
        "sku": row.our_sku or None,
        "market": row.market or None,
        "aspect": row.aspect.value,
        "old": _value(row.old),
        "new": _value(row.new),
        "reason": row.reason,
        "problem": row.problem,
        "notes": list(row.notes),
    }


def _create(one: CreateRow) -> dict[str, Any]:
    return {
        "sku": one.sku,
        "title": one.title,
        "quantity": one.quantity,
        "prices": {price.market: str(price.money) if price.money else None for price in one.prices},
        "notes": {price.market: list(price.notes) for price in one.prices if price.notes},
        "problem": one.problem,
    }


def _value(value: object) -> object:
    return str(value) if isinstance(value, Money) else value
