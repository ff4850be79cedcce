"""Files for the carriers' own tools: addresses of orders that may be packed go out, parcel numbers of the labels
that were made come in.

A number that came in is the label of its order: at the packing place that very label must be scanned. It proves nothing
and sends nothing. The file of addresses is personal data; it is written where a person says and nowhere else.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bmdesk.domain.customers import Person
from bmdesk.domain.orders import LineState, state_text
from bmdesk.domain.parcels import parcel_number
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.lines import PAGE, BadCell, LineError, LineErrors, gathered, in_pages, plain
from bmdesk.services.orders import addresses
from bmdesk.services.shipping import pack_lines, pack_refusals, parcel_closing
from bmdesk.store.engine import Connection
from bmdesk.store.queries import backship, customers, order_progress, orders, parcels, picking
from bmdesk.store.queries.customers import SHIPPING
from bmdesk.store.queries.packing import PackSeat
from bmdesk.store.transaction import Tx
from bmdesk.system.tabular import Cell, read_table, write_table
from bmdesk.system.tabular import Row as TableRow
from bmdesk.texts import Failure, msg

COLUMNS = (
    "order", "market", "ship_by", "name", "company", "street", "street2", "postcode", "city", "country", "phone",
    "email", "pieces", "content", "tracking",
)  # fmt: skip
"""Of the file of addresses; the last one is empty for the carrier's tool to fill."""

NEEDED = ("order", "tracking")


@dataclass(frozen=True, slots=True)
class _Written:
    """An order in the file of addresses. `goes_to`: None where Back Market makes the label, or nobody knows."""

    order_id: str
    goes_to: Person | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class NumbersReport:
    """What a file of parcel numbers did. Every other line is in `errors`."""

    taken: int
    unchanged: int
    errors: LineErrors


def write_addresses(desk: Desk, path: Path, order_ids: tuple[str, ...] | None = None) -> int:
    """Write the addresses of these orders, else of all that wait to be packed, to a .csv or .xlsx file; how many.

    No cell is a formula to a spreadsheet. What was written is remembered: labels are made for it. Raises
    TableFormatUnknown, FileNotWritten.
    """
    found = desk.read(lambda connection: _addresses(connection, desk.company, order_ids))
    write_table(path, COLUMNS, [one.cells for one in found])
    told = [(one.order_id, one.goes_to) for one in found if one.goes_to is not None]
    for begin in range(0, len(told), PAGE):
        desk.write(lambda tx, some=told[begin : begin + PAGE]: addresses.given_out(tx, some))  # type: ignore[misc]
    return len(found)


def read_numbers(desk: Desk, actor: Actor, path: Path) -> NumbersReport:
    """Take the parcel numbers of a CSV or XLSX file with the columns `order` and `tracking`; others are ignored.

    A line that is wrong is left out and said; the others are taken. Reading the same file again changes nothing.
    Raises TableUnreadable, TableTooLarge, ColumnsMissing.
    """
    rows = list(read_table(path, required=NEEDED))
    twice = Counter(_same_order(row) for row in rows)
    errors: list[LineError] = []
    counts = Counter[str]()

    def page(some: object) -> None:
        def work(tx: Tx) -> tuple[Counter[str], list[LineError]]:
            done, wrong = Counter[str](), []
            for row in some:  # type: ignore[attr-defined]
                part = tx.connection.begin_nested()
                try:
                    done[_take(tx, desk, actor, row, twice)] += 1
                    part.commit()
                except BadCell as bad:
                    part.rollback()
                    wrong.append(LineError(row.line, bad.reason))
                except Failure as refused:
                    part.rollback()
                    _note_old_label(tx, refused)
                    wrong.append(LineError(row.line, refused.happened))
            return done, wrong

        done, wrong = desk.write(work)
        counts.update(done)
        errors.extend(wrong)

    in_pages([row for row in rows if row.cells.get("tracking", "").strip()], page, None, PAGE)
    return NumbersReport(counts["taken"], counts["unchanged"], gathered(errors))


