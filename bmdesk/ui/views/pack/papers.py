"""Papers that go into the parcel: which of an order's are kept, and why one is not there yet."""

from __future__ import annotations

from collections.abc import Sequence

from bmdesk.services.desk import Desk
from bmdesk.services.orders import documents
from bmdesk.services.orders.documents import Document
from bmdesk.store.queries.documents import KEPT
from bmdesk.texts import Failure, Text, msg

NOTHING, OPEN, PRINT = "nothing", "open", "print"
"""What the machine's setting `pack_papers` can be."""


class NoPaper(Failure):
    """Nothing is kept that could be opened. Params: `order`, `reason` (a text)."""

    code = "pack_page.no_paper"


def of_order(desk: Desk, order_id: str, number: int, kinds: Sequence[str]) -> list[Document]:
    """The papers of these kinds that are kept. Raises NoPaper with what is known of why there is none."""
    known = [one for one in documents.of_order(desk, order_id) if one.kind in kinds]
    kept = [one for one in known if one.state == KEPT]
    if not kept:
        said = next((one.problem for one in known if one.problem is not None), None)
        reason: Text = said or msg("pack_page.paper_not_there")
        raise NoPaper(order=str(number), reason=reason)
    return kept
