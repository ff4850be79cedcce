"""Units at Odoo: their products, lots, stock, notes, photos and activities are made what they must be.

Every step looks before it acts, so all of it may be repeated at any time: after a lost answer, and by whoever does not
know whether it was done. The number of calls does not grow with the number of units, but with that of new photos, of
ways in the house that units took, of differing properties, of changes that fifty units and more have in common, and of
what Odoo refuses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bmdesk.connectors.odoo.records import Records, pages
from bmdesk.connectors.odoo.transport import OdooTransport
from bmdesk.connectors.odoo.units.chatter import Activities, Notes, Photos
from bmdesk.connectors.odoo.units.lot_values import LotFields
from bmdesk.connectors.odoo.units.lots import Lots
from bmdesk.connectors.odoo.units.moves import Stock
from bmdesk.connectors.odoo.units.products import Products
from bmdesk.connectors.odoo.units.receiving import Receiving
from bmdesk.connectors.odoo.units.stock_places import StockPlaces
from bmdesk.connectors.odoo.units.unit_run import KeepSent, UnitRun
from bmdesk.connectors.odoo.versions import Dialect
from bmdesk.domain.grading import NOT_FOR_SALE
from bmdesk.services.odoo.units.units_there import GradeKept, Known, Places, UnitResult, UnitThere
from bmdesk.texts import msg

_AT_ONCE = 500


class UnitsAtOdoo:
    """One company's units. Fields, locations and operation types are read once, so an object is for one run.

    `company_id`: the company's id there; everything is read and written in it alone. `grade`: where the seller keeps
    the grade, None for bmdesk's own field.
    """

    def __init__(
        self,
        transport: OdooTransport,
        dialect: Dialect,
        company_id: int,
        places: Places,
        grade: GradeKept | None = None,
        *,
        keep_sent: KeepSent,
    ) -> None:
        self._records = Records(transport, company_id)
        self._products = Products(self._records, dialect)
        stock_places = StockPlaces(self._records, places)
        receiving = Receiving(self._records, dialect, stock_places, places.receive_by)
        self._stock = Stock(self._records, stock_places, receiving)
        self._grade = grade
        self._keep_sent = keep_sent
        self._fields: LotFields | None = None
        self._unnamed: set[str] = {"", NOT_FOR_SALE}
        """Grades that have no name there and need no word, or had one."""

    def make_right(self, units: Sequence[UnitThere], known: Known) -> Mapping[str, UnitResult]:
        """What became of each unit, by its id. Raises RemoteFailure: nothing is known of any of them then, and all may
        be given again.
        """
        results: dict[str, UnitResult] = {}
        for some in pages(units, _AT_ONCE):
            results |= self._make_right(UnitRun(some, known, self._keep_sent))
        return results

    def _make_right(self, run: UnitRun) -> Mapping[str, UnitResult]:
        if self._fields is None:
            self._fields = LotFields.read(self._records, self._grade)
            self._say_absent(run, self._fields)
        self._say_unnamed(run, self._fields)
        self._products.find(run)
        Lots(self._records, self._fields).make_right(run)
        self._stock.make_right(run)
        Notes(self._records).make_right(run)
        Photos(self._records).make_right(run)
        Activities(self._records).make_right(run)
        return run.results()

    @staticmethod
    def _say_absent(run: UnitRun, fields: LotFields) -> None:
        """Once, with the first unit."""
        if fields.absent and run.units():
            first = run.at(run.units()[0])
            first.notes.append(msg("odoo.unit.fields_absent", fields=", ".join(fields.absent)))

    def _say_unnamed(self, run: UnitRun, fields: LotFields) -> None:
        """Each such grade once, with its first unit."""
        for unit in run.units():
            if unit.grade not in self._unnamed and not fields.has_name_for(unit):
                self._unnamed.add(unit.grade)
                run.at(unit).notes.append(
                    msg("odoo.unit.grade_unnamed", grade=msg(f"grade.{unit.grade.lower()}"))
                )
