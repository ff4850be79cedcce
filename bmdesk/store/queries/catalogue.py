"""Products, variants and SKUs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, or_, select, update

from bmdesk.domain.identifiers import sku_key
from bmdesk.store.tables import catalogue as t
from bmdesk.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class VariantRow:
    """A variant with its product."""

    id: str
    model_code: str
    brand: str
    model: str
    category: str
    storage: str
    colour: str
    attributes: dict[str, str]
    ean: str
    backmarket_product_id: str
    new_price_minor: int | None
    new_price_currency: str | None
    new_price_on: str
    new_price_source: str
    weight_g: int | None
    draft: bool

    @property
    def title(self) -> str:
        """What the device is, in words."""
        return " ".join(x for x in (self.brand, self.model, self.storage, self.colour) if x)


@dataclass(frozen=True, slots=True)
class SkuRow:
    """A SKU: variant x grade x new battery; `pieces` where it is counted goods without units."""

    id: str
    variant_id: str
    grade: str
    new_battery: bool
    text: str
    pieces: int | None


_VARIANT = select(
    t.variant.c.id,
    t.variant.c.model_code,
    t.product.c.brand,
    t.product.c.model,
    t.product.c.category,
    t.variant.c.storage,
    t.variant.c.colour,
    t.variant.c.attributes,
    t.variant.c.ean,
    t.variant.c.backmarket_product_id,
    t.variant.c.new_price_minor,
    t.variant.c.new_price_currency,
    t.variant.c.new_price_on,
    t.variant.c.new_price_source,
    t.variant.c.weight_g,
    t.variant.c.draft,
).select_from(t.variant.join(t.product))

# Asked with every scan at packing, so built once: building a statement takes longer than running it.
_VARIANT_BY_ID = _VARIANT.where(t.variant.c.id == bindparam("variant"))
_BY_MODEL_CODE = _VARIANT.where(
    t.variant.c.company_id == bindparam("company"), t.variant.c.model_code_key == bindparam("key")
)
_SKU = select(
    t.sku.c.id, t.sku.c.variant_id, t.sku.c.grade, t.sku.c.new_battery, t.sku.c.text, t.sku.c.pieces
).where(t.sku.c.id == bindparam("sku"))
_SKU_BY_KEY = select(t.sku.c.id).where(
    t.sku.c.company_id == bindparam("company"), t.sku.c.text_key == bindparam("key")
)


def variant(connection: Connection, variant_id: str) -> VariantRow:
    """The variant with this id; it must exist."""
    return VariantRow(*tuple(connection.execute(_VARIANT_BY_ID, {"variant": variant_id}).one()))


def by_model_code(connection: Connection, company_id: str, model_code: str) -> VariantRow | None:
    """The variant with this model code, compared by its case-folded key."""
    given = {"company": company_id, "key": sku_key(model_code)}
    row = connection.execute(_BY_MODEL_CODE, given).first()
    return VariantRow(*tuple(row)) if row else None


def by_ean(connection: Connection, company_id: str, ean: str) -> list[VariantRow]:
    """The variants that carry this EAN (several colours may share a wrong one).

    UPC-A, EAN-13 and GTIN-14 of one product differ by zeros in front; spreadsheets lose those.
    """
    bare = ean.lstrip("0")
    same = {ean, *(bare.zfill(length) for length in (8, 12, 13, 14) if len(bare) <= length)}
    query = _VARIANT.where(t.variant.c.company_id == company_id, t.variant.c.ean.in_(same)).limit(20)
    return [VariantRow(*tuple(row)) for row in connection.execute(query)]


def by_keys(connection: Connection, company_id: str, keys: Sequence[str]) -> dict[str, VariantRow]:
    """The variants with these case-folded keys (at most 500 keys), by key."""
    v = t.variant.c
    query = _VARIANT.where(v.company_id == company_id, v.model_code_key.in_(keys))
    found = [VariantRow(*tuple(row)) for row in connection.execute(query)]
    return {sku_key(row.model_code): row for row in found}


def find_variant(connection: Connection, company_id: str, variant_id: str) -> VariantRow | None:
    """The variant with this id in this company, or None."""
    query = _VARIANT.where(t.variant.c.company_id == company_id, t.variant.c.id == variant_id)
    row = connection.execute(query).first()
    return VariantRow(*tuple(row)) if row else None


def search(
    connection: Connection,
    company_id: str,
    words: str,
    limit: int = 100,
    after: str = "",
    *,
    drafts: bool = False,
) -> list[VariantRow]:
    """Variants whose code, brand, model, storage, colour or EAN hold every word; keyset-paged after a key."""
    query = _VARIANT.where(*_holding(company_id, words, drafts), t.variant.c.model_code_key > after)
    return [
        VariantRow(*tuple(row))
        for row in connection.execute(query.order_by(t.variant.c.model_code_key).limit(limit))
    ]


def count(connection: Connection, company_id: str, words: str, *, drafts: bool = False) -> int:
    """How many variants `search` would find in all."""
    query = select(func.count()).select_from(t.variant.join(t.product))
    return connection.execute(query.where(*_holding(company_id, words, drafts))).scalar_one()


def _holding(company_id: str, words: str, drafts: bool) -> list[ColumnElement[bool]]:
    v, p = t.variant.c, t.product.c
    columns = (v.model_code, p.brand, p.model, v.storage, v.colour, v.ean)
    found: list[ColumnElement[bool]] = [v.company_id == company_id]
    if drafts:
        found.append(v.draft.is_(True))
    for word in words.split()[:8]:
        holds = [column.icontains(word, autoescape=True) for column in columns]
        found.append(or_(*holds))
    return found


def product_id(tx: Tx, brand: str, model: str, category: str) -> str:
    """The product of these three, made when it is new."""
    p = t.product
    query = select(p.c.id).where(
        p.c.company_id == tx.company, p.c.brand == brand, p.c.model == model, p.c.category == category
    )
    found = tx.connection.execute(query).scalar()
    if found is None:
        found = tx.new_id()
        values = {"id": found, "company_id": tx.company, "brand": brand, "model": model, "category": category}
        tx.connection.execute(insert(p).values(values))
    return found


def save_variant(tx: Tx, variant_id: str | None, **values: Any) -> str:
    """Make a variant (None) or change it; the id. `values` as the columns of the table."""
    values["model_code_key"] = sku_key(values["model_code"])
    if variant_id is None:
        variant_id = tx.new_id()
        tx.connection.execute(
            insert(t.variant).values(id=variant_id, company_id=tx.company, changed_at=tx.now, **values)
        )
    else:
        changed = update(t.variant).where(t.variant.c.id == variant_id).values(changed_at=tx.now, **values)
        tx.connection.execute(changed)
    return variant_id


def sku_id(tx: Tx, variant_row: VariantRow, grade: str, new_battery: bool) -> str:
    """The SKU of this variant, grade and battery; made when it is the first unit of it."""
    s = t.sku
    query = select(s.c.id).where(
        s.c.variant_id == variant_row.id, s.c.grade == grade, s.c.new_battery.is_(new_battery)
    )
    found = tx.connection.execute(query).scalar()
    if found is None:
        found = tx.new_id()
        text = f"{variant_row.model_code}-{grade}" + ("-NB" if new_battery else "")
        values = {"id": found, "company_id": tx.company, "variant_id": variant_row.id, "grade": grade}
        tx.connection.execute(
            insert(s).values(**values, new_battery=new_battery, text=text, text_key=sku_key(text))
        )
    return found


def sku(connection: Connection, sku_id: str) -> SkuRow:
    """The SKU with this id; it must exist."""
    return SkuRow(*connection.execute(_SKU, {"sku": sku_id}).one())


def sku_by_key(connection: Connection, company_id: str, key: str) -> str | None:
    """The SKU with this case-folded text, or None."""
    return connection.execute(_SKU_BY_KEY, {"company": company_id, "key": key}).scalar()
