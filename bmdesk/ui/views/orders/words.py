"""How the Orders room says and colours things: states, the moment by which an order must leave, tabs, markets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bmdesk.domain.parcels import ParcelState, parcel_text
from bmdesk.services.orders.order_view import OrderRow, Tab
from bmdesk.texts import locale, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.words import NOTHING, sentence

LONGEST = 200
_PARCEL_TONES = {
    ParcelState.PACKED: Tone.INFO,
    ParcelState.TOLD: Tone.INFO,
    ParcelState.HANDED: Tone.INFO,
    ParcelState.DELIVERED: Tone.OK,
    ParcelState.LOST: Tone.BAD,
    ParcelState.BACK: Tone.WARN,
    ParcelState.UNDONE: Tone.NEUTRAL,
}


def parcel_words(state: ParcelState) -> str:
    """Where a parcel is."""
    return sentence(render(parcel_text(state)))


def parcel_tone(state: ParcelState) -> Tone:
    """The tone of where a parcel is."""
    return _PARCEL_TONES[state]


def ship_by_words(ship_by: datetime | None, *, overdue: bool) -> str:
    """By when it must leave, as a person says it: `Overdue: 20 Nov 14:00`, `Today 16:00`, `Tomorrow 12:00`."""
    if ship_by is None:
        return NOTHING
    local, today = ship_by.astimezone(), datetime.now().astimezone().date()
    clock = locale.clock(local)
    if overdue:
        when = clock if local.date() == today else f"{_day(local)} {clock}"
        return t("orders_page.overdue", when=when)
    if local.date() == today:
        return t("orders_page.today_at", time=clock)
    if local.date() == today + timedelta(days=1):
        return t("orders_page.tomorrow_at", time=clock)
    return f"{_day(local)} {clock}"


def ship_by_tone(ship_by: datetime | None, *, overdue: bool) -> Tone | None:
    """Late is red, today is amber; later is nothing special."""
    if overdue:
        return Tone.BAD
    if ship_by is None:
        return None
    return Tone.WARN if ship_by.astimezone().date() <= datetime.now().astimezone().date() else None


def event_words(at: datetime) -> str:
    """When something happened: `14:00` today, else `20 Nov 14:00`."""
    local = at.astimezone()
    clock = locale.clock(local)
    return clock if local.date() == datetime.now().astimezone().date() else f"{_day(local)} {clock}"


def conflict_words(row: OrderRow) -> str:
    """How much of it a person must decide."""
    if not row.conflicts:
        return ""
    return t("orders_page.conflicts", count=row.conflicts)


def tab_words() -> Mapping[Tab, str]:
    """What the tabs are called, in their order."""
    return {
        Tab.TO_ACCEPT: t("orders_page.tab_to_accept"),
        Tab.TO_PICK: t("orders_page.tab_to_pick"),
        Tab.TO_PACK: t("orders_page.tab_to_pack"),
        Tab.PACKED: t("orders_page.tab_packed"),
        Tab.SHIPPED: t("orders_page.tab_shipped"),
        Tab.CONFLICTS: t("orders_page.tab_conflicts"),
        Tab.WAITING: t("orders_page.tab_waiting"),
        Tab.ONLY_SHOWN: t("orders_page.tab_only_shown"),
        Tab.ALL: t("orders_page.tab_all"),
    }


def empty_words(tab: Tab) -> tuple[str, str]:
    """What stands there while a tab has no order: a sentence and a note."""
    match tab:
        case Tab.TO_ACCEPT:
            return t("orders_page.none_to_accept"), t("orders_page.none_to_accept_note")
        case Tab.TO_PICK:
            return t("orders_page.none_to_pick"), t("orders_page.none_to_pick_note")
        case Tab.TO_PACK:
            return t("orders_page.none_to_pack"), t("orders_page.none_to_pack_note")
        case Tab.PACKED:
            return t("orders_page.none_packed"), t("orders_page.none_packed_note")
        case Tab.CONFLICTS:
            return t("orders_page.none_conflicts"), t("orders_page.none_conflicts_note")
        case Tab.WAITING:
            return t("orders_page.none_waiting"), t("orders_page.none_waiting_note")
        case Tab.ONLY_SHOWN:
            return t("orders_page.none_only_shown"), t("orders_page.none_only_shown_note")
        case Tab.ALL:
            return t("orders_page.none_yet"), t("orders_page.none_yet_note")
        case _:
            return t("orders_page.none_here"), ""


def orders_words(total: int | None) -> str:
    """So many orders; that they are looked for while nobody knows."""
    if total is None:
        return t("orders_page.searching")
    return t("orders_page.count", count=total)


def _day(local: datetime) -> str:
    this_year = local.year == datetime.now().astimezone().year
    return locale.short_day(local) if this_year else locale.day(local)
