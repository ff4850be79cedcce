"""Where an account's API stands and who we are there. Checked when it is made; the token is never shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bmdesk.connectors.addresses import bare_address, is_loopback
from bmdesk.domain.markets import Environment, Region, host_of, market
from bmdesk.texts import Failure, msg


class BadEndpoint(Failure):
    """The settings of an account cannot work. Params: `reason`."""

    code = "endpoint.bad"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One account's way to Back Market. `url` is an override, scheme and host only; empty means the platform's host.

    Raises BadEndpoint for what cannot work (address with a path, http to the internet, no token) and UnknownMarket.
    Whether the market belongs to the platform is said by the connection test, not here: a wrong pair must be showable.
    """

    url: str
    region: Region
    environment: Environment
    primary_market: str
    token: str = field(repr=False)
    company: str
    contact: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "region", Region(self.region))
        object.__setattr__(self, "environment", Environment(self.environment))
        object.__setattr__(self, "primary_market", market(self.primary_market).locale)
        object.__setattr__(self, "token", _token(self.token))
        object.__setattr__(self, "url", _base(self.url) if self.url.strip() else "")
        if not header_word(self.company):
            raise BadEndpoint(reason=msg("endpoint.no_company"))
        if "@" not in header_text(self.contact):
            raise BadEndpoint(reason=msg("endpoint.no_contact"))

    @property
    def base(self) -> str:
        """Scheme and host, no slash at the end."""
        return self.url or f"https://{host_of(self.region, self.environment)}"

    @property
    def host(self) -> str:
        """The host as people say it, with its port where it has one."""
        return urlsplit(self.base).netloc

    @property
    def on_loopback(self) -> bool:
        """True where the API runs on this machine: the simulator."""
        return is_loopback(urlsplit(self.base).hostname or "")

    @property
    def user_agent(self) -> str:
        """`BM-{Company}-bmdesk;{contact}`; without it the marketplace may refuse a request."""
        return f"BM-{header_word(self.company)}-bmdesk;{header_text(self.contact)}"


def header_text(text: str) -> str:
    """What of this text may stand in a header: printable ASCII without spaces."""
    return "".join(sign for sign in text if "!" <= sign <= "~")[:100]


def header_word(text: str) -> str:
    """The company as one word of the User-Agent, whose parts are divided by `-` and `;`."""
    return re.sub(r"[^A-Za-z0-9_.]", "", text)[:60]


def _token(given: str) -> str:
    # People paste the whole header line as the back office shows it.
    token = re.sub(r"^\s*(authorization\s*:\s*)?(basic\s+)?", "", given, flags=re.IGNORECASE).strip()
    if not token:
        raise BadEndpoint(reason=msg("endpoint.no_token"))
    if len(token) > 4096 or not all("!" <= sign <= "~" for sign in token):
        raise BadEndpoint(reason=msg("endpoint.token_signs"))
    return token


def _base(url: str) -> str:
    address = bare_address(url)
    if address is None:
        raise BadEndpoint(reason=msg("endpoint.not_bare", url=url.strip()[:200]))
    if address.scheme != "https" and not (address.scheme == "http" and address.on_loopback):
        raise BadEndpoint(reason=msg("endpoint.not_https", url=url.strip()[:200]))
    return str(address)
