"""Backups that make themselves: when one is due, where they lie, which may go, and how old the newest is.

The plan is this machine's (system.machine), because it is about its folders. Writing an archive is `backups`; who looks
each minute is the window, or `sync --watch`. A store on a server is backed up by its server, and that is said.
"""

from __future__ import annotations

import contextlib
import json
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from bmdesk.domain.retention import superfluous
from bmdesk.services.backups import backup_store
from bmdesk.services.desk import Desk
from bmdesk.store.backup import BackupReport, NotABackup, Progress
from bmdesk.system import machine as m
from bmdesk.system.durable import FileNotWritten, why
from bmdesk.system.machine import MachineSettings
from bmdesk.system.paths import DataDir

LATE = timedelta(days=3)
"""A newest backup older than this is a trouble."""

_MOST_LISTED = 200
_LEAST_DAYS = 7
# What a restore replaced, and the copy that is made before a migration, with the moment (UTC) at which that was.
_ASIDE = re.compile(
    r"(?:store\.db\.before-restore|before-[0-9a-z]+)-([0-9]{8}T[0-9]{6})(?:\.db)?\+*(?:-wal|-shm)?"
)
_NAME = re.compile(r"bmdesk-([0-9A-Z]{6})-([0-9]{4}-[0-9]{2}-[0-9]{2})\.zip")


@dataclass(frozen=True, slots=True)
class Plan:
    """`at` None: no backup by itself. `possible`: the store is a file of this machine."""

    at: time | None
    folder: Path
    keep_days: int
    keep_weeks: int
    possible: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup. `own`: the plan made it of this store, and may delete it; `store`: the id of the store it is of."""

    file: Path
    made_at: datetime
    size: int
    photos: int
    own: bool
    store: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How safe this store is. `age`: of the newest backup, None where there is none; `same_disk`: as the store."""

    plan: Plan
    newest: Kept | None
    age: timedelta | None
    same_disk: bool

    @property
    def late(self) -> bool:
        """Whether a person should do something."""
        return self.plan.possible and (self.age is None or self.age > LATE)


def plan(desk: Desk, data: DataDir, machine: MachineSettings) -> Plan:
    """The plan of this machine."""
    at, folder = machine.get(m.BACKUP_AT), machine.get(m.BACKUP_FOLDER)
    return Plan(
        None if at == m.OFF else time.fromisoformat(at),
        Path(folder) if folder else data.backups,
        machine.get(m.BACKUP_DAYS),
        machine.get(m.BACKUP_WEEKS),
        desk.store.place.file is not None,
    )


def due(desk: Desk, plan: Plan) -> bool:
    """Whether the newest backup of the plan is older than the last time at which one should have been made."""
    if plan.at is None or not plan.possible:
        return False
    now = desk.clock.now().astimezone(_zone(desk))
    wanted = datetime.combine(now.date(), plan.at, now.tzinfo)
    if wanted > now:
        wanted = datetime.combine(now.date() - timedelta(days=1), plan.at, now.tzinfo)
    newest = _newest(desk, plan)
    return newest is None or newest.made_at < wanted


def run(desk: Desk, data: DataDir, plan: Plan, progress: Progress = lambda done, total: True) -> BackupReport:
    """Make today's backup, in place of an earlier one of today, then let those go that the plan keeps no longer.

    Raises BackupElsewhere, BackupCancelled, FileNotWritten, a StoreFailure; then no older one has gone.
    """
    try:
        # Not the folders above it: where a stick was pulled out they would be made on this disk.
        plan.folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise FileNotWritten(path=str(plan.folder), reason=why(error)) from error
    today = desk.clock.now().astimezone(_zone(desk)).date()
    target = plan.folder / f"bmdesk-{_mark(desk)}-{today.isoformat()}.zip"
    report = backup_store(data, target, desk.clock, progress)
    with contextlib.suppress(OSError):  # a stick may know no owners
        target.chmod(0o600)
    made = _own(desk, plan)
    # What a clock that was ahead has dated counts for nothing until its day has come.
    past = [day for day in made if day <= today]
    for day in superfluous(past, plan.keep_days, plan.keep_weeks):
        try:
            made[day].unlink(missing_ok=True)
        except OSError as error:
            raise FileNotWritten(path=str(made[day]), reason=why(error)) from error
    return report


