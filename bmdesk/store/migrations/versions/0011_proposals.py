"""Products that are proposed to a marketplace: the sheet of each, what was confirmed, and where it stands."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _key(length: int) -> sa.String:
    """Text compared byte by byte on every database."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("account_id", _key(26), nullable=False),
        sa.Column("variant_id", _key(26), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("images", sa.Text(), nullable=False),
        sa.Column("grade", _key(20), nullable=False),
        sa.Column("state", _key(12), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("sku_id", _key(26), nullable=True),
        sa.Column("confirmed", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_proposal_account_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_proposal_variant_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_proposal_sku_id")),
        sa.PrimaryKeyConstraint("account_id", "variant_id", name=op.f("pk_proposal")),
    )
    op.create_index("ix_proposal_sku", "proposal", ["sku_id"])
