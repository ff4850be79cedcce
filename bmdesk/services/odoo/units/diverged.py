"""A unit that was changed here and in Odoo, to different things: both are kept, so that a person sees them and decides.

What is here is sent over what they saw; or what is in Odoo is taken over (units_in.theirs_count).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bmdesk.domain.effects import Fault, Kind
from bmdesk.services.odoo.units.units_there import LOT, Base
from bmdesk.store.queries import odoo
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.transaction import Row, Tx
from bmdesk.texts import Failure, Text, msg

PLACE = "place"
"""Where a unit lies, among its fields; its value there is the id of a location."""

_PREFIX = "x_bm_"
_MOST_SHOWN = 300
_MOST_KEPT = 4000


class ChangedThere(Failure):
    """Somebody changed the same thing in Odoo and here. Params: `serial`, `fields`."""

    code = "odoo.changed_there"


@dataclass(frozen=True, slots=True)
class Both:
    """One field, as it is here and as it is in Odoo; "" for empty. `there` is text from outside."""

    field: str
    here: str
    there: str

    @property
    def name(self) -> Text:
        return name_of(self.field)


def name_of(field: str) -> Text:
    """What people call this field of a unit at Odoo."""
    if field.startswith(_PREFIX) or field in (PLACE, "name", "barcode", "code"):
        return msg(f"odoo.field.{field.removeprefix(_PREFIX)}")
    return msg("odoo.field.grade")  # in a place of the seller's own


def kept(said: Mapping[str, tuple[str, str]], theirs: Mapping[str, object]) -> Row:
    """What an effect's `change` holds of it. A value too long to be kept is asked about once more when it is sent."""
    shown = {
        field: [words[:_MOST_SHOWN] for words in pair]
        for field, pair in sorted(said.items())
        if field in theirs
    }
    short = {field: value for field, value in theirs.items() if len(str(value)) <= _MOST_KEPT}
    return {"both": shown, "theirs": short}


def both(change: Any) -> tuple[Both, ...]:
    """What `kept` made, field by field; nothing where the effect is of another kind."""
    shown = change.get("both") if isinstance(change, dict) else None
    if not isinstance(shown, dict):
        return ()
    return tuple(Both(field, *pair) for field, pair in shown.items())


def is_one(row: EffectRow) -> bool:
    """Whether this effect waits for a person who has seen both."""
    return row.kind == Kind.UNIT.value and row.fault == Fault.DIVERGED.value


def ours_counts(tx: Tx, row: EffectRow) -> None:
    """A person who saw both says: what is here. What they saw there is written over; what changed since is not."""
    theirs = row.change.get("theirs") if isinstance(row.change, dict) else None
    if row.unit_id is not None and isinstance(theirs, dict):
        seen(tx, row.account_id, row.unit_id, theirs)


def seen(tx: Tx, account_id: str, unit_id: str, theirs: Mapping[str, object]) -> None:
    """From now on these values there are what both sides had last, so that the next sending writes over them. Nothing
    where they never agreed: who sends then looks first.
    """
    record = odoo.records(tx.connection, account_id, LOT, [unit_id]).get(unit_id)
    if record is not None and isinstance(record.base, dict):
        odoo.agree(tx, account_id, LOT, unit_id, record.remote_id, _with(record.base, theirs))


def _with(base: Base, theirs: Mapping[str, object]) -> Row:
    values = base.get("values")
    merged = dict(values) if isinstance(values, dict) else {}
    merged.update({field: value for field, value in theirs.items() if field != PLACE})
    found = {**base, "values": merged}
    if PLACE in theirs:
        found[PLACE] = theirs[PLACE]
    return found
