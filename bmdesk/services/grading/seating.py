"""Who sits where: badges, the batch and model of the units to come, signing out. What a seat has in hand is in the
store, so a crash gives it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bmdesk.domain.changes import Change
from bmdesk.services.desk import Desk
from bmdesk.services.grading import recording, refusals
from bmdesk.services.grading.hand import Hand
from bmdesk.services.policies import Policies
from bmdesk.store.queries import batches, catalogue, people
from bmdesk.store.queries.people import OperatorRow
from bmdesk.store.transaction import Tx
from bmdesk.texts import Text, msg


@dataclass(frozen=True, slots=True)
class Seat:
    """Where somebody works: a scanner of a station. `name` is empty for the window's own scanner.

    `script`: lines of a file, run by whoever owns this computer: PHOTO cards are allowed, and without a badge the steps
    are those of `fallback`.
    """

    name: str = ""
    script: bool = False
    fallback: str = ""


def badge(tx: Tx, code: str) -> OperatorRow:
    """The person with this badge. Raises UnknownBadge."""
    person = people.operator_by_code(tx.connection, tx.company, code.upper())
    if person is None or not person.active:
        raise refusals.UnknownBadge(badge=code[:40])
    return person


def sign_in(tx: Tx, station: str, seat: str, person: OperatorRow) -> Text:
    """This person works here now."""
    people.set_seat(tx, station, seat, operator_id=person.id)
    return msg("bench.signed_in", name=person.name)


def fallback(tx: Tx, seat: Seat) -> OperatorRow | None:
    """Whose steps they are where nobody signed in."""
    found = people.operator_by_code(tx.connection, tx.company, seat.fallback) if seat.fallback else None
    return found if found is not None and found.active else None


def sitting(tx: Tx, station: str, seat: Seat) -> OperatorRow | None:
    """Who works at this seat, signed in or else by `fallback`."""
    found = people.seat(tx.connection, tx.company, station, seat.name)
    return (found.operator if found is not None else None) or fallback(tx, seat)


def set_batch(hand: Hand, code: str) -> Text:
    """Units received from now on belong to this batch. A code nobody knows opens one: Receiving asks for the rest."""
    tx = hand.tx
    found = batches.by_code(tx.connection, tx.company, code)
    if found is not None and found["closed_at"] is not None:
        raise refusals.BatchClosed(batch=found["code"])
    if found is None:
        batch_id = open_batch(tx, hand.policies, code)
        said = msg("bench.batch_opened", batch=code)
    else:
        said = msg("bench.batch", batch=found["code"])
        batch_id = found["id"]
    people.set_seat(tx, hand.actor.station, hand.actor.seat, batch_id=batch_id, variant_id=None)
    tx.changes.add(Change.BATCHES)
    return said


def open_batch(tx: Tx, policies: Policies, code: str) -> str:
    """A new batch of this code, of which nothing else is known; its id."""
    settings = policies.settings
    values: dict[str, Any] = {"supplier": "", "note": "", "preset": {}, "variant_id": None}
    return batches.save_batch(
        tx,
        None,
        code=code,
        source="",
        currency=policies.currency,
        vat_scheme=settings["receiving.vat_scheme"],
        unit_cost_minor=None,
        location_id=people.location_id(tx, settings["receiving.warehouse"], settings["receiving.bin"]),
        **values,
    )


def model_by_ean(hand: Hand, digits: str) -> Text:
    """The EAN on the box says what the unit is, where exactly one variant carries it. Raises EanUnclear."""
    found = catalogue.by_ean(hand.tx.connection, hand.tx.company, digits)
    if len(found) != 1:
        raise refusals.EanUnclear(ean=digits, count=len(found))
    return recording.set_variant(hand, found[0])


def sign_out(desk: Desk, seat: Seat) -> None:
    """Nobody sits here; the unit in hand stays where it is and waits for the next badge."""
    desk.write(lambda tx: people.set_seat(tx, desk.station, seat.name, operator_id=None, last_text=""))


def fresh_seat(desk: Desk, seat: Seat) -> None:
    """Clear a seat: nothing in hand, no batch, nobody signed in. A script begins like this."""
    empty: dict[str, Any] = {"operator_id": None, "batch_id": None, "variant_id": None, "unit_id": None}
    more: dict[str, Any] = {"last_unit_id": None, "binding": False, "last_text": "", "last_at": None}
    desk.write(lambda tx: people.set_seat(tx, desk.station, seat.name, **empty, **more))
