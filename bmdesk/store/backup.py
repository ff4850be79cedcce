"""Backup and restore: one archive with the database and the photos.

The database goes through SQLite's backup API, never a file copy: a copy of a file in WAL mode is not the store. A
restore is checked whole before anything is replaced, keeps what it replaces, and starts a new generation.
"""

from __future__ import annotations

import errno
import hashlib
import json
import lzma
import shutil
import sqlite3
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bmdesk.store.alone import Presence
from bmdesk.store.failures import StoreDamaged, StoreFull, StoreReadOnly, classify
from bmdesk.store.photos import Photos, is_content_hash
from bmdesk.store.tables import metadata
from bmdesk.system.durable import sync
from bmdesk.texts import Failure, msg

Progress = Callable[[int, int], bool]
"""Told (done, total) in files; answers False to cancel."""

FORMAT = 1
_PHOTO = "photos/"
_MOST_MANIFEST = 100_000
_DRAFT = "bmdesk-draft-"
_DRAFT_S = 86_400


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
        live = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=10)
        copy = sqlite3.connect(target)
        try:
            # One snapshot for the whole copy: otherwise each commit of a busy bench makes it begin again, for ever.
            live.execute("BEGIN")
            live.execute("SELECT count(*) FROM sqlite_master").fetchone()
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
    _forget_drafts(target.parent)
    try:
        with tempfile.TemporaryDirectory(prefix=_DRAFT, dir=target.parent) as folder:
            copy = Path(folder) / "store.db"
            copy_database(store, copy)
            _require_whole(copy, store)
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
            sync(draft)
            draft.replace(target)
            sync(target.parent)
    except OSError as error:
        raise _disk_failure(error, target) from error
    except StoreFull:  # the store is only read: what is full is where its copy goes
        raise StoreFull(place=str(target)) from None
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
        _forget_drafts(store.parent)
        with tempfile.TemporaryDirectory(prefix=_DRAFT, dir=store.parent) as folder:
            draft = Path(folder) / "store.db"
            made_at, pictures = _unpack(archive_file, draft, Path(folder), progress)
            found = _facts(draft)["schema"]
            if found not in known_schemas:
                raise BackupNewer(file=archive_file.name, schema=found)
            generation = _next_generation(draft, store)
            kept = Photos(photos)
            for picture in pictures:
                home = kept.path(picture.name)
                home.parent.mkdir(parents=True, exist_ok=True)
                if not home.exists():
                    sync(picture)
                    shutil.move(picture, home)
            sync(draft)
            _keep_aside(store, now)
            draft.replace(store)
            sync(store.parent)
    except OSError as error:
        raise _disk_failure(error, store) from error
    except sqlite3.Error as error:
        raise classify(error, str(store)) or NotABackup(file=archive_file.name, detail=str(error)) from error
    finally:
        presence.close()
    return BackupReport(archive_file, found, made_at, len(pictures), generation)


def _require_whole(copy: Path, store: Path) -> None:
    """A backup of a damaged store would be believed in until the day it is needed."""
    connection = sqlite3.connect(copy)
    try:
        answer = connection.execute("PRAGMA quick_check(1)").fetchone()
        there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.Error as error:
        raise classify(error, str(store)) or StoreDamaged(place=str(store), detail=str(error)) from error
    finally:
        connection.close()
    if answer != ("ok",):
        raise StoreDamaged(place=str(store), detail=str(answer[0])[:200] if answer else "")
    if missing := sorted(set(metadata.tables) - there):
        raise StoreDamaged(place=str(store), detail=msg("store.detail_table_missing", table=missing[0]))


def _forget_drafts(folder: Path) -> None:
    """Copies of whole stores whose writer was killed; one that is being written now is younger than a day."""
    try:
        for draft in folder.glob(f"{_DRAFT}*"):
            newest = max(one.stat().st_mtime for one in (draft, *draft.iterdir()))
            if newest < time.time() - _DRAFT_S:
                shutil.rmtree(draft, ignore_errors=True)
    except OSError:
        pass  # somebody else does it, or the disk is gone: writing says so


