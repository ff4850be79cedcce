"""Which prices go first, where the hour does not take them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bmdesk.domain.money import Money
from bmdesk.services import rates
from bmdesk.store.engine import Connection
from bmdesk.store.queries import price_sending
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.queries.price_sending import Sending

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Ranked:
    """A price that waits, with what is known of it; None where its listing was never read in that market."""

    effect: EffectRow
    price: Sending | None


def by_worth(connection: Connection, company: str, effects: Sequence[EffectRow]) -> list[Ranked]:
    """What a person asked for first. Then the prices at which money is lost: those below the lowest that is wanted, and
    that rise. Then all by what the change is worth: the difference between what stands there and what is wanted, times
    the pieces on offer (at least one), in the company's currency. Of the same worth the older first.

    A currency without a rate counts as the company's own: it must not wait for ever. Where no price stands there, the
    whole price is the difference.
    """
    known = rates.newest(connection, company)
    ids = sorted({one.listing_id for one in effects if one.listing_id})
    found: dict[tuple[str, str], Sending] = {}
    for start in range(0, len(ids), _AT_ONCE):
        found |= price_sending.sending(connection, ids[start : start + _AT_ONCE])
    ranked = [Ranked(one, found.get((one.listing_id or "", one.market))) for one in effects]

    def key(one: Ranked) -> tuple[bool, bool, Decimal, str]:
        if one.price is None:
            return not one.effect.urgent, True, Decimal(0), one.effect.id
        rate = known.get(one.price.wanted_currency)
        worth = _worth(one.price) / (rate.rate if rate is not None else 1)
        return not one.effect.urgent, not _loses(one.price), -worth, one.effect.id

    return sorted(ranked, key=key)


def _loses(price: Sending) -> bool:
    """Whether every sale at the price that stands there costs money."""
    if not price.price_minor or price.wanted_min_minor is None or price.currency != price.wanted_currency:
        return False
    return price.price_minor < price.wanted_min_minor


def _worth(price: Sending) -> Decimal:
    """In the currency in which it is wanted."""
    if price.wanted_minor is None:
        return Decimal(0)
    there = (price.price_minor or 0) if price.currency == price.wanted_currency else 0
    change = Money(abs(price.wanted_minor - there), price.wanted_currency)
    return change.amount * max(price.quantity, 1)
