"""What a store needs each day without anybody asking: its backup, and that data of customers does not outlive its time,
also not in the stores that a restore or a migration set aside.

Looked at each minute by the window and by `sync --watch`; two at once do no harm. Nothing due costs two questions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bmdesk.services import backup_plan, companies, privacy
from bmdesk.services.desk import Desk
from bmdesk.services.privacy import Erased
from bmdesk.store.backup import BackupCancelled, BackupReport
from bmdesk.system.machine import MachineSettings
from bmdesk.system.paths import DataDir
from bmdesk.texts import Failure

KeepGoing = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Looked:
    """What was done, if anything; `failures` are for a person, and are tried again later."""

    backup: BackupReport | None
    erased: Erased | None
    failures: tuple[Failure, ...]


def look_after(
    desk: Desk, data: DataDir, machine: MachineSettings, keep_going: KeepGoing = lambda: True
) -> Looked:
    """Make the backup that is due, and erase whom nobody needs to know any more. Never raises a Failure."""
    backup: BackupReport | None = None
    erased: Erased | None = None
    failures: list[Failure] = []
    try:
        plan = backup_plan.plan(desk, data, machine)
        if backup_plan.due(desk, plan):
            backup = backup_plan.run(desk, data, plan, lambda done, total: keep_going())
    except BackupCancelled:
        pass  # the window closes: the next start makes it
    except Failure as failure:
        failures.append(failure)
    try:
        for one in companies.desks(desk):
            done = privacy.sweep_daily(one, keep_going) if keep_going() else None
            erased = done if erased is None else erased if done is None else erased + done
        # As often: whole stores of before know customers who were erased since. But they are also the way back.
        if erased is not None and all(privacy.clock_is_proven(one) for one in companies.desks(desk)):
            backup_plan.forget_aside(desk, data, backup_plan.plan(desk, data, machine))
    except Failure as failure:
        failures.append(failure)
    return Looked(backup, erased, tuple(failures))
