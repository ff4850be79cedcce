"""Desks for tests: a real store in a temporary folder, a clock the test holds, a small catalogue.

A plugin (see addopts), so that every folder of tests has the fixtures. `BMDESK_TEST_POSTGRES` puts the same desks on
PostgreSQL; a test marked `sqlite_only` keeps its file there too.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Dialect, Engine, create_engine, event, make_url

from bmdesk.services import company
from bmdesk.services.desk import Desk
from bmdesk.services.grading import bench
from bmdesk.services.grading.bench import ScanResult, Seat
from bmdesk.store.engine import Connection, Database, Place
from bmdesk.store.opening import Store, open_store
from bmdesk.store.photos import Photos
from bmdesk.store.queries import catalogue
from bmdesk.store.transaction import Tx
from bmdesk.system.clock import FixedClock

POSTGRES = os.environ.get("BMDESK_TEST_POSTGRES", "")

STORE = "01KEXAMPLESTORE00000000000"
PHONE = "IP13-128-BLK"
TABLET = "IPAD9-64-GRY"
IMEIS = ("356938035643809", "490154203237518", "353918057223451", "352099001761481", "013886000000015")

MODELS = (
    (PHONE, "Apple", "iPhone 13", "phone", "128 GB", "Midnight", "0194252707227"),
    ("GS22-128-GRN", "Samsung", "Galaxy S22", "phone", "128 GB", "Green", ""),
    (TABLET, "Apple", "iPad 9", "tablet", "64 GB", "Space Grey", ""),
    ("PS5-825-WHT", "Sony", "PlayStation 5", "console", "825 GB", "White", ""),
)


# By isolation level too: a dialect remembers it and gives it to every connection of its engine.
_dialects: dict[tuple[str, Any], Dialect] = {}
_translated: dict[Any, Any] = {}


def _make_quick(connection: Connection) -> None:
    """A statement becomes SQL once a run, not once a store. And no test waits for the disk: processes are killed here,
    but nobody pulls the plug of the machine.
    """
    engine = connection.engine
    kind = (engine.dialect.name, getattr(engine.dialect, "_on_connect_isolation_level", None))
    engine.dialect = connection.dialect = _dialects.setdefault(kind, engine.dialect)
    engine._compiled_cache = _translated
    if engine.dialect.name != "sqlite":
        return
    raw = connection.connection
    if raw.info.setdefault("waits", True) and raw.dbapi_connection is not None:
        raw.info["waits"] = False
        with suppress(sqlite3.Error):  # a damaged file is for the story to meet
            raw.dbapi_connection.execute("PRAGMA synchronous=OFF")


@dataclass
class Bench:
    """A desk with somebody at it. Time passes between scans, so that nothing counts as read twice."""

    desk: Desk
    clock: FixedClock
    seat: Seat = field(default_factory=lambda: Seat("test", script=True, fallback="OWNER"))

    def scan(self, *texts: str) -> ScanResult:
        """Scan these one after the other; the last result."""
        result = None
        for text in texts:
            self.clock.advance(seconds=2)
            result = bench.scan(self.desk, self.seat, text)
        assert result is not None
        return result

    def good(self, *texts: str) -> ScanResult:
        """Scan these; each must be accepted."""
        result = None
        for text in texts:
            result = self.scan(text)
            assert result.ok, f"{text}: {result.message}"
        assert result is not None
        return result

    def ready_unit(self, identifier: str = IMEIS[0], model: str = PHONE) -> str:
        """A clean unit, all the way through the gate; its id."""
        self.good(identifier, f"BMD:MODEL:{model}", "BMD:ALLPASS", "BMD:BATTERY:92", "BMD:LOCK:ALL:OFF")
        result = self.good("BMD:ERASED:BLANCCO:C-1", "BMD:DONE")
        assert result.unit is not None
        return result.unit


def add_models(desk: Desk) -> None:
    """The small catalogue that stories are told with."""

    def work(tx: Tx) -> None:
        for code, brand, model, category, storage, colour, ean in MODELS:
            catalogue.save_variant(
                tx,
                None,
                product_id=catalogue.product_id(tx, brand, model, category),
                model_code=code,
                storage=storage,
                colour=colour,
                attributes={},
                ean=ean,
                backmarket_product_id="",
                new_price_minor=80000,
                new_price_currency="EUR",
                weight_g=None,
                draft=False,
            )

    desk.write(work)


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker; make stores quick (here, and not where the timings take them as they are)."""
    event.listen(Engine, "engine_connect", _make_quick)
    config.addinivalue_line("markers", "sqlite_only: about SQLite's own ways; never run on PostgreSQL")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With a cluster at hand, every story told on a desk is a test of PostgreSQL: `-m postgres` chooses them."""
    if not POSTGRES:
        return
    for item in items:
        if "place" in getattr(item, "fixturenames", ()) and item.get_closest_marker("sqlite_only") is None:
            item.add_marker("postgres")


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands still until the test moves it."""
    return FixedClock()


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where this test's store lies: an empty place."""
    if not POSTGRES or request.node.get_closest_marker("sqlite_only"):
        return Place.of_file(tmp_path / "store.db")
    target = _beside("here")
    copy_of("template0", target)
    return target


