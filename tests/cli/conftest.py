"""The command line, called in this process: its exit code, and what it said on either stream."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bmdesk import app
from bmdesk.cli.context import Outside, make_scope
from bmdesk.system.logs import stop_logging
from tests.desks import IMEIS, PHONE
from tests.listed import link_all, read_listing

SKU = f"{PHONE}-EXCELLENT"
CATALOGUE = f"""model_code,brand,model,category,storage,colour,attr:RAM,ean,new_price,currency,weight_g
{PHONE},Apple,iPhone 13,phone,128 GB,Midnight,4 GB,0194252707227,800,EUR,174
GS22,Samsung,Galaxy S22,phone,128 GB,Green,,,700,EUR,
"""
CLEAN_PHONE = (
    "BMD:BATCH:B1", f"BMD:MODEL:{PHONE}", IMEIS[0], "BMD:ALLPASS", "BMD:BATTERY:88", "BMD:LOCK:ALL:OFF",
    "BMD:ERASED:BLANCCO", "BMD:DONE",
)  # fmt: skip


@dataclass(frozen=True)
class Call:
    """One call of bmdesk."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Bmdesk = Callable[..., Call]


@pytest.fixture(scope="session")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as the first call leaves it: copying it is quicker than making the store for each test."""
    folder = tmp_path_factory.mktemp("first-day")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BMDESK_DATA", str(folder / "data"))
        assert app.main(["operators", "list"]) == 0
    stop_logging()
    return folder / "data"


@pytest.fixture
def bmdesk(
    first_day: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Any:
    """Call bmdesk on a data folder of this test alone."""
    shutil.copytree(first_day, tmp_path / "data")
    monkeypatch.setenv("BMDESK_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> Call:
        capfd.readouterr()
        code = app.main(words)
        said = capfd.readouterr()
        return Call(code, said.out, said.err)

    yield call
    stop_logging()


@pytest.fixture
def script(tmp_path: Path) -> Callable[..., str]:
    """A script file with these lines; its path."""

    def write(*lines: str | bytes, name: str = "script.txt") -> str:
        file = tmp_path / name
        file.write_bytes(b"".join((x if isinstance(x, bytes) else x.encode()) + b"\n" for x in lines))
        return str(file)

    return write


@pytest.fixture(scope="session")
def stock(first_day: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that the command line made: a small catalogue and one phone that is ready."""
    folder = tmp_path_factory.mktemp("stock")
    shutil.copytree(first_day, folder / "data")
    (folder / "catalogue.csv").write_text(CATALOGUE, "utf-8")
    (folder / "script.txt").write_text("\n".join(CLEAN_PHONE), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BMDESK_DATA", str(folder / "data"))
        assert app.main(["catalog", "import", str(folder / "catalogue.csv")]) == 0
        assert app.main(["bench", "--script", str(folder / "script.txt")]) == 0
    stop_logging()
    return folder / "data"


@pytest.fixture
def stocked(bmdesk: Bmdesk, stock: Path, tmp_path: Path) -> Bmdesk:
    """Calls on a store of this test alone, with the small catalogue and one phone that is ready."""
    shutil.rmtree(tmp_path / "data")
    shutil.copytree(stock, tmp_path / "data")
    (tmp_path / "catalogue.csv").write_text(CATALOGUE, "utf-8")
    return bmdesk


@pytest.fixture
def shop(stocked: Bmdesk) -> Bmdesk:
    """One ready phone, its listing as a pull brought it, and one of somebody else's fashion."""
    assert stocked("accounts", "add").code == 0
    with make_scope(Path(os.environ["BMDESK_DATA"]), "default", "default", Outside()).session() as session:
        found = read_listing(
            session.desk, SKU, "EXCELLENT", 5, {"fr-fr": 39900}, remote_id="u-1", listing_number=77
        )
        read_listing(session.desk, "gs22.Vgood", "VERY_GOOD", 1, {"fr-fr": 20000}, remote_id="u-2")
        read_listing(
            session.desk,
            "iPX.Silver.64GB.Good",
            "GOOD",
            remote_id="u-3",
            title="iPhone X 64GB - Silver - Unlocked",
        )
        link_all(session.desk, found)
    return stocked
