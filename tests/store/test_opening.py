"""Opening a store: what is refused stays untouched, what is opened can be trusted."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from bmdesk.services.desk import Desk
from bmdesk.store import schema
from bmdesk.store.engine import Place
from bmdesk.store.failures import (
    StoreDamaged,
    StoreFailure,
    StoreInUse,
    StoreNewer,
    StoreOlder,
    StoreReadOnly,
)
from bmdesk.store.opening import Store, check_file, open_store
from bmdesk.store.tables import metadata
from bmdesk.system.clock import FixedClock
from bmdesk.texts import render
from tests.desks import Bench, run_sql
from tests.processes import python

MIGRATIONS = Path(schema.__file__).parent / "migrations"


def opened(place: Place, clock: FixedClock, backups: Path | None = None) -> Store:
    return open_store(place, clock.now, backups, "01KEXAMPLESTORE00000000000")


def made(file: Path, clock: FixedClock) -> bytes:
    """A fresh, closed store; its bytes."""
    for name, content in _fresh(clock.now()).items():
        file.with_name(name).write_bytes(content)
    return file.read_bytes()


@cache
def _fresh(now: datetime) -> dict[str, bytes]:
    """The files of a fresh store: made once, because what becomes of them is the story."""
    with tempfile.TemporaryDirectory() as folder:
        opened(Place.of_file(Path(folder) / "store.db"), FixedClock(now)).close()
        return {file.name: file.read_bytes() for file in Path(folder).iterdir()}


def begun(place: Place, clock: FixedClock) -> None:
    """A fresh, closed store at this place."""
    if place.file is None:
        opened(place, clock).close()
    else:
        made(place.file, clock)


def test_a_fresh_store_knows_who_it_is_and_that_it_is_its_first_life(place: Place, clock: FixedClock) -> None:
    store = opened(place, clock)
    assert store.info("id") == "01KEXAMPLESTORE00000000000"
    assert store.info("generation") == "1"
    assert store.info("created_at") == clock.now().isoformat()
    store.close()


def test_opening_again_changes_neither_its_name_nor_its_birth(place: Place, clock: FixedClock) -> None:
    begun(place, clock)
    born = clock.now()
    clock.advance(days=3)
    store = open_store(place, clock.now, None, "01KANOTHERSTORE00000000000")
    assert store.info("id") == "01KEXAMPLESTORE00000000000"
    assert store.info("created_at") == born.isoformat()
    store.close()


def test_a_store_whose_first_opening_was_cut_short_gets_its_name_at_the_next(
    place: Place, clock: FixedClock
) -> None:
    schema.migrate(place)  # the tables were made, then the power went
    store = opened(place, clock)
    assert store.info("id") == "01KEXAMPLESTORE00000000000"
    assert store.info("generation") == "1"
    store.close()


def test_the_list_of_schemas_is_the_list_of_migrations() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert tuple(reversed([s.revision for s in scripts.walk_revisions()])) == schema.REVISIONS
    assert scripts.get_heads() == [schema.SCHEMA]


def test_the_migrations_make_exactly_the_tables_that_the_code_knows(place: Place, clock: FixedClock) -> None:
    store = opened(place, clock)
    found = store.read(
        lambda connection: compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}), metadata
        )
    )
    store.close()
    assert found == []


def test_a_store_of_a_later_bmdesk_is_refused_and_not_changed(place: Place, clock: FixedClock) -> None:
    begun(place, clock)
    store = opened(place, clock)
    run_sql(store.database, "UPDATE alembic_version SET version_num = '9999'")
    store.close()
    before = place.file.read_bytes() if place.file else b""
    with pytest.raises(StoreNewer) as refused:
        opened(place, clock)
    assert "9999" in render(refused.value.happened)
    assert before == (place.file.read_bytes() if place.file else b"")


@pytest.mark.slow
@pytest.mark.sqlite_only
def test_an_older_store_is_copied_before_it_is_migrated(
    place: Place, clock: FixedClock, tmp_path: Path
) -> None:
    assert place.file is not None
    begun(place, clock)
    # There is one migration so far, so the older store is one that says it never ran.
    with sqlite3.connect(place.file) as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(f"DROP TABLE {table.name}")
        connection.execute("CREATE TABLE kept (word TEXT)")
        connection.execute("INSERT INTO kept VALUES ('still here')")
        connection.execute("DELETE FROM alembic_version")
    connection.close()
    place.file.with_name("store.db.lock").unlink()  # or an emptied store would be said to be damaged
    opened(place, clock, tmp_path / "backups").close()
    # A file that says nothing of its schema is made anew; what lay in it beside our tables is still there.
    with sqlite3.connect(place.file) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("still here",)
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(schema.SCHEMA,)]
    connection.close()


@pytest.mark.sqlite_only
@pytest.mark.parametrize("lost", ["emptied", "gone"])
def test_a_store_that_vanished_is_not_begun_anew(place: Place, clock: FixedClock, lost: str) -> None:
    assert place.file is not None
    begun(place, clock)
    if lost == "gone":
        place.file.unlink()
    else:
        place.file.write_bytes(b"")
    with pytest.raises(StoreDamaged):
        opened(place, clock)
    assert not place.file.exists() or place.file.stat().st_size == 0


@pytest.mark.sqlite_only
@pytest.mark.parametrize("first", [0, 16, 60])
def test_a_damaged_header_is_said_and_the_file_is_left_alone(
    tmp_path: Path, clock: FixedClock, first: int
) -> None:
    file = tmp_path / "store.db"
    content = bytearray(made(file, clock))
    content[first : first + 40] = b"\xff" * 40
    file.write_bytes(content)
    with pytest.raises(StoreDamaged) as refused:
        opened(Place.of_file(file), clock)
    assert str(file) in render(refused.value.happened)
    assert file.read_bytes() == bytes(content)


@pytest.mark.sqlite_only
def test_a_damaged_page_in_the_middle_is_found_before_anything_is_read_from_it(
    at_bench: Bench, tmp_path: Path, clock: FixedClock
) -> None:
    at_bench.ready_unit()
    file = at_bench.desk.store.place.file
    assert file is not None
    at_bench.desk.store.close()
    whole = file.read_bytes()
    found = 0
    for page in range(2, len(whole) // 4096, 7):
        broken = tmp_path / "broken.db"
        broken.write_bytes(whole[: page * 4096] + b"\xaa" * 4096 + whole[(page + 1) * 4096 :])
        content = broken.read_bytes()
        with pytest.raises(StoreDamaged):
            opened(Place.of_file(broken), clock)
        assert broken.read_bytes() == content
        found += 1
    assert found > 5


@pytest.mark.sqlite_only
def test_a_file_that_was_cut_off_is_refused(at_bench: Bench, clock: FixedClock) -> None:
    at_bench.ready_unit()
    file = at_bench.desk.store.place.file
    assert file is not None
    at_bench.desk.store.close()
    os.truncate(file, file.stat().st_size // 2 // 4096 * 4096)
    content = file.read_bytes()
    with pytest.raises(StoreDamaged):
        opened(Place.of_file(file), clock)
    assert file.read_bytes() == content


@pytest.mark.sqlite_only
@pytest.mark.parametrize("content", [b"%PDF-1.7 an invoice, not a store" * 200, b"x", b"SQLite format 3\x00"])
def test_a_file_that_is_no_store_is_refused_and_left_alone(
    tmp_path: Path, clock: FixedClock, content: bytes
) -> None:
    file = tmp_path / "store.db"
    file.write_bytes(content)
    with pytest.raises(StoreDamaged):
        opened(Place.of_file(file), clock)
    assert file.read_bytes() == content


@pytest.mark.sqlite_only
def test_an_empty_file_becomes_a_fresh_store(tmp_path: Path, clock: FixedClock) -> None:
    # What a first start leaves that was killed before its first page.
    file = tmp_path / "store.db"
    file.touch()
    store = opened(Place.of_file(file), clock)
    assert store.info("generation") == "1"
    store.close()


@pytest.mark.sqlite_only
def test_a_folder_that_is_not_there_is_said(tmp_path: Path, clock: FixedClock) -> None:
    with pytest.raises(StoreReadOnly):
        opened(Place.of_file(tmp_path / "nowhere" / "store.db"), clock)


@contextmanager
def as_somebody_else() -> Iterator[None]:
    """Root may write everywhere; these lines run as a user who may not."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def foreign_folder() -> Iterator[Path]:
    """A folder that everybody may look into and only its owner may write."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.sqlite_only
def test_a_read_only_folder_is_said_before_anything_is_tried(foreign_folder: Path, clock: FixedClock) -> None:
    content = made(foreign_folder / "store.db", clock)
    foreign_folder.chmod(0o555)
    (foreign_folder / "store.db.lock").chmod(0o444)
    with as_somebody_else(), pytest.raises(StoreReadOnly) as refused:
        opened(Place.of_file(foreign_folder / "store.db"), clock)
    assert str(foreign_folder) in render(refused.value.happened)
    with as_somebody_else(), pytest.raises(StoreReadOnly):
        opened(Place.of_file(foreign_folder / "other.db"), clock)
    assert (foreign_folder / "store.db").read_bytes() == content


@pytest.mark.sqlite_only
def test_a_read_only_file_is_said_at_the_latest_when_something_is_to_be_kept(
    foreign_folder: Path, clock: FixedClock
) -> None:
    file = foreign_folder / "store.db"
    content = made(file, clock)
    foreign_folder.chmod(0o777)
    (foreign_folder / "store.db.lock").chmod(0o666)
    file.chmod(0o444)
    with as_somebody_else(), pytest.raises(StoreReadOnly):
        store = opened(Place.of_file(file), clock)
        try:
            run_sql(store.database, "DELETE FROM store_info")
        finally:
            store.close()
    assert file.read_bytes() == content


OPEN = """
from pathlib import Path
from bmdesk.services import company
from bmdesk.store.engine import Place
from bmdesk.store.opening import open_store
from bmdesk.store.photos import Photos
from bmdesk.system.clock import SystemClock
import sys
place, folder = Place.of_url(sys.argv[1]), Path(sys.argv[2])
store = open_store(place, SystemClock().now, folder, sys.argv[3])
desk = company.open_desk(store, Photos(folder / "photos"), SystemClock(), "bench-1")
print(desk.company, store.info("id"))
store.close()
"""


@pytest.mark.slow
def test_processes_that_make_the_same_store_at_once_end_with_one(place: Place, tmp_path: Path) -> None:
    makers = [python(OPEN, place.url, str(tmp_path), f"01KSTORE{n}") for n in range(4)]
    said = [maker.communicate(timeout=60) for maker in makers]
    assert [maker.returncode for maker in makers] == [0] * 4, said
    assert len({out for out, _ in said}) == 1


@pytest.mark.slow
@pytest.mark.sqlite_only
def test_migration_wants_the_store_alone(place: Place, clock: FixedClock, tmp_path: Path) -> None:
    assert place.file is not None
    begun(place, clock)
    holder = python(
        "import sys; from pathlib import Path; from bmdesk.store.alone import Presence\n"
        "p = Presence(Path(sys.argv[1])); print('in', flush=True); sys.stdin.read()",
        str(place.file),
        stdin=subprocess.PIPE,
    )
    assert holder.stdout is not None and holder.stdout.readline() == "in\n"
    with sqlite3.connect(place.file) as connection:
        connection.execute("DROP TABLE scan_log")
        connection.execute("DELETE FROM alembic_version")
    connection.close()
    place.file.with_name("store.db.lock").write_bytes(b"")  # or it would be said to be damaged
    with pytest.raises(StoreInUse):
        opened(place, clock, tmp_path / "backups")
    holder.communicate(timeout=20)


@pytest.mark.sqlite_only
def test_a_process_that_may_not_back_up_does_not_migrate(
    place: Place, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(place, clock)
    _as_if_there_were_a_later_schema(monkeypatch)
    with pytest.raises(StoreOlder):
        opened(place, clock)


@pytest.mark.sqlite_only
def test_a_migration_that_fails_leaves_the_store_as_it_was_and_a_copy_beside_it(
    place: Place, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert place.file is not None
    made(place.file, clock)
    held = _rows_of_all_tables(place.file)
    with monkeypatch.context() as later:
        _as_if_there_were_a_later_schema(later)
        shutil.copytree(MIGRATIONS, tmp_path / "later" / "migrations")
        (tmp_path / "later" / "migrations" / "versions" / "9999_later.py").write_text(FAILS_HALFWAY, "utf-8")
        later.setattr(schema, "__file__", str(tmp_path / "later" / "schema.py"))
        with pytest.raises(ZeroDivisionError):
            opened(place, clock, tmp_path / "backups")
    (copy,) = (tmp_path / "backups").iterdir()
    assert copy.name.startswith("before-9999-")
    for file in (place.file, copy):
        check_file(file, whole=True)
        assert _rows_of_all_tables(file) == held
    opened(place, clock).close()


FAILS_HALFWAY = f"""
from alembic import op

