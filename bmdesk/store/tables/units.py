"""Units with their identifiers, stays, blockers and the hash-linked history."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bmdesk.store.tables.base import metadata
from bmdesk.store.types import ULID, Json, Utc, key

unit = Table(
    "unit",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("company_id", ULID, ForeignKey("company.id"), nullable=False),
    Column("state", key(20), nullable=False),
    Column("gone_reason", String(40), nullable=False, default=""),
    Column("variant_id", ULID, ForeignKey("variant.id")),
    Column("sku_id", ULID, ForeignKey("sku.id")),
    # Back Market's grade (or NOT_FOR_SALE) and the seller's own word for it, as confirmed.
    Column("grade", key(20), nullable=False, default=""),
    Column("own_grade", String(40), nullable=False, default=""),
    Column("stay_number", Integer, nullable=False, default=0),
    Column("batch_id", ULID, ForeignKey("batch.id")),
    Column("location_id", ULID, ForeignKey("location.id")),
    Column("battery_percent", Integer),
    Column("battery_at", Utc),
    Column("hold_reason", String(500), nullable=False, default=""),
    # The first moment at which the gate can answer differently, and the policies it answered under.
    Column("recheck_at", Utc),
    Column("policy_stamp", Integer, nullable=False, default=0),
    Column("history_seq", Integer, nullable=False, default=0),
    Column("history_head", String(64), nullable=False, default=""),
    Column("created_at", Utc, nullable=False),
    Column("changed_at", Utc, nullable=False),
    Index("ix_unit_company_id", "company_id", "id"),
    Index("ix_unit_company_state", "company_id", "state", "id"),
    Index("ix_unit_company_grade", "company_id", "grade", "id"),
    Index("ix_unit_company_batch", "company_id", "batch_id", "id"),
    Index("ix_unit_company_location", "company_id", "location_id", "id"),
    Index("ix_unit_company_variant", "company_id", "variant_id", "id"),
    Index("ix_unit_company_battery", "company_id", "battery_at"),
    Index("ix_unit_company_recheck", "company_id", "recheck_at"),
    Index("ix_unit_company_stamp", "company_id", "policy_stamp", "id"),
    Index("ix_unit_sku_state", "sku_id", "state"),
)

identifier = Table(
    "identifier",
    metadata,
    Column("company_id", ULID, ForeignKey("company.id"), primary_key=True),
    Column("kind", key(10), primary_key=True),
    Column("value", key(40), primary_key=True),
    # The value backwards: people search a device by its last digits.
    Column("reversed", key(40), nullable=False),
    Column("unit_id", ULID, ForeignKey("unit.id"), nullable=False),
    Index("ix_identifier_company_value", "company_id", "value"),
    Index("ix_identifier_company_reversed", "company_id", "reversed"),
    Index("ix_identifier_unit_id", "unit_id"),
)

stay = Table(
    "stay",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("unit_id", ULID, ForeignKey("unit.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("batch_id", ULID, ForeignKey("batch.id")),
    Column("source", String(20), nullable=False, default=""),
    Column("supplier", String(200), nullable=False, default=""),
    Column("cost_minor", Integer),
    Column("cost_currency", String(3)),
    Column("vat_scheme", String(20), nullable=False),
    Column("arrived_at", Utc, nullable=False),
    Column("left_at", Utc),
    Column("new_battery", Boolean, nullable=False, default=False),
    # Graded elsewhere before bmdesk: what the import said of it; empty when inspected here.
    Column("earlier_evidence", String(500), nullable=False, default=""),
    Column("labour_minutes", Integer, nullable=False, default=0),
    # When its listing was first seen online; before the arrival: nobody knows when.
    Column("listed_at", Utc),
    UniqueConstraint("unit_id", "number"),
    Index("ix_stay_batch_id", "batch_id"),
)

blocker = Table(
    "blocker",
    metadata,
    Column("unit_id", ULID, ForeignKey("unit.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("company_id", ULID, ForeignKey("company.id"), nullable=False),
    Column("code", key(40), nullable=False),
    Column("level", String(10), nullable=False),
    Column("params", Json, nullable=False),
    Index("ix_blocker_company_code", "company_id", "code", "unit_id"),
)

# One line of a unit's life. `canonical` is the exact text that was hashed with the previous hash. Never deleted.
history = Table(
    "history",
    metadata,
    Column("unit_id", ULID, ForeignKey("unit.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", Utc, nullable=False),
    Column("operator", String(40), nullable=False),
    Column("station", String(80), nullable=False),
    Column("canonical", Text, nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

# The rows that one step touched, before and after: what UNDO needs.
step = Table(
    "step",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("company_id", ULID, ForeignKey("company.id"), nullable=False),
    Column("unit_id", ULID, ForeignKey("unit.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("operator", String(40), nullable=False),
    Column("station", String(80), nullable=False),
    Column("seat", String(40), nullable=False),
    Column("rows", Json, nullable=False),
    Column("undone", Boolean, nullable=False, default=False),
    UniqueConstraint("unit_id", "seq"),
    Index("ix_step_company_operator", "company_id", "operator", "id"),
)
