"""Backup and restore: what was acknowledged is in the archive, and a bad archive changes nothing."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from bmdesk.services import company
from bmdesk.services.desk import Desk
from bmdesk.store import schema
from bmdesk.store.backup import (
    BackupCancelled,
    BackupNewer,
    BackupReport,
    NotABackup,
    restore_backup,
    write_backup,
)
from bmdesk.store.engine import Place
from bmdesk.store.failures import StoreInUse
from bmdesk.store.opening import Store, check_file, open_store
from bmdesk.store.photos import Photos
from bmdesk.store.queries import units
from bmdesk.system.clock import FixedClock
from tests.desks import IMEIS, Bench
from tests.photo_files import jpeg
from tests.processes import python
from tests.wholeness import assert_whole, dump, scanned

pytestmark = pytest.mark.sqlite_only

Files = dict[str, bytes]


def store_file(desk: Desk) -> Path:
    file = desk.store.place.file
    assert file is not None
    return file


def backed_up(at_bench: Bench, target: Path) -> BackupReport:
    file = store_file(at_bench.desk)
    return write_backup(file, at_bench.desk.photos.folder, target, at_bench.clock.now())


def restored(archive: Path, file: Path, now: datetime) -> BackupReport:
    return restore_backup(archive, file, file.parent / "photos", schema.REVISIONS, now)


def reopened(file: Path, clock: FixedClock) -> tuple[Store, Desk]:
    store = open_store(Place.of_file(file), clock.now)
    return store, company.open_desk(store, Photos(file.parent / "photos"), clock, "bench-1")


def archive_with(path: Path, files: Files, **manifest: object) -> Path:
    """An archive made by hand: these files, and a manifest that is right but for these words."""
    said = {
        "format": 1,
        "made_at": "2026-01-15T09:00:00+00:00",
        "schema": schema.SCHEMA,
        "sha256": hashlib.sha256(files.get("store.db", b"")).hexdigest(),
        **manifest,
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        archive.writestr("manifest.json", json.dumps(said))
    return path


def contents(archive: Path) -> Files:
    with zipfile.ZipFile(archive) as opened:
        return {name: opened.read(name) for name in opened.namelist() if name != "manifest.json"}


@pytest.fixture(scope="module")
def lived(template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, datetime]:
    """A folder with a store of one ready unit and a photo, closed, and its archive; and when that was made."""
    folder, clock = tmp_path_factory.mktemp("lived"), FixedClock()
    shutil.copyfile(template, folder / "store.db")
    store, desk = reopened(folder / "store.db", clock)
    seat = Bench(desk, clock)
    seat.ready_unit()
    seat.good(IMEIS[1], f"BMD:PHOTO:{jpeg(folder / 'front.jpg')}")
    backed_up(seat, folder / "good.zip")
    store.close()
    return folder, clock.now()


@pytest.fixture
def good(lived: tuple[Path, datetime], at_bench: Bench, tmp_path: Path) -> Path:
    """The archive of a store with one ready unit and its photo; the store is closed."""
    at_bench.desk.store.close()
    shutil.copytree(lived[0], tmp_path, dirs_exist_ok=True)
    at_bench.clock.set(lived[1])
    return tmp_path / "good.zip"


def test_a_restored_store_is_the_one_that_was_backed_up(at_bench: Bench, tmp_path: Path) -> None:
    unit = at_bench.ready_unit()
    at_bench.good(IMEIS[1], f"BMD:PHOTO:{jpeg(tmp_path / 'front.jpg')}")
    before = dump(at_bench.desk, "store_info")
    report = backed_up(at_bench, tmp_path / "b.zip")
    assert (report.schema, report.photos, report.generation) == (schema.SCHEMA, 1, 1)
    # Life goes on after the backup; the restore takes it back, and keeps it aside.
    at_bench.good("BMD:OP:OWNER", "BMD:ALSO", IMEIS[2])
    file = store_file(at_bench.desk)
    at_bench.desk.store.close()
    later = restored(tmp_path / "b.zip", file, at_bench.clock.now())
    assert later.generation == 2
    store, desk = reopened(file, at_bench.clock)
    assert dump(desk, "store_info") == before
    assert store.info("generation") == "2"
    assert store.info("id") == "01KEXAMPLESTORE00000000000"
    assert desk.read(lambda c: units.unit(c, unit)).state == "ready"
    assert_whole(desk)
    store.close()


def test_what_a_restore_replaces_is_kept_whole_beside_it(good: Path, at_bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    store, desk = reopened(file, at_bench.clock)
    seat = Bench(desk, at_bench.clock)
    seat.good("BMD:OP:OWNER", "BMD:BATCH:AFTER-THE-BACKUP")
    kept = scanned(desk)
    store.close()
    restored(good, file, at_bench.clock.now())
    (aside,) = (
        p for p in tmp_path.iterdir() if p.name.startswith("store.db.before-restore-") and p.suffix != ".lock"
    )
    other, desk = reopened(aside, at_bench.clock)
    assert scanned(desk) == kept
    assert other.info("generation") == "1"
    other.close()


def test_each_restore_is_a_later_life_than_any_before(good: Path, at_bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    # Twice within one second, too: neither life nor file kept aside takes the other's name.
    assert [restored(good, file, at_bench.clock.now()).generation for _ in range(3)] == [2, 3, 4]
    kept = [p for p in tmp_path.iterdir() if "before-restore" in p.name]
    assert len(kept) == 3


def test_a_damaged_store_can_be_restored_over(good: Path, at_bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    file.write_bytes(b"\xff" * 5000)
    restored(good, file, at_bench.clock.now())
    store, desk = reopened(file, at_bench.clock)
    assert_whole(desk)
    store.close()
    assert any(p.read_bytes() == b"\xff" * 5000 for p in tmp_path.iterdir() if "before-restore" in p.name)


def test_a_backup_restores_onto_an_empty_computer_with_its_photos(
    good: Path, at_bench: Bench, tmp_path: Path
) -> None:
    (tmp_path / "new").mkdir()
    file = tmp_path / "new" / "store.db"
    report = restored(good, file, at_bench.clock.now())
    assert report.photos == 1
    (photo,) = (p for p in (tmp_path / "new" / "photos").rglob("*") if p.is_file())
    assert hashlib.sha256(photo.read_bytes()).hexdigest() == photo.name
    assert photo.parent.name == photo.name[:2]
    store, desk = reopened(file, at_bench.clock)
    assert_whole(desk)
    store.close()


@pytest.mark.slow
def test_a_restore_is_refused_while_another_process_has_the_store_open(
    good: Path, at_bench: Bench, tmp_path: Path
) -> None:
    file = tmp_path / "store.db"
    before = file.read_bytes()
    holder = python(
        "import sys; from pathlib import Path\n"
        "from bmdesk.store.engine import Place; from bmdesk.store.opening import open_store\n"
        "from bmdesk.system.clock import SystemClock\n"
        "s = open_store(Place.of_file(Path(sys.argv[1])), SystemClock().now)\n"
        "print('in', flush=True); sys.stdin.read()",
        str(file),
        stdin=subprocess.PIPE,
    )
    assert holder.stdout is not None and holder.stdout.readline() == "in\n"
    with pytest.raises(StoreInUse):
        restored(good, file, at_bench.clock.now())
    assert file.read_bytes() == before
    holder.kill()  # however a process ends, it does not keep the store to itself
    holder.communicate(timeout=20)
    assert restored(good, file, at_bench.clock.now()).generation == 2


WRITER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
connection.execute("PRAGMA synchronous=OFF")
for n in range(1, 1_000_000):
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO store_info VALUES (?, ?)", (f"a{n}", str(n)))
    connection.execute("INSERT INTO store_info VALUES (?, ?)", (f"b{n}", str(n)))
    connection.execute("COMMIT")
    if n % 20 == 0:
        print(n, flush=True)
"""


