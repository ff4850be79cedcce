"""Whether somebody may do what they ask for: by their role as it stands in the store now, and by PIN.

Services call `require` before they begin; the window asks only to show a button off. Nobody named is the machine itself
(a script, the engine, the first start): whoever may run it owns the store anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bmdesk.domain.changes import Change
from bmdesk.domain.rights import ASKS_PIN, Right, may, right_text, role_text, who_may
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.grading.refusals import NotAllowed
from bmdesk.store.engine import Connection
from bmdesk.store.queries import people
from bmdesk.store.queries.people import PinRow
from bmdesk.store.transaction import Tx
from bmdesk.system import pins
from bmdesk.texts import Failure

TRIES = 5
WAIT = timedelta(minutes=1)


class PinNeeded(Failure):
    """This asks for the PIN of whoever does it. Params: `what` (a Text)."""

    code = "right.pin_needed"


class PinWrong(Failure):
    """Not the PIN. Params: `count`: how many tries are left before a wait."""

    code = "right.pin_wrong"


class PinWaits(Failure):
    """Too many wrong PINs. Params: `count`: seconds until the next try."""

    code = "right.pin_waits"


class BadPin(Failure):
    """Nothing that can be a PIN. Params: `shortest`, `longest`."""

    code = "right.bad_pin"


@dataclass(frozen=True, slots=True)
class PinSaved:
    """A PIN was set or taken off."""

    changes: frozenset[Change] = frozenset({Change.OPERATORS})


def require(desk: Desk, right: Right, actor: Actor | None = None) -> None:
    """Pass where `actor` (else whoever works at the desk) has this right. Raises NotAllowed, PinNeeded."""
    who = actor or desk.worker
    if who is None:
        return
    found = desk.read(lambda connection: people.pin_of(connection, desk.company, who.code))
    role = who.role if found is None else found.role if found.active else ""
    if not may(role, right):
        raise NotAllowed(what=right_text(right), role=role_text(role), needed=who_may(right))
    if right in ASKS_PIN and found is not None and found.pin_hash and not who.proven:
        raise PinNeeded(what=right_text(right))


def asks_pin(desk: Desk, actor: Actor, right: Right) -> bool:
    """Whether this person would be asked for a PIN. Raises NotAllowed where a PIN would not help."""
    try:
        require(desk, right, actor)
    except PinNeeded:
        return True
    return False


def prove(desk: Desk, code: str, pin: str) -> None:
    """Pass where this is the PIN of the operator with this badge. Raises PinWrong, PinWaits.

    A try is counted before it is looked at, so that two windows guess no quicker than one.
    """
    found = desk.write(lambda tx: _begin_try(tx, code))
    if isinstance(found, Failure):
        raise found
    if found.pin_hash and not pins.fits(pin, found.pin_hash):
        if found.pin_tries >= TRIES:
            raise PinWaits(count=int(WAIT.total_seconds()))
        raise PinWrong(count=TRIES - found.pin_tries)
    desk.write(lambda tx: people.set_operator(tx, found.id, pin_tries=0, pin_wait_until=None))


def with_pin(desk: Desk) -> frozenset[str]:
    """The badges of those who have a PIN."""
    return desk.read(lambda connection: people.with_pin(connection, desk.company))


def ways_around(desk: Desk) -> tuple[str, ...]:
    """The badges that make the PINs of others worth nothing: they may give roles, work, and have no PIN themselves."""

    def work(connection: Connection) -> tuple[str, ...]:
        guarded = people.with_pin(connection, desk.company)
        able = [
            one.code
            for one in people.operators(connection, desk.company)
            if one.active and may(one.role, Right.ROLES)
        ]
        return tuple(code for code in able if code not in guarded) if guarded else ()

    return desk.read(work)


def set_pin(desk: Desk, actor: Actor | None, code: str, pin: str) -> PinSaved:
    """Give this operator a PIN; "" takes it off. One's own is anybody's to change, with the old one proven.

    Raises NotAllowed, PinNeeded, BadPin.
    """
    if pin and not pins.is_pin(pin):
        raise BadPin(shortest=pins.SHORTEST, longest=pins.LONGEST)
    if actor is None or actor.code != code:
        require(desk, Right.ROLES, actor)
    kept = pins.hashed(pin) if pin else ""

    def work(tx: Tx) -> PinSaved:
        found = people.pin_of(tx.connection, tx.company, code)
        if found is None:
            return PinSaved(frozenset())
        if actor is not None and actor.code == code and found.pin_hash and not actor.proven:
            raise PinNeeded(what=right_text(Right.ROLES))
        people.set_operator(tx, found.id, pin_hash=kept, pin_tries=0, pin_wait_until=None)
        return PinSaved()

    return desk.write(work)


def _begin_try(tx: Tx, code: str) -> PinRow | Failure:
    """The person whose try was counted; or why there is none now."""
    found = people.pin_of(tx.connection, tx.company, code)
    if found is None or not found.active:
        return PinWrong(count=0)
    if found.pin_wait_until is not None and found.pin_wait_until > tx.now:
        left = found.pin_wait_until - tx.now
        if left > WAIT:  # the clock was set back: one whole wait from now on, neither a year nor none
            left = WAIT
            people.set_operator(tx, found.id, pin_wait_until=tx.now + WAIT)
        return PinWaits(count=max(1, int(left.total_seconds())))
    tries = 1 if found.pin_tries >= TRIES else found.pin_tries + 1
    until = tx.now + WAIT if tries >= TRIES else None
    people.set_operator(tx, found.id, pin_tries=tries, pin_wait_until=until)
    return people.pin_again(found, tries)
