"""Company, places, operators, settings, policies, and the seats at which people work."""

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

# Facts about this store itself: its id, its generation (raised by a restore), when it was made.
store_info = Table(
    "store_info",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

company = Table(
    "company",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("code", key(40), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("timezone", String(60), nullable=False),
    Column("currency", String(3), nullable=False),
    # Raised with every change of a policy or of a setting that the gate reads; units judged under an older one are due.
    Column("policy_stamp", Integer, nullable=False, default=1),
    # Raised with every other setting: whoever keeps settings in memory reads them again.
    Column("settings_stamp", Integer, nullable=False, default=1),
    # The time zone by whose days its sales figures were made; empty: they are to be made.
    Column("figures_zone", String(60), nullable=False, default=""),
    # While they are being made anew: up to this order they are.
    Column("figures_after", ULID),
    # The same of the bench's: up to this unit they are.
    Column("bench_zone", String(60), nullable=False, default=""),
    Column("bench_after", ULID),
    Column("created_at", Utc, nullable=False),
)

location = Table(
    "location",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("company_id", ULID, ForeignKey("company.id"), nullable=False),
    Column("warehouse", key(40), nullable=False),
    Column("bin", key(40), nullable=False),
    UniqueConstraint("company_id", "warehouse", "bin"),
)

operator = Table(
    "operator",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("company_id", ULID, ForeignKey("company.id"), nullable=False),
    Column("code", key(40), nullable=False),
    Column("name", String(200), nullable=False),
    Column("role", String(20), nullable=False),
    Column("active", Boolean, nullable=False, default=True),
    # Salted (system.pins); empty: none is set. Tries that failed in a row, and until when no more is taken.
    Column("pin_hash", String(200), nullable=False, default=""),
    Column("pin_tries", Integer, nullable=False, default=0),
    Column("pin_wait_until", Utc),
    Column("created_at", Utc, nullable=False),
    UniqueConstraint("company_id", "code"),
)

setting = Table(
    "setting",
    metadata,
    Column("company_id", ULID, ForeignKey("company.id"), primary_key=True),
    Column("name", key(120), primary_key=True),
    Column("value", Text, nullable=False),
    Column("changed_at", Utc, nullable=False),
)

# A seller's own copy of a policy document; every version stays, the newest counts.
policy = Table(
    "policy",
    metadata,
    Column("company_id", ULID, ForeignKey("company.id"), primary_key=True),
    Column("name", key(80), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("body", Json, nullable=False),
    Column("operator", String(40), nullable=False),
    Column("at", Utc, nullable=False),
)

# Where a person works: one row per station and seat, so that a crash gives the unit in hand back.
seat = Table(
    "seat",
    metadata,
    Column("company_id", ULID, ForeignKey("company.id"), primary_key=True),
    Column("station", key(80), primary_key=True),
    Column("name", key(40), primary_key=True),
    Column("operator_id", ULID, ForeignKey("operator.id")),
    Column("batch_id", ULID, ForeignKey("batch.id")),
    Column("variant_id", ULID, ForeignKey("variant.id")),
    Column("unit_id", ULID, ForeignKey("unit.id")),
    Column("last_unit_id", ULID, ForeignKey("unit.id")),
    Column("binding", Boolean, nullable=False, default=False),
    Column("last_text", String(520), nullable=False, default=""),
    Column("last_at", Utc),
)

# Every scan, refused ones too: what was read, when, and what came of it.
scan_log = Table(
    "scan_log",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("company_id", ULID, ForeignKey("company.id"), nullable=False),
    Column("at", Utc, nullable=False),
    Column("station", String(80), nullable=False),
    Column("seat", String(40), nullable=False),
    Column("operator", String(40), nullable=False),
    Column("text", String(520), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("ok", Boolean, nullable=False),
    Column("code", String(120), nullable=False),
    Column("unit_id", ULID),
    Index("ix_scan_log_company_at", "company_id", "at"),
)
