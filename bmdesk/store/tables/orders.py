"""Orders as a marketplace shows them, without their customers, and records that could not be taken."""

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
from bmdesk.store.types import ULID, Json, Utc, key

customer_order = Table(
    "customer_order",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("account_id", ULID, ForeignKey("account.id"), nullable=False),
    Column("remote_id", BigInteger, nullable=False),
    Column("market", key(10), nullable=False, default=""),
    Column("remote_state", Integer, nullable=False),
    Column("currency", String(3), nullable=False, default=""),
    Column("price_minor", BigInteger),
    Column("created_at", Utc),
    Column("modified_at", Utc),
    Column("paid_at", Utc),
    Column("read_at", Utc, nullable=False),
    UniqueConstraint("account_id", "remote_id"),
)

orderline = Table(
    "orderline",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("order_id", ULID, ForeignKey("customer_order.id"), nullable=False),
    Column("account_id", ULID, ForeignKey("account.id"), nullable=False),
    Column("remote_id", BigInteger, nullable=False),
    Column("listing_number", BigInteger),
    Column("sku_text", key(200), nullable=False, default=""),
    Column("sku_key", key(200), nullable=False, default=""),
    Column("title", String(500), nullable=False, default=""),
    Column("condition", Integer),
    Column("quantity", Integer, nullable=False),
    Column("remote_state", Integer, nullable=False),
    # The total of the line, whatever the contract's description says.
    Column("price_minor", BigInteger),
    Column("imei", key(40), nullable=False, default=""),
    Column("serial", key(40), nullable=False, default=""),
    # The listing of ours that was sold, as far as it is known.
    Column("listing_id", ULID, ForeignKey("listing.id")),
    # False: it was final when the account's orders were first read, so it never came off our stock.
    Column("counts", Boolean, nullable=False, default=True),
    # Which unit went with it (one a piece), once that is known.
    Column("named", Integer, nullable=False, default=0),
    Column("first_read_at", Utc, nullable=False),
    Column("changed_at", Utc, nullable=False),
    UniqueConstraint("account_id", "remote_id"),
    Index("ix_orderline_order_id", "order_id"),
    Index("ix_orderline_listing_id", "listing_id"),
    Index("ix_orderline_sku_key", "account_id", "sku_key"),
)

# Which unit left with which piece of a line: said by a person or told by its identifier.
line_unit = Table(
    "line_unit",
    metadata,
    Column("line_id", ULID, ForeignKey("orderline.id"), primary_key=True),
    Column("unit_id", ULID, ForeignKey("unit.id"), primary_key=True),
    Column("stay_id", ULID, ForeignKey("stay.id"), nullable=False),
    Column("operator", String(40), nullable=False, default=""),
    Column("at", Utc, nullable=False),
    UniqueConstraint("stay_id"),
)

# A record of a remote system that could not be taken, as it came. The one table of raw payloads.
quarantined = Table(
    "quarantined",
    metadata,
    Column("account_id", ULID, ForeignKey("account.id"), primary_key=True),
    Column("kind", key(20), primary_key=True),
    Column("remote_id", key(60), primary_key=True),
    Column("reason", Json, nullable=False),
    Column("body", Json, nullable=False),
    Column("at", Utc, nullable=False),
)
