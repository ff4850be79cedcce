"""Backups that make themselves: once a day, at their time, in their folder; old ones go, others' files stay."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest

from bmdesk.domain.retention import superfluous
from bmdesk.services import backup_plan, backups, caretaking
from bmdesk.services.desk import Desk
from bmdesk.services.selling import accounts
from bmdesk.store.queries import accounts as account_rows
from bmdesk.system import machine as m
from bmdesk.system.clock import FixedClock
from bmdesk.system.machine import MachineSettings
from bmdesk.system.paths import DataDir
from bmdesk.texts import render

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def data(desk: Desk) -> DataDir:
    file = desk.store.place.file
    assert file is not None
    return DataDir(file.parent).prepare()


@pytest.fixture
def machine(data: DataDir) -> MachineSettings:
    return MachineSettings(data.settings)


def test_a_day_has_one_backup_made_at_its_time_and_the_newest_can_be_restored(
    desk: Desk, clock: FixedClock, data: DataDir, machine: MachineSettings
) -> None:
    clock.advance(timedelta(days=1) - timedelta(hours=clock.now().hour - 6))
    first = caretaking.look_after(desk, data, machine)
    assert first.backup is not None, "a store without any backup does not wait for noon"
    assert caretaking.look_after(desk, data, machine).backup is None
    clock.advance(hours=8)
    second = caretaking.look_after(desk, data, machine)
    assert second.backup is not None, "noon has come since"
    assert second.backup.file == first.backup.file, "a day has one"
    clock.advance(hours=18)
    assert caretaking.look_after(desk, data, machine).backup is None, "not yet noon"
    clock.advance(hours=6)
    assert caretaking.look_after(desk, data, machine).backup is not None
    found = backup_plan.listed(desk, backup_plan.plan(desk, data, machine))
    assert [one.own for one in found] == [True, True]
    assert backup_plan.standing(desk, data, machine).late is False
    found[0].file.write_bytes(b"torn")
    assert caretaking.look_after(desk, data, machine).backup is not None, "a damaged one counts for nothing"
    desk.store.close()
    assert backups.restore_store(data, found[0].file, clock).made_at == found[0].made_at


def test_an_archive_that_did_not_change_is_not_opened_each_minute(
    desk: Desk, data: DataDir, machine: MachineSettings
) -> None:
    made = caretaking.look_after(desk, data, machine).backup
    assert made is not None
    plan = backup_plan.plan(desk, data, machine)
    assert not backup_plan.due(desk, plan)
    there = made.file.stat()
    made.file.write_bytes(b"x" * there.st_size)  # whoever opened it would see that
    os.utime(made.file, ns=(there.st_atime_ns, there.st_mtime_ns))
    assert not backup_plan.due(desk, plan)
    os.utime(made.file)
    assert backup_plan.due(desk, plan)


def test_seven_days_and_four_weeks_stay_and_a_holiday_makes_none_go() -> None:
    days = [date(2026, 11, 22) - timedelta(days=back) for back in range(60)]
    gone = superfluous(days, 7, 4)
    stays = sorted(set(days) - gone)
    assert len(stays) == 7 + 3
    assert stays[:3] == [date(2026, 11, 1), date(2026, 11, 8), date(2026, 11, 15)]
    assert superfluous(stays, 7, 4) == set()
    assert superfluous([date(2026, 1, 1)], 1, 0) == set()


@pytest.mark.slow
def test_only_own_backups_are_deleted_and_a_folder_that_is_gone_is_said(
    desk: Desk, clock: FixedClock, data: DataDir, machine: MachineSettings, tmp_path: Path
) -> None:
    folder = tmp_path / "other disk"
    machine.set(m.BACKUP_FOLDER, str(folder))
    machine.set(m.BACKUP_AT, "00:00")
    machine.set(m.BACKUP_DAYS, 2)
    machine.set(m.BACKUP_WEEKS, 0)
    folder.mkdir()
    theirs = [folder / "bmdesk-ABCDEF-2020-01-01.zip", folder / "holiday.zip"]
    for file in theirs:
        file.write_bytes(b"theirs")
    for _ in range(4):
        assert caretaking.look_after(desk, data, machine).backup is not None
        clock.advance(days=1)
    plan = backup_plan.plan(desk, data, machine)
    assert len(backup_plan.listed(desk, plan)) == 2
    assert all(file.exists() for file in theirs)
    folder.rename(tmp_path / "unplugged")
    folder.write_text("no folder any more")
    looked = caretaking.look_after(desk, data, machine)
    assert [one.code for one in looked.failures] == ["system.file_not_written"]
    assert backup_plan.standing(desk, data, machine).late
    machine.set(m.BACKUP_AT, m.OFF)
    assert caretaking.look_after(desk, data, machine) == caretaking.Looked(None, None, ())


@pytest.mark.slow
def test_a_clock_that_was_a_year_ahead_for_a_day_makes_no_backup_each_minute(
    desk: Desk, clock: FixedClock, data: DataDir, machine: MachineSettings
) -> None:
    machine.set(m.BACKUP_DAYS, 1)
    machine.set(m.BACKUP_WEEKS, 0)
    clock.advance(days=365)
    assert caretaking.look_after(desk, data, machine).backup is not None
    clock.advance(days=-365)
    assert caretaking.look_after(desk, data, machine).backup is not None, "one of the right day"
    for _ in range(3):
        clock.advance(minutes=1)
        assert caretaking.look_after(desk, data, machine).backup is None
    found = backup_plan.standing(desk, data, machine)
    assert found.age is not None and found.age < timedelta(hours=1)


@pytest.mark.slow
def test_a_folder_full_of_other_archives_hides_no_backup(
    desk: Desk, clock: FixedClock, data: DataDir, machine: MachineSettings
) -> None:
    for number in range(250):
        (data.backups / f"holiday-{number}.zip").write_bytes(b"theirs")
    assert caretaking.look_after(desk, data, machine).backup is not None
    clock.advance(minutes=1)
    assert caretaking.look_after(desk, data, machine).backup is None
    assert len(backup_plan.listed(desk, backup_plan.plan(desk, data, machine))) == 1


@pytest.mark.slow
def test_a_stick_that_was_pulled_out_is_said_and_not_made_anew_on_this_disk(
    desk: Desk, data: DataDir, machine: MachineSettings, tmp_path: Path
) -> None:
    folder = tmp_path / "stick" / "backups"
    folder.mkdir(parents=True)
    machine.set(m.BACKUP_FOLDER, str(folder))
    assert caretaking.look_after(desk, data, machine).backup is not None
    shutil.rmtree(tmp_path / "stick")
    (failure,) = caretaking.look_after(desk, data, machine).failures
    assert str(folder) in render(failure.happened)
    assert not (tmp_path / "stick").exists()


@pytest.mark.slow
def test_a_backup_that_was_killed_leaves_no_copy_of_the_store_behind_for_long(
    desk: Desk, clock: FixedClock, data: DataDir, machine: MachineSettings
) -> None:
    plan = backup_plan.plan(desk, data, machine)
    code = (
        "import os, sys; from pathlib import Path; from datetime import datetime, UTC\n"
        "from bmdesk.store import backup\n"
        "backup._require_whole = lambda *a: os._exit(9)\n"
        "backup.write_backup(Path(sys.argv[1]), Path('x'), Path(sys.argv[2]) / 'b.zip', datetime.now(UTC))"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(data.store), str(plan.folder)], check=False)
    assert killed.returncode == 9
    (left,) = plan.folder.iterdir()
    assert (left / "store.db").exists()
    week_ago = time.time() - 7 * 86_400
    for one in (*left.iterdir(), left):
        os.utime(one, (week_ago, week_ago))
    backup_plan.run(desk, data, plan)
    assert [one.suffix for one in plan.folder.iterdir()] == [".zip"]


@pytest.mark.slow
def test_two_who_back_up_at_once_leave_one_whole_backup(
    desk: Desk, data: DataDir, machine: MachineSettings
) -> None:
    plan = backup_plan.plan(desk, data, machine)
    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(backup_plan.run, desk, data, plan) for _ in range(4)]
    assert {one.result().file for one in done} == {backup_plan.listed(desk, plan)[0].file}
    assert len(list(plan.folder.iterdir())) == 1


def test_what_a_restore_set_aside_goes_when_the_oldest_backup_would(
    desk: Desk, clock: FixedClock, data: DataDir, machine: MachineSettings
) -> None:
    """Whole stores of before: whoever was erased since is still in them."""
    old, young = (clock.now() - timedelta(days=days) for days in (29, 27))
    goes = [
        data.root / f"store.db.before-restore-{old:%Y%m%dT%H%M%S}",
        data.root / f"store.db.before-restore-{old:%Y%m%dT%H%M%S}+-wal",
        data.backups / f"before-0003-{old:%Y%m%dT%H%M%S}.db",
    ]
    stays = [
        data.root / f"store.db.before-restore-{young:%Y%m%dT%H%M%S}",
        data.backups / f"before-0004-{young:%Y%m%dT%H%M%S}.db",
        data.root / "store.db.before-restore-by-hand",
        data.backups / "before-christmas.db",
        data.backups / "bmdesk-STORE0-2020-01-01.zip",
    ]
    for file in (*goes, *stays):
        file.write_bytes(b"x")
    machine.set(m.BACKUP_AT, m.OFF)
    caretaking.look_after(desk, data, machine)
    assert not any(file.exists() for file in goes)
    assert all(file.exists() for file in stays)


def test_a_clock_that_ran_ahead_deletes_nothing_of_what_a_restore_replaced(
    desk: Desk, clock: FixedClock, data: DataDir, machine: MachineSettings
) -> None:
    made = accounts.add(desk, markets="fr-fr")
    desk.write(lambda tx: account_rows.set_account(tx, made.id, last_success_at=clock.now()))
    replaced = data.root / f"store.db.before-restore-{clock.now():%Y%m%dT%H%M%S}"
    replaced.write_bytes(b"yesterday's work")
    machine.set(m.BACKUP_AT, m.OFF)
    clock.advance(days=365)
    assert caretaking.look_after(desk, data, machine).erased is not None
    assert replaced.exists()
