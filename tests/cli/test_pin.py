"""What opens people's data or ends them asks for a PIN on the command line too, where its owner has one."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from bmdesk.services import rights
from bmdesk.services.desk import Actor
from bmdesk.services.session import open_session
from bmdesk.system.paths import DataDir
from tests.cli.conftest import Bmdesk

OWNER = Actor("OWNER", "owner", "office")


def typed(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(words.encode())))


def test_a_backup_is_restored_only_with_the_pin_of_whoever_has_one(
    bmdesk: Bmdesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "")
    assert bmdesk("db", "backup", "b.zip").code == 0
    assert bmdesk("db", "restore", "b.zip", "--yes").code == 0, "nobody has a PIN"
    with open_session(DataDir(tmp_path / "data")) as session:
        rights.set_pin(session.desk, OWNER, "OWNER", "4711")

    refused = bmdesk("db", "restore", "b.zip", "--yes")
    assert refused.code == 1 and "PIN" in refused.err
    typed(monkeypatch, "1234\n")
    assert bmdesk("db", "restore", "b.zip", "--yes").code == 1
    typed(monkeypatch, "4711\n")
    assert bmdesk("db", "restore", "b.zip", "--yes").code == 0


@pytest.mark.slow
def test_a_store_that_cannot_be_opened_is_restored_without_asking_it(
    bmdesk: Bmdesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "")
    assert bmdesk("db", "backup", "b.zip").code == 0
    with open_session(DataDir(tmp_path / "data")) as session:
        rights.set_pin(session.desk, OWNER, "OWNER", "4711")
    (tmp_path / "data" / "store.db").write_bytes(b"no store at all" * 5000)
    assert bmdesk("db", "restore", "b.zip", "--yes").code == 0


@pytest.mark.slow
def test_what_is_known_of_a_customer_is_written_and_erased_only_with_the_pin(
    bmdesk: Bmdesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy import insert

    from bmdesk.store.tables.customers import customer
    from bmdesk.store.transaction import Tx

    def buyer(tx: Tx) -> str:
        one = {"id": tx.new_id(), "company_id": tx.company, "created_at": tx.now, "changed_at": tx.now}
        tx.connection.execute(insert(customer), one)
        return str(one["id"])

    with open_session(DataDir(tmp_path / "data")) as session:
        who = session.desk.write(buyer)
        rights.set_pin(session.desk, OWNER, "OWNER", "4711")
    for words in (("export", who, "c.zip"), ("erase", who, "--yes")):
        typed(monkeypatch, "")
        assert bmdesk("customers", *words).code == 1
        typed(monkeypatch, "4711\n")
        assert bmdesk("customers", *words).code == 0
