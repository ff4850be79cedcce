"""Prices by rules: what was chosen against them, what else wrote there, and every change as it was made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _key(length: int) -> sa.String:
    """Text compared byte by byte on every database."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("variant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("new_price_on", _key(10), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("new_price_source", sa.String(length=120), nullable=False, server_default="")
        )
    with op.batch_alter_table("listing_market", schema=None) as batch_op:
        batch_op.add_column(sa.Column("wanted_min_minor", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("day_on", _key(10), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("day_minor", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("chosen_minor", sa.BigInteger(), nullable=True))
        batch_op.add_column(
            sa.Column("chosen_currency", sa.String(length=3), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("chosen_why", _key(20), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("chosen_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("chosen_by", sa.String(length=40), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("foreign_minor", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("foreign_at", sa.BigInteger(), nullable=True))
    _runs()


def _runs() -> None:
    op.create_table(
        "price_run",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("account_id", _key(26), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("why", _key(20), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("undone_by", _key(26), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_price_run_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_run")),
    )
    op.create_index("ix_price_run_account", "price_run", ["account_id", "at"])
    op.create_table(
        "price_change",
        sa.Column("run_id", _key(26), nullable=False),
        sa.Column("listing_id", _key(26), nullable=False),
        sa.Column("market", _key(10), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("before_minor", sa.BigInteger(), nullable=True),
        sa.Column("before_min_minor", sa.BigInteger(), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after_minor", sa.BigInteger(), nullable=True),
        sa.Column("after_min_minor", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["price_run.id"], name=op.f("fk_price_change_run_id")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_price_change_listing_id")),
        sa.PrimaryKeyConstraint("run_id", "listing_id", "market", name=op.f("pk_price_change")),
    )
