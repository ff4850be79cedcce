"""Back Market's template of listings as a file of wishes: what each line would do here, and what bmdesk leaves alone.

A template wishes quantity, price, grade and product at once. Of listings that are there its prices can be chosen
(`prices_file`); quantities are counted from units and never taken from a file. Of SKUs without a listing it is said
what they lack: bmdesk makes their listings itself once there is something to sell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bmdesk.domain.identifiers import sku_key
from bmdesk.domain.upload_template import Fault, Template, Wish, read_template
from bmdesk.services.desk import Desk
from bmdesk.services.files import prices_file
from bmdesk.services.files.prices_file import PricesPlan
from bmdesk.services.lines import LineError, LineErrors, gathered
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, listing_lists
from bmdesk.store.queries.listings import ListingRow
from bmdesk.system.durable import why
from bmdesk.system.tabular import TableUnreadable
from bmdesk.texts import Failure, Text, msg

_MOST_BYTES = 20_000_000
_SIGNS = ("shipper_1", "backpricer")
_NAMED = 12
_PAGE = 500


class TemplateMangled(Failure):
    """The file is not Back Market's template any more. Params: `file`, `faults` (texts, line by line)."""

    code = "template.mangled"

    def __init__(self, file: str, faults: Sequence[Fault]) -> None:
        self.faults = tuple(_error(fault) for fault in faults)
        super().__init__(file=file, faults=tuple(error.text for error in self.faults[:_NAMED]))


@dataclass(frozen=True, slots=True)
class WishRow:
    """What one line would do. `listing`: the SKU of the listing that it means, "" for a new one."""

    line: int
    sku: str
    listing: str
    price: str
    quantity: int
    verdict: Text


@dataclass(frozen=True, slots=True)
class UploadPlan:
    """What a template would do. `prices`: what of it may be taken. `examples`: the template's own lines."""

    file: str
    rows: tuple[WishRow, ...]
    prices: PricesPlan
    errors: LineErrors
    examples: int


def is_template(path: Path) -> bool:
    """Whether this looks like Back Market's template, however a spreadsheet may have re-saved it."""
    try:
        with path.open("rb") as file:
            start = file.read(4096).replace(b"\0", b"").lower()
    except OSError:
        return False
    return all(sign.encode() in start for sign in _SIGNS)


def read_upload(desk: Desk, account_id: str, path: Path, market: str) -> UploadPlan:
    """Read a template and compare its wishes with what is here; changes nothing. `market`: in which its prices hold.

    Lines that say nothing sensible are errors. Raises TemplateMangled for a file that cannot be trusted as a whole,
    TableUnreadable where it cannot be opened.
    """
    found = _read(path)
    if found.mangled:
        raise TemplateMangled(path.name, found.faults)
    rows, priced = desk.read(lambda connection: _compared(connection, desk, account_id, found.wishes, market))
    prices = prices_file.plan_of(desk, account_id, path.name, priced)
    errors = gathered([_error(fault) for fault in found.faults])
    return UploadPlan(path.name, tuple(rows), prices, errors, found.examples)


def _read(path: Path) -> Template:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise TableUnreadable(file=path.name, reason=msg("table.reason.not_a_file"))
        return read_template(path.read_bytes())
    except OSError as error:
        raise TableUnreadable(file=path.name, reason=why(error)) from error


def _error(fault: Fault) -> LineError:
    return LineError(fault.line, fault.reason, fault.column)


def _compared(
    connection: Connection, desk: Desk, account_id: str, wishes: Sequence[Wish], market: str
) -> tuple[list[WishRow], list[prices_file.Wish]]:
    makes = accounts.account(connection, account_id).creates
    keys = [sku_key(wish.sku) for wish in wishes]
    ours: set[str] = set()
    for start in range(0, len(keys), _PAGE):
        ours |= set(listing_lists.skus_by_key(connection, desk.company, keys[start : start + _PAGE]))
    rows, priced = [], []
    for wish in wishes:
        key = sku_key(wish.sku)
        named = listing_lists.named(connection, desk.company, account_id, wish.sku, key)
        there = [row for row in named if row.missing_since is None]
        if there:
            row = there[0]
            verdict = _of_listing(wish, row)
            minimum = "" if wish.minimum is None else f"{wish.minimum:f}"
            price = f"{wish.price:f}"
            priced.append(
                prices_file.Wish(wish.line, row.remote_id, "", "", market, wish.currency, price, minimum)
            )
        elif key in ours:
            verdict = msg("template.will_be_made" if makes else "template.not_made")
        else:
            verdict = msg("template.unknown_sku")
        listing = there[0].sku_text if there else ""
        shown = f"{wish.price:f} {wish.currency}".strip()
        rows.append(WishRow(wish.line, wish.sku, listing, shown, wish.quantity, verdict))
    return rows, priced


def _of_listing(wish: Wish, row: ListingRow) -> Text:
    if row.grade and row.grade != wish.grade:
        return msg("template.other_grade", grade=wish.grade, there=row.grade)
    if row.quantity != wish.quantity:
        return msg("template.counted_here", quantity=wish.quantity, there=row.quantity)
    return msg("template.only_price")
