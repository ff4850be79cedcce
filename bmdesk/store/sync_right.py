"""The right to sync a store: one process at a time. It falls with the process, however that ends.

SQLite: a lock on a file beside the store. PostgreSQL: an advisory lock that a connection holds, and that falls with the
connection too: whoever holds it asks now and then whether it still does.
"""

from __future__ import annotations

from contextlib import suppress
from threading import Lock
from typing import Self

from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bmdesk.store.alone import Hold
from bmdesk.store.engine import Place
from bmdesk.store.failures import classify

_LOCK = 7402

_MINE = text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND pid = pg_backend_pid() AND classid = 0 AND CAST(objid AS bigint) = :lock"
).bindparams(lock=_LOCK)

# A line that went dead is known within half a minute; without this it would be hours.
_ALIVE = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}


class SyncRight:
    """Held until closed."""

    def __init__(self, hold: Hold | None, connection: Connection | None) -> None:
        self._hold, self._connection = hold, connection
        self._asking = Lock()

    @classmethod
    def take(cls, place: Place) -> SyncRight | None:
        """The right, or None while another process has it. Raises a StoreFailure."""
        if place.file is not None:
            hold = Hold.take(place.file.with_name(place.file.name + ".sync"))
            return cls(hold, None) if hold is not None else None
        engine = create_engine(
            place.address,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            connect_args={"connect_timeout": 10, "application_name": "bmdesk sync", **_ALIVE},
        )
        try:
            connection = engine.connect()
            if connection.execute(text(f"SELECT pg_try_advisory_lock({_LOCK})")).scalar():
                return cls(None, connection)
            connection.close()
        except DBAPIError as error:
            raise classify(error, place.shown) or error from error
        return None

    def still_held(self) -> bool:
        """Whether it is ours yet: asked on the very connection that holds it, so a lost one answers no."""
        if self._connection is None:
            return self._hold is not None
        try:
            with self._asking:
                return bool(self._connection.execute(_MINE).scalar())
        except SQLAlchemyError:  # also: it was lost when it was asked before
            return False

    def close(self) -> None:
        """Give it back."""
        if self._hold is not None:
            self._hold.close()
        if self._connection is not None:
            with suppress(SQLAlchemyError):
                self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
