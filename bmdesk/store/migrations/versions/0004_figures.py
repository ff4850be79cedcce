"""Roll-ups for the dashboard, PINs, and labels that wait for their printer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _key(length: int) -> sa.String:
    """Text compared byte by byte on every database."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "sale",
        sa.Column("order_id", _key(26), nullable=False),
        sa.Column("account_id", _key(26), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("market", _key(10), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", _key(12), nullable=False),
        sa.Column("customer_id", _key(26), nullable=True),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("revenue_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sale_account_id")),
        sa.ForeignKeyConstraint(["order_id"], ["customer_order.id"], name=op.f("fk_sale_order_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_sale")),
    )
    op.create_index("ix_sale_day", "sale", ["account_id", "day", "market", "customer_id"], unique=False)
    op.create_table(
        "sales_day",
        sa.Column("account_id", _key(26), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("market", _key(10), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", _key(12), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("sold", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("revenue_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sales_day_account_id")),
        sa.PrimaryKeyConstraint(
            "account_id", "day", "market", "currency", "state", name=op.f("pk_sales_day")
        ),
    )
    op.create_table(
        "look",
        sa.Column("inspection_id", _key(26), nullable=False),
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("operator", sa.String(length=40), nullable=False),
        sa.Column("category", _key(40), nullable=False),
        sa.Column("grade", _key(20), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_look_company_id")),
        sa.PrimaryKeyConstraint("inspection_id", name=op.f("pk_look")),
    )
    op.create_index("ix_look_company", "look", ["company_id"], unique=False)
    op.create_table(
        "bench_day",
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hour", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("operator", sa.String(length=40), nullable=False),
        sa.Column("category", _key(40), nullable=False),
        sa.Column("grade", _key(20), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("timed", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_bench_day_company_id")),
        sa.PrimaryKeyConstraint(
            "company_id", "day", "hour", "operator", "category", "grade", name=op.f("pk_bench_day")
        ),
    )
    op.create_table(
        "first_listing",
        sa.Column("stay_id", _key(26), nullable=False),
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_first_listing_company_id")),
        sa.PrimaryKeyConstraint("stay_id", name=op.f("pk_first_listing")),
    )
    op.create_index("ix_first_listing_day", "first_listing", ["company_id", "day"], unique=False)
    op.create_table(
        "listed_day",
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_listed_day_company_id")),
        sa.PrimaryKeyConstraint("company_id", "day", name=op.f("pk_listed_day")),
    )
    op.create_table(
        "print_job",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("station", sa.String(length=80), nullable=False),
        sa.Column("printer", sa.String(length=200), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", _key(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_print_job_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_job")),
    )
    op.create_index("ix_print_job_waiting", "print_job", ["station", "state", "next_at"], unique=False)

    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("figures_zone", sa.String(length=60), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("figures_after", _key(26), nullable=True))
        batch_op.add_column(sa.Column("bench_zone", sa.String(length=60), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("bench_after", _key(26), nullable=True))

    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.add_column(sa.Column("held", sa.Boolean(), nullable=True))
    op.create_index("ix_inspection_stay", "inspection", ["stay_id", "number"], unique=False)

    with op.batch_alter_table("stay", schema=None) as batch_op:
        batch_op.add_column(sa.Column("listed_at", sa.BigInteger(), nullable=True))
    # What may have been on sale before this was noted went on sale nobody knows when.
    op.execute(
        "UPDATE stay SET listed_at = 0 WHERE unit_id IN"
        " (SELECT id FROM unit WHERE state NOT IN ('expected', 'received', 'inspecting'))"
    )

    with op.batch_alter_table("operator", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pin_hash", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("pin_tries", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("pin_wait_until", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("erased_at", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("customer_order", schema=None) as batch_op:
        batch_op.add_column(sa.Column("erased_at", sa.BigInteger(), nullable=True))
