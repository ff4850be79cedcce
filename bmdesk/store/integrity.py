"""Whether the database itself can be trusted: its pages, its indexes, and the links between its rows."""

from __future__ import annotations

from sqlalchemy import Connection, text

from bmdesk.store.opening import Store

_MOST = 50


def problems(store: Store) -> list[str]:
    """What is wrong with pages, indexes and links, in the database's own words (at most 50 each); empty is good.

    On PostgreSQL links are constraints that no writer gets around, and pages are the server's business: nothing is
    asked. Takes seconds per gigabyte.
    """
    if not store.database.is_sqlite:
        return []

    def ask(connection: Connection) -> list[str]:
        pages = connection.execute(text(f"PRAGMA integrity_check({_MOST})")).scalars().all()
        links = connection.execute(text("PRAGMA foreign_key_check")).fetchmany(_MOST)
        found = [str(words)[:300] for words in pages if words != "ok"]
        return found + [f"{link[0]} row {link[1]} names a missing {link[2]}" for link in links]

    return store.read(ask)
