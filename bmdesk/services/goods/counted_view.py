"""Goods without units as people look at them: a product's pieces by grade, and how each is offered. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from bmdesk.services.desk import Desk
from bmdesk.services.goods.catalog import UnknownVariant
from bmdesk.services.grading.judgement import SELLABLE
from bmdesk.services.selling.account_snapshot import AccountSnapshot
from bmdesk.services.selling.listing_why import ListedRow, explained
from bmdesk.store.engine import Connection
from bmdesk.store.queries import accounts, catalogue, counted, listings
from bmdesk.store.queries.catalogue import SkuRow
from bmdesk.texts import Text, msg


@dataclass(frozen=True, slots=True)
class GradeCount:
    """One grade. `pieces` None: not counted. `sku` is "" while there is none. `listing`: how it is offered."""

    grade: str
    new_battery: bool
    sku: str
    pieces: int | None
    listing: Text


@dataclass(frozen=True, slots=True)
class Sheet:
    """A product's counted goods. With `units` it is there as units, and its pieces are not counted."""

    variant_id: str
    title: str
    units: int
    rows: tuple[GradeCount, ...]


def sheet(desk: Desk, variant_id: str) -> Sheet:
    """Every grade that can be sold, counted or not; with a new battery only what is counted. Raises UnknownVariant."""

    def work(connection: Connection) -> Sheet:
        variant = catalogue.find_variant(connection, desk.company, variant_id)
        if variant is None:
            raise UnknownVariant(given=variant_id[:40])
        known = {(r.grade, r.new_battery): r for r in counted.skus_of_variant(connection, variant.id)}
        shown = [(grade, False) for grade in SELLABLE]
        shown += [(g, True) for g in SELLABLE if (g, True) in known and known[g, True].pieces is not None]
        offered = _offered(connection, desk, [row for key in shown if (row := known.get(key)) is not None])
        rows = []
        for grade, new_battery in shown:
            sku = known.get((grade, new_battery))
            said = offered.get(sku.id if sku else "", msg("counted.no_listing"))
            rows.append(
                GradeCount(grade, new_battery, sku.text if sku else "", sku.pieces if sku else None, said)
            )
        number = counted.units_of_variant(connection, variant.id)
        return Sheet(variant.id, variant.title, number, tuple(rows))

    return desk.read(work)


def _offered(connection: Connection, desk: Desk, skus: list[SkuRow]) -> dict[str, Text]:
    """How the listing that carries each SKU stands, the first account's first."""
    found: dict[str, Text] = {}
    rows = listings.of_skus(connection, [sku.id for sku in skus])
    for account in accounts.sellers(connection, desk.company):
        mine = [row for row in rows if row.account_id == account.id and row.carries]
        for one in explained(connection, AccountSnapshot.of(connection, desk, account), mine):
            found.setdefault(one.listing.sku_id or "", _standing(one))
    return found


def _standing(row: ListedRow) -> Text:
    if row.online:
        return msg("counted.online", quantity=row.listing.quantity, markets=", ".join(row.online[:8]))
    why = row.why or next((one.why for one in row.markets if one.why), ())
    return msg("counted.not_online", why=why[0]) if why else msg("counted.not_online_yet")
