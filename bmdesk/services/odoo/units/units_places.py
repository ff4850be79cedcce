"""Which warehouse and bin a location of Odoo is here: the other way round than units go there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bmdesk.domain.cards import parse_place
from bmdesk.services.odoo.choices import Kind
from bmdesk.services.odoo.units.units_seen import PlaceSeen
from bmdesk.services.setting_table import SETTINGS
from bmdesk.store.engine import Connection
from bmdesk.store.queries import odoo, people
from bmdesk.store.queries.units import UnitRow

FLOOR = "-"
"""The bin of what lies in a warehouse and in none of its bins."""


@dataclass(frozen=True, slots=True)
class PlacesHere:
    """`locations`: the location there by warehouse; `stock`: that of the others. `usual`: the warehouse in which units
    are received.
    """

    locations: Mapping[str, int]
    stock: int
    usual: str

    @classmethod
    def read(cls, connection: Connection, company: str, stock: int) -> PlacesHere:
        """`stock`: the location of the company's first warehouse there."""
        stored = people.settings(connection, company)
        usual = stored.get("receiving.warehouse") or SETTINGS["receiving.warehouse"].default
        chosen = odoo.choices(connection, company, Kind.LOCATION)
        return cls({code: one.remote_id for code, one in chosen.items()}, stock, usual)

    def of(self, place: PlaceSeen, row: UnitRow | None) -> tuple[str, str] | None:
        """Warehouse and bin of this location; None for one that is in no warehouse that is known here. `row`: the unit
        of which it is asked, which may be in that warehouse already.
        """
        here = row.warehouse if row is not None else None
        for number in reversed(place.path):
            known = sorted(code for code, location in self.locations.items() if location == number)
            if number == self.stock:
                known += [code for code in (here, self.usual) if code and code not in self.locations]
            if not known:
                continue
            code = here if here in known else self.usual if self.usual in known else known[0]
            if number == place.id:  # anywhere in it
                return code, (row.bin or FLOOR) if row is not None and here == code else FLOOR
            return parse_place(f"{code}/{place.name}") or (code, FLOOR)
        return None
