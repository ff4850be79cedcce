"""What was looked at during a stay: inspections, tests, defects, battery, locks, erasure, photos, checks."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from bmdesk.store.tables.base import metadata
from bmdesk.store.types import ULID, DecimalText, Json, Utc, key

inspection = Table(
    "inspection",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("company_id", ULID, ForeignKey("company.id"), nullable=False),
    Column("unit_id", ULID, ForeignKey("unit.id"), nullable=False),
    Column("stay_id", ULID, ForeignKey("stay.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("opened_at", Utc, nullable=False),
    Column("closed_at", Utc),
    Column("operator", String(40), nullable=False),
    Column("checklist", String(40), nullable=False, default=""),
    Column("checklist_version", Integer, nullable=False, default=0),
    # What the rules suggested when the person decided, what the person decided, and why where the two differ.
    Column("suggested", String(20), nullable=False, default=""),
    Column("grade", String(20), nullable=False, default=""),
    Column("own_grade", String(40), nullable=False, default=""),
    Column("grade_reason", String(500), nullable=False, default=""),
    Column("graded_by", String(40), nullable=False, default=""),
    # Whether its end left the unit held; empty: it is open, or ended before this was noted.
    Column("held", Boolean),
    UniqueConstraint("unit_id", "number"),
    Index("ix_inspection_company_closed", "company_id", "closed_at"),
    Index("ix_inspection_stay", "stay_id", "number"),
)

test_result = Table(
    "test_result",
    metadata,
    Column("inspection_id", ULID, ForeignKey("inspection.id"), primary_key=True),
    Column("code", key(40), primary_key=True),
    Column("outcome", String(10), nullable=False),
    Column("value", DecimalText),
    Column("operator", String(40), nullable=False),
    Column("at", Utc, nullable=False),
)

defect = Table(
    "defect",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("inspection_id", ULID, ForeignKey("inspection.id"), nullable=False),
    Column("zone", String(40), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("severity", Integer, nullable=False),
    Column("removed", Boolean, nullable=False, default=False),
    Column("operator", String(40), nullable=False),
    Column("at", Utc, nullable=False),
    Index("ix_defect_inspection_id", "inspection_id"),
)

battery_reading = Table(
    "battery_reading",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("unit_id", ULID, ForeignKey("unit.id"), nullable=False),
    Column("stay_id", ULID, ForeignKey("stay.id"), nullable=False),
    Column("percent", Integer, nullable=False),
    Column("cycles", Integer),
    Column("design_mah", Integer),
    Column("full_mah", Integer),
    Column("method", String(80), nullable=False),
    Column("withdrawn", Boolean, nullable=False, default=False),
    Column("operator", String(40), nullable=False),
    Column("at", Utc, nullable=False),
    Index("ix_battery_reading_stay_id", "stay_id", "at"),
)

lock_record = Table(
    "lock_record",
    metadata,
    Column("stay_id", ULID, ForeignKey("stay.id"), primary_key=True),
    Column("kind", key(20), primary_key=True),
    Column("is_on", Boolean, nullable=False),
    Column("method", String(80), nullable=False),
    Column("operator", String(40), nullable=False),
    Column("at", Utc, nullable=False),
)

erasure = Table(
    "erasure",
    metadata,
    Column("stay_id", ULID, ForeignKey("stay.id"), primary_key=True),
    Column("method", String(80), nullable=False),
    Column("certificate", String(200), nullable=False, default=""),
    Column("operator", String(40), nullable=False),
    Column("at", Utc, nullable=False),
)

accessory = Table(
    "accessory",
    metadata,
    Column("stay_id", ULID, ForeignKey("stay.id"), primary_key=True),
    Column("code", key(40), primary_key=True),
    Column("present", Boolean, nullable=False),
    Column("operator", String(40), nullable=False),
    Column("at", Utc, nullable=False),
)

photo = Table(
    "photo",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("unit_id", ULID, ForeignKey("unit.id"), nullable=False),
    Column("stay_id", ULID, ForeignKey("stay.id"), nullable=False),
    Column("sha256", key(64), nullable=False),
    Column("name", String(255), nullable=False),
    Column("media_type", String(40), nullable=False),
    Column("size", Integer, nullable=False),
    Column("removed", Boolean, nullable=False, default=False),
    Column("operator", String(40), nullable=False),
    Column("at", Utc, nullable=False),
    Index("ix_photo_unit_id", "unit_id"),
    Index("ix_photo_sha256", "sha256"),
)

# A second person's look at an inspection: what each of the two said. Disagreement is a row, not an edit.
second_check = Table(
    "second_check",
    metadata,
    Column("inspection_id", ULID, ForeignKey("inspection.id"), primary_key=True),
    Column("first_operator", String(40), nullable=False),
    Column("first_grade", String(20), nullable=False),
    Column("second_operator", String(40), nullable=False, default=""),
    Column("second_grade", String(20), nullable=False, default=""),
    Column("agreed", Boolean),
    Column("asked_at", Utc, nullable=False),
    Column("answered_at", Utc),
    Column("detail", Json, nullable=False),
)
