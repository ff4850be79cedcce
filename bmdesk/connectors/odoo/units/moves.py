"""Where each unit's one piece lies by Odoo's books, and what follows: it is received, moved or scrapped there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bmdesk.connectors.odoo.records import Records, apart, grouped, id_of
from bmdesk.connectors.odoo.units.receiving import ORIGIN, Receiving
from bmdesk.connectors.odoo.units.stock_places import StockPlaces
from bmdesk.connectors.odoo.units.unit_doubts import PlaceUnknown, StockElsewhere, StockTwice
from bmdesk.connectors.odoo.units.unit_run import UnitRun
from bmdesk.services.odoo.units.places_there import Target
from bmdesk.services.odoo.units.units_there import IN_HOUSE, SCRAPPED, SOLD, UnitThere, was_sent


class Stock:
    """Raises RemoteFailure."""

    def __init__(self, records: Records, places: StockPlaces, receiving: Receiving) -> None:
        self._records = records
        self._places = places
        self._receiving = receiving

    def make_right(self, run: UnitRun) -> None:
        """What is in house lies where it must, what is scrapped lies nowhere, what is sold lay somewhere."""
        here = [unit for unit in run.units() if unit.state == IN_HOUSE]
        scrapped = [unit for unit in run.units() if unit.state == SCRAPPED]
        # Sold and sent before it came there: its delivery has nothing to take yet.
        sold = [unit for unit in run.units() if unit.state == SOLD]
        targets = self._targets(run, [*here, *sold])
        absent = self._read_pieces(run, [*here, *sold], scrapped)
        self._receiving.receive(run, [unit for unit in absent if run.is_clear(unit)], targets)
        self._relocate(run, [unit for unit in here if run.is_clear(unit)], targets)
        self._scrap(run, [unit for unit in scrapped if run.at(unit).place])

    def _targets(self, run: UnitRun, units: Sequence[UnitThere]) -> Mapping[str, Target]:
        targets = self._places.targets(units)
        for unit in units:
            if unit.unit_id not in targets:
                run.doubt(unit, PlaceUnknown(serial=unit.identifier, warehouse=unit.warehouse))
        return targets

    def _read_pieces(
        self, run: UnitRun, here: Sequence[UnitThere], scrapped: Sequence[UnitThere]
    ) -> list[UnitThere]:
        """Note where the pieces lie; those of `here` that have none anywhere."""
        looked = [unit for unit in (*here, *scrapped) if not run.at(unit).fresh and run.is_clear(unit)]
        pieces = self._places.pieces([run.at(unit).lot_id for unit in looked])
        absent = [unit for unit in here if run.at(unit).fresh]
        for unit in looked:
            found = pieces.get(run.at(unit).lot_id, [])
            inside = [place for place, _ in found if place.is_stock]
            if sum(quantity for place, quantity in found if place.is_stock) > 1:
                names = ", ".join(sorted({place.name for place in inside}))
                run.doubt(unit, StockTwice(serial=unit.identifier, places=names))
            elif inside:
                run.at(unit).place = inside[0].id
            elif found and unit.state == IN_HOUSE:
                run.doubt(unit, StockElsewhere(serial=unit.identifier, place=found[0][0].name))
            elif not found and unit.state in (IN_HOUSE, SOLD):
                absent.append(unit)
        return absent

    # ---------------------------------------------------------------- what lies elsewhere in the house

    def _relocate(self, run: UnitRun, units: Sequence[UnitThere], targets: Mapping[str, Target]) -> None:
        """One call for all that go the same way. Odoo takes them out of what had reserved them where they lay."""
        places = self._places.read(run.at(unit).place for unit in units)
        ways = []
        for unit in units:
            here, target = run.at(unit), targets[unit.unit_id]
            place = places[here.place]
            if target.holds(place):
                here.agreed["place"] = place.id
            elif _is_ours_to_move(run, unit):
                ways.append(((place.id, target.place.id), unit))
            else:
                here.theirs["place"] = place.id
                here.said["place"] = (target.place.shown, place.shown)
                here.agreed.setdefault(
                    "place", 0
                )  # else the next run would take it for one that we left there
        run.about_to((unit, {"place": goal}) for (_, goal), unit in ways)
        for (_, goal), group in grouped(ways).items():
            apart(group, lambda some, goal=goal: self._move(run, some, goal), run.refuse)  # type: ignore[misc]

    def _move(self, run: UnitRun, units: Sequence[UnitThere], goal: int) -> None:
        lots = [run.at(unit).lot_id for unit in units]
        self._records.call("stock.lot", "write", lots, {"location_id": goal})
        for unit in units:
            here = run.at(unit)
            here.place, here.changed = goal, True
            here.agreed["place"] = goal

    # ---------------------------------------------------------------- what is scrapped

    def _scrap(self, run: UnitRun, units: Sequence[UnitThere]) -> None:
        if units:
            drafts = self._drafts([run.at(unit).lot_id for unit in units])
            apart(units, lambda some: self._scrap_some(run, some, drafts), run.refuse)

    def _drafts(self, lots: Sequence[int]) -> dict[tuple[int, int], int]:
        """Scraps of ours that were made and not done, as an answer was lost: by lot and location."""
        domain = [("lot_id", "in", lots), ("state", "=", "draft"), ("origin", "=", ORIGIN)]
        rows = self._records.rows("stock.scrap", domain, ["lot_id", "location_id"])
        return {(id_of(row["lot_id"]), id_of(row["location_id"])): row["id"] for row in rows}

    def _scrap_some(
        self, run: UnitRun, units: Sequence[UnitThere], drafts: dict[tuple[int, int], int]
    ) -> None:
        """All, or none where it raises OdooRejected; a draft stays for the next try then."""
        wanted = {(run.at(unit).lot_id, run.at(unit).place): unit for unit in units}
        new = [key for key in wanted if key not in drafts]
        values = [
            {
                "product_id": run.at(wanted[key]).product_id,
                "lot_id": key[0],
                "location_id": key[1],
                "scrap_qty": 1,
                "origin": ORIGIN,
                "company_id": self._records.company,
            }
            for key in new
        ]
        if new:
            drafts |= dict(zip(new, self._records.create("stock.scrap", values), strict=True))
        self._records.call("stock.scrap", "do_scrap", [drafts[key] for key in wanted])
        for unit in units:
            here = run.at(unit)
            here.place, here.changed = 0, True
            here.agreed.pop("place", None)


def _is_ours_to_move(run: UnitRun, unit: UnitThere) -> bool:
    """Whether it lies where we left it, or were moving it when an answer was lost, or where nobody remembers that."""
    base = run.base(unit)
    if base is None:
        return run.at(unit).made_here
    place = run.at(unit).place
    return "place" not in base or base["place"] == place or was_sent(base, "place", place)
