"""The catalogue: products and their variants, from a file, from the screen, or as a draft from the bench.

A file is read and compared first (`read_catalog`, which changes nothing), then written in pages of 100 lines; good
lines go in although others are bad. An empty cell leaves what stands; only the screen can clear a value.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bmdesk.domain.changes import Change
from bmdesk.domain.identifiers import sku_key
from bmdesk.services.company import Saved
from bmdesk.services.desk import Desk
from bmdesk.services.goods.variant_form import (
    ATTRIBUTE,
    BY_HAND,
    COLUMNS,
    REQUIRED,
    BadVariant,
    FieldChange,
    Problem,
    VariantForm,
    changes_between,
    check,
    dated,
    form_of,
    merged_with,
)
from bmdesk.services.grading.refusals import Refusal
from bmdesk.services.lines import LineError, LineErrors, Progress, gathered, in_pages, one_line
from bmdesk.store.engine import Connection
from bmdesk.store.queries import catalogue, people
from bmdesk.store.queries.catalogue import VariantRow
from bmdesk.store.transaction import Tx
from bmdesk.system.tabular import Row, read_table
from bmdesk.texts import msg

__all__ = [
    "BadVariant",
    "CatalogPlan",
    "CatalogReport",
    "FieldChange",
    "PlannedVariant",
    "Problem",
    "UnknownVariant",
    "VariantForm",
    "apply_catalog",
    "draft_variant",
    "form_of",
    "import_catalog",
    "list_variants",
    "read_catalog",
    "save_variant",
    "variant",
]


class UnknownVariant(Refusal):
    """No product of this company has this id or model code. Params: `given`."""

    code = "catalog.unknown_variant"


@dataclass(frozen=True, slots=True)
class PlannedVariant:
    """What a line would do: `changes` of a product that is there; a `new` one has no changes but its form."""

    line: int
    model_code: str
    new: bool
    changes: tuple[FieldChange, ...]
    form: VariantForm


@dataclass(frozen=True, slots=True)
class CatalogPlan:
    """What a file would do to the catalogue. `ignored`: columns that nobody reads."""

    file: str
    planned: tuple[PlannedVariant, ...]
    unchanged: int
    errors: LineErrors
    ignored: tuple[str, ...] = ()

    @property
    def to_add(self) -> tuple[PlannedVariant, ...]:
        return tuple(one for one in self.planned if one.new)

    @property
    def to_change(self) -> tuple[PlannedVariant, ...]:
        return tuple(one for one in self.planned if not one.new)


@dataclass(frozen=True, slots=True)
class CatalogReport:
    """What an import did. `cancelled`: stopped by a person; what was written before stays."""

    added: int
    changed: int
    unchanged: int
    errors: LineErrors
    ignored: tuple[str, ...] = ()
    cancelled: bool = False
    changes: frozenset[Change] = field(default_factory=frozenset)


def read_catalog(desk: Desk, path: Path) -> CatalogPlan:
    """Compare a file with the catalogue; changes nothing. Bad lines are errors, the rest is planned.

    Raises TableUnreadable, TableTooLarge or ColumnsMissing when the file as such cannot be trusted.
    """
    rows = list(read_table(path, required=REQUIRED))
    currency, today = currency_and_day(desk)
    forms: list[tuple[int, VariantForm]] = []
    errors: list[LineError] = []
    lines: dict[str, int] = {}
    for row in rows:
        form = _form(row, currency)
        key = _key(form)
        if key and key in lines:
            reason = msg("catalog.listed_twice", model_code=form.model_code[:64], line=lines[key])
            errors.append(LineError(row.line, reason, "model_code"))
            continue
        lines[key] = row.line
        # What a product that is there keeps need not be said again; the comparison asks new ones for it.
        bad = _problems(row.line, form, currency, ("model_code",), today)
        if bad:
            errors += bad
        else:
            forms.append((row.line, form))
    planned, unchanged, more = desk.read(
        lambda connection: _compare(connection, desk.company, currency, forms)
    )
    ignored = tuple(c[:60] for c in (rows[0].cells if rows else ()) if c not in COLUMNS and not _attribute(c))
    return CatalogPlan(path.name, tuple(planned), unchanged, gathered(errors, more), ignored)


def apply_catalog(desk: Desk, plan: CatalogPlan, progress: Progress | None = None) -> CatalogReport:
    """Write what is planned, in pages of 100 lines, each a transaction. Doing it again changes nothing.

    What somebody changed since the plan was made is compared anew, so nothing is written twice.
    """
    did: Counter[str] = Counter()
    currency, today = currency_and_day(desk)

    def page(rows: Sequence[PlannedVariant]) -> None:
        did.update(desk.write(lambda tx: [_write(tx, currency, one.form, today, plan.file) for one in rows]))

    finished = in_pages(plan.planned, page, progress)
    touched = did["added"] + did["changed"]
    return CatalogReport(
        added=did["added"],
        changed=did["changed"],
        unchanged=plan.unchanged + did["unchanged"],
        errors=plan.errors,
        ignored=plan.ignored,
        cancelled=not finished,
        changes=frozenset({Change.CATALOGUE, Change.UNITS}) if touched else frozenset(),
    )


def import_catalog(desk: Desk, path: Path, progress: Progress | None = None) -> CatalogReport:
    """Read and write in one go, for the command line. Raises what `read_catalog` raises."""
    return apply_catalog(desk, read_catalog(desk, path), progress)


def save_variant(desk: Desk, variant_id: str | None, form: VariantForm) -> Saved:
    """Make a product (None) or change it, exactly as the form says: empty clears. A draft is a draft no more.

    A new price that changes without a day is of today, and by hand where no source is named.
    Raises BadVariant with every problem by field (a model code that another product has is one), UnknownVariant.
    """
    currency, today = currency_and_day(desk)
    checked = check(form, currency, today=today)

    def work(tx: Tx) -> Saved:
        before = catalogue.find_variant(tx.connection, tx.company, variant_id) if variant_id else None
        if variant_id and before is None:
            raise UnknownVariant(given=variant_id[:40])
        same = catalogue.by_model_code(tx.connection, tx.company, checked.model_code)
        if same is not None and (before is None or same.id != before.id):
            raise BadVariant((Problem("model_code", msg("catalog.code_taken", model=same.title)),))
        product = catalogue.product_id(tx, checked.brand, checked.model, checked.category)
        saved = catalogue.save_variant(
            tx,
            before.id if before else None,
            product_id=product,
            model_code=checked.model_code,
            **dated(before, checked, today, BY_HAND).values,
            draft=False,
        )
        if before is not None and before.category != checked.category:
            people.raise_stamp(tx, judged=True)  # another checklist and other thresholds hold now
        return Saved(saved, frozenset({Change.CATALOGUE, Change.UNITS}))

    return desk.write(work)


def draft_variant(desk: Desk, words: str, category: str = "phone") -> Saved:
    """A product nobody knows yet, named at the bench in a few words; it waits for a person in Products.

    Its model code begins with DRAFT- and can be scanned at once. Raises BadVariant for empty words.
    """
    named = one_line(words, 200)
    brand, _, model = named.partition(" ")
    slug = re.sub(r"[^A-Z0-9]+", "-", named.upper()).strip("-")[:40] or "UNKNOWN"
    form = VariantForm(f"DRAFT-{slug}", brand, model or brand, category)
    checked = check(form, "EUR")

    def work(tx: Tx) -> Saved:
        code = checked.model_code
        for number in range(2, 1000):
            if catalogue.by_model_code(tx.connection, tx.company, code) is None:
                break
            code = f"{checked.model_code}-{number}"
        product = catalogue.product_id(tx, checked.brand, checked.model, checked.category)
        values = {**checked.values, "draft": True}
        saved = catalogue.save_variant(tx, None, product_id=product, model_code=code, **values)
        return Saved(saved, frozenset({Change.CATALOGUE}))

    return desk.write(work)


def list_variants(
    desk: Desk, search: str = "", after: str = "", limit: int = 100, *, drafts: bool = False
) -> tuple[VariantRow, ...]:
    """Products by model code, those that hold every word of `search`; the next page is `after` the last code.

    `drafts`: only those from the bench that wait for a person.
    """
    return desk.read(
        lambda connection: tuple(
            catalogue.search(connection, desk.company, search, limit, sku_key(after), drafts=drafts)
        )
    )


def count_variants(desk: Desk, search: str = "", *, drafts: bool = False) -> int:
    """How many products `list_variants` finds on all its pages."""
    return desk.read(lambda connection: catalogue.count(connection, desk.company, search, drafts=drafts))


def variant(desk: Desk, given: str) -> VariantRow:
    """The product with this id or model code. Raises UnknownVariant."""

    def work(connection: Connection) -> VariantRow | None:
        found = catalogue.find_variant(connection, desk.company, given)
        return found or catalogue.by_model_code(connection, desk.company, given)

    row = desk.read(work)
    if row is None:
        raise UnknownVariant(given=given[:40])
    return row


def currency_and_day(desk: Desk) -> tuple[str, date]:
    """The company's currency, and today where it is."""

    def work(connection: Connection) -> tuple[str, date]:
        today = desk.today(desk.policies(connection), desk.clock.now())
        return people.company(connection, desk.company).currency, today

    return desk.read(work)


