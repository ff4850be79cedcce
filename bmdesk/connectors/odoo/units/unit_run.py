"""One batch of units on its way to being right: what is known of each so far, and which of them cannot go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from bmdesk.connectors.odoo.failures import OdooRejected
from bmdesk.connectors.odoo.units.unit_doubts import UnitRefused
from bmdesk.services.odoo.units.units_there import (
    Base,
    Differs,
    Doubt,
    Known,
    Right,
    UnitResult,
    UnitThere,
    without_sent,
)
from bmdesk.texts import Failure, Text

KeepSent: TypeAlias = Callable[[Mapping[str, Mapping[str, object]]], None]
"""Keeps what is about to be written, by unit and field, before it is (units_there.with_sent)."""


@dataclass(slots=True)
class Standing:
    """What one unit is there. `made_here`: its lot bears our external id. `place`: the location of stock where its one
    piece lies, 0 while it lies in none. `fresh`: the lot was made in this run."""

    lot_id: int = 0
    product_id: int = 0
    made_here: bool = False
    fresh: bool = False
    place: int = 0
    changed: bool = False
    agreed: dict[str, object] = field(default_factory=dict)
    """Becomes the base."""
    theirs: dict[str, object] = field(default_factory=dict)
    """What somebody changed there."""
    said: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The same in words: what is here, what is there."""
    notes: list[Text] = field(default_factory=list)


class UnitRun:
    """The state of one batch; the steps change it one after the other."""

    def __init__(self, units: Sequence[UnitThere], known: Known, keep_sent: KeepSent) -> None:
        self.known = known
        self._keep_sent = keep_sent
        self._units = {unit.unit_id: unit for unit in units}
        self._doubts: dict[str, Failure] = {}
        self._standing = {unit_id: Standing() for unit_id in self._units}
        for unit_id, here in self._standing.items():
            here.agreed.update(without_sent(known.bases.get(unit_id, {})))

    def units(self) -> list[UnitThere]:
        """Those that nothing speaks against so far."""
        return [unit for unit in self._units.values() if self.is_clear(unit)]

    def is_clear(self, unit: UnitThere) -> bool:
        """Whether nothing speaks against it so far."""
        return unit.unit_id not in self._doubts

    def at(self, unit: UnitThere) -> Standing:
        return self._standing[unit.unit_id]

    def base(self, unit: UnitThere) -> Base | None:
        """What both had when they last agreed; None before the first time."""
        return self.known.bases.get(unit.unit_id)

    def about_to(self, changes: Iterable[tuple[UnitThere, Mapping[str, object]]]) -> None:
        """These values are written there next; of a unit that was never agreed on the lot's own external id tells."""
        sent = {unit.unit_id: values for unit, values in changes if values and self.base(unit) is not None}
        if sent:
            self._keep_sent(sent)

    def doubt(self, unit: UnitThere, failure: Failure) -> None:
        self._doubts.setdefault(unit.unit_id, failure)

    def refuse(self, unit: UnitThere, failure: OdooRejected) -> None:
        self.doubt(unit, UnitRefused(serial=unit.identifier, reason=failure.params.get("reason", "")))

    def results(self) -> dict[str, UnitResult]:
        return {unit_id: self._result(unit_id) for unit_id in self._units}

    def _result(self, unit_id: str) -> UnitResult:
        failure = self._doubts.get(unit_id)
        if failure is not None:
            return Doubt(failure)
        one = self._standing[unit_id]
        notes = tuple(one.notes)
        if one.theirs:
            fields = tuple(sorted(one.theirs))
            return Differs(
                fields, one.theirs, one.lot_id, one.product_id, one.agreed, one.changed, notes, one.said
            )
        return Right(one.lot_id, one.product_id, one.agreed, one.changed, notes)
