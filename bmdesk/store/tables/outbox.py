"""The outbox: one row for each thing that must reach a remote system, the calls that carry several, and the log."""

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
    text,
)

from bmdesk.store.tables.base import metadata
from bmdesk.store.types import ULID, Json, Utc, key

# One request that carries many effects, and the task that it started at the remote.
call = Table(
    "call",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("account_id", ULID, ForeignKey("account.id"), nullable=False),
    Column("kind", key(20), nullable=False),
    Column("state", key(12), nullable=False),
    Column("task", BigInteger),
    Column("market", key(10), nullable=False, default=""),
    Column("started_at", Utc, nullable=False),
    Column("polls", Integer, nullable=False, default=0),
    Column("ended_at", Utc),
    Index("ix_call_state", "account_id", "state"),
)

effect = Table(
    "effect",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("company_id", ULID, ForeignKey("company.id"), nullable=False),
    Column("account_id", ULID, ForeignKey("account.id"), nullable=False),
    Column("kind", key(20), nullable=False),
    # Effects of one lane keep their order and go one at a time; lanes run free of each other.
    Column("lane", key(80), nullable=False),
    # What must be right, never the values: those are read when it is sent.
    Column("key", key(80), nullable=False),
    Column("listing_id", ULID, ForeignKey("listing.id")),
    Column("sku_id", ULID, ForeignKey("sku.id")),
    Column("order_id", ULID, ForeignKey("customer_order.id")),
    Column("unit_id", ULID, ForeignKey("unit.id")),
    Column("market", key(10), nullable=False, default=""),
    Column("state", key(12), nullable=False),
    # Something left the stock: it does not wait for others to gather.
    Column("urgent", Boolean, nullable=False, default=False),
    # A person said "ours": it overrules a second writer once.
    Column("forced", Boolean, nullable=False, default=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("created_at", Utc, nullable=False),
    Column("next_at", Utc, nullable=False),
    Column("claimed_at", Utc),
    Column("ended_at", Utc),
    Column("call_id", ULID, ForeignKey("call.id")),
    Column("fault", key(20), nullable=False, default=""),
    # What happened at the last attempt, as a text's code with its parameters.
    Column("problem", Json),
    Column("request_id", String(120), nullable=False, default=""),
    # What it changed, or would have: {"old": ..., "new": ...}; of a listing to be made, its prices until then.
    Column("change", Json),
    Index(
        "ux_effect_pending",
        "account_id",
        "kind",
        "key",
        unique=True,
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
    Index("ix_effect_account_state", "account_id", "state", "next_at"),
    Index("ix_effect_company_state", "company_id", "state", "id"),
    Index("ix_effect_lane", "account_id", "lane", "state"),
    Index("ix_effect_listing", "listing_id", "state"),
    Index("ix_effect_sku", "sku_id", "state"),
    Index("ix_effect_order", "order_id", "state"),
    Index("ix_effect_unit", "unit_id", "state"),
    Index("ix_effect_ended", "company_id", "ended_at"),
)

# What sync did and met, for people. No customer data, no secret; shortened by age.
sync_log = Table(
    "sync_log",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("company_id", ULID, ForeignKey("company.id"), nullable=False),
    Column("account_id", ULID, ForeignKey("account.id")),
    Column("at", Utc, nullable=False),
    Column("level", String(10), nullable=False),
    Column("text", Json, nullable=False),
    Column("listing_id", ULID),
    Column("order_id", ULID),
    Column("effect_id", ULID),
    Column("market", String(10), nullable=False, default=""),
    Index("ix_sync_log_company", "company_id", "id"),
    Index("ix_sync_log_listing", "listing_id", "id"),
    Index("ix_sync_log_order", "order_id", "id"),
)
