"""Who wins at the marketplace, and its categories with what of ours goes where in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _key(length: int) -> sa.String:
    """Text compared byte by byte on every database."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def _of_category(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_id", "category_id"],
        ["category.account_id", "category.category_id"],
        name=op.f(f"fk_{table}_account_id"),
    )


def upgrade() -> None:
    op.create_table(
        "backbox_reading",
        sa.Column("listing_id", _key(26), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_backbox_reading_listing_id")),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_backbox_reading")),
    )
    op.create_table(
        "backbox",
        sa.Column("listing_id", _key(26), nullable=False),
        sa.Column("market", _key(10), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.Column("found", sa.Boolean(), nullable=False),
        sa.Column("is_winning", sa.Boolean(), nullable=True),
        sa.Column("price_minor", sa.BigInteger(), nullable=True),
        sa.Column("winner_minor", sa.BigInteger(), nullable=True),
        sa.Column("to_win_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_backbox_listing_id")),
        sa.PrimaryKeyConstraint("listing_id", "market", name=op.f("pk_backbox")),
    )
    _categories()


def _categories() -> None:
    op.create_table(
        "category",
        sa.Column("account_id", _key(26), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("marketplace_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("is_leaf", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.Column("attributes_at", sa.BigInteger(), nullable=True),
        sa.Column("missing_since", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_category_account_id")),
        sa.PrimaryKeyConstraint("account_id", "category_id", name=op.f("pk_category")),
    )
    op.create_table(
        "category_attribute",
        sa.Column("account_id", _key(26), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("field", _key(200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("allowed", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        _of_category("category_attribute"),
        sa.PrimaryKeyConstraint("account_id", "category_id", "field", name=op.f("pk_category_attribute")),
    )
    op.create_table(
        "product_category",
        sa.Column("account_id", _key(26), nullable=False),
        sa.Column("product_id", _key(26), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=False),
        sa.Column("chosen_by", sa.String(length=40), nullable=False),
        sa.Column("chosen_at", sa.BigInteger(), nullable=False),
        _of_category("product_category"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_category_product_id")),
        sa.PrimaryKeyConstraint("account_id", "product_id", name=op.f("pk_product_category")),
    )
    op.create_index(
        "ix_product_category_category", "product_category", ["account_id", "category_id"], unique=False
    )
    op.create_table(
        "attribute_source",
        sa.Column("account_id", _key(26), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("field", _key(200), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        _of_category("attribute_source"),
        sa.PrimaryKeyConstraint("account_id", "category_id", "field", name=op.f("pk_attribute_source")),
    )
    op.create_table(
        "attribute_value",
        sa.Column("account_id", _key(26), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("field", _key(200), nullable=False),
        sa.Column("ours", _key(200), nullable=False),
        sa.Column("theirs", sa.String(length=200), nullable=False),
        _of_category("attribute_value"),
        sa.PrimaryKeyConstraint(
            "account_id", "category_id", "field", "ours", name=op.f("pk_attribute_value")
        ),
    )
