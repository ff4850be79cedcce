"""Which schema a database has, and bringing it to ours. alembic is imported only when there is something to migrate."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, create_engine, event, inspect, text

from bmdesk.store import planning
from bmdesk.store.engine import Place
from bmdesk.store.failures import StoreDamaged, StoreNewer

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011", "0012")
"""Every schema this bmdesk knows, oldest first; a test holds it against the migration scripts."""

SCHEMA = REVISIONS[-1]


def found_schema(connection: Connection) -> str | None:
    """The schema of this database, or None when it holds no bmdesk tables yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def refuse_newer(found: str | None, place: Place) -> None:
    """Raises StoreNewer for a schema that a later bmdesk wrote: reading it would be guessing, writing would be harm."""
    if found is not None and found not in REVISIONS:
        raise StoreNewer(place=place.shown, schema=found)


def migrate(place: Place) -> None:
    """Bring the database to SCHEMA in one transaction. The caller has it alone, checked and backed up.

    SQLite rebuilds tables to change them; with foreign keys on that would cascade into the children, so they are off
    and checked before the commit. Raises StoreDamaged when a link is broken afterwards; then nothing was changed.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    engine = create_engine(place.address, hide_parameters=True)
    if place.file is not None:
        event.listen(engine, "connect", _migrating_connection)
        event.listen(
            engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE") and None
        )
    try:
        with engine.begin() as connection:
            if place.file is None:  # two stations that start at once: the second finds the work done
                connection.execute(text("SELECT pg_advisory_xact_lock(7401)"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            if place.file is not None and (
                broken := connection.execute(text("PRAGMA foreign_key_check")).first()
            ):
                raise StoreDamaged(place=place.shown, detail=f"foreign key of {broken[0]}")
            if place.file is not None:
                planning.note_sizes(connection)
    finally:
        engine.dispose()


def _migrating_connection(dbapi: sqlite3.Connection, _record: object) -> None:
    dbapi.isolation_level = None
    dbapi.execute("PRAGMA journal_mode=WAL")
    dbapi.execute("PRAGMA synchronous=FULL")
    dbapi.execute("PRAGMA foreign_keys=OFF")
