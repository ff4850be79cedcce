"""Where the stock here and the stock at Odoo do not say the same: unit by unit, in words, with a proposal.

`read` and `compare` change nothing. `repair` queues what a person chose; what there is at Odoo and not here
(Repair.TAKE_OVER) is proposed only: whoever receives it here finds lot, product and place in the Difference.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bmdesk.domain.effects import UnitOf
from bmdesk.domain.identifiers import identify
from bmdesk.domain.rights import Right
from bmdesk.domain.unit import IN_HOUSE, GoneReason, State, gone_text, state_text
from bmdesk.services import rights, wants
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.odoo import odoo_account
from bmdesk.services.odoo.units import diverged
from bmdesk.services.odoo.units.diverged import PLACE, Both
from bmdesk.services.odoo.units.places_there import Place, Target
from bmdesk.services.odoo.units.units_seen import BATTERY_FIELD, GRADE_FIELD
from bmdesk.services.odoo.units.units_there import LOT, PRODUCT
from bmdesk.services.odoo.units.units_truth import blocker_words
from bmdesk.store.engine import Connection
from bmdesk.store.queries import odoo, odoo_drift, sync_log
from bmdesk.store.queries.odoo_drift import UnitBeside
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure, Text, msg

NAME, BLOCKERS = "name", "x_bm_blockers"
COMPARED = (GRADE_FIELD, BATTERY_FIELD, BLOCKERS)
"""Fields of a lot whose values are compared, as they are called at Odoo."""

_AT_ONCE = 200


class Kind(StrEnum):
    """In what they differ, the gravest first."""

    TWICE = "twice"
    OTHER_PRODUCT = "other_product"
    MISSING_THERE = "missing_there"
    LEFT_THERE = "left_there"
    LEFT_HERE = "left_here"
    SCRAPPED_HERE = "scrapped_here"
    MISSING_HERE = "missing_here"
    OTHER_SERIAL = "other_serial"
    OTHER_PLACE = "other_place"
    OTHER_GRADE = "other_grade"
    OTHER_BATTERY = "other_battery"
    OTHER_HOLD = "other_hold"


class Repair(StrEnum):
    """What is proposed: send what is here again, receive here what is there, look at both."""

    SEND = "send"
    TAKE_OVER = "take_over"
    LOOK = "look"


@dataclass(frozen=True, slots=True)
class PieceThere:
    """What lies of one lot in one place of the house, by Odoo's books. `is_shared`: it belongs to no company.
    `values`: those of COMPARED that this Odoo has, None where empty. Names are text from outside.
    """

    lot_id: int
    serial: str
    product_id: int
    product: str
    place_id: int
    place: str
    quantity: float
    values: Mapping[str, object] = field(default_factory=dict)
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class Here:
    """The units here, as far as they are compared: all in the house, and those that lots in stock there stand for.

    `lots`, `products`: ids there, by unit and by variant, as far as they are known. `owners`: units by lot. `busy`:
    units that are on their way to Odoo, of which nothing is said.
    """

    units: tuple[UnitBeside, ...]
    lots: Mapping[str, int]
    products: Mapping[str, int]
    owners: Mapping[int, str]
    busy: frozenset[str]

    def missing(self, pieces: Iterable[PieceThere]) -> list[UnitBeside]:
        """Those that should be in stock there and are not."""
        found = {self.owners.get(piece.lot_id) for piece in pieces} | self.busy
        return [unit for unit in self.units if _belongs_there(unit) and unit.id not in found]


@dataclass(frozen=True, slots=True)
class There:
    """`places`: by id, those of the pieces. `goals`: where what lies here in a warehouse and bin must lie.
    `away`: where outside the house a lot is, by its id and by its name.
    """

    pieces: Sequence[PieceThere]
    places: Mapping[int, Place] = field(default_factory=dict)
    goals: Mapping[tuple[str, str], Target] = field(default_factory=dict)
    away: Mapping[int | str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """One unit, or one lot that stands for none here (`unit_id` ""). `here`, `there`: the two sides, "" for nothing.

    `theirs`: what was seen there, by field: what a repair may write over.
    """

    kind: Kind
    repair: Repair
    serial: str
    title: str
    here: Text | str
    there: str
    unit_id: str = ""
    lot_id: int = 0
    product_id: int = 0
    place_id: int = 0
    fields: tuple[Both, ...] = ()
    theirs: Mapping[str, object] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.unit_id or f"{self.lot_id}/{self.place_id}"

    @property
    def what(self) -> Text:
        return msg(f"odoo.drift.kind_{self.kind}")

    @property
    def proposal(self) -> Text:
        return msg(f"odoo.drift.repair_{self.repair}")


@dataclass(frozen=True, slots=True)
class Drift:
    """What a look found. `units`: so many here were compared; `busy`: so many were left out, on their way to Odoo.
    `complete`: nobody gave up; else nothing is said.
    """

    differences: tuple[Difference, ...] = ()
    units: int = 0
    pieces: int = 0
    busy: int = 0
    complete: bool = True

    def counts(self) -> dict[Kind, int]:
        """How many there are of each kind, those that there are."""
        kinds = [one.kind for one in self.differences]
        return {kind: kinds.count(kind) for kind in Kind if kind in kinds}

    @property
    def sendable(self) -> tuple[Difference, ...]:
        """Those that sending again may repair."""
        return tuple(one for one in self.differences if one.repair is Repair.SEND)


def read(
    connection: Connection, desk: Desk, account_id: str, pieces: Sequence[PieceThere], since: datetime
) -> Here:
    """What is compared with these pieces. `since`: when reading them began."""
    owners = {
        remote_id: row.local_id
        for remote_id, row in odoo.by_remote(
            connection, account_id, LOT, {piece.lot_id for piece in pieces}
        ).items()
    }
    named = [piece for piece in pieces if piece.lot_id not in owners]
    by_serial = odoo_drift.by_serial(connection, desk.company, (_serial(piece) for piece in named))
    owners.update((one.lot_id, by_serial[_serial(one)]) for one in named if _serial(one) in by_serial)
    inside = list(odoo_drift.in_house(connection, desk.company))
    others = set(owners.values()) - {unit.id for unit in inside}
    units = (*inside, *odoo_drift.these(connection, desk.company, others))
    lots = odoo.records(connection, account_id, LOT, (unit.id for unit in units))
    products = odoo.of_kind(connection, account_id, PRODUCT)
    return Here(
        units,
        {unit_id: row.remote_id for unit_id, row in lots.items()},
        {variant_id: row.remote_id for variant_id, row in products.items()},
        owners,
        frozenset(odoo_drift.on_their_way(connection, account_id, since)),
    )


def compare(here: Here, there: There) -> Drift:
    """What differs, the gravest first."""
    pieces: dict[str, list[PieceThere]] = {}
    for piece in there.pieces:
        pieces.setdefault(here.owners.get(piece.lot_id, ""), []).append(piece)
    compared = [unit for unit in here.units if unit.id not in here.busy]
    found = [*_unknown(pieces.pop("", []))]
    for unit in compared:
        one = _of_unit(unit, pieces.get(unit.id, []), here, there)
        if one is not None:
            found.append(one)
    order = list(Kind)
    found.sort(key=lambda one: (order.index(one.kind), one.serial))
    inside = sum(_belongs_there(unit) for unit in compared)
    busy = sum(unit.id in here.busy for unit in here.units)
    return Drift(tuple(found), inside, len(there.pieces), busy)


def repair(desk: Desk, actor: Actor, chosen: Collection[Difference]) -> int:
    """Queue those that sending again may repair: what is here is written over what was seen there. How many.

    Raises NotAllowed. Nothing where the company works without an Odoo by now.
    """
    rights.require(desk, Right.QUEUE, actor)
    wanted = [one for one in chosen if one.repair is Repair.SEND]

    def work(tx: Tx, some: Sequence[Difference]) -> int:
        account = odoo_account.of(tx.connection, tx.company)
        if account is None or not account.active:
            return 0
        for one in some:
            diverged.seen(tx, account.id, one.unit_id, one.theirs)
            said = msg("odoo.drift.log_sent", serial=one.serial, what=one.what, operator=actor.code)
            sync_log.log(tx, account.id, "info", said)
        wants.want(tx, *(UnitOf(one.unit_id) for one in some))
        return len(some)

    pages = [wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE)]
    return sum(desk.write(lambda tx, some=some: work(tx, some)) for some in pages)  # type: ignore[misc]


# ---------------------------------------------------------------- one unit


def _serial(piece: PieceThere) -> str:
    """The serial as it is called here, however it is typed there."""
    try:
        return identify(piece.serial).value
    except Failure:
        return piece.serial


def _belongs_there(unit: UnitBeside) -> bool:
    """Whether it must be in stock at Odoo: in the house, and known well enough to stand there."""
    return State(unit.state) in IN_HOUSE and bool(unit.identifier) and unit.variant_id is not None


def _unknown(pieces: Iterable[PieceThere]) -> Iterator[Difference]:
    """Lots that stand for no unit here. What belongs to no company may be another company's."""
    for piece in pieces:
        if not piece.is_shared:
            yield _difference(Kind.MISSING_HERE, Repair.TAKE_OVER, None, piece, "", piece.place)


