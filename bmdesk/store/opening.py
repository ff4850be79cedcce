"""Opening a store: refuse a newer schema, check, back up, migrate, check. And the store as the services hold it."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, insert, select

from bmdesk.store import backup, schema
from bmdesk.store.alone import Presence
from bmdesk.store.engine import Database, Place
from bmdesk.store.failures import StoreDamaged, StoreInUse, StoreOlder, StoreReadOnly, classify
from bmdesk.store.tables.people import store_info
from bmdesk.store.transaction import Tx
from bmdesk.texts import msg

R = TypeVar("R")

CHECK_AT_ONCE_BYTES = 64 * 2**20
"""Up to this size the whole file is checked on opening (well under a second); larger ones behind the window."""

_SMALLEST = 512  # bytes of the smallest page that a database can consist of


class Store:
    """An open, current store. Close it; or let the process die, nothing acknowledged is lost."""

    def __init__(self, database: Database, presence: Presence | None, clock: Callable[[], datetime]) -> None:
        self.database = database
        self.place = database.place
        self._presence = presence
        self._clock = clock

    def write(self, company: str, work: Callable[[Tx], R]) -> R:
        """Run `work` in one transaction for this company. See Database.write for repeats and failures."""
        return self.database.write(lambda connection: work(Tx(connection, company, self._clock())))

    def read(self, work: Callable[[Connection], R]) -> R:
        """Run `work` on a read-only snapshot."""
        return self.database.read(work)

    def info(self, name: str) -> str:
        """A fact about this store: `id`, `generation`, `created_at`; empty when unknown."""
        query = select(store_info.c.value).where(store_info.c.name == name)
        return self.read(lambda connection: connection.execute(query).scalar()) or ""

    def close(self) -> None:
        """Close all connections and leave."""
        self.database.close()
        if self._presence is not None:
            self._presence.close()


def open_store(
    place: Place, clock: Callable[[], datetime], backups: Path | None = None, new_id: str = ""
) -> Store:
    """Open the store at this place, making or migrating it where needed.

    `backups`: folder for the copy made before a migration. `new_id`: the id a fresh store gets. Raises a StoreFailure
    that says what to do; then nothing was changed.
    """
    presence = _presence(place)
    try:
        if place.file is not None and place.file.exists():
            check_file(place.file, whole=place.file.stat().st_size <= CHECK_AT_ONCE_BYTES)
        database = Database(place)
        try:
            found = _found(database)
            schema.refuse_newer(found, place)
            if found is None and presence is not None and presence.marked:
                raise StoreDamaged(place=place.shown, detail=msg("store.detail_emptied"))
            if found != schema.SCHEMA:
                _migrate_alone(database, presence, clock(), backups)
            if not database.read(
                _known_facts
            ):  # a fresh store, or one whose first opening was cut short here
                _introduce(database, new_id, clock())
            if presence is not None:
                presence.mark()
            return Store(database, presence, clock)
        except BaseException:
            database.close()
            raise
    except BaseException as error:
        if presence is not None:
            presence.close()
        if isinstance(error, sqlite3.Error) and (failure := classify(error, place.shown)):
            raise failure from error
        raise


def check_file(file: Path, *, whole: bool) -> None:
    """Raises StoreDamaged when the SQLite file cannot be trusted; with `whole`, every page is looked at."""
    try:
        if (
            0 < file.stat().st_size < _SMALLEST
        ):  # SQLite takes the stump of a file for an empty one, and writes over it
            raise StoreDamaged(place=str(file), detail="file is not a database")
        connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=10)
        try:
            question = "PRAGMA quick_check(1)" if whole else "SELECT count(*) FROM sqlite_master"
            answer = connection.execute(question).fetchone()
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise classify(error, str(file)) or StoreDamaged(place=str(file), detail=str(error)) from error
    if whole and answer != ("ok",):
        raise StoreDamaged(place=str(file), detail=str(answer[0])[:200] if answer else "")


def _presence(place: Place) -> Presence | None:
    if place.file is None:
        return None
    if not place.file.parent.is_dir():
        raise StoreReadOnly(place=place.shown)
    return Presence(place.file)


def _migrate_alone(
    database: Database, presence: Presence | None, now: datetime, backups: Path | None
) -> None:
    place = database.place
    try:
        if presence is not None and not _wait_alone(database, presence):
            return
        # Asked again: another process that started at the same moment may have done it while we waited.
        found = _found(database)
        if found == schema.SCHEMA:
            return
        if found is not None and place.file is not None:
            check_file(place.file, whole=True)
            if backups is None:
                raise StoreOlder(place=place.shown, schema=found)
            backups.mkdir(parents=True, exist_ok=True)
            backup.copy_database(place.file, backups / f"before-{schema.SCHEMA}-{now:%Y%m%dT%H%M%S}.db")
        schema.migrate(place)
        if place.file is not None:
            check_file(place.file, whole=True)
    finally:
        if presence is not None:
            presence.shared()


def _wait_alone(database: Database, presence: Presence) -> bool:
    """Whether we are alone; False when another process did the work meanwhile and stays. Raises StoreInUse."""
    # Two windows started together each hold the shared lock for a moment; a window at work holds it all day.
    for _ in range(19):
        try:
            presence.alone()
            return True
        except StoreInUse:
            if _found(database) == schema.SCHEMA:
                return False
            time.sleep(random.uniform(0.05, 0.25))
            presence.shared()  # who migrates just now may take its time
    presence.alone()
    return True


def _found(database: Database) -> str | None:
    file = database.place.file
    return database.read(schema.found_schema) if file is None or file.exists() else None


def _introduce(database: Database, new_id: str, now: datetime) -> None:
    facts = {"id": new_id, "generation": "1", "created_at": now.isoformat()}

    def write(connection: Connection) -> None:
        known = _known_facts(connection)
        for name, value in facts.items():
            if name not in known:
                connection.execute(insert(store_info).values(name=name, value=value))

    database.write(write)


def _known_facts(connection: Connection) -> set[str]:
    return set(connection.execute(select(store_info.c.name)).scalars())
