"""Where units lie at Odoo, and where they must: locations, bins by their names, the way in for each warehouse."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from bmdesk.connectors.failures import plain
from bmdesk.connectors.odoo.records import Domain, Records, grouped, id_of
from bmdesk.services.odoo.units.places_there import Place, Target
from bmdesk.services.odoo.units.units_there import Places, UnitThere


@dataclass(frozen=True, slots=True)
class WayIn:
    """How goods come into a warehouse: the operation type of its receipts, the location they come from."""

    operation: int
    source: int


class StockPlaces:
    """The company's locations; each is read once. Raises RemoteFailure."""

    def __init__(self, records: Records, places: Places) -> None:
        self._records = records
        self._places = places
        self._known: dict[int, Place | None] = {}
        self._bins: dict[tuple[int, str], Place | None] = {}
        self._ways: dict[int, WayIn] | None = None

    def read(self, ids: Iterable[int]) -> dict[int, Place]:
        """Those of these locations that are there."""
        asked = sorted(set(ids))
        new = [one for one in asked if one not in self._known]
        if new:
            self._known |= dict.fromkeys(new)
            self._known |= {place.id: place for place in self._search([("id", "in", new)])}
        return {one: place for one in asked if (place := self._known[one]) is not None}

    def pieces(
        self, lots: Collection[int], also: Domain = (), *, owed: bool = False
    ) -> dict[int, list[tuple[Place, float]]]:
        """Where there is more than none of each lot, and how much. `also`: only stock of which this is true. `owed`:
        what is less than none counts against it."""
        if not lots:
            return {}
        domain = [("lot_id", "in", sorted(lots)), ("quantity", "!=" if owed else ">", 0), *also]
        quants = self._records.rows("stock.quant", domain, ["lot_id", "location_id", "quantity"])
        places = self.read(id_of(row["location_id"]) for row in quants)
        found = grouped(
            (id_of(row["lot_id"]), (places[id_of(row["location_id"])], float(row["quantity"])))
            for row in quants
            if id_of(row["location_id"]) in places
        )
        return {lot: there for lot, some in found.items() if (there := _more_than_none(some))}

    def targets(self, units: Iterable[UnitThere]) -> dict[str, Target]:
        """Where each unit must lie, by unit; those whose location is not one of stock are left out."""
        wanted = list(units)
        goals = self.goals((unit.warehouse, unit.bin) for unit in wanted)
        found = {unit.unit_id: goals.get((unit.warehouse, unit.bin)) for unit in wanted}
        return {unit_id: target for unit_id, target in found.items() if target is not None}

    def goals(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Target]:
        """Where what lies here in a warehouse and its bin ("" for none) must lie there.

        A bin is the one location of that name within the warehouse's. Where there is none, or several, the warehouse's
        own does, and where the unit was put within it is left to Odoo.
        """
        pairs = set(wanted)
        around = self.read(self._places.of(warehouse) for warehouse, _ in pairs)
        around = {one: place for one, place in around.items() if place.is_stock}
        self._read_bins((self._places.of(warehouse), name) for warehouse, name in pairs)
        found: dict[tuple[str, str], Target] = {}
        for warehouse, name in pairs:
            outer = self._places.of(warehouse)
            inner = self._bins.get((outer, name))
            if inner is not None:
                found[warehouse, name] = Target(inner, anywhere_below=False)
            elif outer in around:
                found[warehouse, name] = Target(around[outer], anywhere_below=True)
        return found

    def way_in(self, place: Place) -> WayIn | None:
        """The way into the place's warehouse, else into any of the company's."""
        if self._ways is None:
            self._ways = self._read_ways()
        return self._ways.get(place.warehouse) or next(iter(self._ways.values()), None)

    def _read_bins(self, wanted: Iterable[tuple[int, str]]) -> None:
        new = {one for one in wanted if one[1] and one not in self._bins}
        if not new:
            return
        named = ("name", "in", sorted({name for _, name in new}))
        places = self._search([named, ("id", "child_of", sorted({outer for outer, _ in new}))])
        for outer, name in new:
            within = [
                place
                for place in places
                if place.is_stock and place.name == name and outer in place.path[:-1]
            ]
            self._bins[outer, name] = within[0] if len(within) == 1 else None

    def _search(self, domain: list[object]) -> list[Place]:
        ours = ("company_id", "in", [False, self._records.company])
        fields = ["name", "complete_name", "usage", "parent_path", "warehouse_id"]
        return [
            Place(
                row["id"],
                str(row["name"]),
                tuple(int(one) for one in str(row["parent_path"] or row["id"]).split("/") if one),
                id_of(row["warehouse_id"]),
                row["usage"] == "internal",
                plain(row["complete_name"] or row["name"], 120),
            )
            for row in self._records.rows("stock.location", [ours, *domain], fields)
        ]

    def _read_ways(self) -> dict[int, WayIn]:
        ours = ("company_id", "=", self._records.company)
        rows = self._records.rows(
            "stock.picking.type",
            [ours, ("code", "=", "incoming")],
            ["warehouse_id", "default_location_src_id", "sequence"],
        )
        rows.sort(key=lambda row: (row["sequence"] or 0, row["id"]))
        usual = 0
        if any(not row["default_location_src_id"] for row in rows):
            domain = [("usage", "=", "supplier"), ("company_id", "in", [False, self._records.company])]
            usual = next((row["id"] for row in self._records.rows("stock.location", domain, ["name"])), 0)
        ways: dict[int, WayIn] = {}
        for row in rows:
            source = id_of(row["default_location_src_id"]) or usual
            if source:
                ways.setdefault(id_of(row["warehouse_id"]), WayIn(row["id"], source))
        return ways


def _more_than_none(pieces: Sequence[tuple[Place, float]]) -> list[tuple[Place, float]]:
    """Where they lie. What was taken from where it did not lie is gone, and Odoo says so with less than none there."""
    if sum(quantity for _, quantity in pieces) <= 0:
        return []
    return [(place, quantity) for place, quantity in pieces if quantity > 0]
