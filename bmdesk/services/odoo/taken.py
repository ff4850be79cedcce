"""Who takes over what happened at Odoo, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bmdesk.services.desk import Actor, Desk
from bmdesk.services.lines import one_line
from bmdesk.store.queries import sync_log
from bmdesk.store.transaction import Tx
from bmdesk.texts import Text

WHO = "Odoo"
_OF_NAME = 40


class Came(StrEnum):
    """What became of something that was read."""

    NOTHING = "nothing"
    TAKEN = "taken"
    SHOWN = "shown"
    """A person must look."""


@dataclass(frozen=True, slots=True)
class Taker:
    """One reading of an account."""

    desk: Desk
    account_id: str

    def actor(self, by: str) -> Actor:
        """Whose doing it was: the user's name there, as far as Odoo says it."""
        name = one_line(by, 60)
        return Actor(f"{WHO}: {name}"[:_OF_NAME] if name else WHO, "", self.desk.station)

    def log(self, tx: Tx, text: Text, level: str = "info") -> None:
        """A line of the account's log."""
        sync_log.log(tx, self.account_id, level, text)