@cache
def _filled() -> str:
    """The name of a database with a fresh store and the small catalogue, made once a process: a copy of it is there
    sooner than all its tables anew.
    """
    place = _beside("filled")
    copy_of("template0", place)
    _fill(place)
    return make_url(place.url).database or ""


def _beside(name: str) -> Place:
    """A database beside the one that was named. Processes that test side by side have their own."""
    named = make_url(POSTGRES)
    ours = f"{named.database}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}_{name}"
    return Place.of_url(named.set(database=ours).render_as_string(hide_password=False))


def copy_of(template: str, place: Place) -> None:
    """Make this database a copy of that one ("template0" is empty). What it held is gone, and who was connected."""
    name = make_url(place.url).database
    engine = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    engine.dispose()


def _fill(place: Place) -> None:
    """A fresh store with the small catalogue."""
    clock = FixedClock()
    store = open_store(place, clock.now, None, STORE)
    add_models(company.open_desk(store, Photos(Path("/nowhere")), clock, "bench-1"))
    store.close()


def run_sql(database: Database, *statements: str) -> None:
    """What no service does: somebody changes the tables by hand."""

    def work(connection: Connection) -> None:
        for statement in statements:
            connection.exec_driver_sql(statement)

    database.write(work)


@pytest.fixture
def open_desk(tmp_path: Path, place: Place, clock: FixedClock) -> Iterator[Callable[..., Desk]]:
    """Opens desks on this test's store, as many as a story needs; all are closed at its end."""
    stores: list[Store] = []

    def opened(station: str = "bench-1") -> Desk:
        store = open_store(place, clock.now, tmp_path / "backups", STORE)
        stores.append(store)
        return company.open_desk(store, Photos(tmp_path / "photos"), clock, station)

    yield opened
    for store in stores:
        store.close()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh store with the small catalogue, made once; copying it is quicker than making it for each test."""
    file = tmp_path_factory.mktemp("template") / "store.db"
    _fill(Place.of_file(file))
    return file


@pytest.fixture
def desk(place: Place, template: Path, open_desk: Callable[..., Desk]) -> Desk:
    """A desk on a fresh store with the small catalogue."""
    if place.file is not None:
        shutil.copyfile(template, place.file)
        return open_desk()
    copy_of(_filled(), place)
    return open_desk()


@pytest.fixture
def at_bench(desk: Desk, clock: FixedClock) -> Bench:
    """Somebody at the bench."""
    return Bench(desk, clock)


@pytest.fixture
def anna(desk: Desk, open_desk: Callable[..., Desk], clock: FixedClock) -> Bench:
    """A second person at a second station, on the same store."""
    company.add_operator(desk, "ANNA", "Anna", "operator")
    return Bench(open_desk("bench-2"), clock, Seat("test", script=True, fallback="ANNA"))
