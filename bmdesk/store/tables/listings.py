"""Listings at a marketplace as they were last read, their markets, and what a person handed over to bmdesk."""

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

listing = Table(
    "listing",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("account_id", ULID, ForeignKey("account.id"), nullable=False),
    # Its names at the marketplace: the UUID; the integers that orders carry.
    Column("remote_id", key(40), nullable=False),
    Column("listing_number", BigInteger),
    Column("product_number", BigInteger),
    Column("product_id", key(40), nullable=False, default=""),
    Column("sku_text", key(200), nullable=False),
    Column("sku_key", key(200), nullable=False),
    Column("title", String(500), nullable=False, default=""),
    Column("grade", key(20), nullable=False, default=""),
    Column("new_battery", Boolean, nullable=False, default=False),
    # Common to all markets, as last read.
    Column("quantity", Integer, nullable=False, default=0),
    Column("quantity_at", Utc, nullable=False),
    Column("first_read_at", Utc, nullable=False),
    # Not in the last two complete pulls: since when.
    Column("missing_since", Utc),
    # The SKU of ours that it sells. `link`: open, linked, nothing (a person said: nothing of ours).
    Column("sku_id", ULID, ForeignKey("sku.id")),
    Column("link", key(10), nullable=False, default="open"),
    # Of all listings of one SKU in an account exactly one carries the stock; the others are held at 0 when managed.
    Column("carries", Boolean, nullable=False, default=False),
    Column("manage_stock", Boolean, nullable=False, default=False),
    Column("manage_price", Boolean, nullable=False, default=False),
    Column("manage_content", Boolean, nullable=False, default=False),
    Column("made_here", Boolean, nullable=False, default=False),
    Column("paused", Boolean, nullable=False, default=False),
    # The last quantity that both sides had, and the values sent since whose fate nobody read.
    Column("base_quantity", Integer),
    Column("base_at", Utc),
    Column("sent", Json, nullable=False),
    # Pieces that vanished there without an order that explains it, and since when.
    Column("vanished_at", Utc),
    Column("vanished", Integer, nullable=False, default=0),
    # A second writer, as it was last noticed.
    Column("foreign_at", Utc),
    Column("foreign_value", Integer),
    UniqueConstraint("account_id", "remote_id"),
    Index("ix_listing_account_sku_key", "account_id", "sku_key"),
    Index("ix_listing_account_number", "account_id", "listing_number"),
    Index("ix_listing_sku_id", "sku_id"),
    Index(
        "ux_listing_carrier",
        "account_id",
        "sku_id",
        unique=True,
        sqlite_where=text("carries"),
        postgresql_where=text("carries"),
    ),
)

listing_market = Table(
    "listing_market",
    metadata,
    Column("listing_id", ULID, ForeignKey("listing.id"), primary_key=True),
    Column("market", key(10), primary_key=True),
    Column("price_minor", BigInteger),
    Column("currency", String(3), nullable=False, default=""),
    Column("min_minor", BigInteger),
    Column("max_minor", BigInteger),
    Column("comment", String(2000), nullable=False, default=""),
    Column("warranty_months", Integer),
    Column("publication_state", Integer),
    Column("read_at", Utc),
    Column("paused", Boolean, nullable=False, default=False),
    # The price that a person confirmed in a preview; nothing else is ever written.
    Column("wanted_minor", BigInteger),
    Column("wanted_currency", String(3), nullable=False, default=""),
    Column("wanted_at", Utc),
    # How low the marketplace may go by itself from there; None: nothing was said.
    Column("wanted_min_minor", BigInteger),
    # The price with which a day (ISO, the company's) began, from which the greatest change a day counts.
    Column("day_on", key(10), nullable=False, default=""),
    Column("day_minor", BigInteger),
    # A price that a person chose instead of what the rules say: against a competitor, somebody else's, by hand or
    # from a file. The floor, the ceiling and the greatest change a day still hold for it.
    Column("chosen_minor", BigInteger),
    Column("chosen_currency", String(3), nullable=False, default=""),
    Column("chosen_why", key(20), nullable=False, default=""),
    Column("chosen_at", Utc),
    Column("chosen_by", String(40), nullable=False, default=""),
    # A price of a second writer, as it was last noticed: nothing is written until a person says whose counts.
    Column("foreign_minor", BigInteger),
    Column("foreign_at", Utc),
    # The last price that both sides had, and the prices sent since whose fate nobody read.
    Column("base_minor", BigInteger),
    Column("sent", Json, nullable=False),
    # When bmdesk first wrote this market (comment and warranty go along with that write).
    Column("written_at", Utc),
    # The ways to ship that were read there (domain.listing_shipping.Way), None: never read.
    Column("shippings", Json),
    # What comment, warranty and ways to ship shall be, as a person confirmed it, and what both sides last had.
    # Each names only what it is about: {"comment", "warranty", "ways"}.
    Column("wanted_content", Json),
    Column("base_content", Json),
)

# One occasion on which content changed: a confirmed preview, the facts by themselves, an undo of another.
content_run = Table(
    "content_run",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("account_id", ULID, ForeignKey("account.id"), nullable=False),
    Column("at", Utc, nullable=False),
    Column("by", String(40), nullable=False),
    Column("why", key(20), nullable=False),
    Column("count", Integer, nullable=False),
    Column("undone_by", ULID),
    Index("ix_content_run_account", "account_id", "at"),
)

# What one listing said in one market before it, and what it shall say since.
content_change = Table(
    "content_change",
    metadata,
    Column("run_id", ULID, ForeignKey("content_run.id"), primary_key=True),
    Column("listing_id", ULID, ForeignKey("listing.id"), primary_key=True),
    Column("market", key(10), primary_key=True),
    Column("before", Json, nullable=False),
    Column("after", Json, nullable=False),
)

# A unit that changed its SKU while its old listing may still offer it: it counts nowhere until that was read lower.
still_offered = Table(
    "still_offered",
    metadata,
    Column("unit_id", ULID, ForeignKey("unit.id"), primary_key=True),
    Column("listing_id", ULID, ForeignKey("listing.id"), primary_key=True),
    Column("at", Utc, nullable=False),
    Index("ix_still_offered_listing", "listing_id"),
)

# A mistake in a listing that a person has seen and lets stand. `digest` is of the evidence they saw: with other
# evidence it is another mistake, and is said again. `market` is "" for what concerns all of them.
lint_ignored = Table(
    "lint_ignored",
    metadata,
    Column("listing_id", ULID, ForeignKey("listing.id"), primary_key=True),
    Column("code", key(40), primary_key=True),
    Column("market", key(10), primary_key=True),
    Column("reason", String(500), nullable=False),
    Column("by", String(40), nullable=False),
    Column("at", Utc, nullable=False),
    Column("digest", String(64), nullable=False),
)