def _addresses(connection: Connection, company: str, order_ids: tuple[str, ...] | None) -> list[_Written]:
    if order_ids is None:
        waiting = picking.reserved(connection, company, limit=10_000, batched=True)
        waiting += picking.counted(connection, company)
        by_time = sorted(waiting, key=lambda one: (one.ship_by is None, one.ship_by, one.order))
        order_ids = tuple(dict.fromkeys(one.order_id for one in by_time))
    return [_address(connection, one) for one in order_ids]


def _address(connection: Connection, order_id: str) -> _Written:
    order = order_progress.order(connection, order_id)
    goes_to = customers.address(connection, order_id, SHIPPING)
    who = goes_to or Person()
    lines = [
        one
        for one in orders.of_order(connection, order_id)
        if one.ours and one.state == LineState.ACCEPTED.value
    ]
    cells: tuple[Cell, ...] = (
        str(order["remote_id"]),
        order["market"],
        order["ship_by"],
        who.name,
        who.company,
        who.street,
        who.street2,
        who.postcode,
        who.city,
        who.country,
        # A plus sign would begin a formula, and no carrier reads the mark that takes its effect away.
        re.sub(r"^\s*\+", "00", who.phone),
        who.email,
        sum(one.quantity for one in lines),
        ", ".join(one.title for one in lines)[:200],
        backship.label_of_order(connection, order["account_id"], order["remote_id"]),
    )
    return _Written(order_id, None if order["is_backship"] else goes_to, cells)


def _note_old_label(tx: Tx, refused: Failure) -> None:
    """A label for the address of before is refused here and at the packing place, until a person has looked."""
    if isinstance(refused, pack_refusals.OldAddress):
        number = int(str(refused.params["order"]))
        order_id = pack_lines.meant(tx, number)
        assert order_id is not None, "it was found before its number was refused"
        addresses.refused(tx, order_id, number, str(refused.params["number"]))


def _same_order(row: TableRow) -> str:
    """The order's number as one of several spellings."""
    return row.cells.get("order", "").strip().lstrip("0")


def _take(tx: Tx, desk: Desk, actor: Actor, row: TableRow, twice: Counter[str]) -> str:
    given = plain(row.cells["order"], 20)
    if not (given.isascii() and given.isdecimal() and len(given) <= 18):
        raise BadCell(msg("parcel.file_no_order", given=given))
    order_id = pack_lines.meant(tx, int(given))
    if order_id is None:
        raise BadCell(msg("parcel.file_no_order", given=given))
    if twice[_same_order(row)] > 1:
        raise BadCell(msg("parcel.file_twice", order=given))
    order = order_progress.order(tx.connection, order_id)
    if order["is_backship"]:
        raise BadCell(msg("parcel.file_backship", order=given))
    known = backship.label_of_order(tx.connection, order["account_id"], order["remote_id"])
    carriers = parcels.carriers(tx.connection, tx.company)
    number = parcel_number(
        plain(row.cells["tracking"], 80), device_identifiers=frozenset(), carriers=carriers
    )
    parcel = parcels.of_order(tx.connection, order_id)
    if parcel is not None:
        if parcel.number == number:
            return "unchanged"
        raise BadCell(msg("parcel.file_packed", order=given, number=parcel.number))
    if known == number:
        return "unchanged"
    if order["state"] not in (LineState.TO_ACCEPT.value, LineState.ACCEPTED.value):
        raise BadCell(msg("parcel.file_not_open", order=given, state=state_text(LineState(order["state"]))))
    backship.forget_label(tx, order["account_id"], order["remote_id"])
    closing = parcel_closing.Closing(
        tx, desk.policies(tx.connection), actor, order, PackSeat(order_id=order_id)
    )
    number, shipper = closing.number(number)
    backship.put_label(tx, order["account_id"], order["remote_id"], number, shipper)
    said = msg("order.event.label", number=number)
    order_progress.tell(tx, order_id, said, operator=actor.code, station=actor.station)
    return "taken"
