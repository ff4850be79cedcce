"""Batches as they come in, and the list of what was promised to be in them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from bmdesk.store.tables.base import metadata
from bmdesk.store.types import ULID, Json, Utc, key

batch = Table(
    "batch",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("company_id", ULID, ForeignKey("company.id"), nullable=False),
    Column("code", key(80), nullable=False),
    Column("code_key", key(80), nullable=False),
    # Empty: opened by a card before anybody said; Receiving asks for it.
    Column("source", String(20), nullable=False, default=""),
    Column("supplier", String(200), nullable=False, default=""),
    Column("unit_cost_minor", Integer),
    Column("currency", String(3), nullable=False),
    Column("vat_scheme", String(20), nullable=False),
    Column("location_id", ULID, ForeignKey("location.id")),
    Column("variant_id", ULID, ForeignKey("variant.id")),
    # accessories {code: bool}, erasure_method, lock_method, labour_minutes
    Column("preset", Json, nullable=False),
    Column("note", String(1000), nullable=False, default=""),
    Column("opened_at", Utc, nullable=False),
    Column("closed_at", Utc),
    UniqueConstraint("company_id", "code_key"),
)

expected_line = Table(
    "expected_line",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("batch_id", ULID, ForeignKey("batch.id"), nullable=False),
    Column("line", Integer, nullable=False),
    Column("identifier", key(40), nullable=False),
    Column("model_code", String(120), nullable=False, default=""),
    Column("grade", String(40), nullable=False, default=""),
    Column("cost_minor", Integer),
    Column("currency", String(3)),
    # The unit with this identifier as soon as there is one; found when its stay belongs to this batch.
    Column("unit_id", ULID, ForeignKey("unit.id")),
    # Why this line cannot be met: `listed_twice` or `in_house`; empty when it can.
    Column("doubt", String(20), nullable=False, default=""),
    Index("ix_expected_line_batch_id", "batch_id", "identifier"),
    Index("ix_expected_line_unit_id", "unit_id"),
)
