"""How products are said on screen: their fields and the columns of their list."""

from __future__ import annotations

from datetime import date

from bmdesk.domain.money import Money
from bmdesk.services.goods.variant_form import BY_HAND
from bmdesk.store.queries.catalogue import VariantRow
from bmdesk.texts import locale, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.palette import Tone
from bmdesk.ui.widgets.fitting import Fit
from bmdesk.ui.words import category_words, money

FIT = Fit(
    {
        "model_code": 120,
        "product": 220,
        "category": 90,
        "ean": 140,
        "price": 112,
        "on": 104,
        "source": 120,
        "state": 84,
    },
    gives_way=("source", "ean", "on", "category"),
    stretches=("product",),
    grows={"model_code": 260},
)


def field_words(field: str) -> str:
    """A column of the catalogue file in words; a further attribute by its own name."""
    known = {
        "model_code": t("products.field.model_code"),
        "brand": t("products.field.brand"),
        "model": t("products.field.model"),
        "category": t("products.field.category"),
        "storage": t("products.field.storage"),
        "colour": t("products.field.colour"),
        "ean": t("products.field.ean"),
        "backmarket_product_id": t("products.field.backmarket_product_id"),
        "new_price": t("products.field.new_price"),
        "currency": t("products.field.currency"),
        "new_price_on": t("products.field.new_price_on"),
        "new_price_source": t("products.field.new_price_source"),
        "weight_g": t("products.field.weight"),
        "draft": t("products.draft"),
    }
    return known.get(field, field.removeprefix("attr:"))


def price_words(row: VariantRow) -> str:
    """The price of a new device, "" if nobody said."""
    if row.new_price_minor is None or not row.new_price_currency:
        return ""
    return money(Money(row.new_price_minor, row.new_price_currency))


def price_day_words(row: VariantRow) -> str:
    """Since when the price of a new device is known, "" if nobody said."""
    return locale.day(date.fromisoformat(row.new_price_on)) if row.new_price_on else ""


def price_source_words(row: VariantRow) -> str:
    """Who or what said it."""
    return t("products.by_hand") if row.new_price_source == BY_HAND else row.new_price_source


def product_columns() -> tuple[Column, ...]:
    """The list of products."""
    return (
        Column(
            t("products.field.model_code"), lambda v: v.model_code, hint=lambda v: v.model_code, width=120
        ),
        Column(t("products.product"), lambda v: v.title, hint=lambda v: v.title, stretch=True),
        Column(t("products.field.category"), lambda v: category_words(v.category), width=90),
        Column(t("products.field.ean"), lambda v: v.ean, width=140),
        Column(t("products.field.new_price"), price_words, number=True, width=112),
        Column(t("products.column_price_on"), price_day_words, width=104),
        Column(t("products.column_price_source"), price_source_words, hint=price_source_words, width=120),
        Column(
            t("products.state"),
            lambda v: t("products.draft") if v.draft else "",
            pill=lambda v: Tone.WARN if v.draft else None,
            width=84,
        ),
    )
