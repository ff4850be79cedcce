"""The outbox: one pending row for each thing, lanes that hold each other up and no others, and words that stay."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bmdesk.domain.effects import EffectState, Fault, Kind
from bmdesk.services.desk import Desk
from bmdesk.store.queries import outbox, outbox_calls, outbox_lists
from bmdesk.store.queries.outbox import EffectRow, Interrupted
from bmdesk.store.transaction import Tx
from bmdesk.system.clock import FixedClock
from tests.listed import account, read_listing

ALL = [Kind.STOCK, Kind.PRICE, Kind.CREATE]


class Box:
    """An outbox, and a listing whose things must be right."""

    def __init__(self, desk: Desk, clock: FixedClock) -> None:
        self.desk, self.clock = desk, clock
        self.account = account(desk)
        self.listing = read_listing(desk, "A-GOOD")

    def want(self, kind: Kind = Kind.STOCK, key: str = "", *, urgent: bool = False) -> None:
        name = key or self.listing
        self.clock.advance(milliseconds=1)
        self.desk.write(
            lambda tx: outbox.want(
                tx,
                self.account,
                kind,
                key=name,
                lane=f"{name}/{kind}",
                listing_id=self.listing,
                urgent=urgent,
            )
        )

    def all(self) -> list[EffectRow]:
        rows = self.desk.read(lambda c: outbox_lists.shown(c, self.desk.company))
        return [one.effect for one in reversed(rows)]

    def states(self) -> list[str]:
        return [row.state for row in self.all()]

    def due(self) -> list[EffectRow]:
        now = self.clock.now()
        return self.desk.read(lambda c: outbox.due(c, self.account, now, now, ALL, 100))

    def claim(self) -> EffectRow:
        (row,) = self.desk.write(lambda tx: outbox.claim(tx, self.due()[:1]))
        return row

    def again(
        self, row: EffectRow, wait: timedelta, state: EffectState = EffectState.PENDING, **how: object
    ) -> None:
        at = self.clock.now() + wait
        self.desk.write(lambda tx: outbox.again(tx, row.id, state, at, **how))  # type: ignore[arg-type]

    def park(self, row: EffectRow) -> None:
        self.desk.write(lambda tx: outbox.park(tx, row.id, Fault.REJECTED, Interrupted()))

    def end(self, row: EffectRow, state: EffectState) -> None:
        self.desk.write(lambda tx: outbox.end(tx, row.id, state))


@pytest.fixture
def box(desk: Desk, clock: FixedClock) -> Box:
    return Box(desk, clock)


def test_however_often_it_is_wanted_one_row_waits(box: Box) -> None:
    for _ in range(5):
        box.want()
    assert box.states() == ["pending"]


def test_a_want_that_comes_while_it_is_under_way_makes_the_next_row(box: Box) -> None:
    box.want()
    first = box.claim()
    box.want()
    box.want()
    assert sorted(box.states()) == ["in_flight", "pending"]
    assert box.due() == [], "the lane is taken"
    box.end(first, EffectState.DONE)
    assert len(box.due()) == 1


def test_lanes_do_not_hold_each_other_up(box: Box) -> None:
    box.want(Kind.PRICE)
    price = box.claim()
    box.want(Kind.STOCK)
    assert [row.kind for row in box.due()] == ["stock"]
    box.end(price, EffectState.PARKED)
    assert [row.kind for row in box.due()] == ["stock"]


def test_what_is_parked_gives_way_to_a_new_want_unless_it_must_be_looked_at(box: Box) -> None:
    for kind in (Kind.CREATE, Kind.STOCK):
        box.want(kind)
        box.end(box.claim(), EffectState.PARKED)
        box.want(kind)
    by_kind: dict[str, list[str]] = {}
    for row in box.all():
        by_kind.setdefault(row.kind, []).append(row.state)
    assert sorted(by_kind["stock"]) == ["cancelled", "pending"]
    assert sorted(by_kind["create"]) == ["parked", "pending"]
    assert [row.kind for row in box.due()] == ["stock"], "the head of the lane is parked"


def test_what_must_be_parked_does_not_stay_in_the_way_of_a_want_that_came_meanwhile(box: Box) -> None:
    for kind in (Kind.CREATE, Kind.STOCK):
        box.want(kind)
        row = box.claim()
        box.want(kind, urgent=kind is Kind.STOCK)
        box.park(row)
    by_kind: dict[str, list[str]] = {}
    for one in box.all():
        by_kind.setdefault(one.kind, []).append(one.state)
    assert sorted(by_kind["stock"]) == ["cancelled", "pending"]
    assert sorted(by_kind["create"]) == ["parked", "pending"], "it was made perhaps: a person looks first"
    assert [one.kind for one in box.due()] == ["stock"], "a zero does not wait for a person"


def test_what_failed_gives_way_to_the_newer_want_which_inherits_its_wait(box: Box) -> None:
    box.want()
    row = box.claim()
    box.want()
    box.again(row, timedelta(minutes=2), fault="transient", problem=Interrupted())
    waiting = next(one for one in box.all() if one.state == "pending")
    assert (waiting.attempts, waiting.fault) == (1, "transient")
    assert waiting.next_at - box.clock.now() == timedelta(minutes=2)
    assert sorted(box.states()) == ["cancelled", "pending"]


def test_a_zero_that_was_wanted_meanwhile_does_not_inherit_a_hold(box: Box) -> None:
    box.want()
    row = box.claim()
    box.want(urgent=True)
    box.again(row, timedelta(minutes=15), problem=Interrupted(), failed=False)
    assert [one.urgent for one in box.due()] == [True]


def test_a_zero_ends_a_hold_although_there_were_failures_before(box: Box) -> None:
    box.want()
    box.again(box.claim(), timedelta(0), fault="transient")
    box.again(box.claim(), timedelta(minutes=15), problem=Interrupted(), failed=False)
    assert box.due() == []
    box.want(urgent=True)
    assert len(box.due()) == 1


def test_a_zero_does_not_ask_a_failing_marketplace_more_often(box: Box) -> None:
    box.want()
    box.again(box.claim(), timedelta(minutes=15), fault="transient")
    box.want(urgent=True)
    assert box.due() == []


def test_a_persons_word_is_inherited_too(box: Box) -> None:
    box.want()
    row = box.claim()
    box.desk.write(lambda tx: outbox.set_effect(tx, row.id, forced=True))
    box.want()
    box.again(row, timedelta(0), fault="transient")
    assert [one.forced for one in box.due()] == [True]

    row = box.claim()
    box.want()
    box.park(row)
    assert [one.forced for one in box.due()] == [True], (
        "also from one that a person would have had to look at"
    )


def test_an_uncertain_one_keeps_its_lane_until_it_is_looked_at(box: Box) -> None:
    box.want()
    row = box.claim()
    box.want(urgent=True)
    box.again(row, timedelta(seconds=90), EffectState.UNCERTAIN, fault="ambiguous")
    assert box.due() == []
    box.clock.advance(seconds=90)
    assert [one.id for one in box.due()] == [row.id]


def test_a_crash_makes_what_was_sent_uncertain_and_what_cannot_have_been_sent_pending(box: Box) -> None:
    box.want(Kind.STOCK)
    box.want(Kind.CREATE)
    box.claim()
    box.claim()
    assert box.desk.read(lambda c: outbox.is_interrupted(c, box.account))
    until = box.clock.now() + timedelta(seconds=90)
    assert box.desk.write(lambda tx: outbox.interrupted(tx, box.account, until)) == 2
    found = {row.kind: row.state for row in box.all()}
    assert found == {"stock": "uncertain", "create": "pending"}
    assert not box.desk.read(lambda c: outbox.is_interrupted(c, box.account))


def test_a_crash_leaves_a_running_task_alone(box: Box) -> None:
    box.want(Kind.CREATE)
    row = box.claim()

    def sent(tx: Tx) -> None:
        call = outbox_calls.add_call(tx, box.account, Kind.CREATE, "fr-fr")
        outbox.set_effect(tx, row.id, call_id=call)
        outbox_calls.set_call(tx, call, state="running", task=7)

    box.desk.write(sent)
    assert not box.desk.read(lambda c: outbox.is_interrupted(c, box.account))
    assert box.desk.write(lambda tx: outbox.interrupted(tx, box.account, tx.now)) == 0


def test_a_full_hour_postpones_what_is_due_and_says_why(box: Box) -> None:
    box.want(Kind.PRICE, "a")
    box.want(Kind.PRICE, "b", urgent=True)
    box.again(box.claim(), timedelta(0), fault="transient")
    until = box.clock.now() + timedelta(minutes=9)

    def work(tx: Tx) -> int:
        return sum(
            outbox.postpone(
                tx,
                box.account,
                Kind.PRICE,
                urgent=urgent,
                gathered=box.clock.now(),
                until=until,
                why=Interrupted(),
            )
            for urgent in (True, False)
        )

    assert box.desk.write(work) == 2
    assert box.due() == []
    assert [bool(row.problem) for row in box.all()] == [True, True]
    box.clock.advance(minutes=9)
    assert len(box.due()) == 2
