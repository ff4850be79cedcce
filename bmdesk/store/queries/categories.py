"""The tree of categories of an account, what its leaves ask, and what of ours goes where in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, func, insert, or_, select, update

from bmdesk.domain.categories import LeafAttribute, kind_of
from bmdesk.domain.identifiers import sku_key
from bmdesk.store.tables import catalogue as g
from bmdesk.store.tables import categories as t
from bmdesk.store.transaction import Row, Tx


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A node of the tree, all columns of its table."""

    account_id: str
    category_id: int
    parent_id: int | None
    marketplace_id: int | None
    name: str
    is_leaf: bool
    position: int
    depth: int
    read_at: datetime
    attributes_at: datetime | None
    missing_since: datetime | None


@dataclass(frozen=True, slots=True)
class ProductOfVariant:
    """A variant of ours with its product: what an upload is made of."""

    variant_id: str
    product_id: str
    model_code: str
    model_code_key: str
    brand: str
    model: str
    category: str
    storage: str
    colour: str
    attributes: dict[str, str]
    backmarket_product_id: str
    ean: str
    weight_g: int | None

    @property
    def title(self) -> str:
        """What the device is, in words."""
        return " ".join(x for x in (self.brand, self.model, self.storage, self.colour) if x)


_PAGE = 500
_C, _A, _P = t.category.c, t.category_attribute.c, t.product_category.c
_CATEGORY = select(*(_C[one.name] for one in fields(CategoryRow)))
_SAVE = update(t.category).where(
    _C.account_id == bindparam("key_account"), _C.category_id == bindparam("key_category")
)
_VARIANT = select(
    g.variant.c.id, g.product.c.id, g.variant.c.model_code, g.variant.c.model_code_key, g.product.c.brand,
    g.product.c.model, g.product.c.category, g.variant.c.storage, g.variant.c.colour, g.variant.c.attributes,
    g.variant.c.backmarket_product_id, g.variant.c.ean, g.variant.c.weight_g,
).select_from(g.variant.join(g.product))  # fmt: skip


# ---------------------------------------------------------------- the tree


def tree(connection: Connection, account_id: str) -> list[CategoryRow]:
    """All categories that were ever read, in the order of the tree; what is gone stands last."""
    query = _CATEGORY.where(_C.account_id == account_id)
    ordered = query.order_by(_C.missing_since.is_not(None), _C.position, _C.category_id)
    return [CategoryRow(*row) for row in connection.execute(ordered)]


def category(connection: Connection, account_id: str, category_id: int) -> CategoryRow | None:
    """The category with this number, or None."""
    row = connection.execute(
        _CATEGORY.where(_C.account_id == account_id, _C.category_id == category_id)
    ).first()
    return CategoryRow(*row) if row else None


def save_tree(tx: Tx, account_id: str, nodes: Sequence[Row]) -> tuple[int, int]:
    """These are all categories now, each with its `category_id` and the columns of its place; (new, gone) ones."""
    known = {row.category_id: row for row in tree(tx.connection, account_id)}
    read = {"read_at": tx.now, "missing_since": None}
    new = [{"account_id": account_id, **read, **node} for node in nodes if node["category_id"] not in known]
    old = [
        {"key_account": account_id, "key_category": node["category_id"], **read, **node}
        for node in nodes
        if node["category_id"] in known
    ]
    if new:
        tx.connection.execute(insert(t.category), new)
    if old:
        tx.connection.execute(_SAVE, old)
    there = {node["category_id"] for node in nodes}
    gone = [
        row.category_id for row in known.values() if row.category_id not in there and not row.missing_since
    ]
    if gone:
        tx.connection.execute(
            _SAVE.values(missing_since=bindparam("since")),
            [{"key_account": account_id, "key_category": one, "since": tx.now} for one in gone],
        )
    return len(new), len(gone)


def save_attributes(tx: Tx, account_id: str, leaves: Mapping[int, Sequence[LeafAttribute]]) -> None:
    """These leaves ask this now, and nothing else."""
    for category_id, attributes in leaves.items():
        here = and_(_A.account_id == account_id, _A.category_id == category_id)
        tx.connection.execute(delete(t.category_attribute).where(here))
        rows = [
            {
                "account_id": account_id,
                "category_id": category_id,
                "field": one.field,
                "name": one.name,
                "kind": int(one.kind),
                "required": one.required,
                "allowed": list(one.allowed),
                "position": place,
            }
            for place, one in enumerate(attributes)
        ]
        if rows:
            tx.connection.execute(insert(t.category_attribute), rows)
    if leaves:
        tx.connection.execute(
            _SAVE.values(attributes_at=bindparam("since")),
            [{"key_account": account_id, "key_category": one, "since": tx.now} for one in leaves],
        )


def attributes(connection: Connection, account_id: str, category_id: int) -> list[LeafAttribute]:
    """What this leaf asks, in its own order."""
    return _attributes(connection, account_id, _A.category_id == category_id).get(category_id, [])


def attributes_in_use(connection: Connection, account_id: str) -> dict[int, list[LeafAttribute]]:
    """What each leaf asks that has a product of ours, in its own order. A tree has many more, with long lists."""
    used = select(_P.category_id).where(_P.account_id == account_id)
    return _attributes(connection, account_id, _A.category_id.in_(used))


def _attributes(
    connection: Connection, account_id: str, which: ColumnElement[bool]
) -> dict[int, list[LeafAttribute]]:
    query = select(_A.category_id, _A.field, _A.name, _A.kind, _A.required, _A.allowed)
    found: dict[int, list[LeafAttribute]] = {}
    ordered = query.where(_A.account_id == account_id, which).order_by(_A.category_id, _A.position)
    for category_id, field, name, kind, required, allowed in connection.execute(ordered):
        one = LeafAttribute(field, name, kind_of(kind), required, tuple(allowed))
        found.setdefault(category_id, []).append(one)
    return found


