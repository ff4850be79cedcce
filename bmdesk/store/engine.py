"""Opens the database and runs transactions. The only module that knows SQLite's and PostgreSQL's own ways.

SQLite: WAL, synchronous=FULL, foreign keys on, writes begin IMMEDIATE, reads have connections that cannot write.
PostgreSQL: writes are SERIALIZABLE and run again when the server says that they met another.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from bmdesk.store.alone import Turn, a_moment
from bmdesk.store.failures import StoreBusy, classify, is_conflict, is_meeting

R = TypeVar("R")

__all__ = ["BUSY_MS", "Connection", "Database", "Place"]

BUSY_MS = 10_000
_ATTEMPTS = 12
_MEETINGS = 3  # a key that is still taken when asked again was not taken in passing


@dataclass(frozen=True, slots=True)
class Place:
    """Where a store lies: an SQLite file, or the URL of a PostgreSQL database."""

    url: str
    file: Path | None

    @classmethod
    def of_file(cls, file: Path) -> Place:
        """The store in this SQLite file."""
        return cls(f"sqlite:///{file}", file)

    @classmethod
    def of_url(cls, url: str) -> Place:
        """The store at this address: `postgresql://user@host/name`, or an sqlite URL."""
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return cls.of_file(Path(parsed.database or ""))
        return cls(parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False), None)

    @property
    def shown(self) -> str:
        """The place as a person may see it: a path, or the address without its password."""
        return str(self.file) if self.file else make_url(self.url).render_as_string(hide_password=True)

    @property
    def address(self) -> URL:
        """What an engine opens. Not read back from `url`: a folder may be called `What? #1`."""
        return URL.create("sqlite", database=str(self.file)) if self.file else make_url(self.url)


class Database:
    """Two ways into one store: `write` and `read`. Safe to use from several threads."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.is_sqlite = place.file is not None
        self._turn = Turn(place.file) if place.file is not None else None
        self._writer = _engine(place, writes=True)
        self._reader = _engine(place, writes=False)
        if self._turn is not None:
            event.listen(self._writer, "begin", partial(_begin_writing, self._turn))
        self._watch: Connection | None = None

    def write(self, work: Callable[[Connection], R]) -> R:
        """Run `work` in one writing transaction; commits when it returns, rolls back when it raises.

        `work` may run more than once (PostgreSQL conflicts), so it must not touch anything but the connection.
        Raises a StoreFailure for what a person can mend.
        """
        for attempt in range(_ATTEMPTS):
            try:
                with self._writer.begin() as connection:
                    return work(connection)
            except DBAPIError as error:
                if not is_conflict(error) and not (is_meeting(error) and attempt < _MEETINGS):
                    raise self._failure(error) from error
                time.sleep(random.uniform(0, 0.005 * 2**attempt))
        raise StoreBusy(place=self.place.shown)

    def read(self, work: Callable[[Connection], R]) -> R:
        """Run `work` on one consistent, read-only snapshot."""
        try:
            with self._reader.begin() as connection:
                return work(connection)
        except DBAPIError as error:
            raise self._failure(error) from error

    def change_token(self) -> int:
        """A number that differs after any process has committed a write. Cheap; meant to be asked twice a second."""
        try:
            if self._watch is None:
                self._watch = self._reader.connect().execution_options(isolation_level="AUTOCOMMIT")
            sql = "PRAGMA data_version" if self.is_sqlite else "SELECT (pg_current_wal_lsn() - '0/0')::bigint"
            return int(self._watch.execute(text(sql)).scalar_one())
        except DBAPIError as error:
            raise self._failure(error) from error

    def close(self) -> None:
        """Close every connection. The last one to leave an SQLite store folds the WAL into the file."""
        if self._watch is not None:
            self._watch.close()
        self._reader.dispose()
        self._writer.dispose()
        if self._turn is not None:
            self._turn.close()

    def _failure(self, error: DBAPIError) -> Exception:
        return classify(error, self.place.shown) or error


def _engine(place: Place, *, writes: bool) -> Engine:
    if place.file is None:
        return create_engine(
            place.address,
            # A snapshot is all that a reader needs; a serializable one may be told to begin again.
            isolation_level="SERIALIZABLE" if writes else "REPEATABLE READ",
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"connect_timeout": 10, "application_name": "bmdesk"},
            execution_options={} if writes else {"postgresql_readonly": True},
        )
    engine = create_engine(
        place.address,
        hide_parameters=True,  # an error is logged and reported; what a statement carried may be a customer's address
        connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000, "isolation_level": None},
    )
    event.listen(engine, "connect", _writing_connection if writes else _reading_connection)
    if not writes:
        event.listen(engine, "begin", _begin_reading)
    return engine


def _begin_writing(turn: Turn, connection: Connection) -> None:
    """Take the one right to write, when it is our turn. SQLite's own waiting asks only ten times a second."""
    dbapi = cast(sqlite3.Connection, connection.connection.dbapi_connection)
    until = time.monotonic() + BUSY_MS / 1000
    with turn.taken(BUSY_MS / 1000):
        while True:
            try:
                dbapi.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    break
                a_moment()
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # the failure in SQLAlchemy's words


def _begin_reading(connection: Connection) -> None:
    # `change_token` must stay outside any transaction: inside one, nobody else's commit is ever seen.
    if connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT":
        return
    try:
        # A third of a small read went into having SQLAlchemy say this one word.
        cast(sqlite3.Connection, connection.connection.dbapi_connection).execute("BEGIN")
    except sqlite3.Error:
        connection.exec_driver_sql("BEGIN")  # the failure in SQLAlchemy's words


def _writing_connection(dbapi: sqlite3.Connection, _record: Any) -> None:
    dbapi.execute("PRAGMA journal_mode=WAL")
    dbapi.execute("PRAGMA synchronous=FULL")
    dbapi.execute("PRAGMA foreign_keys=ON")
    # An address that was corrected must not stay in the file's free room.
    dbapi.execute("PRAGMA secure_delete=ON")
    dbapi.execute("PRAGMA busy_timeout=0")  # `_begin_writing` waits; whoever may write then meets nobody


def _reading_connection(dbapi: sqlite3.Connection, _record: Any) -> None:
    dbapi.execute("PRAGMA query_only=ON")
    dbapi.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    dbapi.execute("PRAGMA mmap_size=268435456")
