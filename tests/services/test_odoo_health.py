"""What the doctor says of a company's Odoo: each thing once, with cause and step; nothing where there is none."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bmdesk.connectors.odoo.units.unit_doubts import LotGone, UnitDoubt
from bmdesk.domain.effects import Fault, Kind
from bmdesk.services import health, settings
from bmdesk.services.health import Finding
from bmdesk.services.odoo import key_end, odoo_account, odoo_settings
from bmdesk.services.odoo.key_end import KeyFacts
from bmdesk.services.session import Session, open_session
from bmdesk.store.queries import outbox
from bmdesk.store.transaction import Tx
from bmdesk.sync import breaker
from bmdesk.system.clock import FixedClock
from bmdesk.system.logs import stop_logging
from bmdesk.system.paths import DataDir
from bmdesk.system.secrets import Secrets
from bmdesk.texts import render
from tests.desks import IMEIS, Bench


@pytest.fixture(scope="module")
def made(template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, datetime]:
    """A folder whose company has an Odoo, its key, and two units that wait for it; and when that was."""
    data, clock = DataDir(tmp_path_factory.mktemp("made") / "data").prepare(), FixedClock()
    shutil.copyfile(template, data.store)
    with open_session(data, clock=clock) as session:
        settings.put(session.desk, "odoo.url", "https://odoo.example.com")
        bench = Bench(session.desk, clock)
        for imei in IMEIS[:2]:
            bench.ready_unit(imei)
        Secrets(data.root).set(odoo_settings.key_name(), "key-of-odoo")
    stop_logging()
    return data.root, clock.now()


@pytest.fixture
def house(made: tuple[Path, datetime], tmp_path: Path, clock: FixedClock) -> DataDir:
    """That folder for one story alone."""
    clock.set(made[1])
    return DataDir(shutil.copytree(made[0], tmp_path / "data"))


def opened(data: DataDir, clock: FixedClock) -> Session:
    session = open_session(data, clock=clock)
    stop_logging()
    return session


def said(data: DataDir, clock: FixedClock) -> list[Finding]:
    found = health.doctor(data, clock=clock)
    stop_logging()
    assert all(render(one.title) != one.title.code for one in found)
    return found


def codes(data: DataDir, clock: FixedClock) -> list[str]:
    return [one.title.code for one in said(data, clock) if one.part == "odoo"]


def odoo_of(tx: Tx) -> str:
    row = odoo_account.of(tx.connection, tx.company)
    assert row is not None
    return row.id


def test_without_an_odoo_nothing_is_said_of_it(data_dir: DataDir, clock: FixedClock) -> None:
    assert not any("odoo" in one.title.code for one in said(data_dir, clock))


def test_where_all_is_well_it_is_said_in_one_line(house: DataDir, clock: FixedClock) -> None:
    assert codes(house, clock) == ["doctor.odoo_ok"]


def test_a_key_that_is_not_here_comes_with_how_to_set_it(house: DataDir, clock: FixedClock) -> None:
    Secrets(house.root).delete(odoo_settings.key_name())
    [one] = [found for found in said(house, clock) if found.part == "odoo"]
    assert (one.title.code, one.ok) == ("doctor.odoo_no_key", True)  # it is being set up
    assert one.todo is not None
    assert "bmdesk secret set odoo.key" in render(one.todo)


def test_why_it_waits_is_said_once(house: DataDir, clock: FixedClock) -> None:
    def work(tx: Tx) -> None:
        breaker.block(tx, odoo_of(tx), UnitDoubt(), "server", clock.now() + timedelta(minutes=10))

    with opened(house, clock) as session:
        session.desk.write(work)
    assert codes(house, clock) == ["doctor.odoo_waits"]
    assert not [one for one in said(house, clock) if "doctor.sync_concerns" in one.title.code]
    clock.advance(minutes=11)
    assert codes(house, clock) == ["doctor.odoo_ok"]


def test_what_waits_for_a_person_is_counted_by_why(house: DataDir, clock: FixedClock) -> None:
    def work(tx: Tx) -> None:
        account = odoo_of(tx)
        waiting = outbox.due(tx.connection, account, tx.now, tx.now, [Kind.UNIT], 10)
        mine = outbox.claim(tx, waiting)
        for effect, fault in zip(mine, (Fault.DIVERGED, Fault.REJECTED), strict=True):
            outbox.park(tx, effect.id, fault, LotGone(serial="SN"))

    with opened(house, clock) as session:
        session.desk.write(work)
    assert codes(house, clock) == ["doctor.odoo_diverged", "doctor.odoo_parked"]
    parked = [one for one in said(house, clock) if one.part in ("sync", "odoo") and not one.ok]
    assert parked == []


def test_a_key_that_ends_soon_is_said_before_it_does(house: DataDir, clock: FixedClock) -> None:
    with opened(house, clock) as session:
        account = session.desk.read(lambda c: odoo_account.of(c, session.desk.company))
        assert account is not None
        assert key_end.is_to_be_asked(session.desk, account.id)
        key = KeyFacts("bench", clock.now() + timedelta(days=20))
        key_end.note(session.desk, account.id, "bench@shop", key)
        assert not key_end.is_to_be_asked(session.desk, account.id)
    assert codes(house, clock) == ["doctor.odoo_ok"]

    clock.advance(minutes=60 * 24 * 7)
    (found,) = [one for one in said(house, clock) if one.part == "odoo"]
    assert (found.title.code, "13 days" in render(found.title)) == ("odoo.key_ends.happened", True)
    with opened(house, clock) as session:
        assert key_end.is_to_be_asked(session.desk, account.id)
        key_end.note(session.desk, account.id, "bench@shop", None)
    assert codes(house, clock) == ["doctor.odoo_ok"]
