"""Goods without units (chargers, cases): a person counts the pieces, and shipping lowers the count.

A SKU is sold by units or by counted pieces, never by both: it cannot be counted while units of its product are in the
house, and where a unit comes all the same, the unit wins. A piece that is sold and still here comes off the quantity
as an open order line; the moment it ships it comes off the pieces instead, so the quantity stays what it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bmdesk.domain.changes import Change
from bmdesk.domain.effects import StockOf
from bmdesk.services import wants
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.goods.catalog import UnknownVariant
from bmdesk.services.grading.judgement import SELLABLE
from bmdesk.services.grading.refusals import Refusal
from bmdesk.store.engine import Connection
from bmdesk.store.queries import catalogue, counted, sync_log
from bmdesk.store.queries.catalogue import SkuRow, VariantRow
from bmdesk.store.queries.counted import CountedRow, ShippedLine
from bmdesk.store.transaction import Tx
from bmdesk.texts import Text, msg

MOST = 100_000
"""Pieces of one SKU, at most."""


class NoSuchPieces(Refusal):
    """Not a number of pieces that can lie there. Params: `most`."""

    code = "counted.no_such_pieces"


class NoSuchGrade(Refusal):
    """Goods are counted in a grade that can be sold. Params: `given`, `known`."""

    code = "counted.no_such_grade"


class HasUnits(Refusal):
    """The product is there as units, so its pieces are not counted. Params: `product`, `count`."""

    code = "counted.has_units"


class SoldByUnits(Refusal):
    """Nobody counts the pieces of this SKU, so there is nothing to take from. Params: `sku`."""

    code = "counted.sold_by_units"


@dataclass(frozen=True, slots=True)
class Counted:
    """What the count is now. `pieces` None: sold by units. `sku` is "" where no SKU had to be made for that."""

    sku: str
    pieces: int | None
    changes: frozenset[Change] = field(
        default_factory=lambda: frozenset({Change.CATALOGUE, Change.LISTINGS, Change.SYNC})
    )


def set_pieces(
    desk: Desk, actor: Actor, variant_id: str, grade: str, new_battery: bool, pieces: int | None
) -> Counted:
    """A person has counted: so many pieces lie there. None: this SKU is sold by units again.

    What was shipped until now had left the shelf before the count, so it comes off nothing any more.
    Raises UnknownVariant, NoSuchGrade, NoSuchPieces, HasUnits.
    """

    def work(tx: Tx) -> Counted:
        variant = _checked(tx, desk.company, variant_id, grade)
        if pieces is None:
            return _by_units_again(tx, actor, variant, grade, new_battery=new_battery)
        row = _to_count(tx, variant, grade, new_battery=new_battery)
        for line in counted.shipped_lines_of(tx.connection, tx.company, row.id):
            counted.name_pieces(tx, line.id, line.open)
        return _write(tx, actor, row, pieces)

    return desk.write(work)


def add_pieces(
    desk: Desk, actor: Actor, variant_id: str, grade: str, new_battery: bool, more: int
) -> Counted:
    """So many more lie there, or fewer where negative, whatever was shipped meanwhile. Counting begins with this.

    Raises UnknownVariant, NoSuchGrade, NoSuchPieces (below nothing), HasUnits, SoldByUnits (nobody counts it).
    """

    def work(tx: Tx) -> Counted:
        variant = _checked(tx, desk.company, variant_id, grade)
        row = _to_count(tx, variant, grade, new_battery=new_battery)
        if row.pieces is None and more < 0:
            raise SoldByUnits(sku=row.text)
        if row.pieces is None:
            for line in counted.shipped_lines_of(tx.connection, tx.company, row.id):
                counted.name_pieces(tx, line.id, line.open)
        return _write(tx, actor, row, (row.pieces or 0) + more)

    return desk.write(work)


def listed(desk: Desk) -> tuple[CountedRow, ...]:
    """All that is sold by counted pieces, by SKU."""
    return desk.read(lambda connection: tuple(counted.all_counted(connection, desk.company)))


def skus_of(desk: Desk, variant_id: str) -> tuple[SkuRow, ...]:
    """The SKUs that this product has so far, counted or not."""

    def work(connection: Connection) -> tuple[SkuRow, ...]:
        if catalogue.find_variant(connection, desk.company, variant_id) is None:
            raise UnknownVariant(given=variant_id[:40])
        return tuple(counted.skus_of_variant(connection, variant_id))

    return desk.read(work)


def lower_shipped(tx: Tx, account_id: str, line_ids: Sequence[str] | None = None) -> None:
    """Lines of counted goods that were shipped take their pieces from the count, each piece once.

    `line_ids` (at most 500): only these; None: whatever is left, such as lines whose listing was linked later.
    """
    by_sku: dict[str, list[ShippedLine]] = {}
    for line in counted.shipped_lines(tx.connection, account_id, line_ids):
        counted.name_pieces(tx, line.id, line.open)
        by_sku.setdefault(line.sku_id, []).append(line)
    for sku_id, lines in sorted(by_sku.items()):
        row = catalogue.sku(tx.connection, sku_id)
        there, left = row.pieces or 0, sum(line.open for line in lines)
        counted.set_pieces(tx, sku_id, max(0, there - left))
        said = msg("counted.log_shipped", sku=row.text, shipped=left, pieces=max(0, there - left))
        sync_log.log(tx, account_id, "info", said, listing_id=lines[-1].listing_id)
        if left > there:
            short = msg("counted.log_short", sku=row.text, shipped=left, pieces=there)
            sync_log.log(tx, account_id, "warning", short, listing_id=lines[-1].listing_id)
    # Other accounts that offer the same goods have less from now on.
    wants.want(tx, *(StockOf(sku_id, lower=True) for sku_id in sorted(by_sku)))


def unit_wins(tx: Tx, sku_id: str) -> None:
    """A unit gets this SKU: if it was counted goods, it is sold by units from now on, and a person reads so."""
    row = catalogue.sku(tx.connection, sku_id)
    if row.pieces is None:
        return
    counted.set_pieces(tx, sku_id, None)
    _log(tx, sku_id, msg("counted.log_unit_wins", sku=row.text, pieces=row.pieces), "warning")
    wants.want(tx, StockOf(sku_id, lower=True))


def _checked(tx: Tx, company: str, variant_id: str, grade: str) -> VariantRow:
    variant = catalogue.find_variant(tx.connection, company, variant_id)
    if variant is None:
        raise UnknownVariant(given=variant_id[:40])
    if grade not in SELLABLE:
        raise NoSuchGrade(given=grade[:40], known=", ".join(SELLABLE))
    return variant


def _to_count(tx: Tx, variant: VariantRow, grade: str, *, new_battery: bool) -> SkuRow:
    number = counted.units_of_variant(tx.connection, variant.id)
    if number:
        raise HasUnits(product=variant.title[:90], count=number)
    return catalogue.sku(tx.connection, catalogue.sku_id(tx, variant, grade, new_battery))


def _write(tx: Tx, actor: Actor, row: SkuRow, pieces: int) -> Counted:
    if not 0 <= pieces <= MOST:
        raise NoSuchPieces(most=MOST)
    if pieces != row.pieces:
        counted.set_pieces(tx, row.id, pieces)
        words = {"sku": row.text, "pieces": pieces, "operator": actor.code}
        begun = row.pieces is None
        _log(
            tx,
            row.id,
            msg("counted.log_begun", **words)
            if begun
            else msg("counted.log_counted", before=row.pieces or 0, **words),
        )
    wants.want(tx, StockOf(row.id, lower=pieces < (row.pieces or 0)))
    return Counted(row.text, pieces)


def _by_units_again(tx: Tx, actor: Actor, variant: VariantRow, grade: str, *, new_battery: bool) -> Counted:
    same = (grade, new_battery)
    rows = [
        row
        for row in counted.skus_of_variant(tx.connection, variant.id)
        if (row.grade, row.new_battery) == same and row.pieces is not None
    ]
    for row in rows:
        counted.set_pieces(tx, row.id, None)
        said = msg("counted.log_by_units", sku=row.text, pieces=row.pieces or 0, operator=actor.code)
        _log(tx, row.id, said)
        wants.want(tx, StockOf(row.id, lower=True))
    return Counted(rows[0].text if rows else "", None)


def _log(tx: Tx, sku_id: str, said: Text, level: str = "info") -> None:
    """In the log of each account that offers the SKU; where none does, in the company's."""
    offering: list[str | None] = [*counted.accounts_offering(tx.connection, sku_id)]
    for account_id in offering or [None]:
        sync_log.log(tx, account_id, level, said)
