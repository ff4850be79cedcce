"""Where an Odoo stands and as whom bmdesk works there. Checked when it is made; no secret is ever shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bmdesk.connectors.addresses import Address, bare_address
from bmdesk.connectors.http import Timeouts
from bmdesk.texts import Failure, Text, msg

PATIENT = Timeouts(connect=10.0, read=120.0, total=180.0, settle=900.0)
"""Odoo answers when its transaction has ended: 500 units received are seconds, on a busy server minutes. A call that we
gave up usually ends well over there; its own limit for one is seldom above a quarter of an hour."""

# Odoo makes its keys so: 20 random bytes, in hexadecimal.
_KEY = re.compile(r"[0-9a-f]{40}")
_PROXY = re.compile(r"(https?)://(?:[^\s/@]+@)?([^\s/@?#]+)/?")


class BadOdooEndpoint(Failure):
    """The settings of an Odoo account cannot work. Params: `reason`."""

    code = "odoo.endpoint"


@dataclass(frozen=True, slots=True)
class OdooEndpoint:
    """One account's way to an Odoo database.

    `url`: scheme, host and port. `secret`: the user's password or one of the user's API keys. `company`: the id of the
    company there that everything belongs to; None where the user has but one. `proxy`: address of an HTTP proxy, "" for
    what the system says. `ca_file`: certificates to trust besides the usual ones. Raises BadOdooEndpoint.
    """

    url: str
    database: str
    user: str
    secret: str = field(repr=False)
    company: int | None = None
    proxy: str = field(default="", repr=False)  # may hold a password
    verify: bool = True
    ca_file: str = ""
    allow_http: bool = False
    timeouts: Timeouts = PATIENT
    address: Address = field(init=False, repr=False, compare=False)
    """The parts of `url`."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "address", self._checked_address())
        object.__setattr__(self, "url", str(self.address))
        object.__setattr__(self, "database", _given(self.database, msg("odoo.endpoint.no_database")))
        object.__setattr__(self, "user", _given(self.user, msg("odoo.endpoint.no_user")))
        object.__setattr__(self, "secret", _given(self.secret, msg("odoo.endpoint.no_secret"), 4096))
        object.__setattr__(self, "proxy", self.proxy.strip())
        if self.company is not None and self.company < 1:
            raise BadOdooEndpoint(reason=msg("odoo.endpoint.bad_company", company=str(self.company)))
        if self.proxy and not _PROXY.fullmatch(self.proxy):
            raise BadOdooEndpoint(reason=msg("odoo.endpoint.bad_proxy"))

    @property
    def host(self) -> str:
        """The host as people say it, with its port where it has one."""
        return self.url.partition("://")[2]

    @property
    def secure(self) -> bool:
        """Whether nobody between here and there can read along."""
        return self.url.startswith("https:") or self.address.on_loopback

    @property
    def has_key(self) -> bool:
        """Whether the secret looks like an API key of Odoo rather than a password."""
        return bool(_KEY.fullmatch(self.secret))

    @property
    def proxy_host(self) -> str:
        """The proxy without its password."""
        found = _PROXY.fullmatch(self.proxy)
        return found[2] if found else ""

    def _checked_address(self) -> Address:
        shown = self.url.strip().rpartition("@")[2][:200]  # before it a password may stand
        address = bare_address(self.url)
        if address is None or address.scheme not in {"http", "https"}:
            raise BadOdooEndpoint(reason=msg("odoo.endpoint.not_bare", url=shown))
        if address.scheme == "http" and not (address.on_loopback or self.allow_http):
            raise BadOdooEndpoint(reason=msg("odoo.endpoint.not_https", url=shown))
        return address


def _given(text: str, otherwise: Text, longest: int = 200) -> str:
    words = text.strip()
    if not words or len(words) > longest or not words.isprintable():
        raise BadOdooEndpoint(reason=otherwise)
    return words
