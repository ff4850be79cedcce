"""The least prices that the rules allow at this moment, and how far a day lets them move: asked once more where prices
are about to be sent.

Between a person's word and the sending days may pass: offline, the hour full, a pause. What a unit cost may have become
known or dearer since, and a dearer unit may have come in.
"""

from __future__ import annotations

from collections.abc import Iterable

from bmdesk.domain.money import Money
from bmdesk.domain.prices.facts import Goods
from bmdesk.services.desk import Desk
from bmdesk.services.prices import facts
from bmdesk.services.prices.facts import Facts
from bmdesk.services.selling.account_snapshot import AccountSnapshot
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts
from bmdesk.texts import Failure


class BelowFloorNow(Failure):
    """A price that was confirmed lies below the floor as it is now. Params: market, price, floor."""

    code = "price.below_floor_now"


class BeyondDay(Failure):
    """A price confirmed on an earlier day, or before any was read, is a greater change than this day allows.
    Params: market, price, first, low, high.
    """

    code = "price.beyond_day"


class Floors:
    """The floors of these SKUs of an account, as this connection sees them; read when the first of them is asked for,
    and then for all at once. `sku_ids`: None stands for a listing that sells nothing of ours.
    """

    def __init__(
        self, connection: Connection, desk: Desk, account_id: str, sku_ids: Iterable[str | None]
    ) -> None:
        self._connection, self._desk, self._account = connection, desk, account_id
        self._sku_ids = {one for one in sku_ids if one is not None}
        self._facts: Facts | None = None

    def of(self, sku_id: str | None, market: str) -> Money | None:
        """The floor in this market, in its currency; None: there is none, or nobody knows it. That stops no price
        which a person confirmed.
        """
        known, goods = self._known(sku_id)
        return None if known is None or goods is None else known.pricer.floor(goods, market)

    def day(
        self, sku_id: str | None, market: str, first: Money, maximum: Money | None
    ) -> tuple[Money, Money] | None:
        """From where to where a price may go in this market today, if the day began with this one; None: anywhere."""
        known, goods = self._known(sku_id)
        return None if known is None or goods is None else known.pricer.day(goods, market, first, maximum)

    def _known(self, sku_id: str | None) -> tuple[Facts | None, Goods | None]:
        if sku_id not in self._sku_ids:
            return None, None
        if self._facts is None:
            account = accounts.account(self._connection, self._account)
            view = AccountSnapshot.of(self._connection, self._desk, account)
            self._facts = facts.load(self._connection, view, self._sku_ids)
        return self._facts, self._facts.goods.get(sku_id)


def below(price: Money, floor: Money | None) -> bool:
    """Whether the price lies below the floor; one in another currency says nothing of it."""
    return floor is not None and floor.currency == price.currency and price.minor < floor.minor
