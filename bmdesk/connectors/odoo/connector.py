"""A company's Odoo, opened for the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from bmdesk.connectors.base import Exporter, Feed, KeepGoing, Pulled, Room
from bmdesk.connectors.failures import Rejected
from bmdesk.connectors.odoo import session
from bmdesk.connectors.odoo.endpoint import OdooEndpoint
from bmdesk.connectors.odoo.failures import UnknownThere
from bmdesk.connectors.odoo.incoming import import_deliveries, import_units
from bmdesk.connectors.odoo.prices.export_pricelists import PricelistExporter
from bmdesk.connectors.odoo.sales.export_sales import SaleExporter, SalesThere
from bmdesk.connectors.odoo.sales.orders import OrdersAtOdoo
from bmdesk.connectors.odoo.session import OdooSession
from bmdesk.connectors.odoo.setting_up import keys
from bmdesk.connectors.odoo.transport import JsonRpcTransport, OdooTransport
from bmdesk.connectors.odoo.units.export_units import UnitExporter
from bmdesk.domain.effects import Kind
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import key_end, odoo_settings
from bmdesk.services.odoo.odoo_settings import ORDERS, OdooSettings
from bmdesk.services.odoo.sales.orders_there import SaleChoices
from bmdesk.services.odoo.units.units_there import Places
from bmdesk.services.syncing.account_setup import ODOO_GATHERS
from bmdesk.store.queries.accounts import AccountRow

_AT_ONCE = 500


class OdooConnector:
    """Implements connectors.base.Connector. Close it. Calls nobody before something is read or sent. `rest`: how one
    waits before a read is tried again.
    """

    def __init__(
        self, desk: Desk, account: AccountRow, endpoint: OdooEndpoint, rest: Callable[[float], None]
    ) -> None:
        self._desk, self._account, self._endpoint = desk, account, endpoint
        self._remote: OdooTransport = JsonRpcTransport(endpoint, rest=rest)
        self._session: OdooSession | None = None
        # An order goes after the units that are sold with it; prices can wait.
        self._exporters: tuple[Exporter, ...] = (
            UnitExporter(desk, account.id, self._begun),
            SaleExporter(desk, account.id, self._sales),
            PricelistExporter(desk, account.id, self._begun),
        )

    @property
    def account(self) -> AccountRow:
        return self._account

    @property
    def exporters(self) -> Sequence[Exporter]:
        held = self._settings().held
        return [one for one in self._exporters if one.kind not in held]

    @property
    def gather(self) -> timedelta:
        return ODOO_GATHERS

    @property
    def call_limit(self) -> timedelta:
        return timedelta(seconds=self._endpoint.timeouts.settle)

    @property
    def skew(self) -> timedelta | None:
        return self._remote.skew

    def feeds(self) -> Sequence[Feed]:
        return [Feed(one.kind, one.market, one.every) for one in self._settings().readings]

    def pull(self, feed: Feed, keep_going: KeepGoing) -> Pulled:
        reads = import_deliveries.pull if feed.kind == ORDERS else import_units.pull
        return reads(self._desk, self._account.id, self._begun(), keep_going)

    def room(self, kind: Kind) -> Room:
        return Room(_AT_ONCE)

    def close(self) -> None:
        self._remote.close()

    def _sales(self, by_warehouse: Mapping[str, int], chosen: SaleChoices) -> SalesThere:
        begun = self._begun()
        places = Places(begun.stock, by_warehouse)
        return OrdersAtOdoo(begun.remote, begun.dialect, begun.company, places, chosen)

    def _settings(self) -> OdooSettings:
        return self._desk.read(lambda connection: odoo_settings.of(connection, self._desk.company))

    def _begun(self) -> OdooSession:
        if self._session is None:
            self._session = session.begun(self._desk, self._account.id, self._remote)
            self._ask_for_keys(self._session)
        return self._session

    def _ask_for_keys(self, begun: OdooSession) -> None:
        """Once a day, until when the key is good: one that has ended is refused like a wrong one."""
        if self._endpoint.has_key and key_end.is_to_be_asked(self._desk, self._account.id):
            now = self._desk.clock.now()
            try:
                found = keys.first_to_end(begun.remote, begun.dialect, begun.remote.login(), now)
            except (Rejected, UnknownThere):  # not for this user: nothing that waits is to blame
                found = None
            key_end.note(self._desk, self._account.id, self._endpoint.user, found)
