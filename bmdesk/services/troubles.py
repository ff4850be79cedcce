"""The known troubles of a seller's day: what each is called, where it comes from, what to do; and which there are now.

One table for the doctor, for help and for the "What to do" of a banner. Knows the codes of failures and concerns that
are a trouble's signs, never their words; mends nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from bmdesk.domain.effects import EffectState
from bmdesk.domain.markets import known_market
from bmdesk.domain.orders import Conflict
from bmdesk.services import rates
from bmdesk.services.desk import Desk
from bmdesk.services.selling import account_settings
from bmdesk.services.selling.account_settings import ORDERS
from bmdesk.services.syncing import sync_status
from bmdesk.services.syncing.sync_health import Concern, Level
from bmdesk.services.syncing.sync_status import SyncStatus
from bmdesk.store.engine import Connection
from bmdesk.store.kept import failure_of
from bmdesk.store.queries import accounts as account_rows
from bmdesk.store.queries import feeds, units
from bmdesk.store.queries import troubles as counted
from bmdesk.texts import Failure, Text, msg


@dataclass(frozen=True, slots=True)
class Trouble:
    """One known trouble. `code` names it in help and on the command line; `room` is where a person mends it.

    `signs`: codes of the failures and concerns by which it shows itself.
    """

    code: str
    title: Text
    cause: Text
    step: Text
    room: str
    signs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Found:
    """A trouble that is there now. `todo`: what is known beyond the trouble's own step, where something is."""

    trouble: Trouble
    level: Level
    happened: Text
    account: str = ""
    todo: Text | None = None


CONNECTION = Trouble(
    "connection",
    msg("trouble.connection.title"),
    msg("trouble.connection.cause"),
    msg("trouble.connection.step"),
    "settings",
    frozenset(
        {
            "remote.unreachable", "remote.name_not_found", "remote.connection_refused", "remote.certificate",
            "remote.no_answer", "remote.answer_cut_off", "remote.answer_lost", "remote.server_trouble",
            "remote.firewall", "remote.bot_challenge", "remote.not_the_api", "endpoint.bad",
            "trial.wrong_platform", "trial.clock",
        }
    ),
)  # fmt: skip
SYNC = Trouble(
    "sync",
    msg("trouble.sync.title"),
    msg("trouble.sync.cause"),
    msg("trouble.sync.step"),
    "sync",
    frozenset({"sync.stalled", "sync.paused_title", "sync.right_lost"}),
)
LISTING = Trouble(
    "listing",
    msg("trouble.listing.title"),
    msg("trouble.listing.cause"),
    msg("trouble.listing.step"),
    "sync",
    frozenset({"remote.rejected", "remote.off_contract", "remote.gone"}),
)
IMPORT = Trouble(
    "orders",
    msg("trouble.orders.title"),
    msg("trouble.orders.cause"),
    msg("trouble.orders.step"),
    "sync",
    frozenset({"sync.import_off", "sync.quarantined"}),
)
TOKEN = Trouble(
    "token",
    msg("trouble.token.title"),
    msg("trouble.token.cause"),
    msg("trouble.token.step"),
    "settings",
    frozenset({"remote.token_refused", "remote.not_merchant", "sync.token_missing_title", "sync.no_token"}),
)
COUNTRY = Trouble(
    "country",
    msg("trouble.country.title"),
    msg("trouble.country.cause"),
    msg("trouble.country.step"),
    "settings",
    frozenset(
        {"account.stray_markets", "trial.wrong_market", "trial.market_refused", "trial.wrong_currency"}
    ),
)
DISPUTE = Trouble(
    "dispute",
    msg("trouble.dispute.title"),
    msg("trouble.dispute.cause"),
    msg("trouble.dispute.step"),
    "orders",
    frozenset(),
)
STATIONS = Trouble(
    "stations",
    msg("trouble.stations.title"),
    msg("trouble.stations.cause"),
    msg("trouble.stations.step"),
    "sync",
    frozenset({"account.claimed_elsewhere", "sync.elsewhere"}),
)

