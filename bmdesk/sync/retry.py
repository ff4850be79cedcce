"""What becomes of an effect, a feed and an account after a failure: by its class alone, never by its words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bmdesk.connectors.failures import RemoteFailure
from bmdesk.domain.effects import STEPS, EffectState, Fault, backoff

TRIPS_AT = 3
"""So many failures of the connection in a row, and the account rests."""

_SERVERS_FAULT = 500

_AUTH_REST = timedelta(hours=1)
_LONGEST_OFFLINE = timedelta(minutes=10)
"""Asking whether somebody listens again costs nothing, and whoever mended it waits for it."""

_SHORTEST = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Next:
    """The effect's next state, when it is tried again, and whether this was an attempt that failed."""

    state: EffectState
    at: datetime
    failed: bool


def after_failure(failure: RemoteFailure, attempts: int, now: datetime, jitter: float) -> Next:
    """What becomes of an effect. Offline, transient, limits and refused tokens never park it; only a person unparks."""
    wait = timedelta(seconds=failure.after) if failure.after else timedelta(0)
    match failure.fault:
        case Fault.REJECTED | Fault.GONE:
            return Next(EffectState.PARKED, now, failed=True)
        case Fault.AMBIGUOUS:
            # Once it is known how the first try ended; a remote that goes on losing answers is asked less and less.
            then = backoff(attempts, jitter) if attempts else _SHORTEST
            return Next(EffectState.UNCERTAIN, now + max(wait, then), failed=True)
        case Fault.RATE_LIMITED:
            return Next(EffectState.PENDING, now + max(wait, _SHORTEST), failed=False)
        case Fault.AUTH:
            return Next(EffectState.PENDING, now, failed=False)
        case Fault.OFFLINE:
            # Nothing was sent: an outage of hours must not make each effect wait hours more when it has ended. How long
            # is waited is the account's to say.
            return Next(EffectState.PENDING, now + max(wait, STEPS[0]), failed=False)
        case _:
            return Next(EffectState.PENDING, now + max(wait, backoff(attempts + 1, jitter)), failed=True)


def is_connection(failure: RemoteFailure) -> bool:
    """Whether this failure says that nothing gets through, whatever is asked. Answers of the remote's own do not."""
    if failure.fault is Fault.AMBIGUOUS:
        return not failure.status or failure.status >= _SERVERS_FAULT
    return failure.fault in (Fault.OFFLINE, Fault.TRANSIENT, Fault.AUTH)


def rest_after(failure: RemoteFailure, failures: int, now: datetime, jitter: float) -> datetime | None:
    """Until when the whole account makes no call, or None when it goes on. `failures`: in a row, with this one."""
    if failure.fault is Fault.AUTH:
        return now + _AUTH_REST
    if failure.fault is Fault.RATE_LIMITED:
        # The edge blocks everything of the account for a while; a limit of our own concerns its bucket alone.
        return now + max(timedelta(seconds=failure.after or 0), _SHORTEST) if failure.status == 429 else None
    if failure.fault in (Fault.OFFLINE, Fault.TRANSIENT) and failure.aloud and failure.after:
        return now + timedelta(seconds=failure.after)
    if is_connection(failure) and failures >= TRIPS_AT:
        rest = backoff(failures - TRIPS_AT + 1, jitter)
        return now + (min(rest, _LONGEST_OFFLINE) if failure.fault is Fault.OFFLINE else rest)
    return None
