"""What Units does to one unit or to many: move, hold, release, mark as gone; and to one: its cost, its photos.

Each unit is done or refused for itself, some of them a transaction. Every change is a line of the unit's history; these
steps are decisions of an office, so the bench's UNDO does not reach them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bmdesk.domain import unit as life
from bmdesk.domain.changes import Change
from bmdesk.domain.money import Money
from bmdesk.domain.rights import Right
from bmdesk.domain.unit import GoneReason, State
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.goods.units import UnknownUnit
from bmdesk.services.grading import judgement
from bmdesk.services.grading.hand import changeable
from bmdesk.services.grading.refusals import Refusal, UnitNotHere, UnitPromised
from bmdesk.services.lines import UNITS_PAGE, BadCell, amount, in_pages, one_line
from bmdesk.services.policies import Policies
from bmdesk.store.queries import inspections, people, units
from bmdesk.store.queries.units import UnitRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure, Text


class BadPlace(Refusal):
    """No warehouse and bin. Params: `given`."""

    code = "units_actions.bad_place"


class HoldReasonNeeded(Refusal):
    """A hold without a reason helps nobody. No params."""

    code = "units_actions.reason_needed"


class NotOnHold(Refusal):
    """Nobody put this unit on hold. No params."""

    code = "units_actions.not_on_hold"


class BadCost(Refusal):
    """The amount cannot be kept. Params: `reason` (a Text)."""

    code = "units_actions.bad_cost"


class NoStay(Refusal):
    """The unit has never been in the house. No params."""

    code = "units_actions.no_stay"


class UnknownPhoto(Refusal):
    """The unit has no such photo. No params."""

    code = "units_actions.unknown_photo"


@dataclass(frozen=True, slots=True)
class RefusedUnit:
    """A unit that was left as it is, why, and what to do."""

    unit_id: str
    reason: Text
    todo: Text


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an action: the units it was done to, and those that were refused, in the order given."""

    done: tuple[str, ...]
    refused: tuple[RefusedUnit, ...] = ()
    changes: frozenset[Change] = field(default_factory=frozenset)


def move_to_bin(desk: Desk, actor: Actor, unit_ids: Sequence[str], place: str) -> Done:
    """These units lie at `WAREHOUSE/BIN` now (a bin alone: of the receiving warehouse). Raises BadPlace."""

    def act(tx: Tx, policies: Policies, row: UnitRow) -> None:
        put_away_in(tx, actor, row, _place(policies, place))

    desk.read(lambda connection: _place(desk.policies(connection), place))
    return _each(desk, unit_ids, act)


def hold(desk: Desk, actor: Actor, unit_ids: Sequence[str], reason: str) -> Done:
    """Set these units aside with a reason, out of anybody's hand. Raises HoldReasonNeeded."""
    said = one_line(reason, 500)
    if not said:
        raise HoldReasonNeeded

    def act(tx: Tx, policies: Policies, row: UnitRow) -> None:
        hold_in(tx, policies, actor, row, said)

    return _each(desk, unit_ids, act)


def release(desk: Desk, actor: Actor, unit_ids: Sequence[str]) -> Done:
    """Take the hold off: the gate is asked again, and what it still misses keeps the unit held."""

    def act(tx: Tx, policies: Policies, row: UnitRow) -> None:
        release_in(tx, policies, actor, row)

    return _each(desk, unit_ids, act)


def mark_gone(desk: Desk, actor: Actor, unit_ids: Sequence[str], reason: GoneReason) -> Done:
    """These units have left the house without a parcel of ours; an open work order ends with it.

    For a supervisor or the owner: raises NotAllowed for others.
    """
    rights.require(desk, Right.GONE, actor)

    def act(tx: Tx, policies: Policies, row: UnitRow) -> None:
        gone_in(tx, policies, actor, row, reason)

    return _each(desk, unit_ids, act)


def correct_cost(desk: Desk, actor: Actor, unit_id: str, cost: str, currency: str = "") -> Done:
    """What was paid for the present stay was noted wrongly. For the owner.

    Raises NotAllowed, BadCost, UnknownUnit, NoStay.
    """
    rights.require(desk, Right.COST, actor)

    def work(tx: Tx) -> Done:
        row = _unit(tx, unit_id)
        stay = units.stay(tx.connection, row.id, row.stay_number)
        if stay is None:
            raise NoStay
        try:
            paid = amount(cost, currency.strip() or desk.policies(tx.connection).currency)
        except BadCell as bad:
            raise BadCost(reason=bad.reason) from None
        minor, known = stay["cost_minor"], stay["cost_currency"]
        before = str(Money(minor, known)) if minor is not None and known else "-"
        if before != str(paid):
            units.set_stay(tx, stay["id"], cost_minor=paid.minor, cost_currency=paid.currency)
            _tell(tx, actor, row.id, "history.cost", before=before, after=str(paid))
        return Done((row.id,), changes=frozenset({Change.UNITS}))

    return desk.write(work)