def forget_aside(desk: Desk, data: DataDir, plan: Plan) -> int:
    """Delete what restores and migrations set aside once it is older than any backup of the plan; how many files.

    They are whole stores, with customers who were erased since. Raises FileNotWritten.
    """
    days = max(plan.keep_days, 7 * plan.keep_weeks, _LEAST_DAYS)
    before = desk.clock.now() - timedelta(days=days)
    count = 0
    for file in _aside(data):
        made = _ASIDE.fullmatch(file.name)
        if made is None or datetime.strptime(f"{made[1]}Z", "%Y%m%dT%H%M%S%z") >= before:
            continue
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            raise FileNotWritten(path=str(file), reason=why(error)) from error
        count += 1
    return count


def listed(desk: Desk, plan: Plan) -> tuple[Kept, ...]:
    """The backups in the plan's folder that can be read, whoever made them; the newest first."""
    made = _own(desk, plan)
    own = set(made.values())
    files = [made[day] for day in sorted(made, reverse=True)] + [
        one for one in _files(plan) if one not in own
    ]
    found = [kept for file in files[:_MOST_LISTED] if (kept := _read(file, own=file in own)) is not None]
    return tuple(sorted(found, key=lambda one: one.made_at, reverse=True))


def looked_at(desk: Desk, file: Path) -> tuple[Kept, bool]:
    """What this archive says of itself, and whether it is of this store; what it holds is proven when it is restored.

    Raises NotABackup.
    """
    found = _read(file, own=False)
    if found is None:
        raise NotABackup(file=file.name, detail="manifest")
    return found, found.store in ("", desk.store.info("id"))


def standing(desk: Desk, data: DataDir, machine: MachineSettings) -> Standing:
    """How safe this store is."""
    here = plan(desk, data, machine)
    newest = _newest(desk, here)
    age = desk.clock.now() - newest.made_at if newest is not None else None
    return Standing(here, newest, age, _same_disk(data.root, here.folder))


def _zone(desk: Desk) -> ZoneInfo:
    return desk.read(desk.policies).timezone


def _mark(desk: Desk) -> str:
    """Two stores may share a folder: each deletes its own backups only."""
    return desk.store.info("id")[-6:] or "STORE0"


def _own(desk: Desk, plan: Plan) -> dict[date, Path]:
    """The backups that the plan made of this store, by their day."""
    mark = _mark(desk)
    found: dict[date, Path] = {}
    for file in _files(plan, f"bmdesk-{mark}-*.zip"):
        named = _NAME.fullmatch(file.name)
        if named is not None and named[1] == mark:
            try:
                found[date.fromisoformat(named[2])] = file
            except ValueError:
                continue
    return found


def _newest(desk: Desk, plan: Plan) -> Kept | None:
    """The newest that can be read. A damaged one counts for nothing, nor does one that a clock made which was ahead."""
    made = _own(desk, plan)
    now = desk.clock.now()
    read = (_read(made[day], own=True) for day in sorted(made, reverse=True) if day <= (now + LATE).date())
    return next((one for one in read if one is not None and one.made_at <= now + LATE), None)


def _files(plan: Plan, pattern: str = "*.zip") -> list[Path]:
    try:
        return sorted((one for one in plan.folder.glob(pattern) if one.is_file()), reverse=True)
    except OSError:
        return []


def _aside(data: DataDir) -> list[Path]:
    try:
        found = (*data.root.glob("store.db.before-restore-*"), *data.backups.glob("before-*"))
        return sorted(one for one in found if one.is_file() and not one.is_symlink())
    except OSError:
        return []


def _read(file: Path, *, own: bool) -> Kept | None:
    """What its manifest says; None for a file that is no backup."""
    try:
        there = file.stat()
        made_at, photos, store = _manifest(file, there.st_mtime_ns, there.st_size)
    except (OSError, zipfile.BadZipFile, LookupError, TypeError, ValueError, RuntimeError, EOFError):
        return None
    return Kept(file, made_at, there.st_size, photos, own, store)


@lru_cache(2 * _MOST_LISTED)
def _manifest(file: Path, _changed: int, _size: int) -> tuple[datetime, int, str]:
    """Asked each minute whether one is due, and an archive of a hundred thousand photos takes a second to open; what
    cannot be read is tried again.
    """
    with zipfile.ZipFile(file) as archive, archive.open("manifest.json") as packed:
        manifest = json.loads(packed.read(100_000))
    made_at = datetime.fromisoformat(manifest["made_at"])
    if made_at.tzinfo is None:
        raise ValueError
    return made_at, int(manifest["photos"]), str(manifest.get("store", ""))


def _same_disk(root: Path, folder: Path) -> bool:
    try:
        return root.stat().st_dev == (folder if folder.is_dir() else folder.parent).stat().st_dev
    except OSError:
        return False
