"""A delivery that was packed in Odoo is packed here: by the same gate, the same swap and the same closing as at the
packing place. What the packing place would refuse is said, and nothing is kept of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bmdesk.domain.identifiers import identify
from bmdesk.services.desk import Actor
from bmdesk.services.goods import units_actions
from bmdesk.services.odoo import choices
from bmdesk.services.odoo.sales.deliveries_again import Known, Word
from bmdesk.services.odoo.sales.deliveries_seen import DeliverySeen, PieceSeen
from bmdesk.services.odoo.units.units_there import LOT, PRODUCT
from bmdesk.services.orders import order_board
from bmdesk.services.policies import Policies
from bmdesk.services.shipping import pack_facts, pack_lines
from bmdesk.services.shipping import pack_refusals as no
from bmdesk.services.shipping.pack_lines import Contents
from bmdesk.services.shipping.parcel_closing import Closing
from bmdesk.store.engine import Connection
from bmdesk.store.queries import allocations, backship, odoo, orders, units
from bmdesk.store.queries.orders import LineRow
from bmdesk.store.queries.packing import PackSeat, Proven
from bmdesk.store.transaction import Tx
from bmdesk.texts import Failure, Text, msg, render


@dataclass(frozen=True, slots=True)
class Problem:
    """Why it may not be told to the marketplace. `let`: what a person may let pass all the same, by unit; empty where
    nobody may.
    """

    reason: Text
    line_id: str
    let: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Incomplete:
    """More of it is to leave there."""


class _Stopped(Exception):
    def __init__(self, what: Problem | Incomplete) -> None:
        super().__init__()
        self.what = what


@dataclass(frozen=True, slots=True)
class Packing:
    """One delivery, and the order that waits to be packed. `word`: what a person said of it; `known`: what was set
    aside for it."""

    tx: Tx
    policies: Policies
    actor: Actor
    account_id: str
    seen: DeliverySeen
    inside: Contents
    word: Word
    known: Known

    def run(self) -> Problem | Incomplete | None:
        """None: the parcel is closed, and the marketplace is to be told. Else nothing changed."""
        try:
            with self.tx.attempt():
                self._close(self._proven())
        except _Stopped as stopped:
            return stopped.what
        except Failure as refused:
            return Problem(refused.happened, self.inside.going[0].id)
        return None

    # ---------------------------------------------------------------- what left

    def _proven(self) -> PackSeat:
        """The pieces that left, each for a line; raises _Stopped where one may not or one is lacking."""
        place = PackSeat(order_id=self.inside.order_id)
        problems: list[Problem] = []
        for piece, unit_id in self._known_first():
            found = self._prove(place, piece, unit_id)
            if isinstance(found, Problem):
                problems.append(found)
            else:
                place = replace(place, proven=(*place.proven, found))
        if problems:
            raise _Stopped(_together(problems))
        place = self._with_counted(place)
        if self.inside.missing(place):
            if self.seen.opened:
                raise _Stopped(Incomplete())
            line = next(one for one in self.inside.going if pack_lines.open_pieces(one, place))
            raise _Stopped(Problem(msg("odoo.in.pieces_missing", pieces=self.inside.missing(place)), line.id))
        return place

    def _known_first(self) -> list[tuple[PieceSeen, str | None]]:
        """The pieces with the units they are, those first that were chosen for this order: others take what is left."""
        found = [
            (piece, unit_of(self.tx.connection, self.tx.company, self.account_id, piece))
            for piece in self.seen.pieces
        ]
        return sorted(found, key=lambda pair: self._own(pair[1]) is None)

    def _own(self, unit_id: str | None) -> LineRow | None:
        """The line of this order that the unit is reserved for."""
        live = allocations.live_of_unit(self.tx.connection, unit_id) if unit_id is not None else None
        line = orders.line(self.tx.connection, live.line_id) if live is not None else None
        return line if line is not None and line.order_id == self.inside.order_id else None

    def _prove(self, place: PackSeat, piece: PieceSeen, unit_id: str | None) -> Proven | Problem:
        first = self.inside.going[0].id
        if unit_id is None:
            return Problem(msg("odoo.in.unknown_serial", serial=piece.serial), first)
        self._take_off_hold(unit_id)
        try:
            own = self._own(unit_id)
            line = pack_lines.line_for(self.tx, self.policies, place, self.inside, unit_id, own)
        except no.NotInThisOrder as refused:
            return Problem(refused.happened, first)
        found = pack_facts.refusals(self.tx, self.policies, unit_id, line)
        let = self.word.let.get(unit_id, ())
        against = [one for one in found if not (one.may_override and one.about in let)]
        if against:
            reason = msg("odoo.in.may_not_leave", serial=piece.serial, reason=against[0].title)
            may = all(one.may_override for one in found)
            return Problem(reason, line.id, {unit_id: tuple(one.about for one in found)} if may else {})
        if not found:
            return Proven(line.id, unit_id)
        why = render(msg("odoo.in.let_pass", transfer=self.seen.name or "-"))
        return Proven(line.id, unit_id, why, self.word.by, tuple(one.about for one in found))

    def _take_off_hold(self, unit_id: str) -> None:
        """What was set aside because it had left for this order is judged without that."""
        row = units.unit(self.tx.connection, unit_id)
        reason = self.known.held.get(unit_id)
        if reason and row.hold_reason == reason:
            units_actions.release_in(self.tx, self.policies, self.actor, row)

    def _with_counted(self, place: PackSeat) -> PackSeat:
        """Goods without serials: as many as left of their product."""
        left = dict(self.seen.counted)
        for line in self.inside.going:
            if not pack_lines.is_counted(self.tx, line):
                continue
            sku = order_board.sku_of(self.tx, line)
            assert sku is not None, "it is counted"
            known = odoo.records(self.tx.connection, self.account_id, PRODUCT, [sku.variant_id])
            product = known[sku.variant_id].remote_id if sku.variant_id in known else 0
            pieces = min(line.quantity, left.get(product, 0))
            left[product] = left.get(product, 0) - pieces
            place = replace(place, proven=(*place.proven, *[Proven(line.id, None)] * pieces))
        return place

    # ---------------------------------------------------------------- the parcel

    def _close(self, place: PackSeat) -> None:
        """Raises what the packing place refuses a number for, and _Stopped where there is none."""
        order = self.inside.order
        text = self._number()
        number, shipper = Closing(self.tx, self.policies, self.actor, order, place).number(text)
        place = replace(place, number=number, shipper=self._shipper(shipper))
        Closing(self.tx, self.policies, self.actor, order, place).close()

    def _number(self) -> str:
        numbers, first = self.seen.numbers, self.inside.going[0].id
        if len(numbers) > 1:
            raise _Stopped(Problem(msg("odoo.in.several_parcels", numbers=", ".join(numbers)), first))
        order = self.inside.order
        label = backship.label_of_order(self.tx.connection, order["account_id"], order["remote_id"])
        number = numbers[0] if numbers else label
        if not number:
            raise _Stopped(Problem(msg("odoo.in.no_number"), first))
        return number

    def _shipper(self, suggested: str) -> str:
        """Who carries it, in the marketplace's words: whom Odoo names, where that is one of those."""
        chosen = odoo.choices(self.tx.connection, self.tx.company, choices.Kind.CARRIER)
        names = sorted(
            local
            for local, one in chosen.items()
            if one.remote_id == self.seen.carrier and local != choices.OTHERS
        )
        return suggested if not names or suggested in names else names[0]


def unit_of(connection: Connection, company: str, account_id: str, piece: PieceSeen) -> str | None:
    """The unit that this serial is: the remembered one, else the one that bears it."""
    known = odoo.by_remote(connection, account_id, LOT, [piece.lot]).get(piece.lot)
    if known is not None and units.find_unit(connection, company, known.local_id) is not None:
        return known.local_id
    try:
        return units.by_identifier(connection, company, identify(piece.serial).value)
    except Failure:
        return None


def _together(problems: list[Problem]) -> Problem:
    """All of them in one; a person may let it pass where each may."""
    let = {unit: what for one in problems for unit, what in one.let.items()}
    reasons = tuple(one.reason for one in problems)
    reason = reasons[0] if len(reasons) == 1 else msg("odoo.in.reasons", reasons=reasons)
    return Problem(reason, problems[0].line_id, let if all(one.let for one in problems) else {})