RATES = Trouble(
    "rates",
    msg("trouble.rates.title"),
    msg("trouble.rates.cause"),
    msg("trouble.rates.step"),
    "settings",
    frozenset(),
)

TROUBLES = (CONNECTION, SYNC, LISTING, IMPORT, TOKEN, COUNTRY, DISPUTE, STATIONS, RATES)
"""In the order in which help tells them."""

_BY_SIGN = {sign: trouble for trouble in TROUBLES for sign in trouble.signs}

DISPUTED = (
    Conflict.GONE_WHILE_PACKED, Conflict.GONE_IN_TRANSIT, Conflict.WENT_BACK, Conflict.SHIPPED_ELSEWHERE,
    Conflict.OTHER_IDENTIFIER, Conflict.CHANGED, Conflict.ADDRESS, Conflict.REFUSED, Conflict.TOO_LATE,
    Conflict.UNCERTAIN, Conflict.DELIVERED_THERE, Conflict.CANCELLED_THERE,
)  # fmt: skip
"""Conflicts in which Back Market, the customer and the house do not say the same. That a unit is lacking is none."""

_LATELY = timedelta(days=1)
_MOST_NAMED = 5


def of_failure(code: str) -> Trouble | None:
    """The trouble of which a failure with this code is a sign: where a banner's "What to do" leads."""
    return _BY_SIGN.get(code)


def of_concern(concern: Concern) -> Trouble | None:
    """The trouble of which this concern is a sign."""
    sign = concern.title.code.removesuffix(".title")
    if sign == "sync.paused_title" and concern.level is Level.ERROR:
        return STATIONS  # the store was copied to another machine
    if sign == "sync.silent" and concern.level is Level.WARNING:
        return SYNC  # not read because nobody syncs
    return _BY_SIGN.get(sign)


def found(desk: Desk, has_secret: Callable[[str], bool] = lambda _secret: True) -> tuple[Found, ...]:
    """Every known trouble that is there now, in the order of TROUBLES. Reads many rows: for a person who asks.

    `has_secret`: whether this machine has the secret with this name.
    """
    status = sync_status.status(desk, has_secret)
    told = [*_from_concerns(status)]
    seen = {(one.trouble.code, one.account) for one in told}
    more = desk.read(lambda connection: [*_looked_for(connection, desk, status)])
    told += [one for one in more if (one.trouble.code, one.account) not in seen]
    return tuple(sorted(told, key=lambda one: (TROUBLES.index(one.trouble), one.level is not Level.ERROR)))


def _from_concerns(status: SyncStatus) -> Iterator[Found]:
    for concern in status.concerns:
        trouble = of_concern(concern)
        if trouble is not None:
            yield Found(trouble, concern.level, concern.happened, concern.account, concern.todo)


def _looked_for(connection: Connection, desk: Desk, status: SyncStatus) -> Iterator[Found]:
    """What no concern says, each by its own question."""
    yield from _environments(connection, desk)
    yield from _failing_feeds(connection, desk)
    yield from _nobody_sends(status)
    for name, number in counted.refused_listings(connection, desk.company).items():
        yield Found(LISTING, Level.WARNING, msg("trouble.listing.refused", count=number, account=name), name)
    for name, number in counted.orders_aside(connection, desk.company).items():
        yield Found(IMPORT, Level.WARNING, msg("trouble.orders.aside", count=number, account=name), name)
    yield from _currencies(connection, desk)
    disputed = counted.open_conflicts(connection, desk.company, [code.value for code in DISPUTED])
    if disputed:
        named = ", ".join(str(number) for number in disputed[:_MOST_NAMED])
        happened = msg("trouble.dispute.open", count=len(disputed), orders=named)
        yield Found(DISPUTE, Level.WARNING, happened)
    yield from _stations(connection, desk)
    yield from _old_rates(connection, desk)


