"""What the doctor and the check find, and that they find nothing where nothing is wrong."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bmdesk.services import backups, health, settings
from bmdesk.services.grading import bench
from bmdesk.services.session import Session, open_session
from bmdesk.system.clock import FixedClock
from bmdesk.system.logs import stop_logging
from bmdesk.system.machine import STORE_URL, MachineSettings
from bmdesk.system.paths import DataDir
from tests.desks import IMEIS, Bench, add_models
from tests.photo_files import png


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, datetime]:
    """A data folder with one ready phone that has a photo, and when it was done."""
    folder, clock = tmp_path_factory.mktemp("made"), FixedClock()
    with open_session(DataDir(folder / "data"), clock=clock) as session:
        add_models(session.desk)
        at_bench = Bench(session.desk, clock)
        at_bench.ready_unit(IMEIS[0])
        at_bench.good(IMEIS[0])
        assert bench.attach_photo(session.desk, at_bench.seat, png(folder / "p.png")).ok
    stop_logging()
    return folder / "data", clock.now()


@pytest.fixture
def folder(made: tuple[Path, datetime], tmp_path: Path, clock: FixedClock) -> DataDir:
    """That folder for one story alone."""
    source, now = made
    clock.set(now)
    return DataDir(shutil.copytree(source, tmp_path / "data"))


def opened(data: DataDir, clock: FixedClock) -> Session:
    session = open_session(data, clock=clock)
    stop_logging()
    return session


def wrong(data: DataDir, clock: FixedClock) -> dict[str, str]:
    found = health.doctor(data, clock=clock)
    stop_logging()
    return {finding.part: finding.title.code for finding in found if not finding.ok}


def spoil(data: DataDir, sql: str) -> None:
    connection = sqlite3.connect(data.store)
    with connection:
        assert connection.execute(sql).rowcount
    connection.close()


def test_a_good_store_is_whole_and_well(folder: DataDir, clock: FixedClock) -> None:
    with opened(folder, clock) as session:
        report = health.check_store(session.desk)
    assert report.ok and report.chains.units == 1 and report.photos == 1
    assert wrong(folder, clock) == {}


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE history SET canonical = replace(canonical, 'OWNER', 'OTHER') WHERE seq = 3",
        "DELETE FROM history WHERE seq = 4",
        "UPDATE unit SET history_seq = history_seq - 1",
        "DELETE FROM history WHERE seq = (SELECT max(seq) FROM history)",
    ],
)
def test_a_history_changed_from_outside_is_found(folder: DataDir, clock: FixedClock, sql: str) -> None:
    spoil(folder, sql)
    with opened(folder, clock) as session:
        report = health.check_chains(session.desk)
    assert not report.ok and len(report.broken) == 1


def test_a_unit_cut_out_leaves_its_history_behind(folder: DataDir, clock: FixedClock) -> None:
    spoil(folder, "DELETE FROM unit")
    with opened(folder, clock) as session:
        report = health.check_store(session.desk)
    assert len(report.chains.orphans) == 1 and report.problems


def test_a_photo_that_is_gone_is_named(folder: DataDir, clock: FixedClock) -> None:
    (picture,) = (p for p in folder.photos.rglob("*") if p.is_file())
    picture.unlink()
    with opened(folder, clock) as session:
        assert health.check_store(session.desk).photos_missing == (picture.name,)
    assert wrong(folder, clock) == {"photos": "doctor.photos_missing"}


def test_a_clock_that_jumped_back_is_said(folder: DataDir, clock: FixedClock) -> None:
    clock.advance(timedelta(days=-1))
    assert wrong(folder, clock) == {"clock": "doctor.clock_back"}


def test_the_doctor_looks_on_where_the_store_cannot_be_opened(folder: DataDir, clock: FixedClock) -> None:
    folder.store.write_bytes(b"no database at all" * 1000)
    assert "store" in wrong(folder, clock)


def test_a_store_on_a_server_is_not_backed_up_from_here(folder: DataDir, clock: FixedClock) -> None:
    MachineSettings(folder.settings).set(STORE_URL, "postgresql://somebody@localhost/bmdesk")
    with pytest.raises(backups.BackupElsewhere):
        backups.backup_store(folder, folder.root / "b.zip", clock)
    with pytest.raises(backups.BackupElsewhere):
        backups.restore_store(folder, folder.root / "b.zip", clock)


def test_a_setting_of_an_account_that_nobody_can_read_is_named(folder: DataDir, clock: FixedClock) -> None:
    with opened(folder, clock) as session:
        settings.put(session.desk, "backmarket.every.orders", "5")
        settings.put(session.desk, "backmarket.shop.every.orders", "5")
    assert wrong(folder, clock) == {}
    spoil(folder, "UPDATE setting SET value = 'soon' WHERE name = 'backmarket.shop.every.orders'")
    assert wrong(folder, clock) == {"settings": "doctor.setting_bad"}
