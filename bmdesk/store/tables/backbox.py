"""Who wins at the marketplace: what was last read of each listing's BackBoxes, and when it was asked."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, String, Table

from bmdesk.store.tables.base import metadata
from bmdesk.store.types import ULID, Json, Utc, key

# One question about a listing answers for all its markets: when it was last asked, and why that brought nothing.
backbox_reading = Table(
    "backbox_reading",
    metadata,
    Column("listing_id", ULID, ForeignKey("listing.id"), primary_key=True),
    Column("asked_at", Utc, nullable=False),
    Column("problem", Json),
)

# A listing in one market as the last answer had it. `found`: there is a BackBox in which it competes.
backbox = Table(
    "backbox",
    metadata,
    Column("listing_id", ULID, ForeignKey("listing.id"), primary_key=True),
    Column("market", key(10), primary_key=True),
    Column("read_at", Utc, nullable=False),
    Column("found", Boolean, nullable=False),
    # None where the answer did not say.
    Column("is_winning", Boolean),
    Column("price_minor", BigInteger),
    Column("winner_minor", BigInteger),
    Column("to_win_minor", BigInteger),
    Column("currency", String(3), nullable=False, default=""),
)
