"""Test connection: one cheap read, and a verdict that tells apart what a person must do about it.

Reads only. It asks other platforms' hosts only when the token was refused and no address of one's own is set: a token
is never shown to a host that is not Back Market's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from bmdesk.connectors.backmarket.client import BackMarket
from bmdesk.connectors.backmarket.endpoint import Endpoint
from bmdesk.connectors.backmarket.transport import NoPace, Pace
from bmdesk.connectors.failures import (
    GoneAtRemote,
    NameNotFound,
    NotTheApi,
    Rejected,
    RemoteFailure,
    TokenRefused,
    Unreachable,
    UnreadableAnswer,
)
from bmdesk.connectors.http import Timeouts
from bmdesk.connectors.verdict import ClockOff, Verdict
from bmdesk.domain.markets import Environment, Region, market, markets_of
from bmdesk.system.clock import MOST_SKEW
from bmdesk.texts import Failure, msg

_PAGE = 10


class WrongPlatform(Failure):
    """The token works elsewhere. Params: `region`, `environment`, `there_region`, `there_environment`."""

    code = "trial.wrong_platform"


class WrongMarket(Failure):
    """The primary market is not one of this platform. Params: `market`, `region`, `right_region`, `known`."""

    code = "trial.wrong_market"


class MarketRefused(Failure):
    """The marketplace refuses the primary market. Params: `market`, `reason`."""

    code = "trial.market_refused"


class WrongCurrency(Failure):
    """The answer's prices are not this market's. Params: `market`, `currency`, `found`."""

    code = "trial.wrong_currency"


def sisters(endpoint: Endpoint) -> tuple[Endpoint, ...]:
    """The same token at the other platforms and environments; none where an address of one's own is set."""
    if endpoint.url:
        return ()
    return tuple(
        replace(
            endpoint,
            region=region,
            environment=environment,
            primary_market=markets_of(region)[0].locale,
        )
        for environment in (endpoint.environment, *Environment)
        for region in Region
        if (region, environment) != (endpoint.region, endpoint.environment)
    )


def try_connection(
    endpoint: Endpoint,
    pace: Pace | None = None,
    *,
    timeouts: Timeouts | None = None,
    others: Callable[[Endpoint], tuple[Endpoint, ...]] = sisters,
) -> Verdict:
    """Never raises for what can go wrong out there."""
    details: dict[str, str | int] = {
        "host": endpoint.host,
        "region": str(endpoint.region),
        "environment": str(endpoint.environment),
        "market": endpoint.primary_market,
    }
    try:
        _market_fits(endpoint)
        return _found_well(endpoint, pace or NoPace(), timeouts, details)
    except TokenRefused as refused:
        _note(refused, details)
        elsewhere = _where_it_works(endpoint, timeouts, others)
        return _verdict(elsewhere or refused, details)
    except RemoteFailure as failure:
        _note(failure, details)
        return _verdict(_plainer(failure, endpoint), details)
    except Failure as failure:
        return _verdict(failure, details)


def _market_fits(endpoint: Endpoint) -> None:
    home = market(endpoint.primary_market)
    if home.region is not endpoint.region:
        raise WrongMarket(
            market=home.locale,
            region=str(endpoint.region),
            right_region=str(home.region),
            known=", ".join(one.locale for one in markets_of(endpoint.region)),
        )


def _found_well(
    endpoint: Endpoint, pace: Pace, timeouts: Timeouts | None, details: dict[str, str | int]
) -> Verdict:
    home = market(endpoint.primary_market)
    begun = time.monotonic()
    with BackMarket(endpoint, pace, timeouts=timeouts, retry_pauses=()) as remote:
        page = remote.listings_page(home.locale, 1, _PAGE)
        took = round((time.monotonic() - begun) * 1000)
        skew = remote.skew
    details["listings"] = page.count if page.count is not None else len(page.results)
    details["milliseconds"] = took
    if skew is not None:
        details["clock_ahead_seconds"] = round(skew.total_seconds())
        if abs(skew) > MOST_SKEW:
            raise ClockOff(minutes=round(abs(skew.total_seconds()) / 60), host=endpoint.host)
    strange = next((one.currency for one in page.results if one.currency not in {"", home.currency}), "")
    if strange:
        raise WrongCurrency(market=home.locale, currency=home.currency, found=strange)
    happened = msg(
        "trial.ok.happened",
        host=endpoint.host,
        region=str(endpoint.region),
        environment=str(endpoint.environment),
        market=home.locale,
        listings=details["listings"],
    )
    return Verdict(True, "trial.ok", msg("trial.ok.title"), happened, msg("trial.ok.todo"), details)


def _where_it_works(
    endpoint: Endpoint, timeouts: Timeouts | None, others: Callable[[Endpoint], tuple[Endpoint, ...]]
) -> WrongPlatform | None:
    seen: set[str] = set()
    for other in others(endpoint):
        if other.base in seen:
            continue
        seen.add(other.base)
        try:
            with BackMarket(other, NoPace(), timeouts=timeouts, retry_pauses=()) as remote:
                remote.listings_page(other.primary_market, 1, 1)
        except RemoteFailure:
            continue  # what is wrong at a place where the token does not belong is nobody's trouble
        return WrongPlatform(
            region=str(endpoint.region),
            environment=str(endpoint.environment),
            there_region=str(other.region),
            there_environment=str(other.environment),
        )
    return None


def _plainer(failure: RemoteFailure, endpoint: Endpoint) -> Failure:
    """The same failure as one who is just setting up an account must understand it."""
    if isinstance(failure, NameNotFound) and not endpoint.url:
        # The marketplace's own names exist: that none is found is this computer's network.
        return Unreachable(**failure.params)  # type: ignore[arg-type]
    if isinstance(failure, GoneAtRemote | UnreadableAnswer) and not isinstance(failure, NotTheApi):
        # The list of listings is always there; who does not have it is not Back Market.
        return NotTheApi(**{**failure.params, "detail": msg("trial.no_listings")})  # type: ignore[arg-type]
    if isinstance(failure, Rejected):
        return MarketRefused(market=endpoint.primary_market, reason=failure.params["reason"])
    return failure


def _note(failure: RemoteFailure, details: dict[str, str | int]) -> None:
    ids = {"request_id": failure.request_id, "cf_ray": failure.cf_ray}
    details.update({name: value for name, value in ids.items() if value})


def _verdict(failure: Failure, details: Mapping[str, str | int]) -> Verdict:
    return Verdict(False, failure.code, failure.title, failure.happened, failure.todo, details)
