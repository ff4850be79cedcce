"""What stands at the company's Odoo for what is here, and what a person chose there for it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, String, Table, UniqueConstraint

from bmdesk.store.tables.base import metadata
from bmdesk.store.types import ULID, Json, Utc, key

# A record there for a record here: product, lot, partner, sale, ... One for one in each kind, and never forgotten: a
# record that is gone there is said, not made anew in silence.
odoo_record = Table(
    "odoo_record",
    metadata,
    Column("account_id", ULID, ForeignKey("account.id"), primary_key=True),
    Column("kind", key(20), primary_key=True),
    Column("local_id", key(40), primary_key=True),
    Column("remote_id", BigInteger, nullable=False),
    # What both sides had when they last agreed: where they differ later, this tells who changed it.
    Column("base", Json),
    Column("agreed_at", Utc, nullable=False),
    UniqueConstraint("account_id", "kind", "remote_id"),
)

# Which of the things there is meant by something here: the location of a warehouse, the journal of a way to pay, the
# tax of a VAT scheme, the carrier of a carrier. `name`: how it was called there when it was chosen.
odoo_choice = Table(
    "odoo_choice",
    metadata,
    Column("company_id", ULID, ForeignKey("company.id"), primary_key=True),
    Column("kind", key(20), primary_key=True),
    Column("local", key(80), primary_key=True),
    Column("remote_id", BigInteger, nullable=False),
    Column("name", String(200), nullable=False, default=""),
    Column("chosen_at", Utc, nullable=False),
)
