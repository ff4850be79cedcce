"""A store that was restored from yesterday does not undo at the marketplace what happened since."""

from __future__ import annotations

from pathlib import Path

import pytest

from bmdesk.services.selling import accounts
from bmdesk.store import schema
from bmdesk.store.backup import restore_backup, write_backup
from tests.markets import FIRST, Shop, reopened

pytestmark = pytest.mark.sqlite_only


def test_a_restored_store_waits_for_a_person_and_then_looks_before_it_writes(
    shop: Shop, tmp_path: Path
) -> None:
    first, *_ = shop.ready(3)
    shop.offer(FIRST, 0)
    shop.hasty()
    file = shop.desk.store.place.file
    assert file is not None
    write_backup(file, tmp_path / "photos", tmp_path / "yesterday.zip", shop.clock.now())
    shop.sync()
    shop.gone(first)
    shop.sync()
    assert shop.remote(FIRST) == 2

    shop.desk.store.close()
    restore_backup(tmp_path / "yesterday.zip", file, tmp_path / "photos", schema.REVISIONS, shop.clock.now())
    again = reopened(shop, file)
    assert {effect.state for effect in again.effects()} == {"uncertain"}
    before = len(again.market.ledger.requests)
    again.sync()
    assert len(again.market.ledger.requests) == before, "nothing is read or sent"
    assert accounts.viewed(again.desk).is_paused

    accounts.resume(again.desk, "default")
    again.sync()
    assert again.remote(FIRST) <= 3
    again.settle()
    assert again.open() == []
    again.desk.store.close()
