"""Products, their variants, and the SKUs (variant x grade x new battery) that a listing sells."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from bmdesk.store.tables.base import metadata
from bmdesk.store.types import ULID, Json, Utc, key

product = Table(
    "product",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("company_id", ULID, ForeignKey("company.id"), nullable=False),
    Column("brand", key(120), nullable=False),
    Column("model", key(200), nullable=False),
    Column("category", key(40), nullable=False),
    UniqueConstraint("company_id", "brand", "model", "category"),
)

variant = Table(
    "variant",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("company_id", ULID, ForeignKey("company.id"), nullable=False),
    Column("product_id", ULID, ForeignKey("product.id"), nullable=False),
    Column("model_code", key(120), nullable=False),
    Column("model_code_key", key(120), nullable=False),
    Column("storage", String(40), nullable=False, default=""),
    Column("colour", String(80), nullable=False, default=""),
    Column("attributes", Json, nullable=False),
    Column("ean", key(14), nullable=False, default=""),
    Column("backmarket_product_id", key(60), nullable=False, default=""),
    Column("new_price_minor", Integer),
    Column("new_price_currency", String(3)),
    # The day (ISO) on which that was said, and by whom or where; empty: nobody knows.
    Column("new_price_on", key(10), nullable=False, default=""),
    Column("new_price_source", String(120), nullable=False, default=""),
    Column("weight_g", Integer),
    # Made at the bench by "unknown model": known to nobody yet, waits for a person in Products.
    Column("draft", Boolean, nullable=False, default=False),
    Column("changed_at", Utc, nullable=False),
    UniqueConstraint("company_id", "model_code_key"),
    Index("ix_variant_company_ean", "company_id", "ean"),
)

sku = Table(
    "sku",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("company_id", ULID, ForeignKey("company.id"), nullable=False),
    Column("variant_id", ULID, ForeignKey("variant.id"), nullable=False),
    Column("grade", key(20), nullable=False),
    Column("new_battery", Boolean, nullable=False),
    Column("text", key(200), nullable=False),
    Column("text_key", key(200), nullable=False),
    # Goods without units (chargers, cases): how many lie there, counted by a person. None: sold by units.
    Column("pieces", Integer),
    # What a seller promises for this SKU beyond the setting, in months.
    Column("warranty_months", Integer),
    UniqueConstraint("company_id", "text_key"),
    UniqueConstraint("variant_id", "grade", "new_battery"),
)
