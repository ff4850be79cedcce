"""The columns of what would be written, and of what was."""

from __future__ import annotations

from bmdesk.services.prices.simulation import PriceRow
from bmdesk.texts import render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.prices.words import (
    breaches,
    chosen_words,
    goes_by_itself,
    margin_tone,
    market_named,
    market_title,
    percent_words,
    step_words,
)
from bmdesk.ui.widgets.fitting import Fit
from bmdesk.ui.words import NOTHING, money

FIT = Fit(
    widths={
        "sku": 200,
        "market": 92,
        "now": 104,
        "after": 104,
        "by": 84,
        "margin_now": 92,
        "margin_new": 104,
        "goes": 138,
        "notes": 130,
    },
    gives_way=("margin_now", "by", "margin_new"),
    stretches=("notes",),
)


def change_columns() -> tuple[Column, ...]:
    """Each reads a PriceRow whose price changes."""
    return (
        Column(t("prices_page.sku"), lambda r: r.sku or r.our_sku, hint=_names),
        Column(
            t("prices_page.market"),
            lambda r: market_title(r.market),
            hint=lambda r: market_named(r.market),
        ),
        Column(t("prices_page.now"), lambda r: money(r.present) or NOTHING, number=True),
        Column(
            t("prices_page.after"),
            lambda r: money(r.new) or NOTHING,
            number=True,
            tone=lambda _: Tone.INFO,
        ),
        Column(t("prices_page.by"), lambda r: step_words(r) or NOTHING, number=True),
        Column(
            t("prices_page.margin_now"),
            lambda r: percent_words(r.percent_now),
            number=True,
            tone=lambda r: margin_tone(r.percent_now),
        ),
        Column(
            t("prices_page.margin_new"),
            lambda r: percent_words(r.percent_new),
            number=True,
            tone=lambda r: margin_tone(r.percent_new),
        ),
        Column(t("prices_page.goes"), _goes, pill=_goes_tone),
        Column(t("prices_page.notes"), _notes, hint=_notes_apart, stretch=True),
    )


def _names(row: PriceRow) -> str:
    return f"{row.sku}\n{row.title}"[:600]


def _goes(row: PriceRow) -> str:
    if row.writes:
        return t("prices_page.mark_automatic") if goes_by_itself(row) else t("prices_page.goes_written")
    if row.foreign is not None:
        return t("prices_page.goes_waits")
    return t("prices_page.goes_on_its_way") if row.managed else t("prices_page.goes_shown")


def _goes_tone(row: PriceRow) -> Tone:
    if row.writes:
        return Tone.INFO if goes_by_itself(row) else Tone.OK
    return Tone.BAD if row.foreign is not None else Tone.NEUTRAL


def _said(row: PriceRow) -> list[str]:
    found = [*breaches(row), chosen_words(row), *(render(warning) for warning in row.warnings)]
    return [one for one in found if one]


def _notes(row: PriceRow) -> str:
    return " · ".join(_said(row))


def _notes_apart(row: PriceRow) -> str:
    return "\n".join(_said(row))
