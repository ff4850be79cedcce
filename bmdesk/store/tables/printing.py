"""Labels that wait for a printer which could not be reached."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from bmdesk.store.tables.base import metadata
from bmdesk.store.types import ULID, Json, Utc, key

print_job = Table(
    "print_job",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("company_id", ULID, ForeignKey("company.id"), nullable=False),
    # The station whose printer it is for, and the printer's address: host:port.
    Column("station", String(80), nullable=False),
    Column("printer", String(200), nullable=False),
    # What it is, for people, and what the printer gets.
    Column("title", Json, nullable=False),
    Column("body", Text, nullable=False),
    # waiting, sending, done, cancelled
    Column("state", key(10), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_at", Utc, nullable=False),
    Column("problem", Json),
    Column("asked_by", String(40), nullable=False),
    Column("at", Utc, nullable=False),
    Index("ix_print_job_waiting", "station", "state", "next_at"),
)
