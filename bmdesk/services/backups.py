"""Backup and restore of a whole data folder: one archive with the store and the photos."""

from __future__ import annotations

from pathlib import Path

from bmdesk.services.session import place_of
from bmdesk.store import backup
from bmdesk.store.backup import BackupElsewhere, BackupReport, Progress
from bmdesk.store.schema import REVISIONS
from bmdesk.system.clock import Clock, SystemClock
from bmdesk.system.durable import FileNotWritten
from bmdesk.system.machine import MachineSettings
from bmdesk.system.paths import DataDir
from bmdesk.texts import msg

__all__ = ["BackupElsewhere", "BackupReport", "Progress", "backup_store", "restore_store"]


def backup_store(
    data: DataDir, target: Path, clock: Clock | None = None, progress: Progress = lambda done, total: True
) -> BackupReport:
    """Write the archive; others may go on working. It appears only when it is complete.

    Raises BackupElsewhere for a store on a server, BackupCancelled, FileNotWritten, a StoreFailure.
    """
    _require_file(data)
    if not target.absolute().parent.is_dir():
        raise FileNotWritten(path=str(target), reason=msg("system.reason.not_there"))
    if target.is_dir():
        raise FileNotWritten(path=str(target), reason=msg("system.reason.is_a_folder"))
    now = (clock or SystemClock()).now()
    return backup.write_backup(data.store, data.photos, target.absolute(), now, progress)


def restore_store(
    data: DataDir, archive: Path, clock: Clock | None = None, progress: Progress = lambda done, total: True
) -> BackupReport:
    """Replace the store of this folder by the archive's, as a new generation; what is replaced is kept beside it.

    Nobody may have the store open. Raises BackupElsewhere, NotABackup, BackupNewer, StoreInUse, BackupCancelled; then
    nothing was changed.
    """
    data.prepare()
    _require_file(data)
    now = (clock or SystemClock()).now()
    return backup.restore_backup(archive.absolute(), data.store, data.photos, REVISIONS, now, progress)


def _require_file(data: DataDir) -> None:
    place = place_of(data, MachineSettings(data.settings))
    if place.file is None:
        raise BackupElsewhere(place=place.shown)
