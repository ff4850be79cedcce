"""The markets of the marketplace: locale, country, currency, platform; and the host of each platform.

Pure tables from the marketplace's contract; `fi-fi` is missing there and seen in practice. Several markets may share a
language and several a currency, so the locale is the only key. No requests here: see connectors.backmarket.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bmdesk.texts import Failure, Text, msg

SYSTEM = "backmarket"
"""The marketplace's name among remote systems, as accounts and settings bear it."""


class UnknownMarket(Failure):
    """No market has this name. Params: `given`, `known`."""

    code = "market.unknown"


class Region(StrEnum):
    """The three platforms; each has its own host, account and token."""

    EU = "EU"
    NA = "NA"
    AP = "AP"


class Environment(StrEnum):
    """The real marketplace, or its twin for trying things out."""

    PRODUCTION = "production"
    PREPROD = "preprod"


@dataclass(frozen=True, slots=True)
class Market:
    """One country of the marketplace. `code` is the two-letter code that competitors and buyback use."""

    locale: str
    code: str
    currency: str
    region: Region
    country: Text


MARKETS: tuple[Market, ...] = (
    Market("fr-fr", "FR", "EUR", Region.EU, msg("market.france")),
    Market("fr-be", "BE", "EUR", Region.EU, msg("market.belgium")),
    Market("es-es", "ES", "EUR", Region.EU, msg("market.spain")),
    Market("de-de", "DE", "EUR", Region.EU, msg("market.germany")),
    Market("de-at", "AT", "EUR", Region.EU, msg("market.austria")),
    Market("it-it", "IT", "EUR", Region.EU, msg("market.italy")),
    Market("en-gb", "GB", "GBP", Region.EU, msg("market.united_kingdom")),
    Market("nl-nl", "NL", "EUR", Region.EU, msg("market.netherlands")),
    Market("pt-pt", "PT", "EUR", Region.EU, msg("market.portugal")),
    Market("en-ie", "IE", "EUR", Region.EU, msg("market.ireland")),
    Market("el-gr", "GR", "EUR", Region.EU, msg("market.greece")),
    Market("sk-sk", "SK", "EUR", Region.EU, msg("market.slovakia")),
    Market("sv-se", "SE", "SEK", Region.EU, msg("market.sweden")),
    Market("fi-fi", "FI", "EUR", Region.EU, msg("market.finland")),
    Market("en-us", "US", "USD", Region.NA, msg("market.united_states")),
    Market("ja-jp", "JP", "JPY", Region.AP, msg("market.japan")),
    Market("en-au", "AU", "AUD", Region.AP, msg("market.australia")),
)

_BY_LOCALE = {known.locale: known for known in MARKETS}

_DOMAIN = {Region.EU: "backmarket.fr", Region.NA: "backmarket.com", Region.AP: "backmarket.co.jp"}
_FRONT = {Environment.PRODUCTION: "www", Environment.PREPROD: "preprod"}


def market(locale: str) -> Market:
    """The market of `fr-fr`; `FR_fr` and spaces around it are read too. Raises UnknownMarket."""
    found = known_market(locale)
    if found is None:
        raise UnknownMarket(given=locale.strip()[:40], known=", ".join(_BY_LOCALE))
    return found


def known_market(locale: str) -> Market | None:
    """Like `market`, None where there is none: what a remote sends may name a market of tomorrow."""
    return _BY_LOCALE.get(locale.strip().lower().replace("_", "-"))


def markets_of(region: Region) -> tuple[Market, ...]:
    """The markets that one platform serves, in the order of its contract."""
    return tuple(known for known in MARKETS if known.region is region)


def market_of_code(region: Region, code: str) -> Market | None:
    """The market of one platform with this two-letter code; None for one of tomorrow, or of another platform."""
    return next((one for one in markets_of(region) if one.code == code.strip().upper()), None)


def currency_of(locale: str) -> str:
    """The ISO 4217 currency in which this market has its prices. Raises UnknownMarket."""
    return market(locale).currency


def host_of(region: Region, environment: Environment) -> str:
    """The host name of one platform's API."""
    return f"{_FRONT[environment]}.{_DOMAIN[region]}"
