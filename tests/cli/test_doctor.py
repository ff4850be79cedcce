"""`bmdesk doctor --bundle FILE`: one file for whoever helps, and nothing in it that is nobody's business."""

from __future__ import annotations

import logging
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bmdesk.services.selling import accounts
from bmdesk.services.session import open_session
from bmdesk.system import crashes
from bmdesk.system.logs import stop_logging
from bmdesk.system.paths import DataDir
from bmdesk.system.secrets import Secrets
from tests.cli.conftest import Bmdesk
from tests.services.test_support_bundle import IMEI, PERSON, TOKEN, told_of


@pytest.fixture
def data(tmp_path: Path, bmdesk: Bmdesk) -> Iterator[DataDir]:
    """The folder that the calls work on, with a customer, a token, a log that names both, and a crash that does."""
    folder = DataDir.choose()
    assert folder.root.is_relative_to(tmp_path)
    with open_session(folder) as session:
        made = accounts.add(session.desk, company="Blue", contact="owner@blue.example", markets="fr-fr")
        session.store.write(session.desk.company, lambda tx: told_of(tx, made.id))
        Secrets(folder.root).set(accounts.secret_of(session.desk), TOKEN)
        logging.getLogger("bmdesk.story").warning("%s and %s, %s", PERSON, TOKEN, IMEI)
    stop_logging()
    assert crashes.keep(folder.crashes, KeyError(f"{PERSON['email']} {TOKEN}")) is not None
    yield folder
    stop_logging()


def test_the_report_says_where_it_lies_and_holds_no_secret_and_no_customer(
    data: DataDir, bmdesk: Bmdesk, tmp_path: Path
) -> None:
    file = tmp_path / "for support.zip"

    call = bmdesk("doctor", "--bundle", str(file))

    assert call.code == 0 and str(file) in call.out
    with zipfile.ZipFile(file) as archive:
        everything = "\n".join(archive.read(name).decode() for name in archive.namelist())
        assert "KeyError" in archive.read("crash-1.txt").decode()
        assert {"doctor.json", "versions.json", "log.txt"} <= set(archive.namelist())
    for canary in (TOKEN, IMEI, "owner@blue.example", str(data.root), *PERSON.values()):
        assert canary.casefold() not in everything.casefold(), canary
        assert canary == str(data.root) or canary.casefold() not in call.out.casefold(), canary


@pytest.mark.slow
def test_the_report_of_a_store_that_does_not_open_says_so_and_a_place_that_cannot_be_written_fails(
    data: DataDir, bmdesk: Bmdesk, tmp_path: Path
) -> None:
    assert bmdesk("doctor", "--bundle", str(tmp_path / "nowhere" / "x.zip")).code == 1
    data.store.write_bytes(b"no database at all" * 1000)

    call = bmdesk("doctor", "--json", "--bundle", str(tmp_path / "x.zip"))

    assert call.code == 0 and call.json["complete"] is False
    assert "settings.json" not in call.json["parts"]
