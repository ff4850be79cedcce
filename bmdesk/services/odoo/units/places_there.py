"""Locations of an Odoo, and where a unit must lie there. Values only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A location. `path`: the ids of those around it and its own, from the outermost. `shown`: all their names."""

    id: int
    name: str
    path: tuple[int, ...]
    warehouse: int
    is_stock: bool
    """What lies there is in the house: usage internal."""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a unit must lie: in `place`, or where `anywhere_below` also in any location within it."""

    place: Place
    anywhere_below: bool

    def holds(self, place: Place) -> bool:
        return place.id == self.place.id or (self.anywhere_below and self.place.id in place.path)