def how_many_asked(connection: Connection, account_id: str) -> dict[int, int]:
    """How many attributes each leaf asks."""
    query = select(_A.category_id, func.count()).where(_A.account_id == account_id).group_by(_A.category_id)
    return {row[0]: row[1] for row in connection.execute(query)}


# ---------------------------------------------------------------- what of ours goes where


def leaves_of_products(connection: Connection, account_id: str) -> dict[str, int]:
    """The leaf of each of our products that has one."""
    query = select(_P.product_id, _P.category_id).where(_P.account_id == account_id)
    return {row[0]: row[1] for row in connection.execute(query)}


def how_many_mapped(connection: Connection, account_id: str) -> dict[int, int]:
    """How many of our products each leaf has."""
    query = select(_P.category_id, func.count()).where(_P.account_id == account_id).group_by(_P.category_id)
    return {row[0]: row[1] for row in connection.execute(query)}


def map_product(tx: Tx, account_id: str, product_id: str, category_id: int | None, chosen_by: str) -> None:
    """The product belongs to this leaf; to none (None)."""
    here = and_(_P.account_id == account_id, _P.product_id == product_id)
    tx.connection.execute(delete(t.product_category).where(here))
    if category_id is not None:
        row = {"account_id": account_id, "product_id": product_id, "category_id": category_id}
        more = {"chosen_by": chosen_by[:40], "chosen_at": tx.now}
        tx.connection.execute(insert(t.product_category), {**row, **more})


def sources(connection: Connection, account_id: str) -> dict[tuple[int, str], str]:
    """What a person chose to answer an attribute, by (leaf, field)."""
    s = t.attribute_source.c
    query = select(s.category_id, s.field, s.source).where(s.account_id == account_id)
    return {(row[0], row[1]): row[2] for row in connection.execute(query)}


def set_source(tx: Tx, account_id: str, category_id: int, field: str, source: str) -> None:
    """This of ours answers the attribute; empty: whatever fits by itself."""
    s = t.attribute_source.c
    here = and_(s.account_id == account_id, s.category_id == category_id, s.field == field)
    tx.connection.execute(delete(t.attribute_source).where(here))
    if source:
        row = {"account_id": account_id, "category_id": category_id, "field": field, "source": source}
        tx.connection.execute(insert(t.attribute_source), row)


def renamed(connection: Connection, account_id: str) -> dict[tuple[int, str], dict[str, str]]:
    """What our values (their bare text) are called there, by (leaf, field)."""
    v = t.attribute_value.c
    found: dict[tuple[int, str], dict[str, str]] = {}
    query = select(v.category_id, v.field, v.ours, v.theirs).where(v.account_id == account_id)
    for category_id, field, ours, theirs in connection.execute(query):
        found.setdefault((category_id, field), {})[ours] = theirs
    return found


def rename(tx: Tx, account_id: str, category_id: int, field: str, ours: str, theirs: str) -> None:
    """Our value (its bare text) is called this there; empty: as it is."""
    v = t.attribute_value.c
    here = and_(v.account_id == account_id, v.category_id == category_id, v.field == field, v.ours == ours)
    tx.connection.execute(delete(t.attribute_value).where(here))
    if theirs:
        row = {"account_id": account_id, "category_id": category_id, "field": field}
        tx.connection.execute(insert(t.attribute_value), {**row, "ours": ours, "theirs": theirs})


# ---------------------------------------------------------------- our products


def variants(connection: Connection, company_id: str, *, account_id: str = "") -> list[ProductOfVariant]:
    """Every variant of the company by model code; drafts are none.

    `account_id`: only those that are yet to be made at the marketplace, or whose product has a leaf in this account.
    """
    v = g.variant.c
    query = _VARIANT.where(v.company_id == company_id, v.draft.is_(False))
    if account_id:
        mapped = select(_P.product_id).where(_P.account_id == account_id)
        query = query.where(or_(v.backmarket_product_id == "", g.product.c.id.in_(mapped)))
    rows = connection.execute(query.order_by(v.model_code_key))
    return [ProductOfVariant(*tuple(row)) for row in rows]


def named(connection: Connection, company_id: str, codes: Iterable[str]) -> list[ProductOfVariant]:
    """The variants of these model codes, by model code; drafts are none."""
    v = g.variant.c
    query = _VARIANT.where(v.company_id == company_id, v.draft.is_(False)).order_by(v.model_code_key)
    keys = sorted({sku_key(one) for one in codes})
    found: list[ProductOfVariant] = []
    for start in range(0, len(keys), _PAGE):
        page = query.where(v.model_code_key.in_(keys[start : start + _PAGE]))
        found += [ProductOfVariant(*tuple(row)) for row in connection.execute(page)]
    return found


def products_without_leaf(
    connection: Connection, company_id: str, account_id: str, category: str
) -> list[str]:
    """Products of the company in this category of ours that have no leaf in this account."""
    p = g.product.c
    mapped = select(_P.product_id).where(_P.account_id == account_id)
    query = select(p.id).where(p.company_id == company_id, p.category == category, p.id.not_in(mapped))
    return list(connection.execute(query.order_by(p.id)).scalars())


def attribute_names(connection: Connection, company_id: str) -> set[str]:
    """Every name that an attribute of any variant has."""
    found: set[str] = set()
    query: Any = select(g.variant.c.attributes).where(g.variant.c.company_id == company_id)
    for (named,) in connection.execute(query):
        found.update(named)
    return found
