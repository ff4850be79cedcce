"""Mistakes in listings that a person has seen and lets stand, each with the reason."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _key(length: int) -> sa.String:
    """Text compared byte by byte on every database."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "lint_ignored",
        sa.Column("listing_id", _key(26), nullable=False),
        sa.Column("code", _key(40), nullable=False),
        sa.Column("market", _key(10), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_lint_ignored_listing_id")),
        sa.PrimaryKeyConstraint("listing_id", "code", "market", name=op.f("pk_lint_ignored")),
    )
