"""Picking, packing, parcels and their papers, carriers, and the warranty that starts when a unit leaves."""

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

# What leaves in one box: all lines of one order.
parcel = Table(
    "parcel",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("account_id", ULID, ForeignKey("account.id"), nullable=False),
    Column("order_id", ULID, ForeignKey("customer_order.id"), nullable=False),
    # domain.parcels.ParcelState
    Column("state", key(10), nullable=False),
    Column("number", key(60), nullable=False),
    # Back Market's name of the carrier.
    Column("shipper", String(100), nullable=False, default=""),
    Column("url", String(300), nullable=False, default=""),
    # SHA-256 of where it goes, so that one number on two addresses is noticed without keeping the address here.
    Column("address_hash", key(64), nullable=False, default=""),
    Column("packed_at", Utc, nullable=False),
    Column("packed_by", String(40), nullable=False),
    Column("station", String(80), nullable=False),
    Column("told_at", Utc),
    Column("handed_at", Utc),
    Column("manifest_id", ULID, ForeignKey("manifest.id")),
    Column("delivered_at", Utc),
    Column("changed_at", Utc, nullable=False),
    Index("ix_parcel_number", "account_id", "number"),
    Index("ix_parcel_state", "account_id", "state", "id"),
    Index(
        "ux_parcel_order",
        "order_id",
        unique=True,
        sqlite_where=text("state <> 'undone'"),
        postgresql_where=text("state <> 'undone'"),
    ),
)

# What one driver took at once.
manifest = Table(
    "manifest",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("company_id", ULID, ForeignKey("company.id"), nullable=False),
    Column("shipper", String(100), nullable=False),
    Column("parcels", Integer, nullable=False),
    Column("at", Utc, nullable=False),
    Column("operator", String(40), nullable=False),
    Index("ix_manifest_company", "company_id", "id"),
)

# The seller's carriers (domain.parcels.Carrier).
carrier = Table(
    "carrier",
    metadata,
    Column("company_id", ULID, ForeignKey("company.id"), primary_key=True),
    Column("code", key(40), primary_key=True),
    Column("shipper", String(100), nullable=False),
    Column("shape", String(200), nullable=False, default=""),
    Column("url", String(300), nullable=False, default=""),
)

# Papers of an order: where they come from until they are kept, then the blob. They hold customer data.
document = Table(
    "document",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("order_id", ULID, ForeignKey("customer_order.id"), nullable=False),
    # delivery_note, label, invoice
    Column("kind", key(16), nullable=False),
    # Which of several: a Backship shipment's number; empty for the only one.
    Column("remote_id", key(60), nullable=False, default=""),
    Column("url", String(2000), nullable=False, default=""),
    Column("blob", key(64), nullable=False, default=""),
    Column("name", String(200), nullable=False, default=""),
    Column("size", Integer, nullable=False, default=0),
    # waiting, kept, failed
    Column("state", key(10), nullable=False),
    Column("problem", Json),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_at", Utc),
    Column("at", Utc, nullable=False),
    UniqueConstraint("order_id", "kind", "remote_id"),
    Index("ix_document_state", "state", "next_at"),
)

# A shipment that Back Market organises (Backship), as read.
backship = Table(
    "backship",
    metadata,
    Column("account_id", ULID, ForeignKey("account.id"), primary_key=True),
    Column("remote_id", BigInteger, primary_key=True, autoincrement=False),
    Column("order_number", BigInteger, nullable=False),
    Column("number", key(60), nullable=False, default=""),
    Column("url", String(300), nullable=False, default=""),
    Column("carrier", String(100), nullable=False, default=""),
    Column("pickup", Json),
    Column("scanned", Boolean, nullable=False, default=False),
    Column("picked_at", Utc),
    Column("delivered_at", Utc),
    Column("read_at", Utc, nullable=False),
    Index("ix_backship_order", "account_id", "order_number"),
)

# Orders that are picked together.
pick_batch = Table(
    "pick_batch",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("company_id", ULID, ForeignKey("company.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Utc, nullable=False),
    Column("operator", String(40), nullable=False),
    Column("closed_at", Utc),
    UniqueConstraint("company_id", "number"),
)

pick_item = Table(
    "pick_item",
    metadata,
    Column("batch_id", ULID, ForeignKey("pick_batch.id"), primary_key=True),
    Column("line_id", ULID, ForeignKey("orderline.id"), primary_key=True),
    Column("unit_id", ULID, ForeignKey("unit.id"), primary_key=True),
    Column("picked_at", Utc),
    Column("picked_by", String(40), nullable=False, default=""),
    Index("ix_pick_item_unit", "unit_id"),
)

# Where a person packs: the order in hand, what was proven of it, what waits for a supervisor. Survives a crash.
pack_seat = Table(
    "pack_seat",
    metadata,
    Column("company_id", ULID, ForeignKey("company.id"), primary_key=True),
    Column("station", key(80), primary_key=True),
    Column("name", key(40), primary_key=True),
    Column("operator_id", ULID, ForeignKey("operator.id")),
    Column("order_id", ULID, ForeignKey("customer_order.id")),
    # [{"line": id, "unit": id, "override": {"reason", "by"} | null}]
    Column("proven", Json, nullable=False),
    Column("number", key(60), nullable=False, default=""),
    Column("shipper", String(100), nullable=False, default=""),
    # The unit that was refused last, and the reason given for letting it through: a supervisor's badge is awaited.
    Column("refused", Json),
    Column("last_text", String(520), nullable=False, default=""),
    Column("last_at", Utc),
    Column("changed_at", Utc, nullable=False),
)

# The warranty of one sale of a unit. Days are ISO dates of the company's zone, both covered.
warranty = Table(
    "warranty",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("company_id", ULID, ForeignKey("company.id"), nullable=False),
    Column("unit_id", ULID, ForeignKey("unit.id"), nullable=False),
    Column("stay_id", ULID, ForeignKey("stay.id"), nullable=False),
    Column("line_id", ULID, ForeignKey("orderline.id"), nullable=False),
    Column("order_id", ULID, ForeignKey("customer_order.id"), nullable=False),
    Column("begins", key(10), nullable=False),
    Column("months", Integer, nullable=False),
    Column("starts_on", key(10), nullable=False),
    Column("ends_on", key(10), nullable=False),
    # Why it does not run although its days are not over (the sale was taken back); empty: it runs.
    Column("void", key(20), nullable=False, default=""),
    Column("at", Utc, nullable=False),
    UniqueConstraint("stay_id"),
    Index("ix_warranty_ends", "company_id", "ends_on"),
    Index("ix_warranty_order", "order_id"),
    Index("ix_warranty_unit", "unit_id"),
)
