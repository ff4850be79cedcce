"""The desk: everything a service call needs to know about where it runs. Made by app.py, handed to every service.

A service is a function that takes the desk first and is one transaction long; what it returns is frozen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol, TypeVar

from bmdesk.domain.working_time import local_day
from bmdesk.services import wants
from bmdesk.services.figures import looks, sales
from bmdesk.services.orders import fulfilment
from bmdesk.services.policies import Policies, PolicyBook
from bmdesk.services.shipping import warranty_cover
from bmdesk.store.engine import Connection
from bmdesk.store.opening import Store
from bmdesk.store.photos import Photos
from bmdesk.store.transaction import Tx
from bmdesk.system.clock import Clock

R = TypeVar("R")


class Through(Protocol):
    """Runs a transaction, somewhere, and gives back what it returns."""

    def __call__(self, transaction: Callable[[], R]) -> R: ...


def _directly(transaction: Callable[[], R]) -> R:
    return transaction()


@dataclass(frozen=True)
class Desk:
    """One company's store, seen from one station."""

    store: Store
    photos: Photos
    clock: Clock
    company: str
    station: str
    book: PolicyBook = field(default_factory=PolicyBook)
    through: Through = _directly
    """How a write reaches the store: at once, or by the window's one writer thread (the sync engine's do)."""
    worker: Actor | None = None
    """Who is signed in here, for services that take no actor; None: the machine itself (a script, the engine)."""

    def write(self, work: Callable[[Tx], R]) -> R:
        """Run `work` in one transaction of this company, and queue what must follow from it.

        `work` may run again on a conflict: no side effects.
        """

        def whole(tx: Tx) -> R:
            result = work(tx)
            if tx.moved:
                policies = self.book.of(tx.connection, self.company, tx.now)
                fulfilment.follow(tx, policies)
                warranty_cover.follow(tx, policies)
            if tx.moved or tx.offered:
                looks.see_what_went_live(tx)
            if tx.looked or tx.stayed:
                looks.follow(tx, self.book.of(tx.connection, self.company, tx.now).timezone)
            if tx.sold or tx.sold_lines:
                sales.follow(tx, self.book.of(tx.connection, self.company, tx.now).timezone)
            wants.follow(tx)
            return result

        return self.through(lambda: self.store.write(self.company, whole))

    def read(self, work: Callable[[Connection], R]) -> R:
        """Run `work` on a snapshot."""
        return self.store.read(work)

    def policies(self, connection: Connection) -> Policies:
        """The policies in force, with the company's settings; cached by their stamp."""
        return self.book.of(connection, self.company, self.clock.now())

    def today(self, policies: Policies, at: datetime) -> date:
        """The company's calendar day at this moment."""
        return local_day(at, policies.timezone)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and where. `code` is the badge's code; every record carries it."""

    code: str
    role: str
    station: str
    seat: str = ""
    proven: bool = False
    """Whether the PIN was given for this very step (services.rights)."""
