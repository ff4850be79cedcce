"""Refurbishment: a work order per unit, and the parts put in."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, text

from bmdesk.store.tables.base import metadata
from bmdesk.store.types import ULID, Utc

work_order = Table(
    "work_order",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("company_id", ULID, ForeignKey("company.id"), nullable=False),
    Column("unit_id", ULID, ForeignKey("unit.id"), nullable=False),
    Column("stay_id", ULID, ForeignKey("stay.id"), nullable=False),
    Column("state", String(20), nullable=False),  # open | waiting | closed
    Column("fault", String(500), nullable=False),
    Column("technician", String(80), nullable=False, default=""),
    Column("waiting_for", String(200), nullable=False, default=""),
    Column("outcome", String(500), nullable=False, default=""),
    Column("opened_by", String(40), nullable=False),
    Column("opened_at", Utc, nullable=False),
    Column("closed_at", Utc),
    Index("ix_work_order_company_state", "company_id", "state", "opened_at"),
    Index("ix_work_order_unit_id", "unit_id"),
    # A unit lies on one bench at a time: at most one order that is not closed.
    Index(
        "uq_work_order_open",
        "unit_id",
        unique=True,
        sqlite_where=text("state <> 'closed'"),
        postgresql_where=text("state <> 'closed'"),
    ),
)

part = Table(
    "part",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("unit_id", ULID, ForeignKey("unit.id"), nullable=False),
    Column("stay_id", ULID, ForeignKey("stay.id"), nullable=False),
    Column("code", String(40), nullable=False),
    Column("cost_minor", Integer),
    Column("cost_currency", String(3)),
    Column("genuine", Boolean),
    Column("removed", Boolean, nullable=False, default=False),
    Column("operator", String(40), nullable=False),
    Column("at", Utc, nullable=False),
    Index("ix_part_stay_id", "stay_id"),
)
