"""Orders and their lines, which unit each piece got, what happened to them, and records that could not be taken.

Who bought is in tables.customers, how it left in tables.parcels.
"""

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
    text,
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
    # The least advanced open line (domain.orders), and how many conflicts are open: for lists and counts.
    Column("state", key(12), nullable=False, default="waiting"),
    Column("conflicts", Integer, nullable=False, default=0),
    Column("customer_id", ULID, ForeignKey("customer.id")),
    Column("currency", String(3), nullable=False, default=""),
    # The sum of the lines, without shipping.
    Column("price_minor", BigInteger),
    Column("shipping_minor", BigInteger),
    Column("payment_method", String(40), nullable=False, default=""),
    Column("created_at", Utc),
    Column("modified_at", Utc),
    Column("paid_at", Utc),
    Column("dispatch_at", Utc),
    Column("ship_by", Utc),
    Column("shipped_at", Utc),
    # What Back Market shows; what was packed here is in `parcel`.
    Column("shipper", String(100), nullable=False, default=""),
    Column("tracking_number", key(200), nullable=False, default=""),
    Column("is_backship", Boolean, nullable=False, default=False),
    Column("read_at", Utc, nullable=False),
    # Who bought was erased then: it is not kept again, however often the order is read.
    Column("erased_at", Utc),
    UniqueConstraint("account_id", "remote_id"),
    Index("ix_customer_order_state", "account_id", "state", "ship_by"),
    Index("ix_customer_order_created", "account_id", "created_at"),
    Index(
        "ix_customer_order_conflicts",
        "account_id",
        sqlite_where=text("conflicts > 0"),
        postgresql_where=text("conflicts > 0"),
    ),
    Index("ix_customer_order_customer", "customer_id"),
    Index("ix_customer_order_tracking", "account_id", "tracking_number"),
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
    # What was promised, as Back Market said it then (one of grading.SCALE, or empty).
    Column("grade", key(20), nullable=False, default=""),
    Column("product_number", BigInteger),
    Column("quantity", Integer, nullable=False),
    Column("remote_state", Integer, nullable=False),
    Column("state", key(12), nullable=False, default="waiting"),
    # bmdesk fulfils it: it reserves, accepts and ships. Else it is only shown.
    Column("ours", Boolean, nullable=False, default=False),
    # The total of the line, whatever the contract's description says.
    Column("price_minor", BigInteger),
    Column("shipping_minor", BigInteger),
    Column("fee_minor", BigInteger),
    # Given back in parts, as far as it was done from here.
    Column("refunded_minor", BigInteger, nullable=False, default=0),
    Column("delay_hours", Integer),
    Column("imei", key(40), nullable=False, default=""),
    Column("serial", key(40), nullable=False, default=""),
    # The listing of ours that was sold, as far as it is known.
    Column("listing_id", ULID, ForeignKey("listing.id")),
    # False: it was final when the account's orders were first read, so it never came off our stock.
    Column("counts", Boolean, nullable=False, default=True),
    # Pieces for which a unit is reserved or gone (rows of `allocation`), or counted goods that left.
    Column("named", Integer, nullable=False, default=0),
    Column("first_read_at", Utc, nullable=False),
    Column("changed_at", Utc, nullable=False),
    UniqueConstraint("account_id", "remote_id"),
    Index("ix_orderline_order_id", "order_id"),
    Index("ix_orderline_listing_id", "listing_id"),
    Index("ix_orderline_sku_key", "account_id", "sku_key"),
    Index("ix_orderline_state", "account_id", "state"),
    Index("ix_orderline_imei", "account_id", "imei"),
    Index("ix_orderline_serial", "account_id", "serial"),
)

