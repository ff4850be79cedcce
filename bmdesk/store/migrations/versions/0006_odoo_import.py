"""The first import from the company's Odoo: where it stands, and what it left out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _key(length: int) -> sa.String:
    """Text compared byte by byte on every database."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "odoo_import",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("account_id", _key(26), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("state", _key(10), nullable=False),
        sa.Column("stage", _key(10), nullable=False),
        sa.Column("next_id", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("doubts", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_odoo_import_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_odoo_import")),
    )
    op.create_index("ix_odoo_import_account", "odoo_import", ["account_id", "state"], unique=False)
    op.create_table(
        "odoo_import_line",
        sa.Column("import_id", _key(26), nullable=False),
        sa.Column("stage", _key(10), nullable=False),
        sa.Column("remote_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["odoo_import.id"], name=op.f("fk_odoo_import_line_import_id")
        ),
        sa.PrimaryKeyConstraint("import_id", "stage", "remote_id", name=op.f("pk_odoo_import_line")),
    )