def _facts(database: Path) -> dict[str, str]:
    connection = sqlite3.connect(database)
    try:
        schema = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        info = dict(connection.execute("SELECT name, value FROM store_info").fetchall())
    finally:
        connection.close()
    return {"schema": schema[0], "generation": info.get("generation", "1"), "store": info.get("id", "")}


def _unpack(archive_file: Path, draft: Path, folder: Path, progress: Progress) -> tuple[datetime, list[Path]]:
    """Unpack and check everything; when the backup was made, and its photos."""
    if not archive_file.is_file():
        raise NotABackup(file=archive_file.name, detail=msg("system.reason.not_there"))
    try:
        with zipfile.ZipFile(archive_file) as archive:
            names = archive.namelist()
            with archive.open("manifest.json") as packed:
                manifest = json.loads(packed.read(_MOST_MANIFEST))  # a made one could fill the memory
            with archive.open("store.db") as packed, draft.open("wb") as out:
                shutil.copyfileobj(packed, out, 2**20)
            pictures = []
            wanted = [n for n in names if n.startswith(_PHOTO)]
            for done, name in enumerate(wanted):
                if not progress(done, len(wanted)):
                    raise BackupCancelled
                digest = name[len(_PHOTO) :]
                # The name is a hash and nothing else: no path from an archive ever reaches the disk.
                if not is_content_hash(digest):
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
        _facts(draft)
        return datetime.fromisoformat(manifest["made_at"]), pictures
    except _UNREADABLE as error:
        raise NotABackup(file=archive_file.name, detail=str(error)[:120]) from error


# What zipfile, zlib, json and sqlite3 say of an archive that is damaged, locked by a password or made by hand.
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    sqlite3.Error,
    AttributeError,
    EOFError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)


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
            _stop_syncing(connection)
    finally:
        connection.close()
    return generation


def _stop_syncing(connection: sqlite3.Connection) -> None:
    """What was under way or waiting then may have happened since, and units may have left: a person looks first.

    A store of the bench's own time has no accounts yet.
    """
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "effect" not in tables:
        return
    connection.execute("UPDATE account SET pause_reason = 'restored' WHERE pause_reason = ''")
    connection.execute(
        # A person's word "send it" may have been carried out since. What they put aside stays there, but for what
        # can be sent only once.
        "UPDATE effect SET state = 'uncertain', fault = 'ambiguous', forced = 0"
        " WHERE state IN ('pending', 'in_flight', 'uncertain')"
        " OR state = 'parked' AND (fault <> 'by_hand' OR kind IN ('cancel', 'refund', 'create'))"
    )


def _keep_aside(store: Path, now: datetime) -> None:
    """Give the present file a second name. Its own name stays until the new one takes it: there always is a store."""
    if not store.exists():
        return
    kept = store.with_name(f"{store.name}.before-restore-{now:%Y%m%dT%H%M%S}")
    while kept.exists():
        kept = kept.with_name(kept.name + "+")
    try:
        connection = sqlite3.connect(store)  # nobody else has it: the WAL is folded into the file
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
    except sqlite3.Error:
        pass  # damaged: what is left of it is kept as it is
    for suffix in ("-wal", "-shm"):  # the WAL belongs to the file it was written for
        side = store.with_name(store.name + suffix)
        if side.exists():
            side.replace(kept.with_name(kept.name + suffix))
    try:
        kept.hardlink_to(store)
    except OSError:  # a file system without hard links (FAT)
        shutil.copyfile(store, kept)
        sync(kept)


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _disk_failure(error: OSError, place: Path) -> Failure:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StoreFull(place=str(place))
    if isinstance(error, FileNotFoundError) and place.suffix != ".db":
        return NotABackup(file=place.name, detail=error.strerror or "")
    return StoreReadOnly(place=str(place))
