"""How a company's Odoo does, as the doctor says it: the key, what makes the account wait, what waits for a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bmdesk.domain.effects import Fault
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import key_end, odoo_account, odoo_settings
from bmdesk.services.setting_table import BadSetting
from bmdesk.services.syncing.sync_health import Concern
from bmdesk.store.engine import Connection
from bmdesk.store.kept import failure_of
from bmdesk.store.queries import outbox_lists, people
from bmdesk.texts import Failure


@dataclass(frozen=True, slots=True)
class OdooHealth:
    """`secret`: the name of its key. `is_new`: it never worked so far. `waits`: why nothing is asked until `until`.

    `parked`: effects that wait for a person, `diverged` those of them that were changed here and there.
    """

    secret: str
    has_key: bool
    is_new: bool
    waits: Failure | None
    until: datetime | None
    is_grave: bool
    parked: int
    diverged: int
    key_ends: Failure | None
    """The key ends soon."""

    def says(self, concern: Concern) -> bool:
        """Whether this concern is told by what is here."""
        if concern.account != odoo_account.NAME:
            return False
        told = {"sync.parked.title", "sync.token_missing_title"}
        if self.waits is not None:
            told.add(self.waits.title.code)
        return concern.title.code in told


def read(desk: Desk, has_secret: Callable[[str], bool]) -> OdooHealth | None:
    """None where the company works without an Odoo, or its settings cannot be read, which is said of settings."""
    now = desk.clock.now()

    def work(connection: Connection) -> OdooHealth | None:
        try:
            connected = odoo_settings.of(connection, desk.company).is_connected
        except BadSetting:
            return None
        row = odoo_account.of(connection, desk.company)
        if not connected or row is None:
            return None
        until = row.rests_until(now)
        counted = outbox_lists.count_parked(connection, row.id)
        secret = odoo_settings.key_name(people.company(connection, desk.company).code)
        diverged = counted.get(Fault.DIVERGED.value, 0)
        return OdooHealth(
            secret,
            has_secret(secret),
            row.last_success_at is None,
            failure_of(row.block_text) if until is not None else None,
            until,
            row.block_fault == Fault.AUTH.value,
            sum(counted.values()),
            diverged,
            key_end.warning(connection, row.id, now),
        )

    return desk.read(work)
