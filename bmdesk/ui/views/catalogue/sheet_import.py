"""A file of sheets before it is kept: what changes from what to what, what is wrong in which line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bmdesk.services.desk import Actor, Desk
from bmdesk.services.lines import PAGE, LineErrors
from bmdesk.services.selling import proposals_file
from bmdesk.services.selling.proposals_file import PlannedSheet, SheetPlan, SheetReport
from bmdesk.texts import t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.widgets.import_dialog import Preview, Sheet, error_sheet


@dataclass(frozen=True, slots=True)
class _ChangeLine:
    """One value of one product, before and after."""

    line: int
    model_code: str
    field: str
    before: str
    after: str


def preview_of(actor: Actor, account_id: str, plan: SheetPlan) -> Preview:
    """What this file would do to the sheets and their products."""
    changes = [
        _ChangeLine(one.line, one.model_code, change.field, change.before, change.after)
        for one in plan.planned
        for change in one.changes
    ]
    sheets = [error_sheet(plan.errors)] if plan.errors else []
    if changes:
        sheets.append(Sheet(t("products.import.changed", count=len(plan.planned)), _columns(), changes))
    summary = t("products.import.summary", new=0, changed=len(plan.planned), unchanged=plan.unchanged)
    if plan.errors:
        summary += " " + t("imports.errors_stay_out", count=len(plan.errors))
    if plan.ignored:
        summary += " " + t("products.import.ignored", columns=", ".join(plan.ignored[:8]))
    return Preview(
        title=t("products.import.title", file=plan.file[:80]),
        summary=summary,
        sheets=tuple(sheets),
        yes=t("imports.yes", count=len(plan.planned)),
        pages=_pages(actor, account_id, plan),
        done=_done,
    )


def _pages(actor: Actor, account_id: str, plan: SheetPlan) -> Sequence[Callable[[Desk], SheetReport]]:
    def write(planned: tuple[PlannedSheet, ...], desk: Desk) -> SheetReport:
        page = replace(plan, planned=planned, errors=LineErrors())
        return proposals_file.apply(desk, actor, account_id, page)

    return [partial(write, plan.planned[at : at + PAGE]) for at in range(0, len(plan.planned), PAGE)]


def _done(reports: Sequence[SheetReport]) -> str:
    return t("products.import.done", added=0, changed=sum(report.changed for report in reports))


def _columns() -> tuple[Column, ...]:
    return (
        Column(t("imports.line"), lambda one: str(one.line), number=True, width=64),
        Column(t("products.field.model_code"), lambda one: one.model_code, width=190),
        Column(t("products.import.field"), lambda one: one.field, width=130),
        Column(t("products.import.before"), lambda one: _one_line(one.before), width=170),
        Column(t("products.import.after"), lambda one: _one_line(one.after), stretch=True),
    )


def _one_line(text: str) -> str:
    return " · ".join(text.splitlines()) or "–"