def _environments(connection: Connection, desk: Desk) -> Iterator[Found]:
    """Accounts at the marketplace's test environment: all works there, and nothing is real."""
    for row in account_rows.sellers(connection, desk.company):
        try:
            settings = account_settings.of(connection, desk.company, row.name)
        except Failure:
            continue  # said as a concern
        if row.active and settings.is_sandbox and not settings.url:
            happened = msg("trouble.connection.sandbox", account=row.name)
            yield Found(CONNECTION, Level.WARNING, happened, row.name)


def _failing_feeds(connection: Connection, desk: Desk) -> Iterator[Found]:
    """What was asked last and failed, before it is overdue."""
    names = {row.id: row.name for row in account_rows.of_company(connection, desk.company) if row.may_run}
    for feed in feeds.of_company(connection, desk.company):
        failure = failure_of(feed.problem) if feed.failures else None
        name = names.get(feed.account_id)
        if failure is None or name is None:
            continue
        trouble = of_failure(failure.code)
        if trouble is None or trouble is LISTING:  # reading was refused: nothing was said of a listing
            trouble = IMPORT if feed.kind == ORDERS else None
        if trouble is not None:
            yield Found(trouble, Level.WARNING, failure.happened, name, failure.todo)
        if feed.kind == ORDERS and trouble is not IMPORT:
            happened = msg("trouble.orders.failing", account=name, reason=failure.happened)
            yield Found(IMPORT, Level.WARNING, happened, name)


def _nobody_sends(status: SyncStatus) -> Iterator[Found]:
    if status.is_alive:
        return
    for account in status.accounts:
        waiting = account.queue.get(EffectState.PENDING, 0)
        if account.works and waiting:
            happened = msg("trouble.sync.waits", count=waiting, account=account.name)
            yield Found(SYNC, Level.WARNING, happened, account.name)


def _currencies(connection: Connection, desk: Desk) -> Iterator[Found]:
    for name, locale, currency in counted.currencies(connection, desk.company):
        market = known_market(locale)
        if market is not None and market.currency != currency:
            happened = msg(
                "trouble.country.currency",
                market=locale,
                currency=currency,
                expected=market.currency,
                account=name,
            )
            yield Found(COUNTRY, Level.ERROR, happened, name)


def _stations(connection: Connection, desk: Desk) -> Iterator[Found]:
    since = desk.clock.now() - _LATELY
    for name, number in counted.second_writers(connection, desk.company, since).items():
        happened = msg("trouble.stations.second_writer", count=number, account=name)
        yield Found(STATIONS, Level.WARNING, happened, name)
    places: dict[str, list[str]] = {}
    for unit_id, station in counted.in_two_hands(connection, desk.company):
        places.setdefault(unit_id, []).append(station)
    for unit_id, stations in list(places.items())[:_MOST_NAMED]:
        names = units.identifiers(connection, unit_id)
        unit = names[0].value if names else unit_id
        happened = msg("trouble.stations.two_hands", unit=unit, stations=", ".join(stations))
        yield Found(STATIONS, Level.WARNING, happened)


def _old_rates(connection: Connection, desk: Desk) -> Iterator[Found]:
    """Rates of currencies that an account sells in, older than the rules for prices let them be."""
    sold: set[str] = set()
    for row in account_rows.sellers(connection, desk.company):
        markets = _markets_of(connection, desk, row.name) if row.active else ()
        sold |= {market.currency for name in markets if (market := known_market(name)) is not None}
    old = [rate for rate in rates.stale(connection, desk) if rate.currency in sold]
    if old:
        oldest = min(rate.at for rate in old)
        named = ", ".join(rate.currency for rate in old)
        happened = msg("trouble.rates.old", count=len(old), currencies=named, since=oldest)
        yield Found(RATES, Level.WARNING, happened)


def _markets_of(connection: Connection, desk: Desk, account: str) -> tuple[str, ...]:
    """The markets of this account; none where its settings cannot be read, which is said as a concern."""
    try:
        return account_settings.of(connection, desk.company, account).markets
    except Failure:
        return ()
