"""A unit as one JSON document: the shape that scripts and robots rely on."""

from __future__ import annotations

from typing import Any

from bmdesk.domain.gate import Blocker
from bmdesk.domain.identifiers import Identifier
from bmdesk.services.goods.unit_detail import Inspection, Stay, UnitDetail
from bmdesk.services.goods.units import UnitLine
from bmdesk.services.selling.listing_view import UnitListing
from bmdesk.texts import Text


def line(unit: UnitLine) -> dict[str, Any]:
    """A unit of a list."""
    row = unit.row
    return {
        "id": row.id,
        "identifier": unit.identifier,
        "identifiers": _identifiers(unit.identifiers),
        "sku": row.sku,
        "model": row.model_code,
        "title": row.title,
        "category": row.category,
        "grade": row.grade or None,
        "own_grade": row.own_grade or None,
        "state": row.state,
        "location": row.location or None,
        "battery": row.battery_percent,
        "blockers": [blocker.code for blocker in unit.blockers],
        "batch": unit.batch or None,
        "changed_at": row.changed_at,
    }


def document(
    unit: UnitDetail, listing: UnitListing | None = None, way: tuple[Text, ...] = ()
) -> dict[str, Any]:
    """All of one unit. `listing` is null where no listing carries its SKU; `market` is its way there, in words."""
    row, looked = unit.row, unit.last_inspection
    return {
        "id": row.id,
        "identifiers": _identifiers(unit.identifiers),
        "sku": row.sku,
        "model": row.model_code,
        "title": row.title,
        "category": row.category,
        "grade": row.grade or None,
        "own_grade": row.own_grade or None,
        "state": row.state,
        "gone_reason": row.gone_reason or None,
        "hold_reason": row.hold_reason or None,
        "location": row.location or None,
        "battery": unit.battery.percent if unit.battery else None,
        "battery_reading": _battery(unit),
        "blockers": [_blocker(blocker) for blocker in unit.blockers],
        "listing": _listing(listing),
        "market": list(way),
        "stays": [_stay(stay) for stay in unit.stays],
        "tests": _tests(looked),
        "defects": _defects(looked),
        "locks": [
            {"kind": lock.kind.value, "on": lock.on, "method": lock.method, "at": lock.at}
            for lock in unit.locks
        ],
        "erasure": unit.erasure,
        "accessories": unit.accessories,
        "parts": [
            {
                "code": part.code,
                "cost": str(part.cost.amount) if part.cost else None,
                "currency": part.cost.currency if part.cost else None,
                "genuine": part.genuine,
                "operator": part.operator,
                "at": part.at,
            }
            for part in unit.parts
        ],
        "photos": unit.photos,
        "work_order": unit.work_order,
        "warranties": [
            {
                "order_id": one.order,
                "starts_on": one.starts_on,
                "ends_on": one.ends_on,
                "months": one.months,
                "runs": one.runs,
                "void": one.void or None,
            }
            for one in unit.warranties
        ],
        "inspections": [_inspection(one) for one in unit.inspections],
        "history": [
            {
                "seq": entry.seq,
                "at": entry.at,
                "operator": entry.operator,
                "station": entry.station,
                "code": entry.code,
                "what": entry.what,
                "hash": entry.hash,
            }
            for entry in unit.history
        ],
        "history_whole": not unit.breaks,
    }


def _listing(listing: UnitListing | None) -> dict[str, Any] | None:
    if listing is None:
        return None
    return {
        "id": listing.id,
        "uuid": listing.remote_id,
        "listing_number": listing.listing_number,
        "account": listing.account,
        "sku": listing.sku,
        "remote_quantity": listing.remote_quantity,
        "online": listing.online,
        "listed": listing.listed,
    }


def _identifiers(identifiers: tuple[Identifier, ...]) -> list[dict[str, str]]:
    return [{"kind": identifier.kind.value, "value": identifier.value} for identifier in identifiers]


def _blocker(blocker: Blocker) -> dict[str, Any]:
    return {
        "code": blocker.code,
        "title": blocker.title,
        "action": blocker.action,
        "level": blocker.level.value,
    }


def _battery(unit: UnitDetail) -> dict[str, Any] | None:
    reading = unit.battery
    if reading is None:
        return None
    return {
        "percent": reading.percent,
        "cycles": reading.cycles,
        "method": reading.method,
        "at": reading.at,
        "design_mah": reading.design_mah,
        "full_mah": reading.full_mah,
    }


def _stay(stay: Stay) -> dict[str, Any]:
    return {
        "number": stay.number,
        "batch": stay.batch or None,
        "source": stay.source or None,
        "supplier": stay.supplier or None,
        "cost": str(stay.cost.amount) if stay.cost else None,
        "currency": stay.cost.currency if stay.cost else None,
        "vat_scheme": stay.vat_scheme,
        "arrived_at": stay.arrived_at,
        "left_at": stay.left_at,
        "new_battery": stay.new_battery,
        "earlier_evidence": stay.earlier_evidence or None,
        "labour_minutes": stay.labour_minutes,
    }


def _tests(looked: Inspection | None) -> list[dict[str, Any]]:
    if looked is None:
        return []
    return [
        {"code": test.code, "outcome": test.outcome.value, "value": test.value, "at": test.at}
        for test in looked.tests
    ]


def _defects(looked: Inspection | None) -> list[dict[str, Any]]:
    if looked is None:
        return []
    return [
        {"zone": defect.zone, "kind": defect.kind, "severity": defect.severity} for defect in looked.defects
    ]


def _inspection(looked: Inspection) -> dict[str, Any]:
    return {
        "number": looked.number,
        "stay": looked.stay,
        "opened_at": looked.opened_at,
        "closed_at": looked.closed_at,
        "operator": looked.operator,
        "checklist": looked.checklist,
        "checklist_version": looked.checklist_version,
        "suggested": looked.suggested or None,
        "grade": looked.grade or None,
        "own_grade": looked.own_grade or None,
        "reason": looked.reason or None,
        "graded_by": looked.graded_by or None,
        "tests": _tests(looked),
        "defects": _defects(looked),
        "second_check": looked.second_check,
    }
