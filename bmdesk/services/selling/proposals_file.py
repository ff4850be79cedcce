"""The sheets of proposals as a file: written to be filled in, read and compared before anything is kept.

A line names a product by its model code. Beside the sheet it may bring what the product itself still lacks (EAN,
weight, new price, attributes). An empty cell leaves what stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bmdesk.domain.changes import Change
from bmdesk.domain.identifiers import sku_key
from bmdesk.domain.proposals import MOST_IMAGES, Sheet
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.goods import catalog
from bmdesk.services.goods.catalog import CatalogPlan, PlannedVariant, UnknownVariant
from bmdesk.services.goods.variant_form import (
    ATTRIBUTE,
    BadVariant,
    FieldChange,
    VariantForm,
    changes_between,
    check,
    merged_with,
)
from bmdesk.services.lines import LineError, LineErrors, Progress, gathered, in_pages
from bmdesk.services.selling import proposals
from bmdesk.services.selling.proposals import BadSheet, Proposed, UnderWay
from bmdesk.system.tabular import Row, read_table, write_table
from bmdesk.texts import msg, render

IMAGES = tuple(f"image_{number}" for number in range(1, MOST_IMAGES + 1))
SHEET = ("title", "description", *IMAGES, "grade")
PRODUCT = ("ean", "weight_g", "new_price", "currency", "new_price_on", "new_price_source")
LACKS = "lacks"
"""Tells what is missing; nobody reads it."""


@dataclass(frozen=True, slots=True)
class PlannedSheet:
    """What a line would do: `changes` of sheet and product as a person reads them."""

    line: int
    model_code: str
    changes: tuple[FieldChange, ...]
    sheet: Sheet | None
    product: PlannedVariant | None


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """What a file of sheets would do. `ignored`: columns that nobody reads."""

    file: str
    planned: tuple[PlannedSheet, ...]
    unchanged: int
    errors: LineErrors
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetReport:
    """How many products were changed. `cancelled`: stopped by a person; what was written before stays."""

    changed: int
    errors: LineErrors
    cancelled: bool = False
    changes: frozenset[Change] = field(default_factory=lambda: frozenset({Change.CATALOGUE}))


def write(desk: Desk, account_id: str, path: Path, codes: Sequence[str] | None = None) -> int:
    """Write the sheets of these products (None: all that may be proposed); how many. Raises UnknownVariant, OSError."""
    found = [one for one in proposals.listed(desk, account_id, codes) if codes is not None or one.is_open]
    names = sorted({name for one in found for name in (*one.built.variant.attributes, *_asked(one))})
    heads = ("model_code", *SHEET, *PRODUCT, *(ATTRIBUTE + name for name in names), LACKS)
    write_table(path, heads, [_line(one, names) for one in found])
    return len(found)


def read(desk: Desk, account_id: str, path: Path) -> SheetPlan:
    """Compare a file of sheets with what is kept; changes nothing. Bad lines are errors, the rest is planned.

    Raises TableUnreadable, TableTooLarge or ColumnsMissing.
    """
    rows = list(read_table(path, required=("model_code",)))
    currency, today = catalog.currency_and_day(desk)
    planned: list[PlannedSheet] = []
    errors: list[LineError] = []
    unchanged = 0
    seen: dict[str, int] = {}
    there = proposals.find(desk, account_id, [row.cells["model_code"] for row in rows])
    for row in rows:
        code = row.cells["model_code"]
        if sku_key(code) in seen:
            twice = msg("catalog.listed_twice", model_code=code[:64], line=seen[sku_key(code)])
            errors.append(LineError(row.line, twice, "model_code"))
            continue
        seen[sku_key(code)] = row.line
        now = there.get(sku_key(code))
        if now is None:
            errors.append(LineError(row.line, UnknownVariant(given=code[:40]).happened, "model_code"))
            continue
        try:
            one = _planned(now, row)
            form = _form(row, now)
            said = check(form, form.currency or currency, required=("model_code",), today=today)
        except BadVariant as bad:
            errors += [LineError(row.line, problem.reason, problem.field) for problem in bad.problems]
            continue
        except (UnderWay, BadSheet) as refused:
            errors.append(LineError(row.line, refused.happened))
            continue
        before = now.built.variant
        changes = [c for c in changes_between(before, merged_with(before, said)) if c.field != "draft"]
        product = (
            PlannedVariant(row.line, before.model_code, False, tuple(changes), form) if changes else None
        )
        one = replace(one, product=product, changes=(*one.changes, *changes))
        if one.changes:
            planned.append(one)
        else:
            unchanged += 1
    known = {"model_code", *SHEET, *PRODUCT, LACKS}
    heads = rows[0].cells if rows else ()
    ignored = tuple(c[:60] for c in heads if c not in known and not c.startswith(ATTRIBUTE))
    return SheetPlan(path.name, tuple(planned), unchanged, gathered(errors), ignored)


def apply(
    desk: Desk, actor: Actor, account_id: str, plan: SheetPlan, progress: Progress | None = None
) -> SheetReport:
    """Keep what is planned. What cannot be kept any more is an error of its line; the rest goes on."""
    changed = 0
    errors: list[LineError] = []

    def page(rows: Sequence[PlannedSheet]) -> None:
        nonlocal changed
        for one in rows:
            try:
                if one.sheet is not None:
                    proposals.save(desk, actor, account_id, one.model_code, one.sheet)
            except (UnderWay, BadSheet, UnknownVariant) as refused:
                errors.append(LineError(one.line, refused.happened))
                continue
            changed += 1
        products = tuple(one.product for one in rows if one.product is not None)
        catalog.apply_catalog(desk, CatalogPlan(plan.file, products, 0, LineErrors()))

    finished = in_pages(plan.planned, page, progress, 20)
    return SheetReport(
        changed, gathered(list(plan.errors.shown), errors, more=plan.errors.more), not finished
    )


def _planned(now: Proposed, row: Row) -> PlannedSheet:
    """Raises UnderWay, BadSheet."""
    before = now.built.kept.sheet if now.built.kept is not None else Sheet()
    shown = now.built.sheet
    cells = {name: row.cells.get(name, "") for name in SHEET}
    images = tuple(cells[name] for name in IMAGES if cells[name])
    after = proposals.checked(
        Sheet(
            cells["title"] if cells["title"] != shown.title else before.title,
            _many_lines(cells["description"]) if not _is_shown(cells, shown) else before.description,
            images or before.images,
            cells["grade"] or before.grade,
        )
    )
    after = replace(
        after, title=after.title or before.title, description=after.description or before.description
    )
    if after != before and not now.is_open:
        raise UnderWay(model_code=now.built.variant.model_code)
    pairs = (
        ("title", before.title, after.title),
        ("description", before.description, after.description),
        ("images", " ".join(before.images), " ".join(after.images)),
        ("grade", before.grade, after.grade),
    )
    changes = tuple(FieldChange(name, old, new) for name, old, new in pairs if old != new)
    return PlannedSheet(row.line, now.built.variant.model_code, changes, after if changes else None, None)


def _is_shown(cells: dict[str, str], shown: Sheet) -> bool:
    """Whether the description is the one that was only suggested when the file was written."""
    return _many_lines(cells["description"]) == shown.description


def _many_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _form(row: Row, now: Proposed) -> VariantForm:
    cells = {name: row.cells.get(name, "") for name in PRODUCT}
    attributes = tuple(
        (name[len(ATTRIBUTE) :].strip(), value)
        for name, value in row.cells.items()
        if name.startswith(ATTRIBUTE) and value
    )
    if not cells["new_price"]:
        cells["currency"] = ""
    return VariantForm(model_code=now.built.variant.model_code, attributes=attributes, **cells)


def _asked(one: Proposed) -> list[str]:
    """Names under which the missing attributes of the leaf may be filled in."""
    return [
        lack.attribute.field.lower()[:40]
        for lack in one.lacks
        if lack.attribute is not None and not lack.given
    ]


def _line(one: Proposed, names: Sequence[str]) -> list[str]:
    built = one.built
    form = catalog.form_of(built.variant)
    images = [*built.sheet.images, *[""] * MOST_IMAGES][:MOST_IMAGES]
    return [
        built.variant.model_code,
        built.sheet.title,
        built.sheet.description,
        *images,
        built.sheet.grade,
        *(str(getattr(form, name)) for name in PRODUCT),
        *(built.variant.attributes.get(name, "") for name in names),
        "; ".join(render(lack.reason) for lack in one.lacks),
    ]
