"""Listing texts with facts, ways to ship, and every change of them; braces in a seller's own comments stay braces."""

from __future__ import annotations

import json
import re

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _key(length: int) -> sa.String:
    """Text compared byte by byte on every database."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("listing_market", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shippings", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("wanted_content", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("base_content", sa.Text(), nullable=True))
    op.create_table(
        "content_run",
        sa.Column("id", _key(26), nullable=False),
        sa.Column("account_id", _key(26), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("why", _key(20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("undone_by", _key(26), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_content_run_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_run")),
    )
    op.create_index("ix_content_run_account", "content_run", ["account_id", "at"])
    op.create_table(
        "content_change",
        sa.Column("run_id", _key(26), nullable=False),
        sa.Column("listing_id", _key(26), nullable=False),
        sa.Column("market", _key(10), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["content_run.id"], name=op.f("fk_content_change_run_id")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_content_change_listing_id")),
        sa.PrimaryKeyConstraint("run_id", "listing_id", "market", name=op.f("pk_content_change")),
    )
    _keep_braces()


def _keep_braces() -> None:
    """A comment written before templates may hold braces and brackets, and means them as they stand."""
    rows = (
        op.get_bind()
        .execute(sa.text("SELECT company_id, version, body FROM policy WHERE name = 'content'"))
        .all()
    )
    for company, version, text in rows:
        body = json.loads(text)
        for by_grade in body.get("comments", {}).values():
            if isinstance(by_grade, dict):
                for grade, words in by_grade.items():
                    by_grade[grade] = re.sub(r"[{}\[\]]", lambda found: found[0] * 2, str(words))
        op.get_bind().execute(
            sa.text(
                "UPDATE policy SET body = :body"
                " WHERE name = 'content' AND company_id = :company AND version = :version"
            ),
            {
                "body": json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False),
                "company": company,
                "version": version,
            },
        )
