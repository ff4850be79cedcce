"""One product as a person writes it (a line of a file, a form on the screen): read, checked, compared field by field.

Pure: whether the model code is taken, and what stands in the store, is catalog's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from bmdesk.domain.identifiers import Ean
from bmdesk.domain.money import Money
from bmdesk.services.lines import BadCell, amount, plain, whole
from bmdesk.store.queries.catalogue import VariantRow
from bmdesk.texts import Failure, Text, msg

COLUMNS = (
    "model_code",
    "brand",
    "model",
    "category",
    "storage",
    "colour",
    "ean",
    "backmarket_product_id",
    "new_price",
    "currency",
    "new_price_on",
    "new_price_source",
    "weight_g",
)
"""The columns of a catalogue file, beside any number of `attr:NAME`."""

REQUIRED = ("model_code", "brand", "model", "category")
ATTRIBUTE = "attr:"
MOST_ATTRIBUTES = 30

BY_HAND = "hand"
"""The source of a new price that a person typed; any other source is told as it was written."""

_CATEGORY = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class VariantForm:
    """What was written, as it was written. Empty means: not said."""

    model_code: str = ""
    brand: str = ""
    model: str = ""
    category: str = ""
    storage: str = ""
    colour: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    ean: str = ""
    backmarket_product_id: str = ""
    new_price: str = ""
    currency: str = ""
    new_price_on: str = ""
    new_price_source: str = ""
    weight_g: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field."""

    field: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Checked:
    """A form that holds: `values` by name as the store keeps them; what was not said is None or empty."""

    model_code: str
    brand: str
    model: str
    category: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One value of a product before and after, as a person reads them."""

    field: str
    before: str
    after: str


class BadVariant(Failure):
    """A product that cannot be saved. `problems` by field; the texts name the first. Params: `field`, `reason`."""

    code = "catalog.bad_variant"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(field=problems[0].field, reason=problems[0].reason)
        self.problems = problems


def check(
    form: VariantForm, currency: str, *, required: tuple[str, ...] = REQUIRED, today: date = date.max
) -> Checked:
    """The form read into values, prices in `currency` unless it says another. Raises BadVariant with every problem.

    `today`: the company's day; what a new device costs cannot be known of a later one.
    """
    problems: list[Problem] = []

    def read(name: str, reader: Callable[[str], Any]) -> Any:
        text = str(getattr(form, name))
        if not text.strip():
            if name in required:
                problems.append(Problem(name, msg("import.empty")))
            return ""
        try:
            return reader(text)
        except BadCell as bad:
            problems.append(Problem(name, bad.reason))
        except Failure as refused:
            problems.append(Problem(name, refused.happened))
        return ""

    currency = form.currency.strip() or currency
    price: Any = read("new_price", lambda text: amount(text, currency))
    checked = Checked(
        model_code=read("model_code", lambda text: plain(text, 64)),
        brand=read("brand", lambda text: plain(text, 120)),
        model=read("model", lambda text: plain(text, 200)),
        category=read("category", _category),
        values={
            "storage": read("storage", lambda text: plain(text, 40)),
            "colour": read("colour", lambda text: plain(text, 80)),
            "attributes": _attributes(form.attributes, problems),
            "ean": read("ean", lambda text: Ean.parse(text).digits),
            "backmarket_product_id": read("backmarket_product_id", lambda text: plain(text, 60)),
            "new_price_minor": price.minor if price else None,
            "new_price_currency": price.currency if price else None,
            "new_price_on": read("new_price_on", lambda text: _day(text, today)),
            "new_price_source": read("new_price_source", lambda text: plain(text, 120)),
            "weight_g": read("weight_g", lambda text: whole(text, 1, 1_000_000)) or None,
        },
    )
    if problems:
        raise BadVariant(tuple(problems))
    return checked


def form_of(row: VariantRow) -> VariantForm:
    """A product as the form that would save it unchanged."""
    price = _shown_price(row.new_price_minor, row.new_price_currency)
    return VariantForm(
        model_code=row.model_code,
        brand=row.brand,
        model=row.model,
        category=row.category,
        storage=row.storage,
        colour=row.colour,
        attributes=tuple(sorted(row.attributes.items())),
        ean=row.ean,
        backmarket_product_id=row.backmarket_product_id,
        new_price=price.rpartition(" ")[0],
        currency=row.new_price_currency or "",
        new_price_on=row.new_price_on,
        new_price_source=row.new_price_source if row.new_price_source != BY_HAND else "",
        weight_g=str(row.weight_g or ""),
    )


def merged_with(before: VariantRow, said: Checked) -> Checked:
    """What the product would be: said values over present ones. A draft that a file names is confirmed by it.

    A new price does not keep the day and the source of the one before: without its own they stay empty (`dated`).
    """
    values: dict[str, Any] = {
        name: value if value not in (None, "", {}) else getattr(before, name)
        for name, value in said.values.items()
    }
    values["attributes"] = {**before.attributes, **said.values["attributes"]}
    if said.values["new_price_minor"] is None:
        values["new_price_currency"] = before.new_price_currency
    if _costs_otherwise(before, values):
        values |= {name: said.values[name] for name in ("new_price_on", "new_price_source")}
    return replace(
        said,
        model_code=before.model_code,
        brand=said.brand or before.brand,
        model=said.model or before.model,
        category=said.category or before.category,
        values=values,
    )


def dated(before: VariantRow | None, after: Checked, today: date, source: str) -> Checked:
    """The day and the source of a new price that changes, where none is said: `today`, `source`."""
    values = dict(after.values)
    if values["new_price_minor"] is None:
        values |= {"new_price_on": "", "new_price_source": ""}
    elif before is None or _costs_otherwise(before, values):
        values["new_price_on"] = values["new_price_on"] or today.isoformat()
        values["new_price_source"] = values["new_price_source"] or source
    elif before.new_price_source == BY_HAND:  # a form shows it as no words at all
        values["new_price_source"] = values["new_price_source"] or BY_HAND
    return replace(after, values=values)


def changes_between(before: VariantRow, after: Checked) -> tuple[FieldChange, ...]:
    """What would differ, as a person reads it."""
    old = {
        "brand": before.brand,
        "model": before.model,
        "category": before.category,
        "storage": before.storage,
        "colour": before.colour,
        "ean": before.ean,
        "backmarket_product_id": before.backmarket_product_id,
        "new_price": _shown_price(before.new_price_minor, before.new_price_currency),
        "new_price_on": before.new_price_on,
        "new_price_source": before.new_price_source,
        "weight_g": str(before.weight_g or ""),
        **{ATTRIBUTE + name: value for name, value in before.attributes.items()},
        "draft": "yes" if before.draft else "",
    }
    new = {
        "brand": after.brand,
        "model": after.model,
        "category": after.category,
        **{n: after.values[n] for n in ("storage", "colour", "ean", "backmarket_product_id")},
        "new_price": _shown_price(after.values["new_price_minor"], after.values["new_price_currency"]),
        **_shown_day(before, after),
        "weight_g": str(after.values["weight_g"] or ""),
        **{ATTRIBUTE + name: value for name, value in after.values["attributes"].items()},
        "draft": "",
    }
    names = [*old, *(name for name in new if name not in old)]
    return tuple(
        FieldChange(name, old.get(name, ""), new.get(name, ""))
        for name in names
        if old.get(name, "") != new.get(name, "")
    )


def _costs_otherwise(before: VariantRow, values: dict[str, Any]) -> bool:
    price = (values["new_price_minor"], values["new_price_currency"])
    return price != (before.new_price_minor, before.new_price_currency)


def _shown_day(before: VariantRow, after: Checked) -> dict[str, str]:
    """Day and source of the new price as they will be; what only follows from the price is no change of its own."""
    said = {name: after.values[name] for name in ("new_price_on", "new_price_source")}
    if after.values["new_price_minor"] is None:
        return said
    return {name: value or getattr(before, name) for name, value in said.items()}


def _day(text: str, today: date) -> str:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise BadCell(msg("catalog.bad_day", given=text.strip()[:40])) from None
    if day > today:
        raise BadCell(msg("catalog.future_day", given=day.isoformat(), today=today.isoformat()))
    return day.isoformat()


def _shown_price(minor: int | None, currency: str | None) -> str:
    return str(Money(minor, currency)) if minor is not None and currency else ""


def _category(text: str) -> str:
    word = "_".join(text.lower().split())
    if not _CATEGORY.fullmatch(word):
        raise BadCell(msg("catalog.bad_category", given=text[:40]))
    return word


def _attributes(given: tuple[tuple[str, str], ...], problems: list[Problem]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in given:
        try:
            key, shown = plain(name, 40).lower(), plain(value, 200)
        except BadCell as bad:
            problems.append(Problem(f"{ATTRIBUTE}{name[:40]}", bad.reason))
            continue
        if key and shown:
            found[key] = shown
    if len(found) > MOST_ATTRIBUTES:
        problems.append(Problem(ATTRIBUTE, msg("catalog.many_attributes", most=MOST_ATTRIBUTES)))
    return found
