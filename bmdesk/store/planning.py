"""What SQLite must know of the tables that grow with every order, to choose an index as a person would.

Without figures it takes any column that leads an index for one that finds ten rows. Here the first is often the account
or the company, and those find all of them: a search for fifty ids would read every order there ever was. The figures
stand in the store as ANALYZE would leave them, the same in every store, so that a query goes the same way everywhere.
PostgreSQL gathers its own.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

_ROWS = 30_000
_TABLES = ("customer", "customer_order", "order_address", "orderline", "parcel", "warranty")
_DIFFERENT = {"account_id": 1, "company_id": 1, "kind": 2, "state": 8, "listing_id": 300, "sku_key": 300}
"""How many values a column has, about; of any other there are as many as rows."""
_RARE = {"ix_orderline_state": f"{_ROWS} {_ROWS} {_ROWS // 100}", "ix_customer_order_conflicts": "100 100"}
"""Lines are asked for by the states of which there are few: most were shipped long ago."""


def note_sizes(connection: Connection) -> None:
    """Keep the figures, after tables were made or rebuilt."""
    connection.exec_driver_sql("ANALYZE sqlite_master")  # makes the table of figures, reads nothing
    for table in _TABLES:
        connection.execute(text("DELETE FROM sqlite_stat1 WHERE tbl = :table"), {"table": table})
        for index in connection.execute(text(f"PRAGMA index_list({table})")).mappings().all():
            columns = connection.execute(text(f"PRAGMA index_info({index['name']})")).mappings().all()
            row = {
                "table": table,
                "name": index["name"],
                "figures": _RARE.get(index["name"])
                or _figures([c["name"] for c in columns], unique=index["unique"]),
            }
            connection.execute(text("INSERT INTO sqlite_stat1 VALUES (:table, :name, :figures)"), row)


def _figures(columns: list[str], *, unique: bool) -> str:
    """All rows; then how many there are of one value of the first column, of the first two, and so on."""
    found, rows = [_ROWS], _ROWS
    for column in columns:
        rows = max(1, rows // _DIFFERENT.get(column, _ROWS))
        found.append(rows)
    if unique:
        found[-1] = 1
    return " ".join(str(number) for number in found)
