"""The lines of a pick list as its table and its large card show them. Pure: from frozen values to words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bmdesk.services.orders.order_view import OrderRow
from bmdesk.services.shipping.picking import PickItem, PickList, PickStop
from bmdesk.store.queries.picking import BatchRow
from bmdesk.texts import t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.palette import Tone
from bmdesk.ui.words import NOTHING, lately, moment


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: a piece, and where it lies."""

    place: str
    item: PickItem
    now: datetime

    @property
    def done(self) -> bool:
        """Whether nobody has to go there for it any more."""
        return self.item.picked and not self.item.put_back

    @property
    def overdue(self) -> bool:
        return self.item.ship_by is not None and self.item.ship_by < self.now


def lines(found: PickList, now: datetime) -> list[Line]:
    """In the order in which people walk."""
    return [Line(stop.location, item, now) for stop in found.stops for item in stop.items]


def next_of(found: PickList) -> tuple[PickStop, PickItem] | None:
    """The first piece on the way that is not fetched; None where all are."""
    for stop in found.stops:
        for item in stop.items:
            if not item.picked and not item.put_back:
                return stop, item
    return None


def columns() -> tuple[Column, ...]:
    """The table of a pick list."""
    return (
        Column("", _mark, tone=_tone, icon=_icon, width=34),
        Column(t("pick_page.place"), lambda line: line.place or NOTHING, tone=_tone, width=130),
        Column(t("pick_page.identifier"), _number, tone=_tone, identifier=True),
        Column(t("pick_page.goods"), _goods, hint=_goods, tone=_tone, stretch=True),
        Column(t("pick_page.order"), lambda line: str(line.item.order_number), tone=_tone, width=100),
        Column(t("pick_page.ship_by"), _ship_by, tone=_due, width=155),
        Column(t("pick_page.state"), _state, pill=_state_tone, width=105),
    )


def order_columns() -> tuple[Column, ...]:
    """The table of orders that may go on a new list."""
    return (
        Column(t("pick_page.order"), lambda row: str(row.number), width=110),
        Column(t("pick_page.goods"), _title, hint=_title, stretch=True),
        Column(t("pick_page.pieces"), lambda row: str(row.pieces), number=True, width=70),
        Column(t("pick_page.market"), lambda row: row.market, width=80),
        Column(
            t("pick_page.ship_by"),
            lambda row: moment(row.ship_by) or NOTHING,
            tone=lambda row: Tone.BAD if row.overdue else None,
            width=155,
        ),
    )


def list_words(batch: BatchRow) -> str:
    """What a list is called."""
    return t("pick_page.list", number=batch.number, at=lately(batch.at))


def piece_words(item: PickItem) -> str:
    """What to take: its number; of counted goods how many of what."""
    if item.identifier:
        return item.identifier
    return t("pick_page.counted", pieces=item.pieces, sku=item.sku) if not item.unit_id else item.unit_id


def _mark(_: Line) -> str:
    return ""


def _icon(line: Line) -> str:
    if line.item.put_back:
        return "undo"
    return "check" if line.item.picked else ""


def _number(line: Line) -> str:
    return piece_words(line.item)


def _goods(line: Line) -> str:
    return f"{line.item.title or line.item.sku}"


def _ship_by(line: Line) -> str:
    return moment(line.item.ship_by) or NOTHING


def _tone(line: Line) -> Tone | None:
    return Tone.NEUTRAL if line.done else None


def _due(line: Line) -> Tone | None:
    if line.done:
        return Tone.NEUTRAL
    return Tone.BAD if line.overdue else None


def _state(line: Line) -> str:
    if line.item.put_back:
        return t("pick_page.put_back")
    return t("pick_page.fetched") if line.item.picked else ""


def _state_tone(line: Line) -> Tone | None:
    if line.item.put_back:
        return Tone.WARN
    return Tone.NEUTRAL if line.item.picked else None


def _title(row: OrderRow) -> str:
    return row.title
