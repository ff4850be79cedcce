"""A fresh start test at the packing place: the device is in the packer's hand anyway, and a unit that belongs to an
order is not changed at the bench. Nothing else of a unit is recorded here.
"""

from __future__ import annotations

from bmdesk.domain import commands as c
from bmdesk.domain.inspection import Outcome
from bmdesk.domain.packing import BOOT
from bmdesk.domain.unit import State
from bmdesk.services.desk import Actor
from bmdesk.services.grading import refusals
from bmdesk.services.orders import reservation
from bmdesk.store.queries import inspections, units
from bmdesk.store.queries.packing import Refused
from bmdesk.store.transaction import Tx
from bmdesk.texts import Text, msg

_MAY_BE_TESTED = (State.READY, State.RESERVED)


def note(tx: Tx, actor: Actor, refused: Refused | None, command: c.RecordTest) -> Text:
    """The unit that was refused last was switched on, and this came of it; it is scanned again after that.

    Raises NotForPacking: another test, no unit was refused, or it was never inspected here.
    """
    outcome = Outcome(command.outcome)
    if command.code != BOOT or outcome is Outcome.NA or refused is None:
        raise refusals.NotForPacking
    row = units.unit(tx.connection, refused.unit_id)
    stay = units.stay(tx.connection, row.id, row.stay_number)
    looked = inspections.last_inspection(tx.connection, stay["id"]) if stay is not None else None
    if looked is None or State(row.state) not in _MAY_BE_TESTED:
        raise refusals.NotForPacking
    found = {"outcome": outcome.value, "value": None, "operator": actor.code, "at": tx.now}
    inspections.set_test(tx, looked["id"], BOOT, **found)
    told: dict[str, str | int] = {"test": BOOT, "outcome": outcome.value, "value": ""}
    units.append_history(tx, row.id, actor.code, actor.station, "history.test", told)
    name = reservation.name_of(tx, row.id)
    return msg("pack.boot_noted" if outcome is Outcome.PASS else "pack.boot_bad", unit=name)
