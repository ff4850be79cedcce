"""Units as they must stand at Odoo, read from the store in one snapshot, many at once."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from bmdesk.domain.identifiers import Identifier
from bmdesk.domain.inspection import Defect, Outcome
from bmdesk.domain.money import Money
from bmdesk.domain.unit import GoneReason, State
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import odoo_account
from bmdesk.services.odoo.units.units_there import (
    IN_HOUSE,
    SCRAPPED,
    SOLD,
    Note,
    Photo,
    ProductThere,
    UnitThere,
)
from bmdesk.store.engine import Connection
from bmdesk.store.queries import odoo, odoo_orders, unit_batches
from bmdesk.store.queries.odoo_orders import CUSTOMER
from bmdesk.store.queries.unit_batches import Covered
from bmdesk.store.queries.units import UnitRow
from bmdesk.store.transaction import Row

_AWAY = {State.EXPECTED, State.SHIPPED, State.GONE}
_RETESTS = {"tests_old", "battery_old"}


def read(connection: Connection, desk: Desk, unit_ids: Iterable[str]) -> dict[str, UnitThere]:
    """These units by their id; those that no serial or model is known of, or that never arrived, are left out: they
    cannot stand there yet.
    """
    ids = list(unit_ids)
    rows, identifiers = unit_batches.units(connection, ids), unit_batches.identifiers(connection, ids)
    found = {
        one: rows[one]
        for one in ids
        if one in identifiers and rows[one].variant_id and rows[one].state != State.EXPECTED
    }
    facts = _Facts.read(connection, desk.company, found.values(), identifiers)
    return {unit_id: _there(desk, row, facts) for unit_id, row in found.items()}


def blocker_words(codes: Iterable[str]) -> tuple[str, ...]:
    """What stands at Odoo for these: the same whatever language the station speaks that syncs."""
    return tuple(code.replace("_", " ") for code in codes)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What else is known of a batch of units: by unit; `eans` by variant, `outcomes` and `defects` by inspection,
    `partners` (at Odoo) by customer."""

    identifiers: Mapping[str, tuple[Identifier, ...]]
    eans: Mapping[str, str]
    stays: Mapping[str, Row]
    blockers: Mapping[str, list[str]]
    inspections: Mapping[str, list[Row]]
    outcomes: Mapping[str, list[tuple[str, Outcome]]]
    defects: Mapping[str, list[Defect]]
    photos: Mapping[str, list[Row]]
    warranties: Mapping[str, Covered]
    partners: Mapping[str, int]
    leaving: frozenset[str]

    @classmethod
    def read(
        cls,
        connection: Connection,
        company: str,
        rows: Collection[UnitRow],
        identifiers: Mapping[str, tuple[Identifier, ...]],
    ) -> _Facts:
        variants = {row.id: row.variant_id or "" for row in rows}
        ids = list(variants)
        inspections = unit_batches.inspections_of(connection, ids)
        looks = [look["id"] for looks in inspections.values() for look in looks]
        warranties = unit_batches.warranties(connection, ids)
        buyers = {one.customer_id for one in warranties.values() if one.customer_id is not None}
        return cls(
            identifiers,
            unit_batches.eans(connection, dict.fromkeys(variants.values())),
            unit_batches.present_stays(connection, ids),
            unit_batches.blockers(connection, ids),
            inspections,
            unit_batches.outcomes(connection, looks),
            unit_batches.defects(connection, looks),
            unit_batches.photos(connection, ids),
            warranties,
            _partners(connection, company, buyers),
            odoo_orders.leaving(connection, [row.id for row in rows if row.state == State.SHIPPED]),
        )


