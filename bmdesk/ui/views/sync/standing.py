"""How everything stands, read in one go off the GUI thread, and what a person can do about each concern."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bmdesk.domain.effects import EffectState
from bmdesk.services.desk import Desk
from bmdesk.services.selling import accounts
from bmdesk.services.selling.accounts import OTHER_MACHINE, AccountView
from bmdesk.services.syncing import sync_status
from bmdesk.services.syncing.sync_status import AccountHealth, Concern, Level, SyncStatus
from bmdesk.texts import Failure


class Remedy(StrEnum):
    """The one button beside a concern."""

    TEST = "test"
    RESUME = "resume"
    CONFIRM = "confirm"
    SYNC = "sync"
    QUEUE = "queue"
    LISTINGS = "listings"
    SETTINGS = "settings"
    ODOO_ASIDE = "odoo_aside"


@dataclass(frozen=True, slots=True)
class Said:
    """A concern with its button, if there is one."""

    concern: Concern
    remedy: Remedy | None


@dataclass(frozen=True, slots=True)
class Standing:
    """The room's picture."""

    status: SyncStatus
    said: tuple[Said, ...]
    counts: Mapping[EffectState, int]

    @property
    def accounts(self) -> tuple[AccountHealth, ...]:
        return self.status.accounts


def read(desk: Desk, has_secret: Callable[[str], bool], trouble: Failure | None) -> Standing:
    """Everything the room shows beside its lists. Asks the keyring: reader thread."""
    status = sync_status.status(desk, has_secret)
    views = {view.row.name: view for view in accounts.listed(desk)}
    known = {health.name: health for health in status.accounts}
    concerns = list(status.concerns)
    if trouble is not None:  # of this window's own worker: another process syncs, the store is busy
        concerns.append(Concern(Level.WARNING, trouble.title, trouble.happened, trouble.todo))
    counts: dict[EffectState, int] = {}
    for one in status.accounts:
        for state, number in one.queue.items():
            counts[state] = counts.get(state, 0) + number
    return Standing(
        status,
        tuple(Said(one, _remedy(one, known.get(one.account), views.get(one.account))) for one in concerns),
        counts,
    )


_BY_TITLE = {
    "sync.parked.title": Remedy.QUEUE,
    "sync.stuck.title": Remedy.QUEUE,
    "sync.which_unit.title": Remedy.LISTINGS,
    "sync.odoo_aside.title": Remedy.ODOO_ASIDE,
    "sync.silent.title": Remedy.SYNC,
    "sync.token_missing_title": Remedy.SETTINGS,
    "account.stray_markets.title": Remedy.SETTINGS,
}


def _remedy(concern: Concern, health: AccountHealth | None, view: AccountView | None) -> Remedy | None:
    """`view`: of an account at the marketplace."""
    known = _BY_TITLE.get(concern.title.code)
    if known is not None or health is None:
        return known
    if concern.title.code == "sync.paused_title":
        return Remedy.CONFIRM if health.pause_reason == OTHER_MACHINE else Remedy.RESUME
    if view is None:
        # Its settings stand in no page of the window: the test says what is wrong with them.
        return Remedy.TEST
    if view.settings is None:
        return Remedy.SETTINGS
    # Whatever else is said of an account by its name is about its connection.
    return Remedy.TEST if view.row.blocked_until is not None else None
