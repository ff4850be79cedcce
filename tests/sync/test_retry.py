"""What becomes of an effect and of its account after a failure: by its class, never by its words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bmdesk.connectors.failures import (
    AnswerLost,
    Firewall,
    GoneAtRemote,
    NoAnswer,
    Rejected,
    RemoteFailure,
    ServerTrouble,
    TokenRefused,
    TooManyRequests,
    Unreachable,
    UnreadableAnswer,
)
from bmdesk.domain.effects import EffectState
from bmdesk.sync.retry import after_failure, rest_after

NOW = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failure", "attempts", "state", "wait", "failed"),
    [
        (Rejected(), 0, "parked", 0, True),
        (GoneAtRemote(), 0, "parked", 0, True),
        (AnswerLost(after=90), 0, "uncertain", 90, True),
        (AnswerLost(), 0, "uncertain", 1, True),
        (AnswerLost(), 3, "uncertain", 600, True),
        (TooManyRequests(after=40), 0, "pending", 40, False),
        (TokenRefused(), 0, "pending", 0, False),
        (Unreachable(), 0, "pending", 30, False),
        (Unreachable(), 40, "pending", 30, False),
        (NoAnswer(), 1, "pending", 120, True),
        (ServerTrouble(), 4, "pending", 21_600, True),
        (ServerTrouble(), 40, "pending", 21_600, True),
        (UnreadableAnswer(), 0, "pending", 30, True),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, RemoteFailure) else None,
)
def test_an_effect_waits_or_parks_by_the_class_of_its_failure(
    failure: RemoteFailure, attempts: int, state: str, wait: float, failed: bool
) -> None:
    then = after_failure(failure, attempts, NOW, 0.5)
    assert then.state is EffectState(state)
    assert then.at - NOW == timedelta(seconds=wait)
    assert then.failed is failed


@pytest.mark.parametrize(
    ("failure", "in_a_row", "rest"),
    [
        (TokenRefused(), 1, timedelta(hours=1)),
        (TooManyRequests(after=40), 9, None),
        (Rejected(), 9, None),
        (AnswerLost(), 2, None),
        (AnswerLost(), 3, timedelta(seconds=30)),
        (AnswerLost(status=504), 4, timedelta(minutes=2)),
        (AnswerLost(status=400), 9, None),
        (ServerTrouble(), 2, None),
        (ServerTrouble(), 3, timedelta(seconds=30)),
        (Unreachable(), 4, timedelta(minutes=2)),
        (Unreachable(), 40, timedelta(minutes=10)),
        (ServerTrouble(), 40, timedelta(hours=6)),
        (Firewall(), 1, timedelta(minutes=15)),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, RemoteFailure) else None,
)
def test_an_account_rests_when_its_connection_fails_and_not_for_one_listing(
    failure: RemoteFailure, in_a_row: int, rest: timedelta | None
) -> None:
    until = rest_after(failure, in_a_row, NOW, 0.5)
    assert (until - NOW if until else None) == rest
