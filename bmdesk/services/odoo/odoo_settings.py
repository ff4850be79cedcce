"""Where the company's Odoo stands and as whom bmdesk works there; its password or key is a secret of the machine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bmdesk.domain.effects import Direction, Kind
from bmdesk.services.company import DEFAULT_COMPANY
from bmdesk.services.desk import Desk
from bmdesk.services.odoo.units.units_there import ReceiveBy
from bmdesk.services.selling.account_settings import Reading
from bmdesk.services.setting_addresses import shown_of
from bmdesk.services.setting_table import SETTINGS, BadSetting
from bmdesk.store.engine import Connection
from bmdesk.store.queries import people

_PREFIX = "odoo."
INVOICES = f"{_PREFIX}invoices"
ADDRESS = f"{_PREFIX}url"
"""Without it the company works without Odoo."""

UNITS, ORDERS = "units", "orders"
"""What is read of an Odoo, as the feeds' kinds. Stored so."""

_AT_ONCE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class OdooSettings:
    """All that is set for the company's Odoo. `company`: its id there. `seconds`: how long one call may take.
    `receive_by`: how units come into its stock. `invoices`: what leaves is invoiced there. `units_every`,
    `orders_every`: minutes, 0 is at once.
    """

    url: str
    database: str
    user: str
    company: int | None
    proxy: str
    ca_file: str
    seconds: int
    receive_by: ReceiveBy
    invoices: bool
    units_direction: str
    units_every: int
    orders_direction: str
    orders_every: int
    prices_direction: str

    @property
    def is_connected(self) -> bool:
        """Whether this company works with an Odoo at all."""
        return bool(self.url)

    @property
    def database_there(self) -> str:
        """The database; where none is set, at Odoo's own hosting, what its address mostly begins with."""
        host = urlsplit(self.url).hostname or ""
        return self.database or (host.partition(".")[0] if host.endswith(".odoo.com") else "")

    @property
    def units_go(self) -> Direction:
        """Which way units go."""
        return Direction(self.units_direction)

    @property
    def orders_go(self) -> Direction:
        """Which way orders go."""
        return Direction(self.orders_direction)

    @property
    def prices_go(self) -> Direction:
        """Which way prices go: out, or not at all."""
        return Direction(self.prices_direction)

    @property
    def readings(self) -> tuple[Reading, ...]:
        """What is read on a schedule. Orders first: what left for one of them is no unit that is simply gone."""
        ways = ((ORDERS, self.orders_go, self.orders_every), (UNITS, self.units_go, self.units_every))
        return tuple(
            Reading(kind, "", timedelta(minutes=every) or _AT_ONCE) for kind, way, every in ways if way.reads
        )

    @property
    def held(self) -> tuple[Kind, ...]:
        """What is not sent."""
        ways = (
            (Kind.UNIT, self.units_go),
            (Kind.SALE, self.orders_go),
            (Kind.PRICELIST, self.prices_go),
        )
        return tuple(kind for kind, way in ways if not way.sends)


def of(connection: Connection, company_id: str) -> OdooSettings:
    """The settings in this snapshot. Raises BadSetting where a stored value cannot be read."""
    stored = people.settings(connection, company_id)
    values = {}
    for name, spec in SETTINGS.items():
        if name.startswith(_PREFIX):
            text = stored.get(name) or spec.default
            try:
                values[name.removeprefix(_PREFIX).replace(".", "_")] = spec.read(text)
            except ValueError:
                # Never the default instead: the key must not go to another address.
                raise BadSetting(name=name, given=shown_of(name, text), expected=spec.expected) from None
    return OdooSettings(**values)


def invoices_since(connection: Connection, company_id: str) -> datetime | None:
    """What leaves from this moment on is invoiced there: what left before was invoiced elsewhere. None: nothing is."""
    stored = people.setting(connection, company_id, INVOICES)
    if stored is None or not SETTINGS[INVOICES].read(stored):
        return None
    return people.setting_since(connection, company_id, INVOICES)


def key_name(company_code: str = DEFAULT_COMPANY) -> str:
    """The name of the secret that holds the password or key; each company of a store has its own."""
    return f"{_PREFIX}key" if company_code == DEFAULT_COMPANY else f"{company_code}.{_PREFIX}key"


def proxy_name(company_code: str = DEFAULT_COMPANY) -> str:
    """The name of the secret that holds `user:password` for the proxy, where that wants one."""
    return key_name(company_code).removesuffix("key") + "proxy"


def proxy_of(desk: Desk) -> str:
    """`proxy_name` of the desk's company."""
    return desk.read(lambda connection: proxy_name(people.company(connection, desk.company).code))


def key_of(desk: Desk) -> str:
    """`key_name` of the desk's company."""
    return desk.read(lambda connection: key_name(people.company(connection, desk.company).code))
