"""Locks on files beside an SQLite store: who has it open, who may sync it, whose turn it is to write.

Every process holds a shared lock; migration and restore want the store alone. A lock belongs to the open file, so it
falls with the process, however that ends.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import IO

from bmdesk.store.failures import StoreInUse, StoreReadOnly


class Presence:
    """A lock on `<store>.lock`. `alone()` turns the shared lock into an exclusive one, `shared()` turns it back."""

    def __init__(self, store: Path) -> None:
        """Takes the shared lock. Raises StoreInUse while another process migrates or restores."""
        self._place = str(store)
        try:
            self._file: IO[bytes] = store.with_name(store.name + ".lock").open("a+b")
        except OSError:
            raise StoreReadOnly(place=self._place) from None
        try:
            self.shared()
        except StoreInUse:
            self._file.close()
            raise

    def shared(self) -> None:
        """Let others in. Waits some seconds for one that migrates; raises StoreInUse when that takes longer."""
        for _ in range(50):
            try:
                self._lock(exclusive=False)
                return
            except StoreInUse:
                time.sleep(0.2)
        self._lock(exclusive=False)

    def alone(self) -> None:
        """Keep others out. Raises StoreInUse when another process has the store open."""
        self._lock(exclusive=True)

    def mark(self) -> None:
        """Note that a store has been here, so that an emptied file is not taken for a first start."""
        if not self.marked:
            self._file.write(b"bmdesk\n")
            self._file.flush()

    @property
    def marked(self) -> bool:
        """Whether a store has been here before."""
        return os.fstat(self._file.fileno()).st_size > 0

    def close(self) -> None:
        """Leave."""
        self._file.close()

    def _lock(self, *, exclusive: bool) -> None:
        try:
            _lock_file(self._file, exclusive)
        except OSError:
            raise StoreInUse(place=self._place) from None


class Hold:
    """An exclusive lock on a file, taken at once or not at all. Falls with the process."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    @classmethod
    def take(cls, place: Path) -> Hold | None:
        """The lock on this file, made where it is missing; None when another process holds it. Raises StoreReadOnly."""
        try:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = place.open("a+b")
        except OSError:
            raise StoreReadOnly(place=str(place)) from None
        try:
            _lock_file(file, exclusive=True)
        except OSError:
            file.close()
            return None
        return cls(file)

    def close(self) -> None:
        """Let go."""
        self._file.close()


class Turn:
    """The place of the next one to write, on `<store>.turn`: who has it waits for the writer of now, the others for it.

    SQLite keeps no queue. A process that writes without pause leaves a gap of microseconds between two transactions,
    and on a busy machine nobody else is ever awake in one: it would keep all others out. With a turn it cannot, for it
    needs one too before it begins again. Who comes after the next one is left to chance.
    """

    def __init__(self, store: Path) -> None:
        self._place = store.with_name(store.name + ".turn")
        self._file: IO[bytes] | None = None
        self._here = Lock()  # the file's lock tells processes apart, not threads

    @contextmanager
    def taken(self, seconds: float) -> Iterator[None]:
        """Have the turn for the block; without it after so many `seconds` (its holder may be suspended), or where the
        folder takes no file (writing the store says so in its own words).
        """
        until = time.monotonic() + seconds
        mine = self._here.acquire(timeout=seconds)
        try:
            locked = self._lock(until) if mine else None
            try:
                yield
            finally:
                if locked is not None:
                    _unlock_file(locked)
        finally:
            if mine:
                self._here.release()

    def close(self) -> None:
        """Leave."""
        if self._file is not None:
            self._file.close()

    def _lock(self, until: float) -> IO[bytes] | None:
        try:
            file = self._file = self._file or self._place.open("a+b")
        except OSError:
            return None
        while True:
            try:
                _lock_file(file, exclusive=True)
                return file
            except OSError:
                if time.monotonic() > until:
                    return None
                a_moment()


def a_moment() -> None:
    """Sleep between two tries for a lock."""
    time.sleep(random.uniform(0.0005, 0.003))


if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def _lock_file(file: IO[bytes], exclusive: bool) -> None:
        # Windows' C runtime has no shared locks: each process locks one byte of 64, alone locks all.
        for start, count in [(0, 64)] if exclusive else [(n, 1) for n in range(64)]:
            file.seek(start)
            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, count)
                return
            except OSError:
                if exclusive:
                    raise
        raise OSError("no free lock byte")

    def _unlock_file(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 64)

else:
    import fcntl

    def _lock_file(file: IO[bytes], exclusive: bool) -> None:
        fcntl.flock(file, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)

    def _unlock_file(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
