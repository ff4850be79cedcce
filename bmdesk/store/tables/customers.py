"""Customers, the addresses of their orders, and doubts whether two of them are one person.

All that says who somebody is stands in these two tables, in papers, messages to customers and `quarantined`: erasure
(queries.erasing) reaches them all.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from bmdesk.store.tables.base import metadata
from bmdesk.store.types import ULID, Utc, key

# One person. The *_key columns are domain.customers.Keys; empty where the data says nothing.
customer = Table(
    "customer",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("company_id", ULID, ForeignKey("company.id"), nullable=False),
    Column("name", String(200), nullable=False, default=""),
    Column("email", String(200), nullable=False, default=""),
    Column("phone", String(40), nullable=False, default=""),
    Column("country", String(2), nullable=False, default=""),
    Column("email_key", key(200), nullable=False, default=""),
    Column("proof_key", key(300), nullable=False, default=""),
    Column("name_key", key(200), nullable=False, default=""),
    Column("postcode_key", key(20), nullable=False, default=""),
    Column("phone_key", key(20), nullable=False, default=""),
    # Another record turned out to be the same person: that one counts.
    Column("merged_into", ULID, ForeignKey("customer.id")),
    Column("created_at", Utc, nullable=False),
    Column("changed_at", Utc, nullable=False),
    # All that named this person was erased then; the record stays, so that orders go on counting as one person's.
    Column("erased_at", Utc),
    Index("ix_customer_company", "company_id", "id"),
    Index("ix_customer_email", "company_id", "email_key"),
    Index("ix_customer_proof", "company_id", "proof_key"),
    Index("ix_customer_name", "company_id", "name_key"),
    Index("ix_customer_merged", "merged_into"),
)

# Where an order went, as it was written then.
order_address = Table(
    "order_address",
    metadata,
    Column("order_id", ULID, ForeignKey("customer_order.id"), primary_key=True),
    # shipping, billing, given_out (as a carrier's tool was told it last)
    Column("kind", key(10), primary_key=True),
    Column("first_name", String(100), nullable=False, default=""),
    Column("last_name", String(100), nullable=False, default=""),
    Column("company", String(200), nullable=False, default=""),
    Column("street", String(300), nullable=False, default=""),
    Column("street2", String(300), nullable=False, default=""),
    Column("postcode", String(20), nullable=False, default=""),
    Column("city", String(200), nullable=False, default=""),
    Column("country", String(2), nullable=False, default=""),
    Column("phone", String(40), nullable=False, default=""),
    Column("email", String(200), nullable=False, default=""),
)

# Two records that may be one person: asked once, and the answer kept.
customer_doubt = Table(
    "customer_doubt",
    metadata,
    Column("customer_id", ULID, ForeignKey("customer.id"), primary_key=True),
    Column("other_id", ULID, ForeignKey("customer.id"), primary_key=True),
    Column("at", Utc, nullable=False),
    # empty while nobody answered; same, other
    Column("answer", key(10), nullable=False, default=""),
    Column("answered_by", String(40), nullable=False, default=""),
    Column("answered_at", Utc),
    Index("ix_customer_doubt_other", "other_id"),
)
