"""What is chosen at Odoo, in the words of a table: by whom it is called so here, and what it is there."""

from __future__ import annotations

from itertools import groupby

from bmdesk.services.odoo.choices import Kind, local_text
from bmdesk.services.odoo.decisions import Decision, Option
from bmdesk.texts import msg, render, t
from bmdesk.ui.words import sentence

_HEADS = {
    Kind.LOCATION: msg("settings.odoo.head_location"),
    Kind.JOURNAL: msg("settings.odoo.head_journal"),
    Kind.TAX: msg("settings.odoo.head_tax"),
    Kind.CARRIER: msg("settings.odoo.head_carrier"),
    Kind.GRADE: msg("settings.odoo.head_grade"),
    Kind.GRADE_VALUE: msg("settings.odoo.head_grade_value"),
}


def by_kind(found: tuple[Decision, ...]) -> list[tuple[str, list[Decision]]]:
    """The decisions under the headings that they stand under."""
    return [(render(_HEADS[kind]), list(group)) for kind, group in groupby(found, lambda one: one.kind)]


def local_words(decision: Decision) -> str:
    """What it is called here."""
    if decision.kind is Kind.GRADE:
        return t("settings.odoo.grade")
    words = local_text(decision.kind, decision.local)
    return words if isinstance(words, str) else sentence(render(words))


def option_words(option: Option) -> str:
    """What it is called there."""
    name = option.candidate.name
    return t("settings.odoo.position", name=name) if option.kind is Kind.POSITION else name


def meant_words(decision: Decision) -> str:
    """What is chosen, or what holds where nothing is."""
    if decision.meant is not None:
        return option_words(decision.meant)
    return sentence(render(decision.unchosen))
