"""One order that could not be taken, once more: a person asks after Back Market, or bmdesk, has learned better."""

from __future__ import annotations

from bmdesk.connectors.backmarket.client import BackMarket
from bmdesk.connectors.backmarket.import_orders import Saved, Saver
from bmdesk.connectors.backmarket.wire import Nameless
from bmdesk.connectors.backmarket.wire_orders import OrderWire, read_order
from bmdesk.connectors.failures import GoneAtRemote, UnreadableAnswer
from bmdesk.services.desk import Desk
from bmdesk.services.grading.refusals import Refusal
from bmdesk.store.queries import orders
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import msg


class NotSetAside(Refusal):
    """No order of this number was set aside. Params: `order`."""

    code = "import_again.unknown"


class StillUnreadable(Refusal):
    """It can still not be taken. Params: `order`, `reason` (a Text)."""

    code = "import_again.still"


def again(desk: Desk, client: BackMarket, account_id: str, remote_id: str) -> Saved:
    """Ask for this order again; where it cannot be shown, read what was kept of it. `remote_id` as it was set aside.

    Raises NotSetAside, StillUnreadable, RemoteFailure.
    """
    kept = desk.read(lambda c: orders.quarantined_body(c, account_id, "order", remote_id))
    if kept is None:
        raise NotSetAside(order=remote_id[:60])
    wire = _fresh(client, remote_id) or _kept(remote_id, kept)

    def release(tx: Tx, _saved: Saved) -> None:
        orders.release_quarantined(tx, account_id, "order", [remote_id])

    return Saver(desk, account_id).save([wire], also=release)


def _fresh(client: BackMarket, remote_id: str) -> OrderWire | None:
    if not remote_id.isdecimal() or len(remote_id) > 18:
        return None
    try:
        return client.order(int(remote_id))
    except (UnreadableAnswer, GoneAtRemote):
        return None


def _kept(remote_id: str, kept: Row) -> OrderWire:
    try:
        if not isinstance(kept["body"], dict) or "cut" in kept["body"]:
            raise Nameless(remote_id, msg("wire.no_object"))
        return read_order(kept["body"], set())
    except Nameless as nameless:
        raise StillUnreadable(order=remote_id[:60], reason=nameless.reason) from None
