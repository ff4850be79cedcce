"""Which unit a sold piece gets, and what stands in for it where none is left.

Pure: the caller brings candidates that are ready, listable today and promised to nobody. The grade is exactly what was
ordered; a better one only where the seller's rule allows it, and then only where no exact one is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bmdesk.domain.grading import SCALE
from bmdesk.domain.money import Money


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that could be reserved. `arrived_at`: when its present stay began. `vat_scheme`: regular or margin."""

    unit_id: str
    sku_id: str
    variant_id: str
    grade: str
    new_battery: bool
    warehouse: str
    arrived_at: datetime
    vat_scheme: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a line asks for: `pieces` still without a unit."""

    line_id: str
    variant_id: str
    grade: str
    new_battery: bool
    pieces: int


@dataclass(frozen=True, slots=True)
class Rules:
    """`better`: how many steps better a unit may be than what was sold (0: exactly). `warehouses`: the order in which
    they are asked; one that is not named comes last.
    """

    better: int = 0
    warehouses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What to reserve: line -> units, and lines that stay short by so many pieces. `mixed_vat`: only because the
    units at hand would mix VAT schemes within the order.
    """

    units: Mapping[str, tuple[str, ...]]
    short: Mapping[str, int]
    mixed_vat: frozenset[str] = frozenset()


def fits(candidate: Candidate, wanted: Wanted, better: int = 0) -> bool:
    """Whether this unit is what was sold: same variant, grade exactly so or at most `better` steps better.

    A new battery is a promise: without one it does not stand in for a unit that was sold with one.
    """
    if candidate.variant_id != wanted.variant_id or (wanted.new_battery and not candidate.new_battery):
        return False
    return 0 <= steps_better(candidate.grade, wanted.grade) <= better


def steps_better(grade: str, sold: str) -> int:
    """How many steps of the scale the first grade is above the second; negative: below. -99 where one is unknown."""
    if grade not in SCALE or sold not in SCALE:
        return -99
    return SCALE.index(sold) - SCALE.index(grade)


def plan(lines: Sequence[Wanted], candidates: Sequence[Candidate], rules: Rules, scheme: str = "") -> Plan:
    """Give each line its units: exact grade first, by the warehouses' order, oldest stay first.

    One VAT scheme for the whole order: `scheme` is that of units it has already. Where it has none, the scheme that
    fulfils more of the order; on a draw the one with the older units.
    """
    if scheme:
        found = _plan(lines, [c for c in candidates if c.vat_scheme == scheme], rules)
        return _with_mixed(found, _plan(lines, candidates, rules))
    schemes = sorted({c.vat_scheme for c in candidates})
    plans = [_plan(lines, [c for c in candidates if c.vat_scheme == s], rules) for s in schemes]
    if not plans:
        return Plan({}, {w.line_id: w.pieces for w in lines if w.pieces})
    best = min(plans, key=lambda p: (sum(p.short.values()), _age(p, candidates)))
    return _with_mixed(best, _plan(lines, candidates, rules))


def margin(price: Money | None, cost: Money | None, fee_share: int) -> Money | None:
    """Price minus what the unit cost minus the marketplace's share (in hundredths of a percent); None where the price
    or the cost is not known or they are in different currencies.
    """
    if price is None or cost is None or price.currency != cost.currency:
        return None
    fee = (price.minor * fee_share + 5_000) // 10_000
    return Money(price.minor - fee - cost.minor, price.currency)


def _plan(lines: Sequence[Wanted], candidates: Sequence[Candidate], rules: Rules) -> Plan:
    free = dict.fromkeys(c.unit_id for c in candidates)
    units: dict[str, tuple[str, ...]] = {}
    short: dict[str, int] = {}
    for wanted in lines:
        fitting = [c for c in candidates if c.unit_id in free and fits(c, wanted, rules.better)]
        fitting.sort(key=lambda c: _rank(c, wanted, rules))
        chosen = tuple(c.unit_id for c in fitting[: wanted.pieces])
        for unit_id in chosen:
            del free[unit_id]
        if chosen:
            units[wanted.line_id] = chosen
        if len(chosen) < wanted.pieces:
            short[wanted.line_id] = wanted.pieces - len(chosen)
    return Plan(units, short)


def _rank(candidate: Candidate, wanted: Wanted, rules: Rules) -> tuple[int, bool, int, datetime, str]:
    places = rules.warehouses
    where = places.index(candidate.warehouse) if candidate.warehouse in places else len(places)
    better = steps_better(candidate.grade, wanted.grade)
    # A unit with a new battery is worth more: not given away for an order that did not ask for one.
    return (
        better,
        candidate.new_battery and not wanted.new_battery,
        where,
        candidate.arrived_at,
        candidate.unit_id,
    )


def _with_mixed(found: Plan, without_schemes: Plan) -> Plan:
    """Which lines are short only for the sake of one VAT scheme."""
    mixed = {line for line, pieces in found.short.items() if without_schemes.short.get(line, 0) < pieces}
    return Plan(found.units, found.short, frozenset(mixed))


def _age(one: Plan, candidates: Sequence[Candidate]) -> list[datetime]:
    arrived = {c.unit_id: c.arrived_at for c in candidates}
    return sorted(arrived[unit] for units in one.units.values() for unit in units)
