"""What a report for support says of a store, and what it must never say: counts, and the words that name people."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Table, func, inspect, select

from bmdesk.store.tables import metadata
from bmdesk.store.tables.customers import customer, order_address

_PAGE = 2000


def counts(connection: Connection) -> dict[str, int]:
    """How many rows each table has, of all companies."""
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
    }


def columns(connection: Connection) -> dict[str, list[str]]:
    """Every table of the database with its columns, as the database has them."""
    looked = inspect(connection)
    return {
        name: [str(column["name"]) for column in looked.get_columns(name)]
        for name in sorted(looked.get_table_names())
    }


def personal(connection: Connection) -> Iterator[str]:
    """Everything in the store that names a customer or says where one lives, of all companies, a page at a time."""
    yield from _words(connection, customer, ("name", "email", "phone", "email_key", "name_key", "phone_key"))
    yield from _words(
        connection,
        order_address,
        ("first_name", "last_name", "company", "street", "street2", "postcode", "city", "phone", "email"),
    )


def _words(connection: Connection, table: Table, names: tuple[str, ...]) -> Iterator[str]:
    wanted = [table.c[name] for name in names if name in table.c]
    for row in connection.execution_options(yield_per=_PAGE).execute(select(*wanted)):
        yield from (str(value) for value in row if value)
