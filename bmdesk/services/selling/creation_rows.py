"""The CSV that makes listings, and proposes products with them: which cells a row has, and the text of many rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from bmdesk.domain.money import Money

COLUMNS = ("sku", "quantity", "price", "grade", "currency", "new_battery", "ean", "product_id")
"""Of every row, as the official template names them."""

Cells = Mapping[str, str]


def listing_cells(
    sku: str, grade: str, price: Money, *, new_battery: bool, ean: str, product_id: str
) -> dict[str, str]:
    """The listing's own part of a row. Its quantity is 0: stock follows once the listing was read back."""
    return {
        "sku": sku,
        "quantity": "0",
        "price": f"{price.amount:f}",
        "grade": grade,
        "currency": price.currency,
        "new_battery": "true" if new_battery else "false",
        "ean": ean,
        "product_id": product_id,
    }


def columns_of(rows: Sequence[Cells]) -> tuple[str, ...]:
    """All columns that any row has: the listing's first, then those of proposals in the order in which they come."""
    found = dict.fromkeys(COLUMNS)
    for row in rows:
        found |= dict.fromkeys(row)
    return tuple(found)


def csv_text(rows: Sequence[Cells]) -> str:
    """The catalogue as Back Market's template wants it: `;` between, line feeds, every field in quotes."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", quotechar='"', quoting=csv.QUOTE_ALL, lineterminator="\n")
    columns = columns_of(rows)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([row.get(name, "") for name in columns])
    return text.getvalue()