def remove_photo(desk: Desk, actor: Actor, unit_id: str, photo: str) -> Done:
    """Take a photo (its id or its hash) off a unit; the picture itself stays in the store, as evidence of the history.

    Raises UnknownUnit, UnknownPhoto, UnitPromised.
    """

    def work(tx: Tx) -> Done:
        row = _unit(tx, unit_id)
        if State(row.state) in life.PROMISED:
            raise UnitPromised(state=life.state_text(State(row.state)))
        standing = inspections.photos(tx.connection, row.id)
        found = next((one for one in standing if photo in (one["id"], one["sha256"])), None)
        if found is None:
            raise UnknownPhoto
        inspections.set_photo(tx, found["id"], removed=True)
        _tell(tx, actor, row.id, "history.photo_removed", sha256=found["sha256"])
        judgement.settle(tx, row.id, judgement.judge(tx, desk.policies(tx.connection), row.id))
        return Done((row.id,), changes=frozenset({Change.UNITS, Change.PHOTOS}))

    return desk.write(work)


# ---------------------------------------------------------------- one unit, in the caller's transaction


def put_away_in(tx: Tx, actor: Actor, row: UnitRow, where: tuple[str, str]) -> None:
    """The unit lies in this warehouse and bin now. Raises UnitNotHere."""
    _in_house(row)
    units.set_unit(tx, row.id, location_id=people.location_id(tx, *where))
    if row.location != "/".join(where):
        _tell(tx, actor, row.id, "history.put_away", warehouse=where[0], bin=where[1])


def hold_in(tx: Tx, policies: Policies, actor: Actor, row: UnitRow, reason: str) -> None:
    """Set the unit aside. Raises UnitPromised, UnitNotHere, UnitInRepair."""
    changeable(tx.connection, row)
    units.set_unit(tx, row.id, state=life.move(State(row.state), State.HELD).value, hold_reason=reason)
    people.empty_other_hands(tx, row.id, "", "")
    _tell(tx, actor, row.id, "history.hold", reason=reason)
    judgement.judge(tx, policies, row.id)


def release_in(tx: Tx, policies: Policies, actor: Actor, row: UnitRow) -> None:
    """Take the hold off. Raises NotOnHold, and as `hold_in`."""
    changeable(tx.connection, row)
    if not row.hold_reason:
        raise NotOnHold
    units.set_unit(tx, row.id, hold_reason="")
    _tell(tx, actor, row.id, "history.released", reason=row.hold_reason)
    judgement.settle(tx, row.id, judgement.judge(tx, policies, row.id))


def gone_in(tx: Tx, policies: Policies, actor: Actor, row: UnitRow, reason: GoneReason) -> None:
    """The unit has left the house. Raises IllegalMove for one that is promised, UnitNotHere."""
    after = life.move(State(row.state), State.GONE)
    if State(row.state) is State.GONE:
        raise UnitNotHere(state=life.state_text(after))
    order = inspections.open_order(tx.connection, row.id)
    if order is not None:
        gone = {"state": "closed", "waiting_for": "", "outcome": reason.value, "closed_at": tx.now}
        inspections.set_order(tx, order["id"], **gone)
    stay = units.stay(tx.connection, row.id, row.stay_number)
    if stay is not None and stay["left_at"] is None:
        units.set_stay(tx, stay["id"], left_at=tx.now)
    units.set_unit(tx, row.id, state=after.value, gone_reason=reason.value, hold_reason="", location_id=None)
    people.empty_other_hands(tx, row.id, "", "")
    _tell(tx, actor, row.id, "history.gone", reason=reason.value)
    judgement.judge(tx, policies, row.id)


def _each(desk: Desk, unit_ids: Sequence[str], act: Callable[[Tx, Policies, UnitRow], None]) -> Done:
    """Do it to each unit for itself: a refused one rolls back alone."""
    done: list[str] = []
    refused: list[RefusedUnit] = []

    def page(ids: Sequence[str]) -> None:
        def work(tx: Tx) -> tuple[list[str], list[RefusedUnit]]:
            policies = desk.policies(tx.connection)
            good: list[str] = []
            bad: list[RefusedUnit] = []
            for unit_id in ids:
                part = tx.connection.begin_nested()
                try:
                    act(tx, policies, _unit(tx, unit_id))
                    part.commit()
                    good.append(unit_id)
                except Failure as failure:
                    part.rollback()
                    bad.append(RefusedUnit(unit_id, failure.happened, failure.todo))
            tx.touched.clear()
            return good, bad

        good, bad = desk.write(work)
        done.extend(good)
        refused.extend(bad)

    in_pages(list(dict.fromkeys(unit_ids)), page, None, UNITS_PAGE)
    changes = frozenset({Change.UNITS, Change.SEAT, Change.REPAIRS}) if done else frozenset()
    return Done(tuple(done), tuple(refused), changes)


def _unit(tx: Tx, unit_id: str) -> UnitRow:
    row = units.find_unit(tx.connection, tx.company, unit_id)
    if row is None:
        raise UnknownUnit(given=unit_id[:40])
    return row


def _in_house(row: UnitRow) -> None:
    if State(row.state) not in life.IN_HOUSE:
        raise UnitNotHere(state=life.state_text(State(row.state)))


def _place(policies: Policies, given: str) -> tuple[str, str]:
    found = policies.place(given)
    if found is None:
        raise BadPlace(given=given[:60])
    return found


def _tell(tx: Tx, actor: Actor, unit_id: str, code: str, **params: str | int) -> None:
    units.append_history(tx, unit_id, actor.code, actor.station, code, params)
