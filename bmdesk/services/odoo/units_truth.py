"""Units as they must stand at Odoo, read from the store in one snapshot."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from bmdesk.domain.inspection import Outcome
from bmdesk.domain.unit import GoneReason, State
from bmdesk.services.desk import Desk
from bmdesk.services.goods import unit_detail
from bmdesk.services.goods.unit_detail import Inspection, UnitDetail
from bmdesk.services.odoo.units_there import IN_HOUSE, SCRAPPED, Note, Photo, ProductThere, UnitThere
from bmdesk.store.engine import Connection
from bmdesk.store.queries import catalogue

_AWAY = {State.EXPECTED, State.SHIPPED, State.GONE}
_RETESTS = {"tests_old", "battery_old"}


def read(connection: Connection, desk: Desk, unit_ids: Iterable[str]) -> dict[str, UnitThere]:
    """These units by their id; those that no serial or model is known of, or that never arrived, are left out: they
    cannot stand there yet.
    """
    policies = desk.policies(connection)
    today = desk.today(policies, desk.clock.now())
    found = {}
    for unit_id in unit_ids:
        unit = unit_detail.read(connection, unit_id, today)
        if unit.identifiers and unit.row.variant_id is not None and unit.row.state != State.EXPECTED:
            found[unit_id] = _there(connection, desk, unit)
    return found


def _there(connection: Connection, desk: Desk, unit: UnitDetail) -> UnitThere:
    row, stay, last = unit.row, unit.stay, unit.last_inspection
    first, *more = unit.identifiers
    warranty = next((one for one in unit.warranties if not one.void), None)
    codes = tuple(blocker.code for blocker in unit.blockers)
    cost = stay.cost if stay is not None else None
    return UnitThere(
        unit_id=unit.id,
        identifier=first.value,
        second_identifier=more[0].value if more else "",
        product=_product(connection, unit),
        grade=row.grade,
        own_grade=row.own_grade,
        battery_percent=row.battery_percent,
        inspected_on=last.closed_at.date() if last is not None and last.closed_at is not None else None,
        source=stay.source if stay is not None else "",
        batch=stay.batch if stay is not None else "",
        # Codes, in words that are the same whatever language the station speaks that syncs.
        blockers=tuple(code.replace("_", " ") for code in codes),
        held=row.state == State.HELD,
        retest_due=not _RETESTS.isdisjoint(codes),
        warehouse=row.warehouse or "",
        bin=row.bin or "",
        state=_state(unit),
        cost=cost.amount if cost is not None else None,
        currency=cost.currency if cost is not None else "",
        warranty_start=warranty.starts_on if warranty is not None else None,
        warranty_end=warranty.ends_on if warranty is not None else None,
        notes=tuple(_notes(unit)),
        photos=tuple(_photos(desk, unit)),
    )


def _product(connection: Connection, unit: UnitDetail) -> ProductThere:
    row = unit.row
    variant = catalogue.variant(connection, row.variant_id or "")
    return ProductThere(
        row.variant_id or "", row.model_code or "", variant.ean, row.title, row.category or ""
    )


def _state(unit: UnitDetail) -> str:
    if unit.row.state == State.GONE and unit.row.gone_reason == GoneReason.SCRAPPED:
        return SCRAPPED
    return unit.row.state if State(unit.row.state) in _AWAY else IN_HOUSE


def _notes(unit: UnitDetail) -> Iterator[Note]:
    """A line for each look that ended, numbered in their order: none is ever taken away."""
    for number, look in enumerate(unit.inspections, start=1):
        if look.closed_at is not None:
            yield Note(number, look.closed_at, _summary(look))


def _summary(look: Inspection) -> str:
    failed = [test.code for test in look.tests if test.outcome is Outcome.FAIL]
    said = [
        f"Inspected by {look.operator}",
        f"grade {look.own_grade or look.grade or '-'}",
        f"{len(look.tests)} tests, {len(failed)} failed" + (f" ({', '.join(failed[:20])})" if failed else ""),
    ]
    said += [f"{defect.zone} {defect.kind} {defect.severity}" for defect in look.defects[:20]]
    return "; ".join(said)


def _photos(desk: Desk, unit: UnitDetail) -> Iterator[Photo]:
    for one in unit.photos:
        path = desk.photos.path(one.sha256)
        if path.is_file():
            yield Photo(_sha1(path), path, one.name, one.media_type)


@lru_cache(4096)
def _sha1(path: Path) -> str:
    """Odoo tells files apart so. A photo's file never changes: its name is its content's."""
    return hashlib.sha1(path.read_bytes(), usedforsecurity=False).hexdigest()
