"""What is added to a listing waits for its price, where that lies below the floor and its rise is on its way.

A dearer unit lifts the floor of all that its listing offers. Rules that are switched to automatic write the new price
at once then, and until it stands there the quantity is not raised. A price that nothing lifts (no rule may write it, a
maximum or a second writer is in the way) holds nothing back: the mistake `below_cost` names it, and a person decides.
"""

from __future__ import annotations

from collections.abc import Mapping

from bmdesk.domain.effects import EffectState, Kind, price_lane
from bmdesk.domain.money import Money
from bmdesk.services.desk import Desk
from bmdesk.services.prices import automatic
from bmdesk.services.prices.facts import present_of
from bmdesk.services.prices.floors import Floors, below
from bmdesk.store.engine import Connection
from bmdesk.store.queries import listings, outbox
from bmdesk.store.queries.listings import ListingRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure


class WaitsForPrice(Failure):
    """More is offered only once the price that is on its way stands there. Params: market, price, wanted."""

    code = "stock.waits_for_price"


def too_low(connection: Connection, desk: Desk, row: ListingRow) -> dict[str, Money]:
    """The floors of the markets in which the price that stands there is below its floor, as far as bmdesk writes it."""
    if not row.manage_price or row.sku_id is None:
        return {}
    floors = Floors(connection, desk, row.account_id, [row.sku_id])
    found = {}
    for cell in listings.markets(connection, [row.id]).get(row.id, []):
        present = present_of(cell)
        if cell.paused or present is None:
            continue
        floor = floors.of(row.sku_id, cell.market)
        if floor is not None and below(present, floor):
            found[cell.market] = floor
    return found


def lift(desk: Desk, row: ListingRow) -> None:
    """Let automatic rules write this listing's prices now. Costs nothing where none is automatic."""
    automatic.reprice(desk, row.account_id, selection=[row.id])


def awaited(connection: Connection, row: ListingRow, floors: Mapping[str, Money]) -> WaitsForPrice | None:
    """For which price the listing waits before more of it may be offered; None: for none. `floors`: see `too_low`."""
    for market, floor in floors.items():
        cell = listings.market(connection, row.id, market)
        if cell is None or cell.wanted_minor is None:
            continue
        wanted = Money(cell.wanted_minor, cell.wanted_currency)
        lane = outbox.unfinished(connection, row.account_id, price_lane(row.id, market))
        comes = any(one.state != EffectState.PARKED for one in lane)
        if comes and wanted.currency == floor.currency and not below(wanted, floor):
            return WaitsForPrice(market=market, price=present_of(cell), wanted=wanted)
    return None


def arrived(tx: Tx, account_id: str, listing_id: str) -> None:
    """A price of this listing stands there: what waited for it is offered now."""
    waits = outbox.pending(tx.connection, account_id, Kind.STOCK.value, listing_id)
    if waits is not None and (waits.problem or {}).get("code") == WaitsForPrice.code:
        outbox.set_effect(tx, waits.id, next_at=tx.now)