def _there(desk: Desk, row: UnitRow, facts: _Facts) -> UnitThere:
    stay = facts.stays.get(row.id, {})
    looks = facts.inspections.get(row.id, [])
    first, *more = facts.identifiers[row.id]
    covered = facts.warranties.get(row.id)
    buyer = facts.partners.get(covered.customer_id or "", 0) if covered is not None else 0
    codes = facts.blockers.get(row.id, [])
    cost = _cost(stay)
    return UnitThere(
        unit_id=row.id,
        identifier=first.value,
        second_identifier=more[0].value if more else "",
        product=_product(row, facts),
        grade=row.grade,
        own_grade=row.own_grade,
        battery_percent=row.battery_percent,
        inspected_on=_inspected_on(stay, looks),
        source=stay.get("source", ""),
        batch=stay.get("batch") or "",
        blockers=blocker_words(codes),
        held=row.state == State.HELD,
        retest_due=not _RETESTS.isdisjoint(codes),
        warehouse=row.warehouse or "",
        bin=row.bin or "",
        state=_state(row, facts),
        cost=cost.amount if cost is not None else None,
        currency=cost.currency if cost is not None else "",
        warranty_start=date.fromisoformat(covered.starts) if covered is not None else None,
        warranty_end=date.fromisoformat(covered.ends) if covered is not None else None,
        notes=tuple(_notes(looks, facts)),
        photos=tuple(_photos(desk, facts.photos.get(row.id, []))),
        hold_reason=row.hold_reason,
        warranty_order=str(covered.order) if covered is not None else "",
        warranty_customer=f"res.partner,{buyer}" if buyer else "",
    )


def _partners(connection: Connection, company: str, customer_ids: Collection[str]) -> dict[str, int]:
    """The contacts at the company's Odoo by customer, as far as they are known."""
    account = odoo_account.of(connection, company) if customer_ids else None
    if account is None:
        return {}
    rows = odoo.records(connection, account.id, CUSTOMER, customer_ids)
    return {customer_id: row.remote_id for customer_id, row in rows.items()}


def _product(row: UnitRow, facts: _Facts) -> ProductThere:
    variant_id = row.variant_id or ""
    return ProductThere(
        variant_id, row.model_code or "", facts.eans[variant_id], row.title, row.category or ""
    )


def _cost(stay: Row) -> Money | None:
    if stay.get("cost_minor") is None or not stay["cost_currency"]:
        return None
    return Money(stay["cost_minor"], stay["cost_currency"])


def _inspected_on(stay: Row, looks: Sequence[Row]) -> date | None:
    """The day of the newest look during the present stay, where that one ended."""
    mine = [look for look in looks if look["stay_id"] == stay.get("id")]
    return mine[-1]["closed_at"].date() if mine and mine[-1]["closed_at"] is not None else None


def _state(row: UnitRow, facts: _Facts) -> str:
    if row.id in facts.leaving:
        return SOLD
    if row.state == State.GONE and row.gone_reason == GoneReason.SCRAPPED:
        return SCRAPPED
    return row.state if State(row.state) in _AWAY else IN_HOUSE


def _notes(looks: Sequence[Row], facts: _Facts) -> Iterator[Note]:
    """A line for each look that ended, numbered in their order: none is ever taken away."""
    for number, look in enumerate(looks, start=1):
        if look["closed_at"] is not None:
            outcomes, defects = facts.outcomes.get(look["id"], []), facts.defects.get(look["id"], [])
            yield Note(number, look["closed_at"], _summary(look, outcomes, defects))


def _summary(look: Row, outcomes: Sequence[tuple[str, Outcome]], defects: Sequence[Defect]) -> str:
    failed = [code for code, outcome in outcomes if outcome is Outcome.FAIL]
    said = [
        f"Inspected by {look['operator']}",
        f"grade {look['own_grade'] or look['grade'] or '-'}",
        f"{len(outcomes)} tests, {len(failed)} failed" + (f" ({', '.join(failed[:20])})" if failed else ""),
    ]
    said += [f"{defect.zone} {defect.kind} {defect.severity}" for defect in defects[:20]]
    return "; ".join(said)


def _photos(desk: Desk, rows: Sequence[Row]) -> Iterator[Photo]:
    for one in rows:
        path = desk.photos.path(one["sha256"])
        if path.is_file():
            yield Photo(_sha1(path), path, one["name"], one["media_type"])


@lru_cache(4096)
def _sha1(path: Path) -> str:
    """Odoo tells files apart so. A photo's file never changes: its name is its content's."""
    return hashlib.sha1(path.read_bytes(), usedforsecurity=False).hexdigest()
