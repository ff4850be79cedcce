"""What is not sold any more: an order is cancelled there, a line of it comes to nothing.

What was delivered already stays as it is there: it comes back by a return or not at all, and that is nobody's guess.
The sale order's chatter says so, once. A sale order that is locked, as Odoo may do with each that is confirmed, is
unlocked for it: what was sold was cancelled by who bought it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bmdesk.connectors.odoo.records import Records, grouped, id_of
from bmdesk.connectors.odoo.sales.sale_doubts import SaleAsksBack
from bmdesk.connectors.odoo.sales.sale_run import SaleRun
from bmdesk.connectors.odoo.sales.sales import Sales
from bmdesk.connectors.odoo.units.chatter import NoteWriter
from bmdesk.connectors.odoo.versions import Dialect
from bmdesk.services.odoo.sales.orders_there import OrderThere, SaleLine
from bmdesk.texts import Text, msg, render


class SaleCancels:
    """Raises RemoteFailure."""

    def __init__(self, records: Records, dialect: Dialect, sales: Sales) -> None:
        self._records = records
        self._dialect = dialect
        self._sales = sales
        self._notes = NoteWriter(records)

    def cancel(self, run: SaleRun, orders: Sequence[OrderThere]) -> None:
        """None of these is sold any more. They are done then."""
        late, asked = [], []
        for order in orders:
            here = run.at(order)
            if not here.sale_id or here.state == "cancel":
                continue
            if any(row["qty_delivered"] > 0 for row in here.lines.values()):
                late.append((order, "cancelled", msg("odoo.sale.cancelled_late", order=order.number)))
            elif self._cancel(run, order):
                asked.append(order)
        self._say(run, late)
        self._sales.read_again(run, asked)
        for order in asked:
            if run.at(order).state != "cancel":
                name = run.at(order).name
                run.doubt(order, SaleAsksBack(order=order.number, what=name, asked="action_cancel"))
        for order in orders:
            run.done(order)

    def cancel_lines(self, run: SaleRun, orders: Sequence[OrderThere]) -> None:
        """What these still sell is all that they come to there."""
        late = []
        wanted: list[tuple[OrderThere, list[int]]] = []
        for order in orders:
            here = run.at(order)
            if here.state == "cancel":
                continue
            open_ones = []
            for line in order.lines:
                row = here.lines.get(line.line_id)
                if not line.cancelled or row is None or not row["product_uom_qty"]:
                    continue
                if row["qty_delivered"] > 0:
                    late.append((order, _mark(line), _said(order, line)))
                else:
                    open_ones.append(row["id"])
            if open_ones:
                wanted.append((order, open_ones))
        self._say(run, late)
        moves = self._open_moves([line for _, lines in wanted for line in lines])
        changed = [order for order, lines in wanted if self._empty(run, order, lines, moves)]
        self._sales.read_again(run, changed)

    def _cancel(self, run: SaleRun, order: OrderThere) -> bool:
        ids, context = [run.at(order).sale_id], self._dialect.cancel_context

        def write() -> None:
            self._unlock(run, order)
            self._records.call("sale.order", "action_cancel", ids, context=context)

        return run.act(order, write)

    def _unlock(self, run: SaleRun, order: OrderThere) -> bool:
        """Whether it was locked."""
        was_locked = bool(run.at(order).row["locked"])
        if was_locked:
            self._records.call("sale.order", "action_unlock", [run.at(order).sale_id])
        return was_locked

    def _open_moves(self, lines: Sequence[int]) -> dict[int, list[int]]:
        """What is to be delivered of each line there still."""
        if not lines:
            return {}
        domain = [("sale_line_id", "in", list(lines)), ("state", "not in", ["done", "cancel"])]
        rows = self._records.rows("stock.move", domain, ["sale_line_id"])
        return grouped((id_of(row["sale_line_id"]), int(row["id"])) for row in rows)

    def _empty(
        self, run: SaleRun, order: OrderThere, lines: Sequence[int], moves: Mapping[int, Sequence[int]]
    ) -> bool:
        """The moves first: once the lines are empty nobody would look for them.

        Left alone, Odoo answers an emptied line with a receipt of goods that never left, where the order has another
        date than when it was confirmed.
        """
        nothing = {"product_uom_qty": 0}
        open_ones = [move for line in lines for move in moves.get(line, [])]

        def write() -> None:
            was_locked = self._unlock(run, order)
            if open_ones:
                self._records.call("stock.move", "write", open_ones, nothing)
            self._records.call(
                "sale.order.line", "write", list(lines), nothing, context={"skip_procurement": True}
            )
            if was_locked:
                self._records.call("sale.order", "action_lock", [run.at(order).sale_id])

        return run.act(order, write)

    def _say(self, run: SaleRun, late: Sequence[tuple[OrderThere, str, Text]]) -> None:
        """In the chatter and in the result."""
        marks = {
            f"<order.{order.order_id.lower()}.{what}@bmdesk>": (order, said) for order, what, said in late
        }
        absent = self._notes.absent(list(marks))
        self._notes.write(
            [
                self._notes.message("sale.order", run.at(order).sale_id, mark, order.ordered_at, render(said))
                for mark, (order, said) in marks.items()
                if mark in absent
            ]
        )
        for mark, (order, said) in marks.items():
            here = run.at(order)
            here.notes.append(said)
            here.changed = here.changed or mark in absent


def _mark(line: SaleLine) -> str:
    return f"line.{line.line_id.lower()}.cancelled"


def _said(order: OrderThere, line: SaleLine) -> Text:
    return msg("odoo.sale.line_cancelled_late", order=order.number, product=line.product.name)
