"""What stands at the company's Odoo, and the unit that an effect is about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _key(length: int) -> sa.String:
    """Text compared byte by byte on every database."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "odoo_record",
        sa.Column("account_id", _key(26), nullable=False),
        sa.Column("kind", _key(20), nullable=False),
        sa.Column("local_id", _key(40), nullable=False),
        sa.Column("remote_id", sa.BigInteger(), nullable=False),
        sa.Column("base", sa.Text(), nullable=True),
        sa.Column("agreed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_odoo_record_account_id")),
        sa.PrimaryKeyConstraint("account_id", "kind", "local_id", name=op.f("pk_odoo_record")),
        sa.UniqueConstraint(
            "account_id", "kind", "remote_id", name=op.f("uq_odoo_record_account_id_kind_remote_id")
        ),
    )
    op.create_table(
        "odoo_choice",
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("kind", _key(20), nullable=False),
        sa.Column("local", _key(80), nullable=False),
        sa.Column("remote_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("chosen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_odoo_choice_company_id")),
        sa.PrimaryKeyConstraint("company_id", "kind", "local", name=op.f("pk_odoo_choice")),
    )
    with op.batch_alter_table("effect", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unit_id", _key(26), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_effect_unit_id"), "unit", ["unit_id"], ["id"])
        batch_op.create_index("ix_effect_unit", ["unit_id", "state"], unique=False)