@pytest.mark.slow
def test_a_backup_while_another_process_writes_is_one_moment_of_the_store(
    at_bench: Bench, tmp_path: Path
) -> None:
    at_bench.ready_unit()
    file = store_file(at_bench.desk)
    with sqlite3.connect(file) as connection:  # enough pages for the copy to take several turns
        filler = "INSERT INTO store_info SELECT 'filler' || value, hex(randomblob(4000)) FROM generate_series(1, 3000)"
        try:
            connection.execute(filler)
        except sqlite3.OperationalError:  # this SQLite has no series
            rows = [(f"filler{n}", "x" * 8000) for n in range(3000)]
            connection.executemany("INSERT INTO store_info VALUES (?, ?)", rows)
    connection.close()
    writer = python(WRITER, str(file))
    assert writer.stdout is not None
    acknowledged = int(writer.stdout.readline())
    began = time.monotonic()
    report = backed_up(at_bench, tmp_path / "b.zip")
    assert time.monotonic() - began < 20, "the copy began anew with each commit of the other process"
    writer.kill()
    writer.communicate(timeout=20)
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        copy = Path(archive.extract("store.db", tmp_path / "out"))
    check_file(copy, whole=True)
    with sqlite3.connect(copy) as connection:
        pairs = "SELECT count(*) FROM store_info WHERE name GLOB '{}[0-9]*'"
        ones, others = (connection.execute(pairs.format(letter)).fetchone()[0] for letter in "ab")
    connection.close()
    assert ones == others >= acknowledged
    assert report.generation == 1


def test_a_cancelled_backup_leaves_nothing(at_bench: Bench, tmp_path: Path) -> None:
    at_bench.good(IMEIS[1], f"BMD:PHOTO:{jpeg(tmp_path / 'front.jpg')}")
    before = sorted(tmp_path.iterdir())
    file = store_file(at_bench.desk)
    with pytest.raises(BackupCancelled):
        write_backup(
            file, tmp_path / "photos", tmp_path / "b.zip", at_bench.clock.now(), lambda done, total: False
        )
    assert sorted(tmp_path.iterdir()) == before


