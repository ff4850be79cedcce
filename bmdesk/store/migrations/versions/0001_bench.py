"""The bench: companies, people, catalogue, batches, units with history, inspections, repairs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _key(length: int) -> sa.String:
    """Text compared byte by byte on every database."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "company",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("code", _key(40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("policy_stamp", sa.Integer(), nullable=False),
        sa.Column("settings_stamp", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
        sa.UniqueConstraint("code", name=op.f("uq_company_code")),
    )
    op.create_table(
        "store_info",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_store_info")),
    )
    op.create_table(
        "location",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("warehouse", _key(40), nullable=False),
        sa.Column("bin", _key(40), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_location_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
        sa.UniqueConstraint(
            "company_id", "warehouse", "bin", name=op.f("uq_location_company_id_warehouse_bin")
        ),
    )
    op.create_table(
        "operator",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("code", _key(40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_operator_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator")),
        sa.UniqueConstraint("company_id", "code", name=op.f("uq_operator_company_id_code")),
    )
    op.create_table(
        "policy",
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("name", _key(80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("operator", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_policy_company_id")),
        sa.PrimaryKeyConstraint("company_id", "name", "version", name=op.f("pk_policy")),
    )
    op.create_table(
        "product",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("brand", _key(120), nullable=False),
        sa.Column("model", _key(200), nullable=False),
        sa.Column("category", _key(40), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_product_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint(
            "company_id",
            "brand",
            "model",
            "category",
            name=op.f("uq_product_company_id_brand_model_category"),
        ),
    )
    op.create_table(
        "scan_log",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("station", sa.String(length=80), nullable=False),
        sa.Column("seat", sa.String(length=40), nullable=False),
        sa.Column("operator", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=520), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(length=120), nullable=False),
        sa.Column("unit_id", _key(26), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_scan_log_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_log")),
    )
    op.create_index("ix_scan_log_company_at", "scan_log", ["company_id", "at"], unique=False)
    op.create_table(
        "setting",
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("name", _key(120), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_setting_company_id")),
        sa.PrimaryKeyConstraint("company_id", "name", name=op.f("pk_setting")),
    )
    op.create_table(
        "variant",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("product_id", _key(26), nullable=False),
        sa.Column("model_code", _key(120), nullable=False),
        sa.Column("model_code_key", _key(120), nullable=False),
        sa.Column("storage", sa.String(length=40), nullable=False),
        sa.Column("colour", sa.String(length=80), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("ean", _key(14), nullable=False),
        sa.Column("backmarket_product_id", _key(60), nullable=False),
        sa.Column("new_price_minor", sa.Integer(), nullable=True),
        sa.Column("new_price_currency", sa.String(length=3), nullable=True),
        sa.Column("weight_g", sa.Integer(), nullable=True),
        sa.Column("draft", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_variant_company_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_variant_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variant")),
        sa.UniqueConstraint(
            "company_id", "model_code_key", name=op.f("uq_variant_company_id_model_code_key")
        ),
    )
    op.create_index("ix_variant_company_ean", "variant", ["company_id", "ean"], unique=False)
    op.create_table(
        "batch",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("code", _key(80), nullable=False),
        sa.Column("code_key", _key(80), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("supplier", sa.String(length=200), nullable=False),
        sa.Column("unit_cost_minor", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("vat_scheme", sa.String(length=20), nullable=False),
        sa.Column("location_id", _key(26), nullable=True),
        sa.Column("variant_id", _key(26), nullable=True),
        sa.Column("preset", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_batch_company_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_batch_location_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_batch_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("company_id", "code_key", name=op.f("uq_batch_company_id_code_key")),
    )
    op.create_table(
        "sku",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("variant_id", _key(26), nullable=False),
        sa.Column("grade", _key(20), nullable=False),
        sa.Column("new_battery", sa.Boolean(), nullable=False),
        sa.Column("text", _key(200), nullable=False),
        sa.Column("text_key", _key(200), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_sku_company_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_sku_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sku")),
        sa.UniqueConstraint("company_id", "text_key", name=op.f("uq_sku_company_id_text_key")),
        sa.UniqueConstraint(
            "variant_id", "grade", "new_battery", name=op.f("uq_sku_variant_id_grade_new_battery")
        ),
    )
    op.create_table(
        "unit",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("state", _key(20), nullable=False),
        sa.Column("gone_reason", sa.String(length=40), nullable=False),
        sa.Column("variant_id", _key(26), nullable=True),
        sa.Column("sku_id", _key(26), nullable=True),
        sa.Column("grade", _key(20), nullable=False),
        sa.Column("own_grade", sa.String(length=40), nullable=False),
        sa.Column("stay_number", sa.Integer(), nullable=False),
        sa.Column("batch_id", _key(26), nullable=True),
        sa.Column("location_id", _key(26), nullable=True),
        sa.Column("battery_percent", sa.Integer(), nullable=True),
        sa.Column("battery_at", sa.BigInteger(), nullable=True),
        sa.Column("hold_reason", sa.String(length=500), nullable=False),
        sa.Column("recheck_at", sa.BigInteger(), nullable=True),
        sa.Column("policy_stamp", sa.Integer(), nullable=False),
        sa.Column("history_seq", sa.Integer(), nullable=False),
        sa.Column("history_head", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_unit_batch_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_unit_company_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_unit_location_id")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_unit_sku_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_unit_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
    )
    op.create_index("ix_unit_company_batch", "unit", ["company_id", "batch_id", "id"], unique=False)
    op.create_index("ix_unit_company_battery", "unit", ["company_id", "battery_at"], unique=False)
    op.create_index("ix_unit_company_grade", "unit", ["company_id", "grade", "id"], unique=False)
    op.create_index("ix_unit_company_id", "unit", ["company_id", "id"], unique=False)
    op.create_index("ix_unit_company_location", "unit", ["company_id", "location_id", "id"], unique=False)
    op.create_index("ix_unit_company_recheck", "unit", ["company_id", "recheck_at"], unique=False)
    op.create_index("ix_unit_company_stamp", "unit", ["company_id", "policy_stamp", "id"], unique=False)
    op.create_index("ix_unit_company_state", "unit", ["company_id", "state", "id"], unique=False)
    op.create_index("ix_unit_company_variant", "unit", ["company_id", "variant_id", "id"], unique=False)
    op.create_index("ix_unit_sku_state", "unit", ["sku_id", "state"], unique=False)
    op.create_table(
        "blocker",
        sa.Column("unit_id", _key(26), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("code", _key(40), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_blocker_company_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_blocker_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "position", name=op.f("pk_blocker")),
    )
    op.create_index("ix_blocker_company_code", "blocker", ["company_id", "code", "unit_id"], unique=False)
    op.create_table(
        "expected_line",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("batch_id", _key(26), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("identifier", _key(40), nullable=False),
        sa.Column("model_code", sa.String(length=120), nullable=False),
        sa.Column("grade", sa.String(length=40), nullable=False),
        sa.Column("cost_minor", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("unit_id", _key(26), nullable=True),
        sa.Column("doubt", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_expected_line_batch_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_expected_line_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expected_line")),
    )
    op.create_index("ix_expected_line_batch_id", "expected_line", ["batch_id", "identifier"], unique=False)
    op.create_index("ix_expected_line_unit_id", "expected_line", ["unit_id"], unique=False)
    op.create_table(
        "history",
        sa.Column("unit_id", _key(26), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("operator", sa.String(length=40), nullable=False),
        sa.Column("station", sa.String(length=80), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_history_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "seq", name=op.f("pk_history")),
    )
    op.create_table(
        "identifier",
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("kind", _key(10), nullable=False),
        sa.Column("value", _key(40), nullable=False),
        sa.Column("reversed", _key(40), nullable=False),
        sa.Column("unit_id", _key(26), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_identifier_company_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_identifier_unit_id")),
        sa.PrimaryKeyConstraint("company_id", "kind", "value", name=op.f("pk_identifier")),
    )
    op.create_index("ix_identifier_company_reversed", "identifier", ["company_id", "reversed"], unique=False)
    op.create_index("ix_identifier_company_value", "identifier", ["company_id", "value"], unique=False)
    op.create_index("ix_identifier_unit_id", "identifier", ["unit_id"], unique=False)
    op.create_table(
        "seat",
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("station", _key(80), nullable=False),
        sa.Column("name", _key(40), nullable=False),
        sa.Column("operator_id", _key(26), nullable=True),
        sa.Column("batch_id", _key(26), nullable=True),
        sa.Column("variant_id", _key(26), nullable=True),
        sa.Column("unit_id", _key(26), nullable=True),
        sa.Column("last_unit_id", _key(26), nullable=True),
        sa.Column("binding", sa.Boolean(), nullable=False),
        sa.Column("last_text", sa.String(length=520), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_seat_batch_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_seat_company_id")),
        sa.ForeignKeyConstraint(["last_unit_id"], ["unit.id"], name=op.f("fk_seat_last_unit_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_seat_operator_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_seat_unit_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_seat_variant_id")),
        sa.PrimaryKeyConstraint("company_id", "station", "name", name=op.f("pk_seat")),
    )
    op.create_table(
        "stay",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("unit_id", _key(26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("batch_id", _key(26), nullable=True),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("supplier", sa.String(length=200), nullable=False),
        sa.Column("cost_minor", sa.Integer(), nullable=True),
        sa.Column("cost_currency", sa.String(length=3), nullable=True),
        sa.Column("vat_scheme", sa.String(length=20), nullable=False),
        sa.Column("arrived_at", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.Column("new_battery", sa.Boolean(), nullable=False),
        sa.Column("earlier_evidence", sa.String(length=500), nullable=False),
        sa.Column("labour_minutes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_stay_batch_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_stay_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stay")),
        sa.UniqueConstraint("unit_id", "number", name=op.f("uq_stay_unit_id_number")),
    )
    op.create_index("ix_stay_batch_id", "stay", ["batch_id"], unique=False)
    op.create_table(
        "step",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("unit_id", _key(26), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("operator", sa.String(length=40), nullable=False),
        sa.Column("station", sa.String(length=80), nullable=False),
        sa.Column("seat", sa.String(length=40), nullable=False),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_step_company_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_step_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step")),
        sa.UniqueConstraint("unit_id", "seq", name=op.f("uq_step_unit_id_seq")),
    )
    op.create_index("ix_step_company_operator", "step", ["company_id", "operator", "id"], unique=False)
    op.create_table(
        "accessory",
        sa.Column("stay_id", _key(26), nullable=False),
        sa.Column("code", _key(40), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("operator", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name=op.f("fk_accessory_stay_id")),
        sa.PrimaryKeyConstraint("stay_id", "code", name=op.f("pk_accessory")),
    )
    op.create_table(
        "battery_reading",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("unit_id", _key(26), nullable=False),
        sa.Column("stay_id", _key(26), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("cycles", sa.Integer(), nullable=True),
        sa.Column("design_mah", sa.Integer(), nullable=True),
        sa.Column("full_mah", sa.Integer(), nullable=True),
        sa.Column("method", sa.String(length=80), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("operator", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name=op.f("fk_battery_reading_stay_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_battery_reading_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_battery_reading")),
    )
    op.create_index("ix_battery_reading_stay_id", "battery_reading", ["stay_id", "at"], unique=False)
    op.create_table(
        "erasure",
        sa.Column("stay_id", _key(26), nullable=False),
        sa.Column("method", sa.String(length=80), nullable=False),
        sa.Column("certificate", sa.String(length=200), nullable=False),
        sa.Column("operator", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name=op.f("fk_erasure_stay_id")),
        sa.PrimaryKeyConstraint("stay_id", name=op.f("pk_erasure")),
    )
    op.create_table(
        "inspection",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("unit_id", _key(26), nullable=False),
        sa.Column("stay_id", _key(26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("operator", sa.String(length=40), nullable=False),
        sa.Column("checklist", sa.String(length=40), nullable=False),
        sa.Column("checklist_version", sa.Integer(), nullable=False),
        sa.Column("suggested", sa.String(length=20), nullable=False),
        sa.Column("grade", sa.String(length=20), nullable=False),
        sa.Column("own_grade", sa.String(length=40), nullable=False),
        sa.Column("grade_reason", sa.String(length=500), nullable=False),
        sa.Column("graded_by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_inspection_company_id")),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name=op.f("fk_inspection_stay_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_inspection_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
        sa.UniqueConstraint("unit_id", "number", name=op.f("uq_inspection_unit_id_number")),
    )
    op.create_index("ix_inspection_company_closed", "inspection", ["company_id", "closed_at"], unique=False)
    op.create_table(
        "lock_record",
        sa.Column("stay_id", _key(26), nullable=False),
        sa.Column("kind", _key(20), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("method", sa.String(length=80), nullable=False),
        sa.Column("operator", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name=op.f("fk_lock_record_stay_id")),
        sa.PrimaryKeyConstraint("stay_id", "kind", name=op.f("pk_lock_record")),
    )
    op.create_table(
        "part",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("unit_id", _key(26), nullable=False),
        sa.Column("stay_id", _key(26), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("cost_minor", sa.Integer(), nullable=True),
        sa.Column("cost_currency", sa.String(length=3), nullable=True),
        sa.Column("genuine", sa.Boolean(), nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("operator", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name=op.f("fk_part_stay_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_part_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part")),
    )
    op.create_index("ix_part_stay_id", "part", ["stay_id"], unique=False)
    op.create_table(
        "photo",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("unit_id", _key(26), nullable=False),
        sa.Column("stay_id", _key(26), nullable=False),
        sa.Column("sha256", _key(64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("operator", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name=op.f("fk_photo_stay_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_photo_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
    )
    op.create_index("ix_photo_sha256", "photo", ["sha256"], unique=False)
    op.create_index("ix_photo_unit_id", "photo", ["unit_id"], unique=False)
    op.create_table(
        "work_order",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("company_id", _key(26), nullable=False),
        sa.Column("unit_id", _key(26), nullable=False),
        sa.Column("stay_id", _key(26), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("fault", sa.String(length=500), nullable=False),
        sa.Column("technician", sa.String(length=80), nullable=False),
        sa.Column("waiting_for", sa.String(length=200), nullable=False),
        sa.Column("outcome", sa.String(length=500), nullable=False),
        sa.Column("opened_by", sa.String(length=40), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_work_order_company_id")),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name=op.f("fk_work_order_stay_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_work_order_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_order")),
    )
    op.create_index(
        "ix_work_order_company_state", "work_order", ["company_id", "state", "opened_at"], unique=False
    )
    op.create_index("ix_work_order_unit_id", "work_order", ["unit_id"], unique=False)
    op.create_index(
        "uq_work_order_open",
        "work_order",
        ["unit_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.create_table(
        "defect",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("inspection_id", _key(26), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("operator", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_defect_inspection_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_defect")),
    )
    op.create_index("ix_defect_inspection_id", "defect", ["inspection_id"], unique=False)
    op.create_table(
        "second_check",
        sa.Column("inspection_id", _key(26), nullable=False),
        sa.Column("first_operator", sa.String(length=40), nullable=False),
        sa.Column("first_grade", sa.String(length=20), nullable=False),
        sa.Column("second_operator", sa.String(length=40), nullable=False),
        sa.Column("second_grade", sa.String(length=20), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_second_check_inspection_id")
        ),
        sa.PrimaryKeyConstraint("inspection_id", name=op.f("pk_second_check")),
    )
    op.create_table(
        "test_result",
        sa.Column("inspection_id", _key(26), nullable=False),
        sa.Column("code", _key(40), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=True),
        sa.Column("operator", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_test_result_inspection_id")
        ),
        sa.PrimaryKeyConstraint("inspection_id", "code", name=op.f("pk_test_result")),
    )
    # ### end Alembic commands ###