def _form(row: Row, currency: str) -> VariantForm:
    cells = {name: row.cells.get(name, "") for name in COLUMNS}
    attributes = tuple(
        (name, value) for column, value in row.cells.items() if value and (name := _attribute(column))
    )
    cells["currency"] = cells["currency"] or currency
    return VariantForm(**cells, attributes=attributes)


def _attribute(column: str) -> str:
    return column[len(ATTRIBUTE) :].strip() if column.startswith(ATTRIBUTE) else ""


def _key(form: VariantForm) -> str:
    """How the model code is compared: as it will be kept, with single spaces."""
    return sku_key(" ".join(form.model_code.split()))


def _problems(
    line: int, form: VariantForm, currency: str, required: tuple[str, ...], today: date = date.max
) -> list[LineError]:
    try:
        check(form, currency, required=required, today=today)
    except BadVariant as bad:
        return [LineError(line, problem.reason, problem.field) for problem in bad.problems]
    return []


def _compare(
    connection: Connection, company: str, currency: str, forms: Sequence[tuple[int, VariantForm]]
) -> tuple[list[PlannedVariant], int, list[LineError]]:
    planned: list[PlannedVariant] = []
    errors: list[LineError] = []
    unchanged = 0
    for start in range(0, len(forms), 500):
        page = forms[start : start + 500]
        there = catalogue.by_keys(connection, company, [_key(form) for _, form in page])
        for line, form in page:
            before = there.get(_key(form))
            if before is None:
                bad = _problems(line, form, currency, REQUIRED)
                errors += bad
                if not bad:
                    planned.append(PlannedVariant(line, form.model_code, new=True, changes=(), form=form))
                continue
            changes = changes_between(
                before, merged_with(before, check(form, currency, required=("model_code",)))
            )
            if changes:
                planned.append(PlannedVariant(line, before.model_code, new=False, changes=changes, form=form))
            else:
                unchanged += 1
    return planned, unchanged, errors


def _write(tx: Tx, currency: str, form: VariantForm, today: date, file: str) -> str:
    checked = check(form, currency, required=("model_code",))
    before = catalogue.by_model_code(tx.connection, tx.company, checked.model_code)
    if before is None:
        product = catalogue.product_id(tx, checked.brand, checked.model, checked.category)
        values = {**dated(None, checked, today, file[:120]).values, "draft": False}
        catalogue.save_variant(tx, None, product_id=product, model_code=checked.model_code, **values)
        return "added"
    merged = merged_with(before, checked)
    if not changes_between(before, merged):
        return "unchanged"
    product = catalogue.product_id(tx, merged.brand, merged.model, merged.category)
    values = {**dated(before, merged, today, file[:120]).values, "draft": False}
    catalogue.save_variant(tx, before.id, product_id=product, model_code=before.model_code, **values)
    if merged.category != before.category:
        people.raise_stamp(tx, judged=True)
    return "changed"
