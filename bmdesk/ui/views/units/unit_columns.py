"""The columns of the list of units, and which of them give way when there is little room."""

from __future__ import annotations

from bmdesk.services.goods.units import UnitLine
from bmdesk.texts import render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.palette import Tone
from bmdesk.ui.widgets.fitting import Fit
from bmdesk.ui.words import (
    grade_tone,
    grade_words,
    lately,
    moment,
    percent,
    state_tone,
    state_words,
    told_first,
)

WIDTHS = {
    "identifier": 176,
    "model": 160,
    "sku": 130,
    "grade": 104,
    "battery": 72,
    "state": 112,
    "bin": 86,
    "blocker": 150,
    "changed": 98,
}
FIT = Fit(
    WIDTHS,
    gives_way=(
        "changed",
        "sku",
        "battery",
        "blocker",
        "bin",
        "model",
    ),  # identifier, grade and state always stay
    stretches=("blocker", "model", "state"),
    grows={"model": 330, "sku": 300},
)


def unit_columns() -> tuple[Column, ...]:
    """Each reads a services.goods.units.UnitLine."""
    width = WIDTHS
    return (
        Column(t("units_page.column_identifier"), lambda u: u.identifier, identifier=True),
        Column(t("units_page.column_model"), _model, hint=_model, width=width["model"]),
        Column(
            t("units_page.column_sku"),
            lambda u: u.row.sku or "",
            hint=lambda u: u.row.sku,
            width=width["sku"],
        ),
        Column(
            t("units_page.column_grade"),
            lambda u: grade_words(u.row.grade),
            pill=lambda u: grade_tone(u.row.grade),
            width=width["grade"],
        ),
        Column(
            t("units_page.column_battery"),
            lambda u: percent(u.row.battery_percent),
            number=True,
            width=width["battery"],
        ),
        Column(
            t("units_page.column_state"),
            lambda u: state_words(u.row.state),
            pill=lambda u: state_tone(u.row.state),
            width=width["state"],
        ),
        Column(
            t("units_page.column_bin"),
            lambda u: u.row.location,
            hint=lambda u: u.row.location,
            width=width["bin"],
        ),
        Column(
            t("units_page.column_blocker"),
            _blocker,
            tone=lambda u: None if u.held or not u.blockers else Tone.NEUTRAL,
            hint=_all_blockers,
            stretch=True,
        ),
        Column(
            t("units_page.column_changed"),
            lambda u: lately(u.row.changed_at),
            hint=lambda u: moment(u.row.changed_at),
            width=width["changed"],
        ),
    )


def _model(line: UnitLine) -> str:
    return (line.row.title or line.row.model_code or t("units_page.unknown_model"))[:200]


def _blocker(line: UnitLine) -> str:
    return next((render(blocker.title)[:200] for blocker in told_first(line.blockers)), "")


def _all_blockers(line: UnitLine) -> str:
    return "\n".join(render(blocker.title)[:200] for blocker in told_first(line.blockers))
