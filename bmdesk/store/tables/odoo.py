"""What stands at the company's Odoo for what is here, and what a person chose there for it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from bmdesk.store.tables.base import metadata
from bmdesk.store.types import ULID, Json, Utc, key

# A record there for a record here: product, lot, partner, sale, ... (for serials that left before bmdesk knew of them,
# their last delivery). One for one in each kind. A record that is gone there is said, not made anew in silence; so none
# is forgotten, but all together where a person says that it is another Odoo now (services/odoo/which_odoo).
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

# The first import: where it stands, so that it can go on after a pause or a crash. `what` of it is read, in this order
# of stages; of the present `stage`, all up to `next_id` there was had.
odoo_import = Table(
    "odoo_import",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("account_id", ULID, ForeignKey("account.id"), nullable=False),
    Column("what", String(40), nullable=False),
    # Only what came in, or was changed, since then; None: all.
    Column("since", Utc),
    # Where the units came from before Odoo, as batches say it; "" for not said.
    Column("source", String(20), nullable=False, default=""),
    # running, paused, done, cancelled
    Column("state", key(10), nullable=False),
    Column("stage", key(10), nullable=False),
    Column("next_id", BigInteger, nullable=False, default=0),
    Column("pages", Integer, nullable=False, default=0),
    Column("count", Integer, nullable=False, default=0),
    Column("seen", Integer, nullable=False, default=0),
    Column("new", Integer, nullable=False, default=0),
    Column("known", Integer, nullable=False, default=0),
    Column("doubts", Integer, nullable=False, default=0),
    Column("problem", Json),
    Column("asked_by", String(40), nullable=False),
    Column("asked_at", Utc, nullable=False),
    Column("ended_at", Utc),
    Index("ix_odoo_import_account", "account_id", "state"),
)

# What an import left out, and why.
odoo_import_line = Table(
    "odoo_import_line",
    metadata,
    Column("import_id", ULID, ForeignKey("odoo_import.id"), primary_key=True),
    Column("stage", key(10), primary_key=True),
    Column("remote_id", BigInteger, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("reason", Json, nullable=False),
)

# What became of all that an import met, by kind: a stage, or what came with one. `alone`: no business of ours.
odoo_import_tally = Table(
    "odoo_import_tally",
    metadata,
    Column("import_id", ULID, ForeignKey("odoo_import.id"), primary_key=True),
    Column("stage", key(10), primary_key=True),
    Column("new", Integer, nullable=False, default=0),
    Column("known", Integer, nullable=False, default=0),
    Column("alone", Integer, nullable=False, default=0),
    Column("doubts", Integer, nullable=False, default=0),
)
