"""The columns of the list of BackBoxes, and one of them in full."""

from __future__ import annotations

from decimal import Decimal

from bmdesk.domain.backbox import Standing
from bmdesk.services.prices.winning import Prospect
from bmdesk.services.selling.backbox import standing_text
from bmdesk.texts import locale, render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.listings.words import code_of
from bmdesk.ui.widgets.fitting import Fit
from bmdesk.ui.words import NOTHING, lately, moment, money, sentence

FIT = Fit(
    widths={
        "sku": 178,
        "market": 66,
        "standing": 128,
        "price": 112,
        "to_win": 112,
        "winner": 112,
        "left": 112,
        "percent": 72,
        "floor": 112,
        "read": 92,
    },
    gives_way=("winner", "floor", "percent", "read"),
    grows={"sku": 320, "standing": 160},
    stretches=("sku",),
)

_TONES = {
    Standing.WINNING: Tone.OK,
    Standing.LOSING: Tone.BAD,
    Standing.UNSAID: Tone.WARN,
    Standing.NO_BOX: Tone.NEUTRAL,
}


def standing_words(one: Prospect) -> str:
    """How it stands; that nobody knows, where our price changed since it was read."""
    return t("boxes.moved") if one.moved else sentence(render(standing_text(one.view.box.standing)))


def standing_tone(one: Prospect) -> Tone:
    """The tone of how it stands."""
    return Tone.WARN if one.moved else _TONES[one.view.box.standing]


def left_tone(one: Prospect) -> Tone | None:
    """Red below the floor, green above; nothing where nobody knows."""
    if one.margin is None:
        return None
    return Tone.BAD if one.is_below_floor or one.margin.minor < 0 else Tone.OK


def full_words(one: Prospect) -> str:
    """What it takes and what that leaves; why it cannot be taken; what was chosen."""
    box, nothing = one.view.box, one.nothing
    present = money(one.present or box.price) or NOTHING
    said = [t("boxes.moved_in_full", read=money(box.price), present=present)] if one.moved else []
    if box.to_win is not None and nothing is None:
        left = money(one.margin) or t("boxes.unknown")
        if one.moved:
            said.append(t("boxes.would_have_won", price=money(box.to_win), left=left))
        else:
            said.append(t("boxes.in_full", price=money(box.to_win), left=left, present=present))
        if one.unknown is not None:
            said.append(t("boxes.floor_unknown", reason=one.unknown))
        elif one.is_below_floor:
            said.append(t("boxes.below_floor", floor=money(one.floor)))
        elif one.floor is not None:
            said.append(t("boxes.floor", floor=money(one.floor)))
    elif nothing is not None and box.standing is not Standing.NO_BOX:
        said.append(render(nothing))
    if not one.managed and box.standing is Standing.LOSING:
        said.append(t("boxes.not_managed"))
    if one.chosen is not None:
        said.append(t("boxes.chosen_price", price=money(one.chosen.price), who=one.chosen.by or NOTHING))
    return " ".join(said)


def columns() -> tuple[Column, ...]:
    """Each reads a services.prices.winning.Prospect."""
    return (
        Column(
            t("listings_page.column_sku"),
            lambda p: p.view.sku[:200],
            hint=lambda p: f"{p.view.sku}\n{p.view.title}"[:600],
            stretch=True,
        ),
        Column(
            t("listings_page.column_market"),
            lambda p: code_of(p.view.box.market),
            hint=lambda p: str(p.view.box.market),
        ),
        Column(
            t("boxes.column_standing"),
            standing_words,
            pill=standing_tone,
            hint=full_words,
        ),
        Column(
            t("boxes.column_price"), lambda p: money(p.present or p.view.box.price) or NOTHING, number=True
        ),
        Column(t("boxes.column_to_win"), lambda p: money(p.view.box.to_win) or NOTHING, number=True),
        Column(t("boxes.column_winner"), lambda p: money(p.view.box.winner) or NOTHING, number=True),
        Column(
            t("boxes.column_left"),
            lambda p: money(p.margin) or NOTHING,
            number=True,
            tone=left_tone,
            hint=full_words,
        ),
        Column(t("boxes.column_percent"), lambda p: _percent(p.percent), number=True, tone=left_tone),
        Column(t("boxes.column_floor"), lambda p: money(p.floor) or NOTHING, number=True),
        Column(
            t("boxes.column_read"),
            lambda p: lately(p.view.box.read_at),
            hint=lambda p: moment(p.view.box.read_at),
        ),
    )


def _percent(percent: Decimal | None) -> str:
    return NOTHING if percent is None else f"{locale.number(percent)} %"
