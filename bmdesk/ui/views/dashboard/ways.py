"""From the dashboard to where a thing is dealt with: rooms, the orders of a state, what a line of the feed is about."""

from __future__ import annotations

from bmdesk.domain.figures import Period
from bmdesk.domain.orders import LineState
from bmdesk.reports.dashboard_feed import About, about
from bmdesk.services.syncing import outbox
from bmdesk.services.syncing.outbox import Shown
from bmdesk.services.syncing.sync_status import LogEntry
from bmdesk.ui.workplace import Workplace


class Ways:
    """Each goes to a room and shows the thing there."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._window = workplace.window

    def go(self, key: str) -> None:
        """To one of products, orders, customers, listings, settings, sync, queue, logs."""
        tab = {"queue": "queue", "logs": "log", "sync": "accounts"}.get(key)
        if tab:
            self._ask("sync", "show_tab", tab)
        else:
            self._window.show_room(key)

    def to_orders(self, state: LineState, market: str, days: Period) -> None:
        """The orders of these days that stand so."""
        self._ask("orders", "show_state", state, market, days)

    def to_entry(self, entry: LogEntry) -> None:
        """What this line is about."""
        match about(entry):
            case About.LISTING:
                self._to_listing(entry)
            case About.STEP:
                self._workplace.read(
                    outbox.shown,
                    entry.effect_id,
                    then=self._to_step,
                    failed=lambda _: self.go("logs"),
                    key=(id(self), "step"),
                )
            case About.STOCK:
                self.go("products")
            case _:
                self.go("logs")

    def _to_listing(self, entry: LogEntry) -> None:
        self._ask("listings", "search_for", entry.sku)
        account = getattr(self._window.page("listings"), "account", None)
        if getattr(account, "id", ""):  # the room was there before, and knows whose listings it shows
            self._ask("listings", "open_listing", entry.listing_id)

    def _to_step(self, found: Shown) -> None:
        if found.order_id is not None and found.order is not None:
            self._workplace.show_order(found.order_id, found.order)
        else:
            self.go("queue")

    def _ask(self, room: str, method: str, *given: object) -> None:
        """Go to this room and ask its page for something."""
        found = getattr(self._window.show_room(room), method, None)
        if callable(found):
            found(*given)
