"""What became of each kind of things that an import from Odoo met: orders and customers are counted apart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _key(length: int) -> sa.String:
    """Text compared byte by byte on every database."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "odoo_import_tally",
        sa.Column("import_id", _key(26), nullable=False),
        sa.Column("stage", _key(10), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("alone", sa.Integer(), nullable=False),
        sa.Column("doubts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["odoo_import.id"], name=op.f("fk_odoo_import_tally_import_id")
        ),
        sa.PrimaryKeyConstraint("import_id", "stage", name=op.f("pk_odoo_import_tally")),
    )