# Which unit a piece of a line gets, or left with. A stay of a unit is sold once: a row that is given up is deleted, and
# what happened stands in `order_event` and in the unit's history.
allocation = Table(
    "allocation",
    metadata,
    Column("line_id", ULID, ForeignKey("orderline.id"), primary_key=True),
    Column("unit_id", ULID, ForeignKey("unit.id"), primary_key=True),
    Column("stay_id", ULID, ForeignKey("stay.id"), nullable=False),
    # reserved, packed, shipped
    Column("state", key(10), nullable=False),
    Column("operator", String(40), nullable=False, default=""),
    Column("at", Utc, nullable=False),
    Column("parcel_id", ULID, ForeignKey("parcel.id")),
    # A supervisor let it leave although the pack gate said no: why, and who.
    Column("override_reason", String(500), nullable=False, default=""),
    Column("override_by", String(40), nullable=False, default=""),
    UniqueConstraint("stay_id"),
    Index("ix_allocation_unit", "unit_id"),
    Index(
        "ux_allocation_live",
        "unit_id",
        unique=True,
        sqlite_where=text("state <> 'shipped'"),
        postgresql_where=text("state <> 'shipped'"),
    ),
)

# What a person must decide about an order or one of its lines. Closed ones stay.
conflict = Table(
    "conflict",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("order_id", ULID, ForeignKey("customer_order.id"), nullable=False),
    Column("line_id", ULID, ForeignKey("orderline.id")),
    Column("code", key(24), nullable=False),
    Column("params", Json, nullable=False),
    Column("at", Utc, nullable=False),
    Column("closed_at", Utc),
    Column("closed_by", String(40), nullable=False, default=""),
    Index("ix_conflict_order", "order_id", "closed_at"),
    Index("ix_conflict_line", "line_id"),
)

# What a person asked of a line and Back Market must hear: cancel, refund. Its effect has this id as its key.
line_step = Table(
    "line_step",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("order_id", ULID, ForeignKey("customer_order.id"), nullable=False),
    Column("line_id", ULID, ForeignKey("orderline.id"), nullable=False),
    Column("kind", key(16), nullable=False),
    Column("reason", key(20), nullable=False),
    Column("message", String(500), nullable=False, default=""),
    Column("amount_minor", BigInteger),
    # asked, done, failed, withdrawn
    Column("state", key(12), nullable=False),
    Column("asked_by", String(40), nullable=False),
    Column("asked_at", Utc, nullable=False),
    Column("ended_at", Utc),
    Index("ix_line_step_line", "line_id", "state"),
    Index("ix_line_step_order", "order_id"),
    Index(
        "ux_line_step_asked",
        "line_id",
        unique=True,
        sqlite_where=text("state = 'asked'"),
        postgresql_where=text("state = 'asked'"),
    ),
)

# The timeline of an order, for people: codes with parameters, no customer data.
order_event = Table(
    "order_event",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("order_id", ULID, ForeignKey("customer_order.id"), nullable=False),
    Column("line_id", ULID),
    Column("at", Utc, nullable=False),
    Column("operator", String(40), nullable=False, default=""),
    Column("station", String(80), nullable=False, default=""),
    Column("text", Json, nullable=False),
    Index("ix_order_event_order", "order_id", "id"),
)

# Older orders being read, by their date of creation: where it stands, so that it can go on after a pause or a crash.
history_import = Table(
    "history_import",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("account_id", ULID, ForeignKey("account.id"), nullable=False),
    Column("since", Utc, nullable=False),
    Column("until", Utc, nullable=False),
    # Only orders of this state at Back Market; None: all.
    Column("order_state", Integer),
    # running, paused, done, cancelled
    Column("state", key(10), nullable=False),
    Column("next_page", Integer, nullable=False, default=1),
    Column("pages", Integer, nullable=False, default=0),
    Column("count", Integer, nullable=False, default=0),
    Column("seen", Integer, nullable=False, default=0),
    Column("new", Integer, nullable=False, default=0),
    Column("updated", Integer, nullable=False, default=0),
    Column("quarantined", Integer, nullable=False, default=0),
    Column("problem", Json),
    Column("asked_by", String(40), nullable=False),
    Column("asked_at", Utc, nullable=False),
    Column("ended_at", Utc),
    Index("ix_history_import_account", "account_id", "state"),
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
