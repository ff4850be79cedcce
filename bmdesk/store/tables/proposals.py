"""Products that are proposed to a marketplace which does not know them yet."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from bmdesk.store.tables.base import metadata
from bmdesk.store.types import ULID, Json, Utc, key

proposal = Table(
    "proposal",
    metadata,
    Column("account_id", ULID, ForeignKey("account.id"), primary_key=True),
    Column("variant_id", ULID, ForeignKey("variant.id"), primary_key=True),
    # The sheet, in the language of the account's primary market.
    Column("title", String(200), nullable=False),
    Column("description", Text, nullable=False),
    Column("images", Json, nullable=False),
    # Of the listing that goes with it; empty: by the stock at the moment of the preview.
    Column("grade", key(20), nullable=False),
    # domain.proposals.State, since when, and who or what brought it there.
    Column("state", key(12), nullable=False),
    Column("since", Utc, nullable=False),
    Column("by", String(40), nullable=False),
    # The SKU whose listing goes with it, once it was asked for.
    Column("sku_id", ULID, ForeignKey("sku.id")),
    # Exactly what a person confirmed: {"columns": of the CSV, "prices": by market as an effect keeps them}.
    Column("confirmed", Json),
    Column("problem", Json),
    Index("ix_proposal_sku", "sku_id"),
)
