"""Backup and restore: one archive with the database and the photos.

The database goes through SQLite's backup API, never a file copy: a copy of a file in WAL mode is not the store. A
restore is checked whole before anything is replaced, keeps what it replaces, and starts a new generation.
"""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bmdesk.store.alone import Presence
from bmdesk.store.failures import StoreDamaged, StoreFull, StoreReadOnly, classify
from bmdesk.texts import Failure

Progress = Callable[[int, int], bool]
"""Told (done, total) in files; answers False to cancel."""

FORMAT = 1
_PHOTO = "photos/"


class NotABackup(Failure):
    """The file is no backup of bmdesk, or it is damaged. Params: `file`, `detail`."""

    code = "backup.not_a_backup"


class BackupNewer(Failure):
    """A later bmdesk made this backup. Params: `file`, `schema`."""

    code = "backup.newer"


class BackupCancelled(Failure):
    """The person stopped it; no half archive is left."""

    code = "backup.cancelled"


class BackupElsewhere(Failure):
    """This store lies on a server that has a backup of its own. Params: `place`."""

    code = "backup.elsewhere"


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What an archive holds."""

    file: Path
    schema: str
    made_at: datetime
    photos: int
    generation: int


def copy_database(source: Path, target: Path) -> None:
    """A consistent copy of a live SQLite file, also while others write. Raises a StoreFailure."""
    try:
        live = sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=10)
        copy = sqlite3.connect(target)
        try:
            live.backup(copy, pages=2048)
            copy.execute("PRAGMA journal_mode=DELETE")
        finally:
            copy.close()
            live.close()
    except sqlite3.Error as error:
        raise classify(error, str(source)) or StoreDamaged(place=str(source), detail=str(error)) from error


def write_backup(
    store: Path, photos: Path, target: Path, now: datetime, progress: Progress = lambda done, total: True
) -> BackupReport:
    """Write one archive of the database and the photos. The target appears only when it is complete."""
    try:
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            copy = Path(folder) / "store.db"
            copy_database(store, copy)
            facts = _facts(copy)
            pictures = (
                sorted(p for p in photos.rglob("*") if p.is_file() and len(p.name) == 64)
                if photos.is_dir()
                else []
            )
            draft = Path(folder) / "backup.zip"
            with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
                archive.write(copy, "store.db")
                for done, picture in enumerate(pictures):
                    if not progress(done, len(pictures)):
                        raise BackupCancelled
                    archive.write(picture, _PHOTO + picture.name, zipfile.ZIP_STORED)
                manifest = {
                    "format": FORMAT,
                    "made_at": now.isoformat(),
                    "photos": len(pictures),
                    "sha256": _sha256(copy),
                    **facts,
                }
                archive.writestr("manifest.json", json.dumps(manifest, sort_keys=True))
            draft.replace(target)
    except OSError as error:
        raise _disk_failure(error, target) from error
    return BackupReport(target, facts["schema"], now, len(pictures), int(facts["generation"]))


def restore_backup(
    archive_file: Path,
    store: Path,
    photos: Path,
    known_schemas: tuple[str, ...],
    now: datetime,
    progress: Progress = lambda done, total: True,
) -> BackupReport:
    """Replace the store by the one in this archive, as a new generation.

    The archive is read and checked whole first. What is replaced is kept beside it as `store.db.before-restore-<time>`.
    Raises NotABackup, BackupNewer, StoreInUse, BackupCancelled; then nothing was changed. Photos are only ever added.
    """
    presence = Presence(store)
    try:
        presence.alone()
        with tempfile.TemporaryDirectory(dir=store.parent) as folder:
            draft = Path(folder) / "store.db"
            manifest, pictures = _unpack(archive_file, draft, Path(folder), progress)
            if manifest["schema"] not in known_schemas:
                raise BackupNewer(file=archive_file.name, schema=manifest["schema"])
            generation = _next_generation(draft, store)
            photos.mkdir(parents=True, exist_ok=True)
            for picture in pictures:
                home = photos / picture.name[:2]
                home.mkdir(exist_ok=True)
                if not (home / picture.name).exists():
                    shutil.move(picture, home / picture.name)
            _set_aside(store, now)
            draft.replace(store)
    except OSError as error:
        raise _disk_failure(error, store) from error
    finally:
        presence.close()
    made_at = datetime.fromisoformat(manifest["made_at"])
    return BackupReport(archive_file, manifest["schema"], made_at, len(pictures), generation)


def _facts(database: Path) -> dict[str, str]:
    connection = sqlite3.connect(database)
    try:
        schema = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        info = dict(connection.execute("SELECT name, value FROM store_info").fetchall())
    finally:
        connection.close()
    return {"schema": schema[0], "generation": info.get("generation", "1"), "store": info.get("id", "")}


def _unpack(
    archive_file: Path, draft: Path, folder: Path, progress: Progress
) -> tuple[dict[str, str], list[Path]]:
    try:
        with zipfile.ZipFile(archive_file) as archive:
            names = archive.namelist()
            manifest = json.loads(archive.read("manifest.json")[:100_000])
            with archive.open("store.db") as packed, draft.open("wb") as out:
                shutil.copyfileobj(packed, out, 2**20)
            pictures = []
            wanted = [n for n in names if n.startswith(_PHOTO)]
            for done, name in enumerate(wanted):
                if not progress(done, len(wanted)):
                    raise BackupCancelled
                digest = name[len(_PHOTO) :]
                # The name is a hash and nothing else: no path from an archive ever reaches the disk.
                if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
                    raise NotABackup(file=archive_file.name, detail=name[:80])
                picture = folder / digest
                with archive.open(name) as packed, picture.open("wb") as out:
                    shutil.copyfileobj(packed, out, 2**20)
                if _sha256(picture) != digest:
                    raise NotABackup(file=archive_file.name, detail=name[:80])
                pictures.append(picture)
        if manifest.get("format") != FORMAT or _sha256(draft) != manifest.get("sha256"):
            raise NotABackup(file=archive_file.name, detail="manifest")
        connection = sqlite3.connect(draft)
        try:
            if connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
                raise NotABackup(file=archive_file.name, detail="store.db")
        finally:
            connection.close()
    except (zipfile.BadZipFile, KeyError, ValueError, sqlite3.Error, EOFError) as error:
        raise NotABackup(file=archive_file.name, detail=str(error)[:120]) from error
    return manifest, pictures


def _next_generation(draft: Path, store: Path) -> int:
    """Later than both the restored and the replaced store, so that no two lives of a store share a number."""
    generations = [int(_facts(draft)["generation"])]
    if store.exists():
        try:
            generations.append(int(_facts(store)["generation"]))
        except (sqlite3.Error, TypeError):
            pass  # a damaged store is what restores are for
    generation = max(generations) + 1
    connection = sqlite3.connect(draft)
    try:
        with connection:
            connection.execute(
                "UPDATE store_info SET value = ? WHERE name = 'generation'", (str(generation),)
            )
    finally:
        connection.close()
    return generation


def _set_aside(store: Path, now: datetime) -> None:
    if not store.exists():
        return
    kept = store.with_name(f"{store.name}.before-restore-{now:%Y%m%dT%H%M%S}")
    for suffix in ("-wal", "-shm"):  # the WAL belongs to the file it was written for
        side = store.with_name(store.name + suffix)
        if side.exists():
            side.replace(kept.with_name(kept.name + suffix))
    store.replace(kept)


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _disk_failure(error: OSError, place: Path) -> Failure:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StoreFull(place=str(place))
    if isinstance(error, FileNotFoundError) and place.suffix != ".db":
        return NotABackup(file=place.name, detail=error.strerror or "")
    return StoreReadOnly(place=str(place))
