"""Products of Odoo as they are taken over: those in use whose pieces are told apart by serial number, page by page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from bmdesk.connectors.failures import plain
from bmdesk.connectors.odoo.records import Records, Row, id_of, named, pages
from bmdesk.connectors.odoo.versions import Dialect
from bmdesk.services.odoo.takeover.found_there import ProductFound

PAGE = 500
MODEL = "product.product"
_VALUES = "product_template_variant_value_ids"
_FIELDS = ("name", "default_code", "barcode", "categ_id", _VALUES)
_MOST_VALUES = 30


class ProductsThere:
    """The company's products; what belongs to no company belongs to it, too. Raises RemoteFailure."""

    def __init__(self, records: Records, dialect: Dialect) -> None:
        self._records = records
        self._ours: list[tuple[str, str, object]] = [
            ("company_id", "in", [False, records.company]),
            ("tracking", "=", "serial"),
            *((name, "=", value) for name, value in dialect.storable.items()),
        ]

    @property
    def domain(self) -> list[tuple[str, str, object]]:
        """Which products these are."""
        return list(self._ours)

    def count(self, since: datetime | None) -> int:
        """How many there are in all pages."""
        return self._records.count(MODEL, [*self._ours, *changed_since(since)])

    def page(self, after: int, since: datetime | None) -> list[ProductFound]:
        """The next of them, by id; fewer than PAGE at the end."""
        domain = [*self._ours, *changed_since(since), ("id", ">", after)]
        return self._found(self._records.rows(MODEL, domain, _FIELDS, limit=PAGE))

    def read(self, ids: Iterable[int]) -> dict[int, ProductFound]:
        """Those of these that are in use and tracked by serial number, by id."""
        found: dict[int, ProductFound] = {}
        for some in pages(sorted(set(ids)), PAGE):
            rows = self._records.rows(MODEL, [*self._ours, ("id", "in", list(some))], _FIELDS)
            found |= {one.id: one for one in self._found(rows)}
        return found

    def _found(self, rows: Sequence[Row]) -> list[ProductFound]:
        values = self._values(one for row in rows for one in _ids(row.get(_VALUES)))
        namesakes = self._namesakes({code for row in rows if (code := _text(row.get("default_code"), 64))})
        return [
            ProductFound(
                id=int(row["id"]),
                name=_text(row.get("name"), 200) or f"#{row['id']}",
                code=(code := _text(row.get("default_code"), 64)),
                barcode=_text(row.get("barcode"), 40),
                category=named(row.get("categ_id"))[1],
                namesakes=max(1, namesakes[code]),
                attributes=tuple(values[one] for one in _ids(row.get(_VALUES)) if one in values),
            )
            for row in rows
        ]

    def _values(self, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
        """Attribute and value by the value's id."""
        found: dict[int, tuple[str, str]] = {}
        for some in pages(sorted(set(ids)), PAGE):
            domain = [("id", "in", list(some))]
            rows = self._records.rows("product.template.attribute.value", domain, ["name", "attribute_id"])
            for row in rows:
                attribute, value = named(row.get("attribute_id"))[1], _text(row.get("name"), 200)
                if attribute and value:
                    found[int(row["id"])] = (attribute, value)
        return found

    def _namesakes(self, codes: set[str]) -> Counter[str]:
        """How many products of the company have each of these codes."""
        if not codes:
            return Counter()
        domain = [("company_id", "in", [False, self._records.company]), ("default_code", "in", sorted(codes))]
        rows = self._records.rows(MODEL, domain, ["default_code"])
        return Counter(_text(row.get("default_code"), 64) for row in rows)


def changed_since(since: datetime | None, field: str = "write_date") -> list[tuple[str, str, str]]:
    """The term of a search; none where all are wanted."""
    return [] if since is None else [(field, ">=", since.strftime("%Y-%m-%d %H:%M:%S"))]


def _ids(value: object) -> list[int]:
    found = value if isinstance(value, list | tuple) else ()
    return [one if isinstance(one, int) else id_of(one) for one in found][:_MOST_VALUES]


def _text(value: object, longest: int) -> str:
    return plain(value, longest) if isinstance(value, str) else ""
