"""What the Pack screen says in each moment: the stage and what came of the last scan as large words, a sign, a tone.

Pure: from frozen values to words. Which unit may leave is decided below; here is only how it is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bmdesk.domain.changes import Change
from bmdesk.domain.packing import Refusal
from bmdesk.services.shipping.pack_result import PackResult, Stage
from bmdesk.services.shipping.pack_view import PackOrder, PackPiece, PackView
from bmdesk.texts import Failure, locale, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.widgets.big import BigRow
from bmdesk.ui.words import NOTHING, grade_words, moment

SHOWN = frozenset({Change.PACKING, Change.ORDERS, Change.UNITS, Change.SETTINGS})
"""What must change for the screen to be read again."""

_PROVEN = frozenset({"pack.proven_more", "pack.proven_all"})
_WORTH_A_LOOK = frozenset({"refused.scanned_again.happened", "pack.proven_already"})
_SOON = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Said:
    """What the middle of the screen says. Without a tone the screen is calm and asks for the next scan."""

    sign: str
    title: str
    detail: str = ""
    more: str = ""
    tone: Tone | None = None
    lasting: bool = True
    """False: the colour goes by itself after a while, the words stay those of the stage."""


def answer(result: PackResult, view: PackView) -> Said:
    """What came of a scan. A proven piece and a closed parcel are green, what is refused is red until the next scan."""
    if not result.ok:
        return _no(result)
    asked = stage(view)
    message = render(result.message)
    if result.closed:
        return Said("check", t("pack_page.closed"), message, t("pack_page.next"), Tone.OK)
    if result.message.code in _PROVEN:
        return Said("check", asked.title, asked.detail, message, Tone.OK, lasting=False)
    if view.stage in (Stage.CONFIRM, Stage.BADGE):
        return asked  # these say all of it themselves
    tone = Tone.WARN if result.message.code in _WORTH_A_LOOK else None
    return Said(asked.sign, asked.title, asked.detail, message, tone, lasting=False)


def trouble(failure: Failure) -> Said:
    """The store or something else failed: the same red, in its own words."""
    return Said("cross", render(failure.title), render(failure.todo), render(failure.happened), Tone.BAD)


def sound(result: PackResult) -> Tone:
    """The tone of what a scan came to, for the ear."""
    if result.message.code in _WORTH_A_LOOK:
        return Tone.WARN
    return Tone.OK if result.ok else Tone.BAD


def stage(view: PackView) -> Said:
    """What the place waits for."""
    order = view.order
    match view.stage:
        case Stage.BADGE if view.refused is not None:
            return Said(
                "user",
                t("pack_page.badge"),
                t(
                    "pack_page.badge_note",
                    unit=view.refused.identifier or NOTHING,
                    reason=view.refused.reason,
                ),
                _titles(view.refused.reasons),
                Tone.WARN,
            )
        case Stage.CONFIRM if order is not None:
            parcel = t("pack_page.parcel", number=view.number, shipper=view.shipper or NOTHING)
            if not view.registered:
                return Said("lock", t("pack_page.confirm_parcel"), t("pack_page.confirm_kept"), parcel)
            told = ", ".join(view.registered)
            return Said(
                "lock",
                t("pack_page.confirm_title", identifiers=told),
                t("pack_page.confirm_note" if len(view.registered) == 1 else "pack_page.confirm_notes"),
                parcel,
            )
        case Stage.TRACKING if order is not None:
            if order.label:
                made = t(
                    "pack_page.label_must_be" if order.backship else "pack_page.label_came_in",
                    number=order.label,
                )
                return Said("tag", t("pack_page.label"), made)
            promised = t("pack_page.label_promised", shipper=order.shipper) if order.shipper else ""
            return Said("tag", t("pack_page.label"), f"{t('pack_page.label_note')} {promised}".strip())
    if order is None:
        return Said("scan", t("pack_page.device"), t("pack_page.device_note"))
    return Said("scan", t("pack_page.device"), _where(order))


def refused(view: PackView) -> Said | None:
    """What was refused before this screen was opened, while it still stands."""
    if view.refused is None or not view.refused.reasons or view.stage is Stage.BADGE:
        return None
    return _reasons(view.refused.reasons)


def order_title(view: PackView, tone: Tone | None = None) -> str:
    """The order in hand. Without one the place is ready, except on a red screen (`tone`)."""
    if view.order is not None:
        return t("pack_page.order", number=view.order.number)
    return "" if tone is Tone.BAD else t("pack_page.no_order")


def order_note(order: PackOrder | None) -> str:
    """Where it was bought, how many pieces, and what else is known of it."""
    if order is None:
        return ""
    parts = [
        order.market,
        t("pack_page.pieces", proven=len(order.pieces) - order.missing, all=len(order.pieces)),
    ]
    if order.backship:
        parts.append(t("pack_page.backship"))
    if order.conflicts:
        parts.append(t("pack_page.conflicts", count=order.conflicts))
    return " · ".join(part for part in parts if part)


def clock(ship_by: datetime | None, now: datetime) -> tuple[str, str, Tone | None]:
    """By when it must leave, how long that is, and how grave it is."""
    if ship_by is None:
        return "", "", None
    left = ship_by - now
    late = left < timedelta(0)
    words = t("pack_page.late" if late else "pack_page.left", span=span(abs(left)))
    tone = Tone.BAD if late else Tone.WARN if left < _SOON else None
    return t("pack_page.ship_by", at=near(ship_by, now)), words, tone


def near(at: datetime, now: datetime) -> str:
    """A moment of today by its time, any other with its day."""
    return locale.clock(at) if at.astimezone().date() == now.astimezone().date() else moment(at)


def span(length: timedelta) -> str:
    """So long, in the two largest parts."""
    minutes = int(length.total_seconds()) // 60
    days, minutes = divmod(minutes, 1440)
    hours, minutes = divmod(minutes, 60)
    if days:
        return t("pack_page.days", days=days, hours=hours)
    return (
        t("pack_page.hours", hours=hours, minutes=minutes)
        if hours
        else t("pack_page.minutes", minutes=minutes)
    )


def rows(order: PackOrder) -> list[BigRow]:
    """The pieces, those that are missing first."""
    return [_row(piece) for piece in sorted(order.pieces, key=lambda piece: piece.proven)]


def _row(piece: PackPiece) -> BigRow:
    grade = grade_words(piece.grade) if piece.grade else ""
    note = " · ".join(part for part in (grade, piece.sku) if part)
    if piece.override_by:
        note = t("pack_page.override_by", note=note, supervisor=piece.override_by)
    if piece.proven:
        return BigRow("check", Tone.OK, piece.title, note, piece.identifier, faded=True)
    if not piece.identifier and not piece.counted:
        note = f"{note} · {t('pack_page.no_unit')}" if note else t("pack_page.no_unit")
    return BigRow("box", Tone.INFO, piece.title, note, piece.identifier, piece.where)


def _where(order: PackOrder) -> str:
    waits = next((piece for piece in order.pieces if not piece.proven), None)
    if waits is None or not waits.identifier:
        return t("pack_page.missing", missing=order.missing)
    return t(
        "pack_page.missing_unit", missing=order.missing, unit=waits.identifier, place=waits.where or NOTHING
    )


def _no(result: PackResult) -> Said:
    if result.refused:
        return _reasons(result.refused)
    code = result.message.code
    if code in _WORTH_A_LOOK:
        return Said("warning", render(result.message), _todo(result), "", Tone.WARN, lasting=False)
    return Said("cross", render(result.message), _todo(result), "", Tone.BAD)


def _reasons(reasons: tuple[Refusal, ...]) -> Said:
    first, rest = reasons[0], reasons[1:]
    more = [t("pack_page.also", reasons=_titles(rest))] if rest else []
    if all(one.may_override for one in reasons):
        more.append(t("pack_page.may_override"))
    return Said("cross", render(first.title), render(first.todo), " ".join(more), Tone.BAD)


def _spoken(reason: str) -> str:
    """A reason as people say it: printed cards carry it as a code."""
    return reason.replace("_", " ").lower() if reason.isupper() else reason


def _titles(reasons: tuple[Refusal, ...]) -> str:
    return "; ".join(render(one.title) for one in reasons)


def _todo(result: PackResult) -> str:
    return render(result.todo) if result.todo is not None else ""
