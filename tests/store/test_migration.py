"""A store of the first schema, full of work, is opened by this bmdesk: nothing is lost, and rates have their dates."""

from __future__ import annotations

import tempfile
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, MetaData, create_engine, insert, select, text

from bmdesk.services import company, rates
from bmdesk.services.desk import Desk
from bmdesk.services.selling import accounts
from bmdesk.store import schema
from bmdesk.store.engine import Place
from bmdesk.store.opening import open_store
from bmdesk.store.photos import Photos
from bmdesk.store.types import to_micros
from bmdesk.system.clock import FixedClock
from tests.desks import IMEIS, PHONE, Bench, add_models
from tests.wholeness import assert_whole

CHANGED = datetime(2025, 11, 3, 8, 30, tzinfo=UTC)
RATES = {"rate.GBP": "0,86", "rate.SEK": "11.4"}


def worked(folder: Path, clock: FixedClock) -> Place:
    """A store of today with a day's work at the bench; its rows are what the older store held."""
    folder.mkdir()
    place = Place.of_file(folder / "store.db")
    store = open_store(place, clock.now, None, "01KOLDERSTORE0000000000000")
    desk = company.open_desk(store, Photos(folder / "photos"), clock, "bench-1")
    add_models(desk)
    bench = Bench(desk, clock)
    bench.ready_unit(IMEIS[0])
    bench.ready_unit(IMEIS[1])
    bench.good(IMEIS[1], "BMD:GRADE:GOOD:worn", "BMD:DONE", "BMD:BIN:MAIN/A-1")
    bench.good(IMEIS[2], f"BMD:MODEL:{PHONE}", "BMD:DEFECT:BACK:SCRATCH:2", "BMD:HOLD:customer calls back")
    company.add_operator(desk, "ANNA", "Anna", "operator")
    store.close()
    return place


def plain(place: Place) -> Engine:
    return create_engine(place.address)


def rows(engine: Engine, only: set[str] | None = None) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, as the database itself has it."""
    found = MetaData()
    found.reflect(engine)
    with engine.connect() as connection:
        return {
            table.name: sorted((dict(row) for row in connection.execute(select(table)).mappings()), key=repr)
            for table in found.sorted_tables
            if only is None or table.name in only
        }


def older(place: Place, source: Place) -> dict[str, list[dict[str, Any]]]:
    """Make the first schema here and fill it with the rows of `source`; what it holds then."""
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    target, origin = plain(place), plain(source)
    with target.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    given, known = rows(origin), MetaData()
    known.reflect(target)
    with target.begin() as connection:
        for table in known.sorted_tables:
            if table.name == "alembic_version":
                continue
            kept = [{c.name: row[c.name] for c in table.columns} for row in given[table.name]]
            if kept:
                connection.execute(insert(table), kept)
        _count_on(connection, known)
        company_id = connection.execute(text("SELECT id FROM company")).scalar_one()
        setting = known.tables["setting"]
        for name, value in {**RATES, "stock.buffer.GOOD": "1"}.items():
            row = {"company_id": company_id, "name": name, "value": value, "changed_at": to_micros(CHANGED)}
            connection.execute(insert(setting), row)
    before = rows(target)
    origin.dispose()
    target.dispose()
    return before


def _count_on(connection: Connection, known: MetaData) -> None:
    """PostgreSQL counts in sequences, which rows with ids of their own do not move."""
    if connection.dialect.name != "postgresql":
        return
    for name in ("step", "scan_log"):
        if name in known.tables:
            move = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"
            connection.execute(text(move))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, datetime]:
    """A store full of work, and when that was done."""
    clock = FixedClock()
    return worked(tmp_path_factory.mktemp("worked") / "source", clock), clock.now()


@cache
def _older_file(source: Place) -> tuple[bytes, dict[str, list[dict[str, Any]]]]:
    """The older store as a file, and what it holds: made once, because what becomes of it is the story."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "store.db"
        held = older(Place.of_file(file), source)
        return file.read_bytes(), held


@pytest.fixture
def old(source: tuple[Place, datetime], place: Place, clock: FixedClock) -> dict[str, list[dict[str, Any]]]:
    clock.set(source[1])
    if place.file is None:
        return older(place, source[0])
    content, held = _older_file(source[0])
    place.file.write_bytes(content)
    return deepcopy(held)


def opened(place: Place, tmp_path: Path, clock: FixedClock) -> Desk:
    store = open_store(place, clock.now, tmp_path / "backups")
    return company.open_desk(store, Photos(tmp_path / "source" / "photos"), clock, "bench-1")


def test_nothing_of_an_older_store_is_lost(
    old: dict[str, list[dict[str, Any]]], place: Place, tmp_path: Path, clock: FixedClock
) -> None:
    desk = opened(place, tmp_path, clock)
    assert desk.read(schema.found_schema) == schema.SCHEMA
    engine = plain(place)
    now = rows(engine, set(old))
    engine.dispose()
    for name, kept in old.items():
        if name == "alembic_version":
            continue
        columns = set(kept[0]) if kept else set()
        found = [{c: row[c] for c in columns} for row in now[name]]
        gone = [row for row in kept if row not in found]
        if name == "setting":
            assert sorted(row["name"] for row in gone) == sorted(RATES)
        else:
            assert gone == [] and len(found) == len(kept), name
    assert_whole(desk)
    desk.store.close()


def test_rates_that_were_settings_are_dated_rates_and_work_goes_on(
    old: dict[str, list[dict[str, Any]]], place: Place, tmp_path: Path, clock: FixedClock
) -> None:
    desk = opened(place, tmp_path, clock)
    found = desk.read(lambda c: rates.newest(c, desk.company))
    assert (found["GBP"].rate, found["GBP"].at) == (Decimal("0.86"), CHANGED)
    assert (found["SEK"].rate, found["SEK"].at) == (Decimal("11.4"), CHANGED)
    accounts.add(desk)
    Bench(desk, clock).ready_unit(IMEIS[3])
    assert_whole(desk)
    desk.store.close()


@pytest.mark.sqlite_only
def test_a_copy_of_the_older_store_stands_beside_it(
    old: dict[str, list[dict[str, Any]]], place: Place, tmp_path: Path, clock: FixedClock
) -> None:
    opened(place, tmp_path, clock).store.close()
    (copy,) = (tmp_path / "backups").iterdir()
    engine = plain(Place.of_file(copy))
    assert rows(engine) == old
    engine.dispose()