def _of_unit(unit: UnitBeside, pieces: Sequence[PieceThere], here: Here, there: There) -> Difference | None:
    if State(unit.state) not in IN_HOUSE:
        return _of_one_away(unit, pieces[0]) if pieces else None
    if not _belongs_there(unit):
        return None
    lying = "/".join(filter(None, (unit.warehouse, unit.bin)))
    if not pieces:
        lot_id = here.lots.get(unit.id, 0)
        away = there.away.get(lot_id) or there.away.get(unit.identifier)
        if away is not None:
            return _difference(Kind.LEFT_THERE, Repair.LOOK, unit, None, lying, away, lot_id)
        return _difference(Kind.MISSING_THERE, Repair.SEND, unit, None, lying, "", lot_id)
    piece = pieces[0]
    if sum(one.quantity for one in pieces) > 1:
        places = ", ".join(f"{one.place} ({one.quantity:g})" for one in pieces[:5])
        return _difference(Kind.TWICE, Repair.LOOK, unit, piece, lying, places)
    expected = here.products.get(unit.variant_id or "")
    if expected is not None and piece.product_id != expected:
        return _difference(Kind.OTHER_PRODUCT, Repair.LOOK, unit, piece, unit.title, piece.product)
    return _of_its_values(unit, piece, here, there)


