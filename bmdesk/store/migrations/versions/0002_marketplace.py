"""Selling at a marketplace: accounts, listings, orders as read, the outbox, exchange rates, counted goods."""

from __future__ import annotations

import os

import sqlalchemy as sa
from alembic import op

from bmdesk.domain.identifiers import new_ulid

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _key(length: int) -> sa.String:
    """Text compared byte by byte on every database."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "syncing",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("station", sa.String(length=80), nullable=False),
        sa.Column("process", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("beat_at", sa.BigInteger(), nullable=False),
        sa.Column("running", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_syncing")),
    )
    op.create_table(
        "account",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("system", _key(20), nullable=False),
        sa.Column("name", _key(40), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("pause_reason", sa.String(length=40), nullable=False),
        sa.Column("blocked_until", sa.BigInteger(), nullable=True),
        sa.Column("block_fault", sa.String(length=20), nullable=False),
        sa.Column("block_text", sa.Text(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("listings_paused", sa.Boolean(), nullable=False),
        sa.Column("creates", sa.Boolean(), nullable=False),
        sa.Column("orders_since", sa.BigInteger(), nullable=True),
        sa.Column("clock_skew_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_success_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_account_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("company_id", "system", "name", name=op.f("uq_account_company_id_system_name")),
    )
    op.create_table(
        "exchange_rate",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("currency", _key(3), nullable=False),
        sa.Column("rate", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_exchange_rate_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_rate")),
    )
    with op.batch_alter_table("exchange_rate", schema=None) as batch_op:
        batch_op.create_index("ix_exchange_rate_currency", ["company_id", "currency", "at"], unique=False)

    op.create_table(
        "call",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("account_id", _key(26), nullable=False),
        sa.Column("kind", _key(20), nullable=False),
        sa.Column("state", _key(12), nullable=False),
        sa.Column("task", sa.BigInteger(), nullable=True),
        sa.Column("market", _key(10), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("polls", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_call_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
    )
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.create_index("ix_call_state", ["account_id", "state"], unique=False)

    op.create_table(
        "customer_order",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("account_id", _key(26), nullable=False),
        sa.Column("remote_id", sa.BigInteger(), nullable=False),
        sa.Column("market", _key(10), nullable=False),
        sa.Column("remote_state", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("modified_at", sa.BigInteger(), nullable=True),
        sa.Column("paid_at", sa.BigInteger(), nullable=True),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_customer_order_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_order")),
        sa.UniqueConstraint("account_id", "remote_id", name=op.f("uq_customer_order_account_id_remote_id")),
    )
    op.create_table(
        "feed",
        sa.Column("account_id", _key(26), nullable=False),
        sa.Column("kind", _key(20), nullable=False),
        sa.Column("market", _key(10), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("success_at", sa.BigInteger(), nullable=True),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("drift", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_feed_account_id")),
        sa.PrimaryKeyConstraint("account_id", "kind", "market", name=op.f("pk_feed")),
    )
    op.create_table(
        "limit_block",
        sa.Column("account_id", _key(26), nullable=False),
        sa.Column("bucket", _key(20), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_limit_block_account_id")),
        sa.PrimaryKeyConstraint("account_id", "bucket", name=op.f("pk_limit_block")),
    )
    op.create_table(
        "limit_use",
        sa.Column("id", _COUNTER, autoincrement=True, nullable=False),
        sa.Column("account_id", _key(26), nullable=False),
        sa.Column("bucket", _key(20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_limit_use_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_limit_use")),
    )
    with op.batch_alter_table("limit_use", schema=None) as batch_op:
        batch_op.create_index("ix_limit_use_bucket", ["account_id", "bucket", "at"], unique=False)

    op.create_table(
        "quarantined",
        sa.Column("account_id", _key(26), nullable=False),
        sa.Column("kind", _key(20), nullable=False),
        sa.Column("remote_id", _key(60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_quarantined_account_id")),
        sa.PrimaryKeyConstraint("account_id", "kind", "remote_id", name=op.f("pk_quarantined")),
    )
    op.create_table(
        "sync_log",
        sa.Column("id", _COUNTER, autoincrement=True, nullable=False),
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("account_id", _key(26), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("listing_id", _key(26), nullable=True),
        sa.Column("effect_id", _key(26), nullable=True),
        sa.Column("market", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sync_log_account_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_sync_log_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_log")),
    )
    with op.batch_alter_table("sync_log", schema=None) as batch_op:
        batch_op.create_index("ix_sync_log_company", ["company_id", "id"], unique=False)
        batch_op.create_index("ix_sync_log_listing", ["listing_id", "id"], unique=False)

    op.create_table(
        "warehouse_account",
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("warehouse", _key(40), nullable=False),
        sa.Column("account_id", _key(26), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_warehouse_account_account_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_warehouse_account_company_id")),
        sa.PrimaryKeyConstraint("company_id", "warehouse", name=op.f("pk_warehouse_account")),
    )
    op.create_table(
        "listing",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("account_id", _key(26), nullable=False),
        sa.Column("remote_id", _key(40), nullable=False),
        sa.Column("listing_number", sa.BigInteger(), nullable=True),
        sa.Column("product_number", sa.BigInteger(), nullable=True),
        sa.Column("product_id", _key(40), nullable=False),
        sa.Column("sku_text", _key(200), nullable=False),
        sa.Column("sku_key", _key(200), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("grade", _key(20), nullable=False),
        sa.Column("new_battery", sa.Boolean(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("quantity_at", sa.BigInteger(), nullable=False),
        sa.Column("first_read_at", sa.BigInteger(), nullable=False),
        sa.Column("missing_since", sa.BigInteger(), nullable=True),
        sa.Column("sku_id", _key(26), nullable=True),
        sa.Column("link", _key(10), nullable=False),
        sa.Column("carries", sa.Boolean(), nullable=False),
        sa.Column("manage_stock", sa.Boolean(), nullable=False),
        sa.Column("manage_price", sa.Boolean(), nullable=False),
        sa.Column("manage_content", sa.Boolean(), nullable=False),
        sa.Column("made_here", sa.Boolean(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("base_quantity", sa.Integer(), nullable=True),
        sa.Column("base_at", sa.BigInteger(), nullable=True),
        sa.Column("sent", sa.Text(), nullable=False),
        sa.Column("vanished_at", sa.BigInteger(), nullable=True),
        sa.Column("vanished", sa.Integer(), nullable=False),
        sa.Column("foreign_at", sa.BigInteger(), nullable=True),
        sa.Column("foreign_value", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_listing_account_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_listing_sku_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing")),
        sa.UniqueConstraint("account_id", "remote_id", name=op.f("uq_listing_account_id_remote_id")),
    )
    with op.batch_alter_table("listing", schema=None) as batch_op:
        batch_op.create_index("ix_listing_account_number", ["account_id", "listing_number"], unique=False)
        batch_op.create_index("ix_listing_account_sku_key", ["account_id", "sku_key"], unique=False)
        batch_op.create_index("ix_listing_sku_id", ["sku_id"], unique=False)
        batch_op.create_index(
            "ux_listing_carrier",
            ["account_id", "sku_id"],
            unique=True,
            sqlite_where=sa.text("carries"),
            postgresql_where=sa.text("carries"),
        )

    op.create_table(
        "effect",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("account_id", _key(26), nullable=False),
        sa.Column("kind", _key(20), nullable=False),
        sa.Column("lane", _key(80), nullable=False),
        sa.Column("key", _key(80), nullable=False),
        sa.Column("listing_id", _key(26), nullable=True),
        sa.Column("sku_id", _key(26), nullable=True),
        sa.Column("market", _key(10), nullable=False),
        sa.Column("state", _key(12), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("forced", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("claimed_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("call_id", _key(26), nullable=True),
        sa.Column("fault", _key(20), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("request_id", sa.String(length=120), nullable=False),
        sa.Column("change", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_effect_account_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_effect_call_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_effect_company_id")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_effect_listing_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_effect_sku_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effect")),
    )
    with op.batch_alter_table("effect", schema=None) as batch_op:
        batch_op.create_index("ix_effect_account_state", ["account_id", "state", "next_at"], unique=False)
        batch_op.create_index("ix_effect_company_state", ["company_id", "state", "id"], unique=False)
        batch_op.create_index("ix_effect_ended", ["company_id", "ended_at"], unique=False)
        batch_op.create_index("ix_effect_lane", ["account_id", "lane", "state"], unique=False)
        batch_op.create_index("ix_effect_listing", ["listing_id", "state"], unique=False)
        batch_op.create_index("ix_effect_sku", ["sku_id", "state"], unique=False)
        batch_op.create_index(
            "ux_effect_pending",
            ["account_id", "kind", "key"],
            unique=True,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )

    op.create_table(
        "listing_market",
        sa.Column("listing_id", _key(26), nullable=False),
        sa.Column("market", _key(10), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("min_minor", sa.BigInteger(), nullable=True),
        sa.Column("max_minor", sa.BigInteger(), nullable=True),
        sa.Column("comment", sa.String(length=2000), nullable=False),
        sa.Column("warranty_months", sa.Integer(), nullable=True),
        sa.Column("publication_state", sa.Integer(), nullable=True),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("wanted_minor", sa.BigInteger(), nullable=True),
        sa.Column("wanted_currency", sa.String(length=3), nullable=False),
        sa.Column("wanted_at", sa.BigInteger(), nullable=True),
        sa.Column("base_minor", sa.BigInteger(), nullable=True),
        sa.Column("sent", sa.Text(), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_listing_market_listing_id")),
        sa.PrimaryKeyConstraint("listing_id", "market", name=op.f("pk_listing_market")),
    )
    op.create_table(
        "orderline",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("order_id", _key(26), nullable=False),
        sa.Column("account_id", _key(26), nullable=False),
        sa.Column("remote_id", sa.BigInteger(), nullable=False),
        sa.Column("listing_number", sa.BigInteger(), nullable=True),
        sa.Column("sku_text", _key(200), nullable=False),
        sa.Column("sku_key", _key(200), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("condition", sa.Integer(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("remote_state", sa.Integer(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=True),
        sa.Column("imei", _key(40), nullable=False),
        sa.Column("serial", _key(40), nullable=False),
        sa.Column("listing_id", _key(26), nullable=True),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("named", sa.Integer(), nullable=False),
        sa.Column("first_read_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_orderline_account_id")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_orderline_listing_id")),
        sa.ForeignKeyConstraint(["order_id"], ["customer_order.id"], name=op.f("fk_orderline_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orderline")),
        sa.UniqueConstraint("account_id", "remote_id", name=op.f("uq_orderline_account_id_remote_id")),
    )
    with op.batch_alter_table("orderline", schema=None) as batch_op:
        batch_op.create_index("ix_orderline_listing_id", ["listing_id"], unique=False)
        batch_op.create_index("ix_orderline_order_id", ["order_id"], unique=False)
        batch_op.create_index("ix_orderline_sku_key", ["account_id", "sku_key"], unique=False)

    op.create_table(
        "still_offered",
        sa.Column("unit_id", _key(26), nullable=False),
        sa.Column("listing_id", _key(26), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_still_offered_listing_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_still_offered_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "listing_id", name=op.f("pk_still_offered")),
    )
    with op.batch_alter_table("still_offered", schema=None) as batch_op:
        batch_op.create_index("ix_still_offered_listing", ["listing_id"], unique=False)

    op.create_table(
        "line_unit",
        sa.Column("line_id", _key(26), nullable=False),
        sa.Column("unit_id", _key(26), nullable=False),
        sa.Column("stay_id", _key(26), nullable=False),
        sa.Column("operator", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["orderline.id"], name=op.f("fk_line_unit_line_id")),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name=op.f("fk_line_unit_stay_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_line_unit_unit_id")),
        sa.PrimaryKeyConstraint("line_id", "unit_id", name=op.f("pk_line_unit")),
        sa.UniqueConstraint("stay_id", name=op.f("uq_line_unit_stay_id")),
    )
    with op.batch_alter_table("sku", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pieces", sa.Integer(), nullable=True))
    _move_rates()


def _move_rates() -> None:
    """Rates were settings, overwritten by each change; from now on they are dated rows."""
    connection = op.get_bind()
    kept = sa.text("SELECT company_id, name, value, changed_at FROM setting WHERE name LIKE 'rate.%'")
    for company, name, value, at in connection.execute(kept).all():
        row = {"id": new_ulid(at // 1000, os.urandom(10)), "company": company, "currency": name[5:]}
        connection.execute(
            sa.text(
                "INSERT INTO exchange_rate (id, company_id, currency, rate, at, source)"
                " VALUES (:id, :company, :currency, :rate, :at, '')"
            ),
            {**row, "rate": value.replace(",", "."), "at": at},
        )
    connection.execute(sa.text("DELETE FROM setting WHERE name LIKE 'rate.%'"))
