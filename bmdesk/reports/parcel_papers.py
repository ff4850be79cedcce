"""Paper for picking and shipping: the pick list by bin, the manifest of a driver, the slip that goes into a parcel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from bmdesk.reports.sheets import Part, Sheets
from bmdesk.services.desk import Desk
from bmdesk.services.shipping import parcels, picking
from bmdesk.services.shipping.parcels import Manifest, ShownParcel
from bmdesk.services.shipping.picking import PickList
from bmdesk.store.engine import Connection
from bmdesk.store.queries import allocations, customers, order_progress, orders, people, units, warranties
from bmdesk.store.queries.customers import SHIPPING
from bmdesk.texts import locale, t


def write_pick_list(desk: Desk, path: Path, batch: str | None = None) -> PickList:
    """The pick list of a batch, else of all that waits, place by place with the barcodes of bins and devices.

    Raises UnknownBatch, FileNotWritten.
    """
    found = picking.to_pick(desk, batch)
    local = _clock(desk)
    title = t("sheet.pick_list", number=found.batch.number) if found.batch else t("sheet.pick_list_all")
    with Sheets(path, title) as pages:
        made = local(desk.clock.now())
        pages.heading(title, t("sheet.pick_note", pieces=found.left, orders=found.orders, at=made))
        for stop in found.stops:
            pages.gap(2)
            code = f"BMD:BIN:{stop.location}" if stop.location else ""
            place = stop.location or t("sheet.no_place")
            pages.row(
                [Part(place, 60, bold=True), Part(str(stop.left), 20, bold=True)],
                height=11,
                code=code,
                follow=22,
            )
            pages.rule()
            for item in stop.items:
                due = local(item.ship_by) if item.ship_by else "-"
                order = t("sheet.pick_order", order=str(item.order_number), due=due)
                name = item.identifier or t("sheet.pieces", pieces=item.pieces)
                note = t("sheet.put_back") if item.put_back else order
                what = [Part("", 8), Part(item.title or item.sku, 80, bold=True)]
                pages.row(what, height=6, follow=15, tick=not item.picked)
                parts = [Part("", 8), Part(name, 38), Part(item.sku, 42)]
                pages.row(parts, height=9, code=item.identifier)
                pages.row([Part("", 8), Part(note, 100)], height=4.5)
                pages.gap(1.5)
    return found


def write_manifest(desk: Desk, path: Path, manifest: Manifest) -> Sequence[ShownParcel]:
    """What this driver took: number by number, with a line for the name. Raises FileNotWritten."""
    found = parcels.of_manifest(desk, manifest.id)
    local = _clock(desk)
    company = desk.read(lambda c: people.company(c, desk.company).name)
    title = t("sheet.manifest", shipper=manifest.shipper)
    with Sheets(path, title) as pages:
        note = t("sheet.manifest_note", company=company, parcels=len(found), at=local(manifest.at))
        pages.heading(title, note)
        for number, one in enumerate(found, 1):
            words = t("sheet.manifest_order", order=str(one.order), country=one.country or "-")
            pages.row(
                [Part(str(number), 10), Part(one.number, 46, bold=True), Part(words, 36)],
                height=11,
                code=one.number,
            )
        pages.gap(14)
        pages.row([Part(t("sheet.signed"), 60)], follow=6)
        pages.rule()
    return found


def write_slip(desk: Desk, path: Path, order_id: str) -> None:
    """The slip for the parcel of this order: to whom, what, with which identifier and until when it is covered.

    Holds personal data. Raises FileNotWritten.
    """
    rows = desk.read(lambda connection: _slip(connection, desk.company, order_id))
    number, title, address, lines = rows
    with Sheets(path, title) as pages:
        pages.row([Part(title, 90, bold=True)], height=11, code=number)
        pages.gap(4)
        for words in address:
            pages.row([Part(words, 90)], height=5.5)
        pages.gap(6)
        pages.rule()
        for name, detail in lines:
            pages.row([Part(name, pages.inside, bold=True)], height=6.5, follow=5)
            for words in detail:
                pages.row([Part("", 6), Part(words, 140)], height=5)
            pages.gap(2)


_Slip = tuple[str, str, list[str], list[tuple[str, list[str]]]]


def _slip(connection: Connection, company: str, order_id: str) -> _Slip:
    order = order_progress.order(connection, order_id)
    number = str(order["remote_id"])
    who = customers.address(connection, order_id, SHIPPING)
    address = []
    if who is not None:
        town = f"{who.postcode} {who.city}".strip()
        given = (
            who.name,
            who.company if who.company != who.name else "",
            who.street,
            who.street2,
            town,
            who.country,
        )
        address = [one for one in given if one]
    ends = {one.unit_id: one.ends_on for one in warranties.of_order(connection, order_id) if not one.void}
    lines = []
    for line in orders.of_order(connection, order_id):
        devices = []
        for one in allocations.of_lines(connection, [line.id]):
            names = units.identifiers(connection, one.unit_id)
            name = names[0].value if names else "-"
            until = ends.get(one.unit_id)
            devices.append(t("sheet.covered", unit=name, until=until) if until else name)
        lines.append((t("sheet.line", pieces=line.quantity, title=line.title or line.sku_text), devices))
    title = t("sheet.slip", order=number, company=people.company(connection, company).name)
    return number, title, address, lines


def _clock(desk: Desk) -> Callable[[datetime], str]:
    zone = desk.read(lambda connection: desk.policies(connection).timezone)
    return lambda at: locale.moment(at, zone)
