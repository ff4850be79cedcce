"""What the room asks the services for at once, on a reader thread: the figures, and why there may be none."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bmdesk.services.desk import Desk
from bmdesk.services.figures import dashboard
from bmdesk.services.figures.dashboard import Figure, Snapshot, Span
from bmdesk.services.orders import order_view
from bmdesk.services.selling import accounts

CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class Asked:
    """A Span, or CUSTOM with its days; one market, or all."""

    span: str = Span.MONTH.value
    first: date | None = None
    last: date | None = None
    market: str = ""


class Sold(StrEnum):
    """Whether anything was sold, and if not, why."""

    SOME = "some"
    NOT_THEN = "not_then"
    """There are orders, but none in this period."""
    NEVER = "never"
    """An account is connected, and no order was read yet."""
    NO_ACCOUNT = "no_account"


@dataclass(frozen=True, slots=True)
class Seen:
    """The figures that were asked for."""

    asked: Asked
    shown: Snapshot
    sold: Sold


def read(desk: Desk, asked: Asked) -> Seen:
    """The figures. Raises NotAllowed, BadPeriod."""
    # The chart's library takes 200 ms to come in: here nobody waits for it.
    importlib.import_module("pyqtgraph")
    first, last = (asked.first, asked.last) if asked.span == CUSTOM else (None, None)
    period = dashboard.chosen(desk, asked.span, first, last)
    shown = dashboard.snapshot(desk, period, asked.market or None)
    return Seen(asked, shown, _sold(desk, shown))


def _sold(desk: Desk, shown: Snapshot) -> Sold:
    if shown.card(Figure.ORDERS).value:
        return Sold.SOME
    if order_view.page(desk, limit=1).rows:
        return Sold.NOT_THEN
    return Sold.NEVER if accounts.listed(desk) else Sold.NO_ACCOUNT
