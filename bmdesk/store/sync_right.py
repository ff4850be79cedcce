"""The right to sync a store: one process at a time. It falls with the process, however that ends.

SQLite: a lock on a file beside the store. PostgreSQL: an advisory lock that a connection holds.
"""

from __future__ import annotations

from typing import Self

from sqlalchemy import Connection, Engine, create_engine, text

from bmdesk.store.alone import Hold
from bmdesk.store.engine import Place

_LOCK = 7402


class SyncRight:
    """Held until closed."""

    def __init__(self, hold: Hold | None, engine: Engine | None, connection: Connection | None) -> None:
        self._hold, self._engine, self._connection = hold, engine, connection

    @classmethod
    def take(cls, place: Place) -> SyncRight | None:
        """The right, or None while another process has it. Raises StoreReadOnly."""
        if place.file is not None:
            hold = Hold.take(place.file.with_name(place.file.name + ".sync"))
            return cls(hold, None, None) if hold is not None else None
        engine = create_engine(place.address, isolation_level="AUTOCOMMIT")
        connection = engine.connect()
        if connection.execute(text(f"SELECT pg_try_advisory_lock({_LOCK})")).scalar():
            return cls(None, engine, connection)
        connection.close()
        engine.dispose()
        return None

    def close(self) -> None:
        """Give it back."""
        if self._hold is not None:
            self._hold.close()
        if self._connection is not None and self._engine is not None:
            self._connection.close()
            self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
