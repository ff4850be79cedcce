"""Prices as they changed: occasions, and what each listing had before and after."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table

from bmdesk.store.tables.base import metadata
from bmdesk.store.types import ULID, Json, Utc, key

# One occasion on which prices changed: a confirmed preview, rules by themselves, a file, a choice, an undo of another.
price_run = Table(
    "price_run",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("account_id", ULID, ForeignKey("account.id"), nullable=False),
    Column("at", Utc, nullable=False),
    Column("by", String(40), nullable=False),
    Column("why", key(20), nullable=False),
    Column("rules_version", Integer, nullable=False),
    Column("count", Integer, nullable=False),
    Column("undone_by", ULID),
    Index("ix_price_run_account", "account_id", "at"),
)

# What one listing had in one market before it and after. `before`: the columns that an undo brings back.
price_change = Table(
    "price_change",
    metadata,
    Column("run_id", ULID, ForeignKey("price_run.id"), primary_key=True),
    Column("listing_id", ULID, ForeignKey("listing.id"), primary_key=True),
    Column("market", key(10), primary_key=True),
    Column("currency", String(3), nullable=False),
    Column("before_minor", BigInteger),
    Column("before_min_minor", BigInteger),
    Column("before", Json, nullable=False),
    Column("after_minor", BigInteger),
    Column("after_min_minor", BigInteger),
)
