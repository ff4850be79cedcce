"""How many may be offered, and what a number that is not ours means."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.domain.stock import Clash, Count, Decision, Hold, Seen, Send, Settled, decide

NOW = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
HOLD = timedelta(minutes=15)
BOTH_HAD_FIVE = Seen(5, 5, frozenset(), 0, 0)


def seen(remote: int, **other: object) -> Seen:
    return replace(BOTH_HAD_FIVE, remote=remote, **other)  # type: ignore[arg-type]


def about(ours: int, what: Seen, *, minutes: float = 0, forced: bool = False) -> Decision:
    return decide(ours, what, NOW + timedelta(minutes=minutes), HOLD, forced=forced).decision


@pytest.mark.parametrize(
    ("count", "offered", "short"),
    [
        (Count(5, 0, 0), 5, 0),
        (Count(5, 2, 1), 2, 0),
        (Count(1, 0, 3), 0, 0),
        (Count(1, 3, 0), 0, 2),
        (Count(2, 0, 0, leaving=4), 2, 0),
    ],
)
def test_what_is_sold_kept_back_or_still_offered_elsewhere_is_not_offered(
    count: Count, offered: int, short: int
) -> None:
    assert (count.quantity, count.short) == (offered, short)


@pytest.mark.parametrize(
    ("story", "ours", "what", "decision"),
    [
        ("nothing changed", 5, seen(5), Settled()),
        ("a unit became ready", 6, seen(5), Send(6)),
        ("a unit left", 4, seen(5), Send(4)),
        ("nothing was ever read", 3, seen(0, base=None), Send(3)),
        ("sold, and the order was read", 4, seen(4, sold_since=1), Settled()),
        ("sold and read, and a unit became ready", 5, seen(4, sold_since=1), Send(5)),
        ("sold, the order is not readable yet", 5, seen(4), Hold(NOW, NOW + HOLD)),
        ("two gone, one order read", 4, seen(3, sold_since=1), Hold(NOW, NOW + HOLD)),
        ("sold unread, and a unit left: never wait to lower, and the sold one is gone too", 3, seen(4), Send(2)),
        ("sold unread, and as many left: the same number is no longer the right one", 4, seen(4), Send(3)),
        ("the last was sold unread, and nothing is left here either", 0, seen(0, base=1), Settled()),
        ("somebody raised it", 5, seen(9), Send(5, foreign=True)),
        ("somebody raised it, but less than we have now", 8, seen(6), Clash()),
        ("an order was cancelled and its piece came back", 5, seen(6, freed_since=1), Send(5)),
        ("our lost write arrived", 6, seen(7, sent={7}), Send(6)),
        ("our lost write never arrived", 7, seen(5, sent={7}), Send(7)),
        ("our lost write arrived and one was sold", 7, seen(6, sent={7}, sold_since=1), Send(7)),
    ],
)  # fmt: skip
def test_what_the_marketplace_shows_means_one_thing_only(
    story: str, ours: int, what: Seen, decision: Decision
) -> None:
    assert about(ours, what) == decision, story


def test_a_hold_lasts_as_long_as_it_stands_and_then_a_person_decides() -> None:
    first = decide(5, seen(4), NOW, HOLD)
    assert (first.decision, first.vanished, first.rebase) == (Hold(NOW, NOW + HOLD), 1, True)
    waits = seen(4, base=4, vanished=first.vanished, vanished_at=first.vanished_at)
    assert about(5, waits, minutes=14.9) == Hold(NOW, NOW + HOLD)
    assert about(5, waits, minutes=15) == Clash()
    assert about(5, waits, minutes=15, forced=True) == Send(5)


def test_one_more_sale_begins_a_new_hold_for_both() -> None:
    later = NOW + timedelta(minutes=14)
    found = decide(5, seen(3, base=4, vanished=1, vanished_at=NOW), later, HOLD)
    assert (found.decision, found.vanished) == (Hold(later, later + HOLD), 2)


def test_a_drop_is_not_forgotten_because_ours_fell_to_the_same_number() -> None:
    # Five shown, one sold (its order is not readable yet), one set aside here: three are left, whatever is shown.
    lowered = decide(4, seen(4), NOW, HOLD)
    assert (lowered.decision, lowered.vanished) == (Send(3), 1)
    # It is taken back from the side: four and one sold are not five.
    back = seen(3, base=3, vanished=1, vanished_at=NOW)
    assert about(5, back, minutes=1) == Hold(NOW, NOW + HOLD)
    assert about(4, replace(back, sold_since_vanished=1), minutes=2) == Send(4), "its order was read"


def test_what_comes_back_was_never_sold() -> None:
    # An order that nobody paid: its piece is shown again, and nothing is missing any more.
    back = seen(5, base=4, vanished=1, vanished_at=NOW)
    assert about(5, back, minutes=1) == Settled()
    assert about(6, back, minutes=1) == Send(6)


def test_at_the_end_of_a_hold_only_the_missing_pieces_are_asked_about() -> None:
    # Paused here and taken back within the hold: 0 there is our own doing.
    paused = seen(0, base=0, vanished=1, vanished_at=NOW)
    assert about(5, paused, minutes=20) == Send(4)
    assert about(5, replace(paused, remote=4, base=4), minutes=21) == Clash()


def test_what_vanished_is_remembered_while_ours_is_lower_anyway() -> None:
    lower = decide(4, seen(4, base=4, vanished=1, vanished_at=NOW), NOW + HOLD, HOLD)
    assert (lower.decision, lower.vanished) == (Settled(), 1)
    assert about(5, seen(4, base=4, vanished=1, vanished_at=NOW), minutes=30) == Clash()


@given(
    ours=st.integers(0, 9),
    remote=st.integers(0, 9),
    base=st.none() | st.integers(0, 9),
    sent=st.frozensets(st.integers(0, 9), max_size=3),
    sold=st.integers(0, 3),
    freed=st.integers(0, 3),
    since=st.none() | st.integers(0, 30),
    forced=st.booleans(),
)
def test_whatever_is_known_too_many_are_lowered_at_once_and_nothing_but_ours_is_sent(
    ours: int,
    remote: int,
    base: int | None,
    sent: frozenset[int],
    sold: int,
    freed: int,
    since: int | None,
    forced: bool,
) -> None:
    at = NOW - timedelta(minutes=since) if since is not None else None
    what = Seen(remote, base, sent, sold, freed, 1 if at else 0, at, sold)
    found = decide(ours, what, NOW, HOLD, forced=forced).decision
    if isinstance(found, Send):
        assert found.quantity <= ours and found.quantity != remote
    if remote > ours:
        assert isinstance(found, Send)
    if isinstance(found, Hold):
        assert NOW < found.until <= NOW + HOLD and not forced
    if isinstance(found, Settled):
        assert remote == ours
