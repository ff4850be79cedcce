"""What can go wrong with the store, each as a sentence for a person; and what tells them apart."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

from bmdesk.texts import Failure


class StoreFailure(Failure):
    """Root of all failures of the store. Params: `place`."""


class StoreNewer(StoreFailure):
    """A later bmdesk wrote this store. Params: `place`, `schema`."""

    code = "store.newer"


class StoreOlder(StoreFailure):
    """The schema is older and this process may not migrate. Params: `place`, `schema`."""

    code = "store.older"


class StoreDamaged(StoreFailure):
    """The file is no database, or its pages or links are broken. Params: `place`, `detail`."""

    code = "store.damaged"


class StoreFull(StoreFailure):
    """The disk took no more. Nothing of the step was kept. Params: `place`."""

    code = "store.full"


class StoreReadOnly(StoreFailure):
    """The file or its folder cannot be written. Params: `place`."""

    code = "store.read_only"


class StoreBusy(StoreFailure):
    """Another process wrote for longer than we wait. Params: `place`."""

    code = "store.busy"


class StoreInUse(StoreFailure):
    """Migration and restore want the store alone. Params: `place`."""

    code = "store.in_use"


class StoreUnreachable(StoreFailure):
    """The database server does not answer or refuses us. Params: `place`, `detail`."""

    code = "store.unreachable"


_SQLITE = {
    sqlite3.SQLITE_FULL: StoreFull,
    sqlite3.SQLITE_READONLY: StoreReadOnly,
    sqlite3.SQLITE_CANTOPEN: StoreReadOnly,
    sqlite3.SQLITE_BUSY: StoreBusy,
    sqlite3.SQLITE_LOCKED: StoreBusy,
    sqlite3.SQLITE_PERM: StoreReadOnly,
}
_SQLITE_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR}


def classify(error: DBAPIError | sqlite3.Error, place: str) -> StoreFailure | None:
    """The failure that this database error means to a person, or None when it is a bug of ours."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", 0)
        if (
            code == sqlite3.SQLITE_IOERR_SHMSIZE
        ):  # the index of the WAL could not grow: that is how a full disk begins
            return StoreFull(place=place)
        primary = code & 0xFF
        if primary in _SQLITE:
            return _SQLITE[primary](place=place)
        if primary in _SQLITE_DAMAGED or (primary == sqlite3.SQLITE_ERROR and _lacks_a_table(str(cause))):
            return StoreDamaged(place=place, detail=str(cause))
        return None
    state = getattr(cause, "sqlstate", None)
    if state is None and type(cause).__name__ == "OperationalError":
        return StoreUnreachable(place=place, detail=str(cause).splitlines()[0][:200])
    if state in {"53100", "53200"}:  # disk full, out of memory
        return StoreFull(place=place)
    if state in {"42P01", "42703"}:  # a table or column that was there when the schema was told
        return StoreDamaged(place=place, detail=str(cause).splitlines()[0][:200])
    if state == "25006":
        return StoreReadOnly(place=place)
    if state is not None and (state.startswith(("08", "57P")) or state in {"3D000", "28P01", "28000"}):
        return StoreUnreachable(place=place, detail=str(cause).splitlines()[0][:200])
    return None


def _lacks_a_table(words: str) -> bool:
    """Whether somebody took away a table or column: SQLite has no code of its own for it."""
    return words.startswith(("no such table", "no such column")) or " has no column named " in words


def is_conflict(error: DBAPIError) -> bool:
    """Whether PostgreSQL asks us to run the transaction again (serialization failure, deadlock)."""
    return getattr(error.orig, "sqlstate", None) in {"40001", "40P01"}


def is_meeting(error: DBAPIError) -> bool:
    """Whether two PostgreSQL transactions may have made the same row at the same moment.

    Serializable as they are, the later one may be told of the key and not of the conflict. Run again it finds the row.
    """
    return getattr(error.orig, "sqlstate", None) == "23505"
