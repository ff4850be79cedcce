"""From an order to a parcel: allocations, conflicts, customers, picking, packing, papers, warranties."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _key(length: int) -> sa.String:
    """Text compared byte by byte on every database."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "carrier",
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("code", _key(40), nullable=False),
        sa.Column("shipper", sa.String(length=100), nullable=False),
        sa.Column("shape", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_carrier_company_id")),
        sa.PrimaryKeyConstraint("company_id", "code", name=op.f("pk_carrier")),
    )
    op.create_table(
        "customer",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("email_key", _key(200), nullable=False),
        sa.Column("proof_key", _key(300), nullable=False),
        sa.Column("name_key", _key(200), nullable=False),
        sa.Column("postcode_key", _key(20), nullable=False),
        sa.Column("phone_key", _key(20), nullable=False),
        sa.Column("merged_into", _key(26), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_customer_company_id")),
        sa.ForeignKeyConstraint(["merged_into"], ["customer.id"], name=op.f("fk_customer_merged_into")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
    )
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.create_index("ix_customer_company", ["company_id", "id"], unique=False)
        batch_op.create_index("ix_customer_email", ["company_id", "email_key"], unique=False)
        batch_op.create_index("ix_customer_merged", ["merged_into"], unique=False)
        batch_op.create_index("ix_customer_name", ["company_id", "name_key"], unique=False)
        batch_op.create_index("ix_customer_proof", ["company_id", "proof_key"], unique=False)

    op.create_table(
        "manifest",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("shipper", sa.String(length=100), nullable=False),
        sa.Column("parcels", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("operator", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_manifest_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manifest")),
    )
    with op.batch_alter_table("manifest", schema=None) as batch_op:
        batch_op.create_index("ix_manifest_company", ["company_id", "id"], unique=False)

    op.create_table(
        "pick_batch",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("operator", sa.String(length=40), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_pick_batch_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pick_batch")),
        sa.UniqueConstraint("company_id", "number", name=op.f("uq_pick_batch_company_id_number")),
    )
    op.create_table(
        "backship",
        sa.Column("account_id", _key(26), nullable=False),
        sa.Column("remote_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_number", sa.BigInteger(), nullable=False),
        sa.Column("number", _key(60), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("carrier", sa.String(length=100), nullable=False),
        sa.Column("pickup", sa.Text(), nullable=True),
        sa.Column("scanned", sa.Boolean(), nullable=False),
        sa.Column("picked_at", sa.BigInteger(), nullable=True),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_backship_account_id")),
        sa.PrimaryKeyConstraint("account_id", "remote_id", name=op.f("pk_backship")),
    )
    with op.batch_alter_table("backship", schema=None) as batch_op:
        batch_op.create_index("ix_backship_order", ["account_id", "order_number"], unique=False)

    op.create_table(
        "customer_doubt",
        sa.Column("customer_id", _key(26), nullable=False),
        sa.Column("other_id", _key(26), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("answer", _key(10), nullable=False),
        sa.Column("answered_by", sa.String(length=40), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_customer_doubt_customer_id")),
        sa.ForeignKeyConstraint(["other_id"], ["customer.id"], name=op.f("fk_customer_doubt_other_id")),
        sa.PrimaryKeyConstraint("customer_id", "other_id", name=op.f("pk_customer_doubt")),
    )
    with op.batch_alter_table("customer_doubt", schema=None) as batch_op:
        batch_op.create_index("ix_customer_doubt_other", ["other_id"], unique=False)

    op.create_table(
        "history_import",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("account_id", _key(26), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("order_state", sa.Integer(), nullable=True),
        sa.Column("state", _key(10), nullable=False),
        sa.Column("next_page", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("quarantined", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_history_import_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_import")),
    )
    with op.batch_alter_table("history_import", schema=None) as batch_op:
        batch_op.create_index("ix_history_import_account", ["account_id", "state"], unique=False)

    op.create_table(
        "document",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("order_id", _key(26), nullable=False),
        sa.Column("kind", _key(16), nullable=False),
        sa.Column("remote_id", _key(60), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("blob", _key(64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", _key(10), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["customer_order.id"], name=op.f("fk_document_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint(
            "order_id", "kind", "remote_id", name=op.f("uq_document_order_id_kind_remote_id")
        ),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index("ix_document_state", ["state", "next_at"], unique=False)

    op.create_table(
        "order_address",
        sa.Column("order_id", _key(26), nullable=False),
        sa.Column("kind", _key(10), nullable=False),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("last_name", sa.String(length=100), nullable=False),
        sa.Column("company", sa.String(length=200), nullable=False),
        sa.Column("street", sa.String(length=300), nullable=False),
        sa.Column("street2", sa.String(length=300), nullable=False),
        sa.Column("postcode", sa.String(length=20), nullable=False),
        sa.Column("city", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["customer_order.id"], name=op.f("fk_order_address_order_id")),
        sa.PrimaryKeyConstraint("order_id", "kind", name=op.f("pk_order_address")),
    )
    op.create_table(
        "order_event",
        sa.Column("id", _COUNTER, autoincrement=True, nullable=False),
        sa.Column("order_id", _key(26), nullable=False),
        sa.Column("line_id", _key(26), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("operator", sa.String(length=40), nullable=False),
        sa.Column("station", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["customer_order.id"], name=op.f("fk_order_event_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_event")),
    )
    with op.batch_alter_table("order_event", schema=None) as batch_op:
        batch_op.create_index("ix_order_event_order", ["order_id", "id"], unique=False)

    op.create_table(
        "pack_seat",
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("station", _key(80), nullable=False),
        sa.Column("name", _key(40), nullable=False),
        sa.Column("operator_id", _key(26), nullable=True),
        sa.Column("order_id", _key(26), nullable=True),
        sa.Column("proven", sa.Text(), nullable=False),
        sa.Column("number", _key(60), nullable=False),
        sa.Column("shipper", sa.String(length=100), nullable=False),
        sa.Column("refused", sa.Text(), nullable=True),
        sa.Column("last_text", sa.String(length=520), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_pack_seat_company_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_pack_seat_operator_id")),
        sa.ForeignKeyConstraint(["order_id"], ["customer_order.id"], name=op.f("fk_pack_seat_order_id")),
        sa.PrimaryKeyConstraint("company_id", "station", "name", name=op.f("pk_pack_seat")),
    )
    op.create_table(
        "parcel",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("account_id", _key(26), nullable=False),
        sa.Column("order_id", _key(26), nullable=False),
        sa.Column("state", _key(10), nullable=False),
        sa.Column("number", _key(60), nullable=False),
        sa.Column("shipper", sa.String(length=100), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("address_hash", _key(64), nullable=False),
        sa.Column("packed_at", sa.BigInteger(), nullable=False),
        sa.Column("packed_by", sa.String(length=40), nullable=False),
        sa.Column("station", sa.String(length=80), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("handed_at", sa.BigInteger(), nullable=True),
        sa.Column("manifest_id", _key(26), nullable=True),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_parcel_account_id")),
        sa.ForeignKeyConstraint(["manifest_id"], ["manifest.id"], name=op.f("fk_parcel_manifest_id")),
        sa.ForeignKeyConstraint(["order_id"], ["customer_order.id"], name=op.f("fk_parcel_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcel")),
    )
    with op.batch_alter_table("parcel", schema=None) as batch_op:
        batch_op.create_index("ix_parcel_number", ["account_id", "number"], unique=False)
        batch_op.create_index("ix_parcel_state", ["account_id", "state", "id"], unique=False)
        batch_op.create_index(
            "ux_parcel_order",
            ["order_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'undone'"),
            postgresql_where=sa.text("state <> 'undone'"),
        )

    op.create_table(
        "allocation",
        sa.Column("line_id", _key(26), nullable=False),
        sa.Column("unit_id", _key(26), nullable=False),
        sa.Column("stay_id", _key(26), nullable=False),
        sa.Column("state", _key(10), nullable=False),
        sa.Column("operator", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("parcel_id", _key(26), nullable=True),
        sa.Column("override_reason", sa.String(length=500), nullable=False),
        sa.Column("override_by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["orderline.id"], name=op.f("fk_allocation_line_id")),
        sa.ForeignKeyConstraint(["parcel_id"], ["parcel.id"], name=op.f("fk_allocation_parcel_id")),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name=op.f("fk_allocation_stay_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_allocation_unit_id")),
        sa.PrimaryKeyConstraint("line_id", "unit_id", name=op.f("pk_allocation")),
        sa.UniqueConstraint("stay_id", name=op.f("uq_allocation_stay_id")),
    )
    with op.batch_alter_table("allocation", schema=None) as batch_op:
        batch_op.create_index("ix_allocation_unit", ["unit_id"], unique=False)
        batch_op.create_index(
            "ux_allocation_live",
            ["unit_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'shipped'"),
            postgresql_where=sa.text("state <> 'shipped'"),
        )

    op.create_table(
        "conflict",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("order_id", _key(26), nullable=False),
        sa.Column("line_id", _key(26), nullable=True),
        sa.Column("code", _key(24), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["orderline.id"], name=op.f("fk_conflict_line_id")),
        sa.ForeignKeyConstraint(["order_id"], ["customer_order.id"], name=op.f("fk_conflict_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict")),
    )
    with op.batch_alter_table("conflict", schema=None) as batch_op:
        batch_op.create_index("ix_conflict_line", ["line_id"], unique=False)
        batch_op.create_index("ix_conflict_order", ["order_id", "closed_at"], unique=False)

    op.create_table(
        "line_step",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("order_id", _key(26), nullable=False),
        sa.Column("line_id", _key(26), nullable=False),
        sa.Column("kind", _key(16), nullable=False),
        sa.Column("reason", _key(20), nullable=False),
        sa.Column("message", sa.String(length=500), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("state", _key(12), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["line_id"], ["orderline.id"], name=op.f("fk_line_step_line_id")),
        sa.ForeignKeyConstraint(["order_id"], ["customer_order.id"], name=op.f("fk_line_step_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_step")),
    )
    with op.batch_alter_table("line_step", schema=None) as batch_op:
        batch_op.create_index("ix_line_step_line", ["line_id", "state"], unique=False)
        batch_op.create_index("ix_line_step_order", ["order_id"], unique=False)
        batch_op.create_index(
            "ux_line_step_asked",
            ["line_id"],
            unique=True,
            sqlite_where=sa.text("state = 'asked'"),
            postgresql_where=sa.text("state = 'asked'"),
        )

    op.create_table(
        "pick_item",
        sa.Column("batch_id", _key(26), nullable=False),
        sa.Column("line_id", _key(26), nullable=False),
        sa.Column("unit_id", _key(26), nullable=False),
        sa.Column("picked_at", sa.BigInteger(), nullable=True),
        sa.Column("picked_by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["pick_batch.id"], name=op.f("fk_pick_item_batch_id")),
        sa.ForeignKeyConstraint(["line_id"], ["orderline.id"], name=op.f("fk_pick_item_line_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_pick_item_unit_id")),
        sa.PrimaryKeyConstraint("batch_id", "line_id", "unit_id", name=op.f("pk_pick_item")),
    )
    with op.batch_alter_table("pick_item", schema=None) as batch_op:
        batch_op.create_index("ix_pick_item_unit", ["unit_id"], unique=False)

    op.create_table(
        "warranty",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("unit_id", _key(26), nullable=False),
        sa.Column("stay_id", _key(26), nullable=False),
        sa.Column("line_id", _key(26), nullable=False),
        sa.Column("order_id", _key(26), nullable=False),
        sa.Column("begins", _key(10), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("starts_on", _key(10), nullable=False),
        sa.Column("ends_on", _key(10), nullable=False),
        sa.Column("void", _key(20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_warranty_company_id")),
        sa.ForeignKeyConstraint(["line_id"], ["orderline.id"], name=op.f("fk_warranty_line_id")),
        sa.ForeignKeyConstraint(["order_id"], ["customer_order.id"], name=op.f("fk_warranty_order_id")),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name=op.f("fk_warranty_stay_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_warranty_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warranty")),
        sa.UniqueConstraint("stay_id", name=op.f("uq_warranty_stay_id")),
    )
    with op.batch_alter_table("warranty", schema=None) as batch_op:
        batch_op.create_index("ix_warranty_ends", ["company_id", "ends_on"], unique=False)
        batch_op.create_index("ix_warranty_order", ["order_id"], unique=False)
        batch_op.create_index("ix_warranty_unit", ["unit_id"], unique=False)

    op.execute(
        "INSERT INTO allocation (line_id, unit_id, stay_id, state, operator, at, override_reason, override_by)"
        " SELECT line_id, unit_id, stay_id, 'shipped', operator, at, '', '' FROM line_unit"
    )
    op.drop_table("line_unit")
    with op.batch_alter_table("customer_order", schema=None) as batch_op:
        batch_op.add_column(sa.Column("state", _key(12), nullable=False, server_default="waiting"))
        batch_op.add_column(sa.Column("conflicts", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("customer_id", _key(26), nullable=True))
        batch_op.add_column(sa.Column("shipping_minor", sa.BigInteger(), nullable=True))
        batch_op.add_column(
            sa.Column("payment_method", sa.String(length=40), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("dispatch_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("ship_by", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("shipped_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("shipper", sa.String(length=100), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("tracking_number", _key(200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("is_backship", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index(
            "ix_customer_order_conflicts",
            ["account_id"],
            unique=False,
            sqlite_where=sa.text("conflicts > 0"),
            postgresql_where=sa.text("conflicts > 0"),
        )
        batch_op.create_index("ix_customer_order_created", ["account_id", "created_at"], unique=False)
        batch_op.create_index("ix_customer_order_customer", ["customer_id"], unique=False)
        batch_op.create_index("ix_customer_order_state", ["account_id", "state", "ship_by"], unique=False)
        batch_op.create_index("ix_customer_order_tracking", ["account_id", "tracking_number"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_customer_order_customer_id"), "customer", ["customer_id"], ["id"]
        )

    with op.batch_alter_table("effect", schema=None) as batch_op:
        batch_op.add_column(sa.Column("order_id", _key(26), nullable=True))
        batch_op.create_index("ix_effect_order", ["order_id", "state"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_effect_order_id"), "customer_order", ["order_id"], ["id"])

    with op.batch_alter_table("orderline", schema=None) as batch_op:
        batch_op.add_column(sa.Column("grade", _key(20), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("product_number", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("state", _key(12), nullable=False, server_default="waiting"))
        batch_op.add_column(sa.Column("ours", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("shipping_minor", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("fee_minor", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("refunded_minor", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("delay_hours", sa.Integer(), nullable=True))
        batch_op.create_index("ix_orderline_imei", ["account_id", "imei"], unique=False)
        batch_op.create_index("ix_orderline_serial", ["account_id", "serial"], unique=False)
        batch_op.create_index("ix_orderline_state", ["account_id", "state"], unique=False)

    with op.batch_alter_table("sku", schema=None) as batch_op:
        batch_op.add_column(sa.Column("warranty_months", sa.Integer(), nullable=True))

    with op.batch_alter_table("sync_log", schema=None) as batch_op:
        batch_op.add_column(sa.Column("order_id", _key(26), nullable=True))
        batch_op.create_index("ix_sync_log_order", ["order_id", "id"], unique=False)

    _derive_states()


def _derive_states() -> None:
    """What was read before stands where its lines stand; nothing of it is bmdesk's to fulfil until a person says so."""
    op.execute(
        "UPDATE orderline SET state = CASE remote_state WHEN 1 THEN 'to_accept' WHEN 2 THEN 'accepted'"
        " WHEN 3 THEN 'shipped' WHEN 4 THEN 'cancelled' WHEN 5 THEN 'refunded' WHEN 6 THEN 'refunded'"
        " WHEN 7 THEN 'unpaid' ELSE 'waiting' END,"
        " grade = CASE condition WHEN 9 THEN 'PREMIUM' WHEN 10 THEN 'EXCELLENT' WHEN 11 THEN 'GOOD' WHEN 12 THEN 'FAIR'"
        " WHEN 0 THEN 'EXCELLENT' WHEN 1 THEN 'EXCELLENT' WHEN 2 THEN 'GOOD' WHEN 3 THEN 'FAIR'"
        " WHEN 4 THEN 'NOT_FOR_SALE' ELSE '' END"
    )
    # The least advanced open line; else shipped before refunded before cancelled before unpaid.
    ranks = ("waiting", "to_accept", "accepted", "shipped", "refunded", "cancelled", "unpaid")
    stands = sa.text(
        "UPDATE customer_order SET state = :state WHERE EXISTS (SELECT 1 FROM orderline"
        " WHERE orderline.order_id = customer_order.id AND orderline.state = :state)"
    )
    for state in reversed(ranks):
        op.get_bind().execute(stands, {"state": state})
