"""The invoice of an order: the file that is kept here lies there. Absolute: another upload takes its place."""

from __future__ import annotations

from bmdesk.connectors.backmarket.export_step import OrderExporter
from bmdesk.connectors.base import Done, Dropped, Outcome, Planned
from bmdesk.domain.effects import REPLAY, Kind
from bmdesk.services.orders import documents as papers
from bmdesk.services.orders.documents import PaperMissing
from bmdesk.store.queries import documents
from bmdesk.store.queries.documents import INVOICE, KEPT, DocumentRow
from bmdesk.store.queries.outbox import EffectRow


class InvoiceExporter(OrderExporter):
    """Uploads the invoice that a person gave, in the version that is kept when it is sent."""

    kind = Kind.INVOICE
    replay = REPLAY[Kind.INVOICE]

    def _perform(self, effect: EffectRow) -> Outcome:
        row = self._kept(effect)
        if row is None:
            return Dropped()
        try:
            content = papers.content(self._desk, row.id)
        except PaperMissing as missing:
            return Dropped(missing)
        number = self._number(effect)
        self._client.send_invoice(number, _name(number), content)
        return Done({"old": "", "new": _name(number)})

    def plan(self, effect: EffectRow) -> Planned | None:
        row, order = self._kept(effect), self._row(effect)
        if row is None:
            return None
        return Planned(Kind.INVOICE, "", order["market"], "", _name(order["remote_id"]), order_id=order["id"])

    def _kept(self, effect: EffectRow) -> DocumentRow | None:
        found = self._desk.read(lambda c: documents.of_orders(c, [effect.order_id or ""]))
        return next((row for row in found if row.kind == INVOICE and row.state == KEPT), None)


def _name(number: int) -> str:
    """A plain one: the file's own may say who bought, and that stands in no log."""
    return f"invoice-{number}.pdf"
