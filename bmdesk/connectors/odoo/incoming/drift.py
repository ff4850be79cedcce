"""What lies in a company's house by Odoo's books: lot by lot, in pages. Reads only; raises RemoteFailure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from bmdesk.connectors.failures import plain
from bmdesk.connectors.odoo.records import Records, Row, id_of, named, pages
from bmdesk.connectors.odoo.units.lot_values import LotFields
from bmdesk.services.odoo.units.drift import COMPARED, PieceThere

_PAGE = 2000
_NAMES_AT_ONCE = 500

Told = Callable[[int, int], None]
"""Hears how many pieces were read, and of how many."""


class StockThere:
    """The company's stock of serial numbers: of its own places, and of those that all companies share."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._ours = [False, records.company]

    def pieces(self, told: Told, keep_going: Callable[[], bool]) -> list[PieceThere] | None:
        """All that is in stock; None where somebody gave up. Some 2 calls for 2000 pieces."""
        domain = [
            ("location_id.usage", "=", "internal"),
            ("company_id", "in", self._ours),
            ("lot_id.company_id", "in", self._ours),
            ("product_id.tracking", "=", "serial"),
            ("quantity", ">", 0),
        ]
        total = self._count(domain)
        fields = LotFields.read(self._records)
        found: list[PieceThere] = []
        after = read = 0
        told(0, total)
        while keep_going():
            quants = self._records.rows(
                "stock.quant",
                [*domain, ("id", ">", after)],
                ["lot_id", "product_id", "location_id", "company_id", "quantity"],
                limit=_PAGE,
            )
            if quants and not quants[-1]["id"] > after:
                raise self._records.unreadable("stock.quant.search_read")
            lots = self._lots([id_of(row["lot_id"]) for row in quants], fields)
            found += [
                _piece(row, lots[id_of(row["lot_id"])], fields)
                for row in quants
                if id_of(row["lot_id"]) in lots
            ]
            read += len(quants)
            told(read, max(read, total))
            if len(quants) < _PAGE:
                return found
            after = quants[-1]["id"]
        return None

    def away(self, lots: Sequence[int], serials: Sequence[str]) -> dict[int | str, str]:
        """Where outside the house what is left of these lots is, by id and by name: at a customer, scrapped, lost."""
        found: dict[int | str, str] = {}
        for some in pages(lots, _NAMES_AT_ONCE):
            found.update((lot, place) for lot, _, place in self._away(("lot_id", "in", list(some))))
        for names in pages(serials, _NAMES_AT_ONCE):
            found.update((name, place) for _, name, place in self._away(("lot_id.name", "in", list(names))))
        return found

    def _away(self, which: tuple[str, str, object]) -> Iterable[tuple[int, str, str]]:
        domain = [
            which,
            ("location_id.usage", "!=", "internal"),
            ("lot_id.company_id", "in", self._ours),
            ("quantity", ">", 0),
        ]
        for row in self._records.rows("stock.quant", domain, ["lot_id", "location_id"]):
            lot_id, name = named(row["lot_id"])
            yield lot_id, name, named(row["location_id"])[1]

    def _count(self, domain: Sequence[object]) -> int:
        count = self._records.call("stock.quant", "search_count", list(domain))
        if not isinstance(count, int):
            raise self._records.unreadable("stock.quant.search_count")
        return count

    def _lots(self, ids: Sequence[int], fields: LotFields) -> Mapping[int, Row]:
        if not ids:
            return {}
        asked = ["name", *(name for name in COMPARED if name in fields.types)]
        rows = self._records.rows("stock.lot", [("id", "in", sorted(set(ids)))], asked)
        return {row["id"]: row for row in rows}


def _piece(row: Row, lot: Row, fields: LotFields) -> PieceThere:
    product_id, product = named(row["product_id"])
    place_id, place = named(row["location_id"])
    values = fields.theirs(lot)
    return PieceThere(
        id_of(row["lot_id"]),
        plain(lot["name"] or "", 120),
        product_id,
        product,
        place_id,
        place,
        float(row["quantity"]),
        {name: values[name] for name in COMPARED if name in values},
        not row["company_id"],
    )
