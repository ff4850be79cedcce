"""Prices that a file of listings brings back: what was confirmed and chosen before another file handed them back."""

from __future__ import annotations

from collections.abc import Mapping

from bmdesk.domain.markets import currency_of
from bmdesk.domain.prices.words import outside_text
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.files.listings_lines import KeptPrice
from bmdesk.services.prices.applying import NewPrice, set_prices
from bmdesk.services.prices.making import Seen
from bmdesk.services.prices.simulation import Why, simulate
from bmdesk.store.transaction import Row
from bmdesk.texts import Text


def restored(
    desk: Desk, actor: Actor, account_id: str, kept: Mapping[tuple[str, str], KeptPrice]
) -> list[tuple[str, Text]]:
    """Let these prices, by listing and market, count again; which may not stand there today, as (SKU, reason).

    The listings were handed over just before: whoever may do that may do this, and the rules' price stays elsewhere.
    """
    if not kept:
        return []
    problems: list[tuple[str, Text]] = []
    wanted: list[NewPrice] = []
    for row in simulate(desk, account_id, selection=sorted({listing_id for listing_id, _ in kept})).rows:
        one = kept.get((row.listing_id, row.market))
        if one is None:
            continue
        bounds = currency_of(row.market), row.floor, row.top
        said = outside_text(one.price, *bounds)
        if said is None and one.chosen is not None:
            said = outside_text(one.chosen, *bounds)
        if said is not None:
            problems.append((row.sku, said))
            continue
        least = one.minimum
        if least is not None and row.floor is not None and least.minor < row.floor.minor:
            least = row.floor
        chosen = _choice(desk, actor, one)
        wanted.append(NewPrice(row.listing_id, row.market, one.price, least, chosen, seen=Seen.of(row)))
    done = set_prices(desk, account_id, actor.code, Why.FILE.value, wanted)
    return [*problems, *done.problems]


def _choice(desk: Desk, actor: Actor, kept: KeptPrice) -> Row | None:
    if kept.chosen is None:
        return None
    return {
        "chosen_minor": kept.chosen.minor,
        "chosen_currency": kept.chosen.currency,
        "chosen_why": kept.why if kept.why in list(Why) else Why.FILE.value,
        "chosen_at": desk.clock.now(),
        "chosen_by": actor.code,
    }
