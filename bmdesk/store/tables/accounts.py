"""Accounts at remote systems, what they read and when, the limits they share, and the dated exchange rates."""

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
    UniqueConstraint,
)

from bmdesk.store.tables.base import metadata
from bmdesk.store.types import ULID, DecimalText, Json, Utc, key

# What a seller has at one remote system. Its settings are `backmarket.<name>.KEY`, its token a secret of the machine.
account = Table(
    "account",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("company_id", ULID, ForeignKey("company.id"), nullable=False),
    Column("system", key(20), nullable=False),
    Column("name", key(40), nullable=False),
    Column("active", Boolean, nullable=False, default=True),
    # Nothing is sent or read until a person says so: `by_hand`, `other_machine`, `restored`; empty when it runs.
    Column("pause_reason", String(40), nullable=False, default=""),
    # The breaker: no call before this moment, and why (a text's code with its parameters).
    Column("blocked_until", Utc),
    Column("block_fault", String(20), nullable=False, default=""),
    Column("block_text", Json),
    Column("failures", Integer, nullable=False, default=0),
    # Every listing of the account is taken offline (quantity 0) while this is set.
    Column("listings_paused", Boolean, nullable=False, default=False),
    # A person handed over the making of missing listings.
    Column("creates", Boolean, nullable=False, default=False),
    # When the first complete reading of orders began; lines that were final then never count.
    Column("orders_since", Utc),
    Column("clock_skew_ms", BigInteger, nullable=False, default=0),
    Column("last_success_at", Utc),
    Column("created_at", Utc, nullable=False),
    UniqueConstraint("company_id", "system", "name"),
)

# Which account sells what lies in a warehouse; a warehouse without a row serves the company's first account.
warehouse_account = Table(
    "warehouse_account",
    metadata,
    Column("company_id", ULID, ForeignKey("company.id"), primary_key=True),
    Column("warehouse", key(40), primary_key=True),
    Column("account_id", ULID, ForeignKey("account.id"), nullable=False),
)

# One kind of data that is read from an account, in one market or in all (market empty): its cursor and its schedule.
feed = Table(
    "feed",
    metadata,
    Column("account_id", ULID, ForeignKey("account.id"), primary_key=True),
    Column("kind", key(20), primary_key=True),
    Column("market", key(10), primary_key=True),
    Column("cursor", Utc),
    Column("started_at", Utc),
    Column("success_at", Utc),
    Column("next_at", Utc),
    Column("read", Integer, nullable=False, default=0),
    Column("failures", Integer, nullable=False, default=0),
    Column("problem", Json),
    # What the last answers had that the contract does not know (schema drift), shortened.
    Column("drift", Json),
)

# What was taken from a limit and when, by every process of the account; older than its window is deleted.
limit_use = Table(
    "limit_use",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("account_id", ULID, ForeignKey("account.id"), nullable=False),
    Column("bucket", key(20), nullable=False),
    Column("at", Utc, nullable=False),
    Column("count", Integer, nullable=False),
    Index("ix_limit_use_bucket", "account_id", "bucket", "at"),
)

# A bucket that the remote refused: nothing is taken from it before this moment.
limit_block = Table(
    "limit_block",
    metadata,
    Column("account_id", ULID, ForeignKey("account.id"), primary_key=True),
    Column("bucket", key(20), primary_key=True),
    Column("until", Utc, nullable=False),
)

# Units of a currency for one unit of the company's currency. Dated, never overwritten; the newest counts.
exchange_rate = Table(
    "exchange_rate",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("company_id", ULID, ForeignKey("company.id"), nullable=False),
    Column("currency", key(3), nullable=False),
    Column("rate", DecimalText, nullable=False),
    Column("at", Utc, nullable=False),
    Column("source", String(80), nullable=False, default=""),
    Index("ix_exchange_rate_currency", "company_id", "currency", "at"),
)

# Who may sync this store now, for people to read; the right itself is a lock (store.sync_right).
syncing = Table(
    "syncing",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("station", String(80), nullable=False),
    Column("process", Integer, nullable=False),
    Column("since", Utc, nullable=False),
    Column("beat_at", Utc, nullable=False),
    Column("running", Boolean, nullable=False, default=True),
)
