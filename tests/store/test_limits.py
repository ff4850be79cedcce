"""The ledger of limits: never more than the marketplace allows in any window, and never much less."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bmdesk.services.desk import Desk
from bmdesk.services.selling import accounts
from bmdesk.store.queries import limits
from bmdesk.system.clock import FixedClock

WINDOW = timedelta(seconds=10)


@pytest.fixture
def account(desk: Desk) -> str:
    return accounts.add(desk).id


def take(desk: Desk, account: str, bucket: str, count: int, allowed: int, burst: int | None) -> timedelta:
    return desk.write(lambda tx: limits.reserve(tx, account, bucket, count, allowed, WINDOW, burst))


def most_within(taken: list[tuple[datetime, int]], window: timedelta) -> int:
    """The most that any window of this length holds."""
    return max(sum(n for at, n in taken if start <= at < start + window) for start, _ in taken)


_bucket = iter(range(1_000_000))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    allowed=st.integers(4, 60),
    evenly=st.booleans(),
    calls=st.lists(st.tuples(st.integers(0, 4_000), st.integers(1, 4)), min_size=5, max_size=60),
)
@example(allowed=10, evenly=True, calls=[(0, 1)] * 40)
@example(allowed=10, evenly=False, calls=[(0, 4)] * 20)
def test_no_window_ever_holds_more_than_is_allowed(
    desk: Desk, clock: FixedClock, account: str, allowed: int, evenly: bool, calls: list[tuple[int, int]]
) -> None:
    bucket, burst = f"b{next(_bucket)}", max(4, allowed // 20) if evenly else None
    taken: list[tuple[datetime, int]] = []
    for pause, count in calls:
        clock.advance(milliseconds=pause)
        while (wait := take(desk, account, bucket, count, allowed, burst)) > timedelta(0):
            assert wait <= WINDOW
            clock.advance(wait)
        taken.append((clock.now(), count))
    assert most_within(taken, WINDOW) <= allowed
    if burst is not None:
        for part in (WINDOW / 20, WINDOW / 5, WINDOW / 2):
            share = allowed * (part / WINDOW)
            assert most_within(taken, part) <= share + burst + 1e-9


@pytest.mark.parametrize("burst", [None, 5])
def test_the_whole_rate_is_used(desk: Desk, clock: FixedClock, account: str, burst: int | None) -> None:
    began, took = clock.now(), 0
    while clock.now() - began < WINDOW * 4:
        wait = take(desk, account, "all", 1, 100, burst)
        took += wait <= timedelta(0)
        clock.advance(max(wait, timedelta(0)))
    assert took >= 4 * 100 * 0.99


def test_after_a_pause_the_window_is_not_spent_at_once(desk: Desk, account: str) -> None:
    took = 0
    while take(desk, account, "all", 1, 100, 5) <= timedelta(0):
        took += 1
    assert took == 5


def test_more_than_is_allowed_at_once_goes_alone(desk: Desk, clock: FixedClock, account: str) -> None:
    assert take(desk, account, "all", 500, 100, None) <= timedelta(0)
    wait = take(desk, account, "all", 1, 100, None)
    assert wait > timedelta(0)
    clock.advance(wait)
    assert take(desk, account, "all", 1, 100, None) <= timedelta(0)


def test_what_the_remote_refused_waits_in_every_process(desk: Desk, clock: FixedClock, account: str) -> None:
    until = clock.now() + timedelta(seconds=30)
    desk.write(lambda tx: limits.block(tx, account, "all", until))
    assert take(desk, account, "all", 1, 100, None) == timedelta(seconds=30)
    assert take(desk, account, "other", 1, 100, None) <= timedelta(0)
    clock.advance(seconds=30)
    assert take(desk, account, "all", 1, 100, None) <= timedelta(0)


def test_a_clock_that_is_set_back_does_not_lock_the_bucket(
    desk: Desk, clock: FixedClock, account: str
) -> None:
    for _ in range(100):
        take(desk, account, "all", 1, 100, None)
    clock.advance(hours=-2)
    assert take(desk, account, "all", 1, 100, None) <= timedelta(0)


def test_buckets_and_accounts_count_for_themselves(desk: Desk, account: str) -> None:
    other = accounts.add(desk, "second").id
    assert take(desk, account, "all", 100, 100, None) <= timedelta(0)
    assert take(desk, other, "all", 100, 100, None) <= timedelta(0)
    assert take(desk, account, "lines", 100, 100, None) <= timedelta(0)
    assert take(desk, account, "all", 1, 100, None) > timedelta(0)
