"""Which product of Odoo a variant is: known, else found by barcode, else by default_code, else made."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from bmdesk.connectors.failures import Rejected
from bmdesk.connectors.odoo.records import Records, Row, any_of, grouped
from bmdesk.connectors.odoo.units.unit_doubts import (
    ProductAlreadyTaken,
    ProductArchived,
    ProductCannotBeMade,
    ProductGone,
    ProductNotBySerial,
    SeveralProducts,
)
from bmdesk.connectors.odoo.units.unit_run import UnitRun
from bmdesk.connectors.odoo.versions import Dialect
from bmdesk.services.odoo.units.units_there import ProductThere
from bmdesk.texts import Failure

_FIELDS = ("display_name", "barcode", "default_code", "tracking", "active", "company_id")


class Products:
    """The company's products; what belongs to no company belongs to it, too. Raises RemoteFailure."""

    def __init__(self, records: Records, dialect: Dialect) -> None:
        self._records = records
        self._dialect = dialect

    def find(self, run: UnitRun) -> None:
        """Give each unit its product; those whose product is in doubt are in doubt."""
        wanted = {unit.product.variant_id: unit.product for unit in run.units()}
        found = self.ids(wanted, run.known.products)
        for unit in run.units():
            product = found[unit.product.variant_id]
            if isinstance(product, Failure):
                run.doubt(unit, product)
            else:
                run.at(unit).product_id = product

    def ids(
        self, wanted: Mapping[str, ProductThere], known: Mapping[str, int], counted: Collection[str] = ()
    ) -> dict[str, int | Failure]:
        """Id there or why there is none, by variant. `counted`: the variants that have no serial numbers."""
        rows = self._look(wanted.values(), [known[one] for one in wanted if one in known])
        chosen = {
            variant: _choice(one, known.get(variant, 0), rows, by_serial=variant not in counted)
            for variant, one in wanted.items()
        }
        absent = [wanted[variant] for variant, row in chosen.items() if row is None]
        found: dict[str, int | Failure] = dict(self._make(absent, counted))
        for variant, row in chosen.items():
            if row is not None:
                found[variant] = row if isinstance(row, Failure) else row["id"]
        taken = grouped((product, variant) for variant, product in found.items() if isinstance(product, int))
        # A known one is what a person or an earlier run decided: only the newcomer is asked about.
        taken_before = {known[variant]: variant for variant in known}
        for product, variants in taken.items():
            for variant in variants:
                if variant not in known and (len(variants) > 1 or product in taken_before):
                    other = next((wanted[one] for one in variants if one != variant), None)
                    found[variant] = _taken(wanted[variant], other, rows.get(product, {}))
        return found

    def _look(self, wanted: Iterable[ProductThere], known: list[int]) -> dict[int, Row]:
        products = list(wanted)
        barcodes = sorted({one.barcode for one in products if one.barcode})
        codes = sorted({one.model_code for one in products if one.model_code})
        terms = any_of(("barcode", "in", barcodes), ("default_code", "in", codes), ("id", "in", known))
        ours = ("company_id", "in", [False, self._records.company])
        # Archived ones too: their barcodes are taken.
        rows = self._records.rows("product.product", [ours, *terms], _FIELDS, {"active_test": False})
        return {row["id"]: row for row in rows}

    def _make(self, absent: list[ProductThere], counted: Collection[str]) -> dict[str, int | Failure]:
        """One product for each, by its own external id: made twice it is one."""
        services = [one for one in absent if one.service]
        goods = [one for one in absent if not one.service]
        made = self._load(goods, counted, self._dialect.storable)
        return {**made, **self._load(services, counted, self._dialect.service)}

    def _load(
        self, absent: list[ProductThere], counted: Collection[str], kind: Mapping[str, object]
    ) -> dict[str, int | Failure]:
        if not absent:
            return {}
        categories = self._categories(absent)
        extra = {name: str(value) for name, value in kind.items()}
        fields = [
            "id",
            "name",
            "default_code",
            "barcode",
            "tracking",
            "company_id/.id",
            "categ_id/.id",
            *extra,
        ]
        waiting = list(absent)
        made: dict[str, int | Failure] = {}
        while waiting:
            rows = [
                self._row(
                    one,
                    "none" if one.variant_id in counted else "serial",
                    categories.get(one.category, 0),
                    extra,
                )
                for one in waiting
            ]
            try:
                loaded = self._records.load("product.product", fields, rows)
            except Rejected as failure:  # who may not make products may work with those that are there
                reason = failure.params.get("reason", "")
                return made | {one.variant_id: _not_made(one, reason) for one in waiting}
            for number, reason in loaded.refused.items():
                made[waiting[number].variant_id] = _not_made(waiting[number], reason)
            made |= {one.variant_id: there for one, there in zip(waiting, loaded.ids, strict=False)}
            waiting = [one for one in waiting if one.variant_id not in made]
        return made

    def _row(
        self, product: ProductThere, tracking: str, category: int, extra: Mapping[str, str]
    ) -> list[str]:
        return [
            f"bmdesk.variant_{product.variant_id.lower()}",
            product.name,
            product.model_code,
            product.barcode,
            tracking,
            str(self._records.company),
            str(category),
            *extra.values(),
        ]

    def _categories(self, absent: list[ProductThere]) -> dict[str, int]:
        """Ids by name; where Odoo has no such category, or several, it is the one that Odoo takes for new products."""
        names = sorted({one.category for one in absent})
        rows = self._records.rows("product.category", [("name", "in", names)], ["name"])
        found = grouped((str(row["name"]), int(row["id"])) for row in rows)
        usual = self._usual_category() if any(len(found.get(name, ())) != 1 for name in names) else 0
        return {name: found[name][0] if len(found.get(name, ())) == 1 else usual for name in names}

    def _usual_category(self) -> int:
        told = self._records.call("product.product", "default_get", ["categ_id"])
        chosen = told.get("categ_id") if isinstance(told, dict) else 0
        if isinstance(chosen, int) and chosen:
            return chosen
        rows = self._records.rows("product.category", [("parent_id", "=", False)], ["name"])
        return int(rows[0]["id"]) if rows else 0


