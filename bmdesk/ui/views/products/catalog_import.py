"""A catalogue file before it is written: what is new, what changes from what to what, what is wrong in which line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from bmdesk.services.desk import Desk
from bmdesk.services.goods.catalog import CatalogPlan, CatalogReport, PlannedVariant, apply_catalog
from bmdesk.services.lines import PAGE, LineErrors
from bmdesk.texts import t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.views.products.words import field_words
from bmdesk.ui.widgets.import_dialog import Preview, Sheet, error_sheet


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One value of one product, before and after."""

    line: int
    model_code: str
    field: str
    before: str
    after: str


def preview_of(plan: CatalogPlan) -> Preview:
    """What this file would do to the catalogue."""
    sheets = []
    if plan.errors:
        sheets.append(error_sheet(plan.errors))
    if plan.to_add:
        sheets.append(Sheet(t("products.import.new", count=len(plan.to_add)), _new_columns(), plan.to_add))
    changes = [
        ChangeLine(one.line, one.model_code, change.field, change.before, change.after)
        for one in plan.to_change
        for change in one.changes
    ]
    if changes:
        title = t("products.import.changed", count=len(plan.to_change))
        sheets.append(Sheet(title, _change_columns(), changes))
    summary = t(
        "products.import.summary",
        new=len(plan.to_add),
        changed=len(plan.to_change),
        unchanged=plan.unchanged,
    )
    if plan.errors:
        summary += " " + t("imports.errors_stay_out", count=len(plan.errors))
    if plan.ignored:
        summary += " " + t("products.import.ignored", columns=", ".join(plan.ignored[:8]))
    return Preview(
        title=t("products.import.title", file=plan.file[:80]),
        summary=summary,
        sheets=tuple(sheets),
        yes=t("imports.yes", count=len(plan.planned)),
        pages=_pages(plan),
        done=_done,
    )


def _pages(plan: CatalogPlan) -> Sequence[Callable[[Desk], CatalogReport]]:
    def write(planned: tuple[PlannedVariant, ...], desk: Desk) -> CatalogReport:
        return apply_catalog(desk, CatalogPlan(plan.file, planned, 0, LineErrors()))

    return [partial(write, plan.planned[at : at + PAGE]) for at in range(0, len(plan.planned), PAGE)]


def _done(reports: Sequence[CatalogReport]) -> str:
    return t(
        "products.import.done",
        added=sum(report.added for report in reports),
        changed=sum(report.changed for report in reports),
    )


def _new_columns() -> tuple[Column, ...]:
    return (
        Column(t("imports.line"), lambda one: str(one.line), number=True, width=64),
        Column(t("products.field.model_code"), lambda one: one.model_code, width=190),
        Column(
            t("products.product"),
            lambda one: " ".join(
                x for x in (one.form.brand, one.form.model, one.form.storage, one.form.colour) if x
            ),
            stretch=True,
        ),
        Column(t("products.field.category"), lambda one: one.form.category, width=110),
        Column(
            t("products.field.new_price"),
            lambda one: f"{one.form.new_price} {one.form.currency}" if one.form.new_price else "",
            number=True,
            width=120,
        ),
    )


def _change_columns() -> tuple[Column, ...]:
    return (
        Column(t("imports.line"), lambda one: str(one.line), number=True, width=64),
        Column(t("products.field.model_code"), lambda one: one.model_code, width=190),
        Column(t("products.import.field"), lambda one: field_words(one.field), width=150),
        Column(t("products.import.before"), lambda one: one.before or "–", width=170),
        Column(t("products.import.after"), lambda one: one.after or "–", stretch=True),
    )
