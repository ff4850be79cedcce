"""The ground every test stands on: no window on the developer's screen, no data, keyring or settings of
theirs.

Tests that need a real X window start their own processes with DISPLAY; BMDESK_TEST_DISPLAY=1 shows all
windows.
"""

from __future__ import annotations

import gc
import locale
import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bmdesk.system import qt_libraries
from bmdesk.system.clock import FixedClock
from bmdesk.system.paths import DataDir
from bmdesk.texts import language, render, use_language
from tests import processes

IN_CI = bool(os.environ.get("CI"))
WITH_DISPLAY = os.environ.get("BMDESK_TEST_DISPLAY", "") not in {"", "0"}

if not WITH_DISPLAY:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
if locale.getencoding().upper() != "UTF-8":
    os.environ["LC_ALL"] = "C.UTF-8"  # of any other one Qt complains, and a complaint of Qt is a failed test
# Never the developer's own keyring. Tests of secrets bring their own backend.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
os.environ["BMDESK_LANG"] = "en"  # whatever the developer's own language is

settings.register_profile(
    "bmdesk",
    max_examples=100 if IN_CI else 30,
    deadline=None,  # two busy cores make single examples slow for reasons of their own
    derandomize=IN_CI,  # there a run says something about the change; by hand chance finds more
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("bmdesk")


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    """Stop with one sentence where Qt could only abort; before pytest-qt imports it."""
    try:
        qt_libraries.require_libraries(window=WITH_DISPLAY)
    except qt_libraries.LibrariesMissing as missing:
        raise pytest.UsageError(f"{render(missing.happened)} {render(missing.todo)}") from None


def pytest_sessionstart(session: pytest.Session) -> None:
    """Where Python may not keep what it compiled beside the source, it keeps it with pytest's own notes: each run, each
    worker and each process that a test starts would compile everything anew, and rewriting the tests' assertions takes
    longest.
    """
    notes = getattr(session.config, "cache", None)
    if sys.dont_write_bytecode and notes is not None:
        sys.dont_write_bytecode = False
        sys.pycache_prefix = str(notes.mkdir("compiled"))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Nothing of what is read in here is litter; to look for some again and again takes a tenth of the time. Nor does
    it become litter later: what the tests leave is looked for without it, and less often than by a program that stays.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(10_000, 20, 10)
        gc.enable()


# Marks of tests that need a real server, and the variable that names it.
SERVERS = {"postgres": "BMDESK_TEST_POSTGRES", "odoo": "BMDESK_TEST_ODOO"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without its server a test is left out; `pytest -m postgres` then says it ran none."""
    absent = [mark for mark, variable in SERVERS.items() if not os.environ.get(variable)]

    def has_none(item: pytest.Item) -> bool:
        return any(item.get_closest_marker(mark) for mark in absent)

    left_out = [item for item in items if has_none(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not has_none(item)]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Whatever a test spoke, the next one speaks English."""
    yield
    if language() != "en":
        use_language("en")


@pytest.fixture(scope="session", autouse=True)
def _own_default_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A test that forgets to name its data folder writes here, not into the developer's."""
    before = os.environ.get("BMDESK_DATA")
    os.environ["BMDESK_DATA"] = str(tmp_path_factory.mktemp("default-data"))
    # Nor does anything here start with the developer's login.
    os.environ["XDG_CONFIG_HOME"] = str(tmp_path_factory.mktemp("config"))
    # Claims on tokens stand outside every data folder; the developer's own must not see those of the tests.
    os.environ["BMDESK_CLAIMS"] = str(tmp_path_factory.mktemp("claims"))
    if sys.pycache_prefix is not None:
        os.environ["PYTHONDONTWRITEBYTECODE"] = ""
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
    yield
    if before is None:
        del os.environ["BMDESK_DATA"]
    else:
        os.environ["BMDESK_DATA"] = before


@pytest.fixture(autouse=True)
def _own_processes() -> Iterator[None]:
    yield
    processes.end_all()


@pytest.fixture
def data_dir(tmp_path: Path) -> DataDir:
    """A prepared data folder of this test alone."""
    return DataDir(tmp_path / "data").prepare()


@pytest.fixture
def clock() -> FixedClock:
    """A clock that the test holds."""
    return FixedClock()
