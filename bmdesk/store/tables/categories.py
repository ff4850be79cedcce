"""The marketplace's tree of categories as an account last read it, and what of ours goes where in it."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
)

from bmdesk.store.tables.base import metadata
from bmdesk.store.types import ULID, Json, Utc, key

category = Table(
    "category",
    metadata,
    Column("account_id", ULID, ForeignKey("account.id"), primary_key=True),
    Column("category_id", BigInteger, primary_key=True, autoincrement=False),
    Column("parent_id", BigInteger),
    # What a product names its leaf by.
    Column("marketplace_id", BigInteger),
    Column("name", String(200), nullable=False),
    Column("is_leaf", Boolean, nullable=False),
    # Its place when the tree is walked from its top, and how deep it stands.
    Column("position", Integer, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("read_at", Utc, nullable=False),
    # When the attributes of a leaf were read; None: never.
    Column("attributes_at", Utc),
    # Not in the last tree that was read: since when.
    Column("missing_since", Utc),
)


def _of_category() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["account_id", "category_id"], ["category.account_id", "category.category_id"]
    )


# What a leaf asks of a new product. `kind`: the marketplace's number (domain.categories.Kind).
category_attribute = Table(
    "category_attribute",
    metadata,
    Column("account_id", ULID, primary_key=True),
    Column("category_id", BigInteger, primary_key=True, autoincrement=False),
    Column("field", key(200), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("kind", Integer, nullable=False),
    Column("required", Boolean, nullable=False),
    Column("allowed", Json, nullable=False),
    Column("position", Integer, nullable=False),
    _of_category(),
)

# Which leaf a product of ours belongs to.
product_category = Table(
    "product_category",
    metadata,
    Column("account_id", ULID, primary_key=True),
    Column("product_id", ULID, ForeignKey("product.id"), primary_key=True),
    Column("category_id", BigInteger, nullable=False),
    Column("chosen_by", String(40), nullable=False),
    Column("chosen_at", Utc, nullable=False),
    _of_category(),
    Index("ix_product_category_category", "account_id", "category_id"),
)

# What of ours answers an attribute of a leaf, where a person said so. They stay when the leaf changes.
attribute_source = Table(
    "attribute_source",
    metadata,
    Column("account_id", ULID, primary_key=True),
    Column("category_id", BigInteger, primary_key=True, autoincrement=False),
    Column("field", key(200), primary_key=True),
    Column("source", String(60), nullable=False),
    _of_category(),
)

# What one of our values is called there. `ours`: case-folded, without spaces.
attribute_value = Table(
    "attribute_value",
    metadata,
    Column("account_id", ULID, primary_key=True),
    Column("category_id", BigInteger, primary_key=True, autoincrement=False),
    Column("field", key(200), primary_key=True),
    Column("ours", key(200), primary_key=True),
    Column("theirs", String(200), nullable=False),
    _of_category(),
)
