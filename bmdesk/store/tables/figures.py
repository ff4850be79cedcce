"""Roll-ups: what the dashboard adds up, kept in the transaction of what it counts. Never primary data: all of it can be
built anew from orders and inspections. Days are of the company's time zone, as date.toordinal().
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table

from bmdesk.store.tables.base import metadata
from bmdesk.store.types import ULID, key

# What each order adds to `sales_day` now; taken off again when it changes.
sale = Table(
    "sale",
    metadata,
    Column("order_id", ULID, ForeignKey("customer_order.id"), primary_key=True),
    Column("account_id", ULID, ForeignKey("account.id"), nullable=False),
    Column("day", Integer, nullable=False),
    Column("market", key(10), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("state", key(12), nullable=False),
    # Whoever of merged records counts; empty too where nothing of the order stands: a buyer is who bought something.
    Column("customer_id", ULID),
    # Of lines that stand: paid, and not cancelled or given back.
    Column("pieces", Integer, nullable=False),
    Column("revenue_minor", BigInteger, nullable=False),
    # All that counting buyers reads.
    Index("ix_sale_day", "account_id", "day", "market", "customer_id"),
)

sales_day = Table(
    "sales_day",
    metadata,
    Column("account_id", ULID, ForeignKey("account.id"), primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("market", key(10), primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("state", key(12), primary_key=True),
    Column("orders", Integer, nullable=False),
    # Those of them in which something stands.
    Column("sold", Integer, nullable=False),
    Column("pieces", Integer, nullable=False),
    Column("revenue_minor", BigInteger, nullable=False),
)

# What each inspection that ended (DONE) adds to `bench_day` now. No links to what is counted: UNDO may take that away.
look = Table(
    "look",
    metadata,
    Column("inspection_id", ULID, primary_key=True),
    Column("company_id", ULID, ForeignKey("company.id"), nullable=False),
    Column("day", Integer, nullable=False),
    # Of the day, by the clock on the wall.
    Column("hour", Integer, nullable=False),
    # Who began it.
    Column("operator", String(40), nullable=False),
    Column("category", key(40), nullable=False),
    Column("grade", key(20), nullable=False),
    # From the first record of the inspection to its end; empty for a device that was laid aside meanwhile.
    Column("seconds", Integer),
    Column("held", Integer, nullable=False),
    Index("ix_look_company", "company_id"),
)

bench_day = Table(
    "bench_day",
    metadata,
    Column("company_id", ULID, ForeignKey("company.id"), primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("hour", Integer, primary_key=True, autoincrement=False),
    Column("operator", String(40), primary_key=True),
    Column("category", key(40), primary_key=True),
    Column("grade", key(20), primary_key=True),
    Column("units", Integer, nullable=False),
    # Those of them whose time is known, and their time.
    Column("timed", Integer, nullable=False),
    Column("seconds", BigInteger, nullable=False),
    Column("held", Integer, nullable=False),
)

# What each stay whose device went on sale adds to `listed_day` now.
first_listing = Table(
    "first_listing",
    metadata,
    Column("stay_id", ULID, primary_key=True),
    Column("company_id", ULID, ForeignKey("company.id"), nullable=False),
    Column("day", Integer, nullable=False),
    # From the receipt to the first moment at which its listing was seen online.
    Column("seconds", BigInteger, nullable=False),
    Index("ix_first_listing_day", "company_id", "day"),
)

listed_day = Table(
    "listed_day",
    metadata,
    Column("company_id", ULID, ForeignKey("company.id"), primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("units", Integer, nullable=False),
    Column("seconds", BigInteger, nullable=False),
)
