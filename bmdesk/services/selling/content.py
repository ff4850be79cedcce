"""What buyers read of a SKU in a market, made of the documents in force and of facts that hold for every unit in hand.

Reads only. What is written, and when, is services.selling.content_changes; the first words of a market go along with
its first price.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bmdesk.domain.battery import needed
from bmdesk.domain.content import LONGEST_COMMENT
from bmdesk.domain.gate import NEW_BATTERY_PART, Level
from bmdesk.domain.identifiers import sku_key
from bmdesk.domain.listing_shipping import Ways
from bmdesk.services.policies import Policies
from bmdesk.store.engine import Connection
from bmdesk.store.queries import catalogue, listing_lists, stock
from bmdesk.store.queries import content as queries
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.store.queries.catalogue import VariantRow
from bmdesk.store.queries.content import UnitSeen
from bmdesk.store.queries.listing_lists import SkuWithVariant
from bmdesk.texts import Text, msg

_ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class SkuKnown:
    """A SKU with its free units: what a comment may say of it."""

    sku: SkuWithVariant
    variant: VariantRow
    units: tuple[UnitSeen, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What a listing shall say in a market. `comment` None: nothing is said, `problem` tells why if it should be.
    No `ways`: they stay as they are there. `notes`: what to know of it.
    """

    comment: str | None
    warranty_months: int
    ways: Ways
    problem: Text | None = None
    notes: tuple[Text, ...] = ()


def known(connection: Connection, account: AccountRow, sku_ids: Iterable[str]) -> dict[str, SkuKnown]:
    """These SKUs (at most 500) with the units that the next buyer of this account may get."""
    skus = listing_lists.skus(connection, sku_ids)
    where = stock.pool(connection, account.company_id, account.id)
    units = queries.units_of(connection, where, sorted(skus))
    keys = sorted({sku_key(one.model_code) for one in skus.values()})
    variants = {v.id: v for v in catalogue.by_keys(connection, account.company_id, keys).values()}
    return {
        sku_id: SkuKnown(sku, variants[sku.variant_id], tuple(units[sku_id])) for sku_id, sku in skus.items()
    }


def said(policies: Policies, of: SkuKnown, market: str) -> Said:
    """What a listing of this SKU says in this market as things stand now."""
    months = policies.content.months(market, of.variant.category)
    ways = policies.listing_shipping.of(market)
    found = policies.content.template(of.sku.grade, market)
    if found is None:
        return Said(None, months, ways)
    template, written_for = found
    language = _ENGLISH if written_for == "*" else written_for.partition("-")[0]
    rendered = template.render(facts(policies, of, language, months))
    notes = []
    if written_for == "*" and not market.startswith(f"{_ENGLISH}-"):
        notes.append(msg("content.other_language", market=market))
    if rendered.left_out:
        notes.append(msg("content.left_out", facts=", ".join(rendered.left_out)))
    problem = None
    if rendered.lacking:
        problem = msg("content.lacking", facts=", ".join(rendered.lacking))
    elif len(rendered.text) > LONGEST_COMMENT:
        problem = msg("content.too_long", length=len(rendered.text), most=LONGEST_COMMENT)
    comment = rendered.text if problem is None and rendered.text else None
    return Said(comment, months, ways, problem, tuple(notes))


def of_sku(connection: Connection, policies: Policies, account: AccountRow, sku_id: str, market: str) -> Said:
    """The same for one SKU."""
    return said(policies, known(connection, account, [sku_id])[sku_id], market)


def facts(policies: Policies, of: SkuKnown, language: str, months: int) -> Mapping[str, str]:
    """The facts that hold for every one of these units and have a word in this language; the others are not there."""
    variant, units = of.variant, of.units
    found = {
        "brand": variant.brand,
        "model": variant.model,
        "storage": variant.storage,
        "ram": variant.attributes.get("ram", ""),
        "colour": _word(policies, language, variant.colour)
        or (variant.colour if language == _ENGLISH else ""),
        "grade": _word(policies, language, of.sku.grade),
        "warranty": str(months),
        "battery_floor": _floor(policies, of),
        "accessories": _accessories(policies, language, units),
        "new_battery": _word(policies, language, f"NEW_{NEW_BATTERY_PART}") if of.sku.new_battery else "",
    }
    batteries, cycles = [one.battery for one in units], [one.cycles for one in units]
    if units and None not in batteries:
        found["battery"] = str(min(one for one in batteries if one is not None))
    if units and None not in cycles:
        found["cycles"] = str(max(one for one in cycles if one is not None))
    return {name: words for name, words in found.items() if words}


def _floor(policies: Policies, of: SkuKnown) -> str:
    """What the gate asks of every battery of this grade; nothing where it only warns."""
    rules = policies.gate.of(of.variant.category)
    asked = [rules.levels.get(code, Level.OFF) for code in ("battery_missing", "battery_low")]
    if any(level is not Level.REQUIRED for level in asked):
        return ""
    least = rules.battery.new_minimum if of.sku.new_battery else needed(rules.battery, of.sku.grade)
    return str(least) if least else ""


def _accessories(policies: Policies, language: str, units: Sequence[UnitSeen]) -> str:
    """What every unit brings along. One that has no word in this language is not named: the rest is still true."""
    if not units:
        return ""
    shared = frozenset.intersection(*(one.accessories for one in units))
    return ", ".join(sorted(word for code in shared if (word := _word(policies, language, code))))


def _word(policies: Policies, language: str, name: str) -> str:
    return policies.content.word(language, name) or ""