revision, down_revision = "9999", "{schema.SCHEMA}"


def upgrade():
    op.execute("CREATE TABLE later (id INTEGER)")
    op.execute("DELETE FROM store_info")
    op.drop_table("scan_log")
    1 / 0
"""


def _rows_of_all_tables(file: Path) -> dict[str, list[tuple[object, ...]]]:
    connection = sqlite3.connect(file)
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
    connection.close()
    return rows


def _as_if_there_were_a_later_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """No second migration exists yet: the list says that there is one."""
    monkeypatch.setattr(schema, "REVISIONS", (*schema.REVISIONS, "9999"))
    monkeypatch.setattr(schema, "SCHEMA", "9999")


@pytest.mark.sqlite_only
@pytest.mark.parametrize("name", ["What? #1 100%25 Büro & a 'quoted' \"name\""])
def test_a_folder_may_have_any_name(tmp_path: Path, clock: FixedClock, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    opened(Place.of_file(folder / "store.db"), clock).close()
    store = opened(Place.of_file(folder / "store.db"), clock)
    assert store.info("generation") == "1"
    store.close()
    assert (folder / "store.db").exists()


def test_two_desks_on_one_store_see_each_others_changes(
    open_desk: Callable[..., Desk], clock: FixedClock
) -> None:
    one, other = open_desk("bench-1"), open_desk("bench-2")
    token = other.store.database.change_token
    # On a server the other databases change it too, but not without a pause.
    assert any(token() == token() for _ in range(50))
    seen = token()
    Bench(one, clock).good("BMD:OP:OWNER")
    assert other.store.database.change_token() != seen
    seen = other.store.database.change_token()
    Bench(one, clock).good("BMD:BATCH:B1")
    assert other.store.database.change_token() != seen


def test_what_is_read_cannot_write(desk: Desk) -> None:
    with pytest.raises(StoreFailure):
        desk.read(lambda connection: connection.execute(text("DELETE FROM scan_log")).rowcount)