def _of_one_away(unit: UnitBeside, piece: PieceThere) -> Difference:
    """It is not in the house, and in stock there."""
    state = State(unit.state)
    if state is State.EXPECTED:
        words = state_text(state)
        return _difference(Kind.MISSING_HERE, Repair.TAKE_OVER, unit, piece, words, piece.place)
    if state is State.GONE and unit.gone_reason == GoneReason.SCRAPPED:
        words = gone_text(GoneReason.SCRAPPED)
        return _difference(Kind.SCRAPPED_HERE, Repair.SEND, unit, piece, words, piece.place)
    reason = unit.gone_reason if state is State.GONE else ""
    words = gone_text(GoneReason(reason)) if reason else state_text(state)
    return _difference(Kind.LEFT_HERE, Repair.LOOK, unit, piece, words, piece.place)


def _of_its_values(unit: UnitBeside, piece: PieceThere, here: Here, there: There) -> Difference | None:
    fields: list[tuple[Kind, Both, object]] = []
    if _serial(piece) != unit.identifier:
        fields.append((Kind.OTHER_SERIAL, Both(NAME, unit.identifier, piece.serial), piece.serial))
    place = there.places.get(piece.place_id)
    goal = there.goals.get((unit.warehouse, unit.bin))
    # Where the location that was chosen is not there, nobody knows where it should lie: whoever sends it says so.
    if goal is not None and (place is None or not goal.holds(place)):
        fields.append((Kind.OTHER_PLACE, Both(PLACE, goal.place.shown, piece.place), piece.place_id))
    ours = {
        GRADE_FIELD: unit.grade,
        BATTERY_FIELD: unit.battery_percent,
        BLOCKERS: "; ".join(blocker_words(unit.blockers)),
    }
    for kind, name in zip((Kind.OTHER_GRADE, Kind.OTHER_BATTERY, Kind.OTHER_HOLD), COMPARED, strict=True):
        # Odoo has no empty number: 0 is not told from none.
        here_said, there_said = (str(one or "") for one in (ours[name], piece.values.get(name)))
        if name in piece.values and here_said != there_said:
            fields.append((kind, Both(name, here_said, there_said[:300]), piece.values[name]))
    if not fields:
        return None
    kind = fields[0][0]
    # A lot by another of its names, that never was ours: sending would make a second one.
    is_ours = here.lots.get(unit.id) == piece.lot_id
    sends = kind is not Kind.OTHER_SERIAL or is_ours
    both = tuple(one for _, one, _ in fields)
    return _difference(
        kind,
        Repair.SEND if sends else Repair.LOOK,
        unit,
        piece,
        ", ".join(one.here or "–" for one in both),
        ", ".join(one.there or "–" for one in both),
        fields=both,
        theirs={one.field: value for _, one, value in fields},
    )


def _difference(
    kind: Kind,
    repair: Repair,
    unit: UnitBeside | None,
    piece: PieceThere | None,
    here: Text | str,
    there: str,
    lot_id: int = 0,
    *,
    fields: tuple[Both, ...] = (),
    theirs: Mapping[str, object] | None = None,
) -> Difference:
    return Difference(
        kind,
        repair,
        (unit.identifier if unit is not None else "") or (piece.serial if piece is not None else ""),
        (unit.title if unit is not None else "") or (piece.product if piece is not None else ""),
        here,
        there,
        unit.id if unit is not None else "",
        piece.lot_id if piece is not None else lot_id,
        piece.product_id if piece is not None else 0,
        piece.place_id if piece is not None else 0,
        fields,
        theirs or {},
    )
