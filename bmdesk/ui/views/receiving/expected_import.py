"""A supplier's list: read off the window's thread, shown line by line, then kept a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from bmdesk.services.desk import Actor, Desk
from bmdesk.services.goods.expected import ExpectedPlan, ExpectedReport, ExpectedRow, apply_expected
from bmdesk.services.lines import PAGE, LineErrors
from bmdesk.texts import t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.widgets.import_dialog import Preview, Sheet, error_sheet


def preview_of(plan: ExpectedPlan, batch_code: str, actor: Actor) -> Preview:
    """What this list would do to the batch."""
    sheets = [Sheet(t("batches.import.lines", count=len(plan.rows)), _columns(), plan.rows)]
    if plan.errors:
        sheets.insert(0, error_sheet(plan.errors))
    summary = t("batches.import.summary", count=len(plan.rows), batch=batch_code)
    if plan.twice:
        summary += " " + t("batches.import.twice", count=plan.twice)
    if plan.errors:
        summary += " " + t("imports.errors_stay_out", count=len(plan.errors))
    return Preview(
        title=t("batches.import.title", file=plan.file[:80]),
        summary=summary,
        sheets=tuple(sheets),
        yes=t("imports.yes", count=len(plan.rows)),
        pages=_pages(plan, batch_code, actor),
        done=_done,
    )


def _pages(plan: ExpectedPlan, batch_code: str, actor: Actor) -> Sequence[Callable[[Desk], ExpectedReport]]:
    def write(rows: tuple[ExpectedRow, ...], desk: Desk) -> ExpectedReport:
        part = ExpectedPlan(plan.file, rows, LineErrors())
        return apply_expected(desk, batch_code, part, actor=actor)

    return [partial(write, plan.rows[at : at + PAGE]) for at in range(0, len(plan.rows), PAGE)]


def _done(reports: Sequence[ExpectedReport]) -> str:
    words = t(
        "batches.import.done",
        added=sum(report.added for report in reports),
        changed=sum(report.changed for report in reports),
        unchanged=sum(report.unchanged for report in reports),
    )
    if doubled := sum(report.duplicates for report in reports):
        words += " " + t("batches.import.duplicates", count=doubled)
    if odd := sum(len(report.warnings) for report in reports):
        words += " " + t("batches.import.unknown_models", count=odd)
    if bad := sum(len(report.errors) for report in reports):
        words += " " + t("imports.refused", count=bad)
    return words


def _columns() -> tuple[Column, ...]:
    return (
        Column(t("imports.line"), lambda row: str(row.line), number=True, width=70),
        Column(t("batches.column.identifier"), lambda row: row.identifier.value, identifier=True),
        Column(t("batches.column.model"), lambda row: row.model, stretch=True),
        Column(t("batches.column.grade"), lambda row: row.grade, width=110),
        Column(
            t("batches.column.cost"), lambda row: f"{row.cost} {row.currency}".strip(), number=True, width=110
        ),
    )