def _choice(
    product: ProductThere, known: int, rows: Mapping[int, Row], *, by_serial: bool
) -> Row | Failure | None:
    """None: there is none yet."""
    if known:
        if known not in rows:
            return ProductGone(product=product.name)
        return _usable(product, rows[known], by_serial=by_serial)
    by_barcode = [row for row in rows.values() if product.barcode and row["barcode"] == product.barcode]
    by_code = [
        row for row in rows.values() if product.model_code and row["default_code"] == product.model_code
    ]
    found = _living(by_barcode) or _living(by_code)
    if len(found) > 1:
        names = ", ".join(str(row["display_name"]) for row in found[:5])
        return SeveralProducts(product=product.name, found=names)
    if found:
        return _usable(product, found[0], by_serial=by_serial)
    archived = by_barcode or by_code
    return _usable(product, archived[0], by_serial=by_serial) if archived else None


def _living(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["active"]]


def _usable(product: ProductThere, row: Row, *, by_serial: bool) -> Row | Failure:
    found = str(row["display_name"])
    if not row["active"]:
        return ProductArchived(product=product.name, found=found)
    if by_serial and row["tracking"] != "serial":
        return ProductNotBySerial(product=product.name, found=found)
    return row


def _taken(product: ProductThere, other: ProductThere | None, row: Row) -> Failure:
    found = str(row.get("display_name") or "")
    return ProductAlreadyTaken(product=product.name, found=found, other=other.name if other else found)


def _not_made(product: ProductThere, reason: object) -> Failure:
    return ProductCannotBeMade(product=product.name, reason=reason)