def test_a_cancelled_restore_changes_nothing(good: Path, at_bench: Bench, tmp_path: Path) -> None:
    before = (tmp_path / "store.db").read_bytes()
    with pytest.raises(BackupCancelled):
        restore_backup(
            good,
            tmp_path / "store.db",
            tmp_path / "photos",
            schema.REVISIONS,
            at_bench.clock.now(),
            lambda done, total: False,
        )
    assert (tmp_path / "store.db").read_bytes() == before


def _truncated(good: Path, target: Path) -> Path:
    target.write_bytes(good.read_bytes()[: good.stat().st_size * 2 // 3])
    return target


def _bit_flipped(good: Path, target: Path) -> Path:
    content = bytearray(good.read_bytes())
    for at in range(200, 2000, 100):
        content[at] ^= 0x55
    target.write_bytes(content)
    return target


def _no_zip(good: Path, target: Path) -> Path:
    target.write_bytes(b"this is a letter, not an archive")
    return target


def _no_manifest(good: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("store.db", contents(good)["store.db"])
    return target


def _manifest_is_a_list(good: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("store.db", contents(good)["store.db"])
        archive.writestr("manifest.json", "[1, 2]")
    return target


def _manifest_without_a_date(good: Path, target: Path) -> Path:
    return archive_with(target, contents(good), made_at=None)


def _wrong_hash(good: Path, target: Path) -> Path:
    return archive_with(target, contents(good), sha256="0" * 64)


def _other_format(good: Path, target: Path) -> Path:
    return archive_with(target, contents(good), format=99)


def _without_the_store(good: Path, target: Path) -> Path:
    return archive_with(target, {n: c for n, c in contents(good).items() if n != "store.db"})


def _photo_with_another_content(good: Path, target: Path) -> Path:
    return archive_with(target, {**contents(good), "photos/" + "ab" * 32: b"not what the name says"})


def _photo_that_climbs_out(good: Path, target: Path) -> Path:
    return archive_with(target, {**contents(good), "photos/../../../climbed": b"out"})


def _photo_with_an_absolute_name(good: Path, target: Path) -> Path:
    return archive_with(target, {**contents(good), "photos//etc/climbed": b"out"})


def _damaged_database(good: Path, target: Path) -> Path:
    store = bytearray(contents(good)["store.db"])
    store[3 * 4096 : 9 * 4096] = b"\xaa" * 4096 * 6
    return archive_with(target, {"store.db": bytes(store)})


def _another_programs_database(good: Path, target: Path) -> Path:
    file = target.with_suffix(".sqlite")
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE songs (title TEXT)")
    connection.commit()
    connection.close()
    return archive_with(target, {"store.db": file.read_bytes()})


def _missing(good: Path, target: Path) -> Path:
    return target


BAD = (
    _truncated, _bit_flipped, _no_zip, _no_manifest, _manifest_is_a_list, _manifest_without_a_date, _wrong_hash,
    _other_format, _without_the_store, _photo_with_another_content, _photo_that_climbs_out,
    _photo_with_an_absolute_name, _damaged_database, _another_programs_database, _missing,
)  # fmt: skip


@pytest.mark.parametrize("spoil", BAD, ids=lambda spoil: spoil.__name__.strip("_"))
def test_a_bad_archive_is_refused_and_nothing_is_changed(
    good: Path, at_bench: Bench, tmp_path: Path, spoil: Callable[[Path, Path], Path]
) -> None:
    bad = spoil(good, tmp_path / "bad.zip")
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    with pytest.raises(NotABackup):
        restored(bad, tmp_path / "store.db", at_bench.clock.now())
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before
    assert not (tmp_path.parent / "climbed").exists()


@pytest.mark.slow
def test_a_manifest_made_to_fill_the_memory_is_refused_before_it_does(
    good: Path, at_bench: Bench, tmp_path: Path
) -> None:
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b" " * 60_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(NotABackup):
            restored(bomb, tmp_path / "store.db", at_bench.clock.now())
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_a_backup_of_a_later_bmdesk_is_refused(good: Path, at_bench: Bench, tmp_path: Path) -> None:
    before = (tmp_path / "store.db").read_bytes()
    with pytest.raises(BackupNewer):
        restore_backup(good, tmp_path / "store.db", tmp_path / "photos", ("0000",), at_bench.clock.now())
    assert (tmp_path / "store.db").read_bytes() == before


def test_an_archive_that_lies_about_its_schema_is_judged_by_its_database(
    good: Path, at_bench: Bench, tmp_path: Path
) -> None:
    file = tmp_path / "later.db"
    file.write_bytes(contents(good)["store.db"])
    connection = sqlite3.connect(file)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    liar = archive_with(tmp_path / "liar.zip", {"store.db": file.read_bytes()}, schema=schema.SCHEMA)
    with pytest.raises(BackupNewer):
        restored(liar, tmp_path / "store.db", at_bench.clock.now())
