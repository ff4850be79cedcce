"""Dated tables: the marketplace's commission, and value added tax. Never a constant: both change with the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

EVERY = "*"
REGULAR, MARGIN = "regular", "margin"
SCHEMES = (REGULAR, MARGIN)
"""How a sale is taxed, as the unit's stay has it: out of the whole price, or out of the price less what was paid."""


@dataclass(frozen=True, slots=True)
class Row:
    """So many percent from a day on (None: ever since). `kind`: a category or a VAT scheme; "*" is any."""

    kind: str
    market: str
    since: date | None
    percent: Decimal

    @property
    def narrowness(self) -> tuple[bool, bool]:
        """Greater is narrower: one that names the kind goes before one that names the market."""
        return self.kind != EVERY, self.market != EVERY


def in_force(rows: Sequence[Row], kind: str, market: str, today: date) -> Row | None:
    """The narrowest row, among equals that of the newest day that has come, among these the later; or None."""
    fitting = [
        row
        for row in rows
        if row.kind in (kind, EVERY)
        and row.market in (market, EVERY)
        and (row.since is None or row.since <= today)
    ]
    if not fitting:
        return None
    order = [(row.narrowness, row.since or date.min, at) for at, row in enumerate(fitting)]
    return fitting[max(order)[2]]


def _vat(market: str, percent: str, since: date | None = None) -> Row:
    return Row(REGULAR, market, since, Decimal(percent))


# Standard rates: EU, "VAT rates applied in the member states" (Commission, 2025); GB HMRC; JP and AU national tax
# offices. In the United States the marketplace adds the tax to the price itself.
# The margin scheme is taxed where the seller sits (directive 2006/112/EC, article 333): no table can know that.
STANDARD_VAT: tuple[Row, ...] = (
    _vat("fr-fr", "20"),
    _vat("fr-be", "21"),
    _vat("es-es", "21"),
    _vat("de-de", "19"),
    _vat("de-at", "20"),
    _vat("it-it", "22"),
    _vat("en-gb", "20"),
    _vat("nl-nl", "21"),
    _vat("pt-pt", "23"),
    _vat("en-ie", "23"),
    _vat("el-gr", "24"),
    _vat("sk-sk", "20"),
    _vat("sk-sk", "23", date(2025, 1, 1)),
    _vat("sv-se", "25"),
    _vat("fi-fi", "24"),
    _vat("fi-fi", "25.5", date(2024, 9, 1)),
    _vat("en-us", "0"),
    _vat("ja-jp", "10"),
    _vat("en-au", "10"),
)


def vat_in_force(own: Sequence[Row], scheme: str, market: str, today: date) -> Row | None:
    """The seller's own row if there is any, else the standard rate of the market."""
    return in_force(own, scheme, market, today) or in_force(STANDARD_VAT, scheme, market, today)
