"""What waits for one listing, as the queue and the listing's own sheet show it. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bmdesk.services import outbox
from bmdesk.services.desk import Desk
from bmdesk.services.outbox import Shown, UnknownEffect
from bmdesk.store.queries import outbox_lists


@dataclass(frozen=True, slots=True)
class OfListing:
    """The queue's question of a person who came from this listing."""

    listing: str

    def answer(self, desk: Desk) -> tuple[Shown, ...]:
        """Its unfinished items, what needs a person first. Reader thread."""
        found = desk.read(lambda connection: outbox_lists.unfinished(connection, [self.listing]))
        order = {one.id: (one.state != "parked", one.id) for one in found}
        return shown_all(desk, sorted(order, key=lambda one: order[one]))


def shown_all(desk: Desk, ids: Iterable[str]) -> tuple[Shown, ...]:
    """These items; one that was tidied away between two snapshots is left out."""
    found = []
    for one in ids:
        try:
            found.append(outbox.shown(desk, one))
        except UnknownEffect:
            continue
    return tuple(found)
