"""Where a name could outlive an erasure: papers that were replaced, scans of a label, a process that died."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from bmdesk.services import backups, caretaking, companies, health, privacy, settings
from bmdesk.services.desk import Desk
from bmdesk.services.orders import customers, documents, order_view
from bmdesk.services.policies import PolicyBook
from bmdesk.services.shipping import parcel_files
from bmdesk.simulator import Simulator
from bmdesk.system.clock import FixedClock
from bmdesk.system.machine import BACKUP_AT, OFF, MachineSettings
from bmdesk.system.paths import DataDir
from tests.desks import add_models
from tests.markets import OWNER, Shop, make_shop, reopened
from tests.selling import CONFIRM, PARCEL, bought, pack, selling
from tests.sync.test_parcel_traps import moves_house
from tests.sync.test_privacy import WHO, found, papers

pytestmark = pytest.mark.slow
R = TypeVar("R")


class Died(Exception):
    """The process ended here."""


def on_the_shelf(shop: Shop) -> tuple[str, int, str]:
    """A unit, the number of the order that waits for it, and who bought: the canary."""
    (unit,) = selling(shop)
    number = bought(shop, customer=dict(WHO))
    return unit, number, customers.find(shop.desk, str(number))


def leaves(shop: Shop, unit: str) -> None:
    assert pack(shop, shop.units[unit], PARCEL, CONFIRM).closed
    shop.settle()


def invoice(shop: Shop, folder: Path, number: int, words: bytes) -> None:
    file = folder / "invoice.pdf"
    file.write_bytes(b"%PDF-1.4 " + words)
    documents.keep_invoice(shop.desk, OWNER, order_view.find(shop.desk, str(number)), file)


def an_hour_old(shop: Shop) -> None:
    for file in shop.desk.photos.folder.rglob("*"):
        os.utime(file, (shop.clock.now().timestamp() - 3600,) * 2)


def test_a_paper_that_was_replaced_goes_with_its_buyer(shop: Shop, tmp_path: Path) -> None:
    unit, number, customer = on_the_shelf(shop)
    for words in (b"Quuxworth, with a wrong VAT number", b"Quuxworth"):
        invoice(shop, tmp_path, number, words)
    leaves(shop, unit)
    an_hour_old(shop)

    privacy.erase(shop.desk, OWNER, customer)

    assert not any(b"Quuxworth" in one.read_bytes() for one in papers(shop))
    assert health.check_store(shop.desk).ok


def test_the_address_in_a_label_that_was_scanned_goes_too(shop: Shop, tmp_path: Path) -> None:
    unit, _, customer = on_the_shelf(shop)
    parcel_files.write_addresses(shop.desk, tmp_path / "addresses.csv")
    maxicode = (
        "[)>\x1e01\x1d96CN4 7RY\x1d826\x1d1Z12345\x1d7 CANARY MEWS\x1dAVIARY-ON-SEA\x1dZEBEDEE QUUXWORTH\x1e"
    )
    for code in (maxicode, shop.units[unit], maxicode):
        pack(shop, code)
    shop.bench.scan(maxicode)
    assert "scan_log" in found(shop)
    leaves(shop, unit)
    pack(shop, maxicode)

    privacy.erase(shop.desk, OWNER, customer)

    assert found(shop) == set()
    assert health.check_chains(shop.desk).ok


def test_retention_forgets_what_could_not_be_read_at_the_packing_place(shop: Shop) -> None:
    unit, _, _ = on_the_shelf(shop)
    pack(shop, "ZEBEDEE QUUXWORTH 7 CANARY MEWS AVIARY-ON-SEA")
    leaves(shop, unit)
    pack(shop, "BMD:NEXT")
    settings.put(shop.desk, "privacy.keep_months", "24")
    shop.advance(days=800)
    privacy.sweep(shop.desk)
    assert found(shop) == set()


def test_every_address_of_an_order_that_moved_and_a_message_go(shop: Shop, tmp_path: Path) -> None:
    unit, number, customer = on_the_shelf(shop)
    parcel_files.write_addresses(shop.desk, tmp_path / "addresses.csv")
    moves_house(shop, number)
    parcel_files.write_addresses(shop.desk, tmp_path / "addresses.csv")
    leaves(shop, unit)
    privacy.erase(shop.desk, OWNER, customer)
    assert found(shop) == set()


@pytest.mark.sqlite_only
@pytest.mark.parametrize("lived", range(6))
def test_whoever_is_gone_here_stays_gone_when_a_backup_comes_back(
    shop: Shop, tmp_path: Path, lived: int
) -> None:
    unit, _, customer = on_the_shelf(shop)
    leaves(shop, unit)
    data = DataDir(shop.desk.photos.folder.parent)
    archive = tmp_path / "before.zip"
    backups.backup_store(data, archive, shop.clock)
    try:
        privacy.erase(dying(shop.desk, lived), OWNER, customer)
    except Died:
        pass
    if found(shop):  # it was not said to be done: somebody asks again
        privacy.erase(shop.desk, OWNER, customer)
    privacy.sweep(shop.desk)
    assert found(shop) == set()
    assert not any(b"Quuxworth" in one.read_bytes() for one in papers(shop))
    assert health.check_chains(shop.desk).ok

    shop.desk.store.close()
    backups.restore_store(data, archive, shop.clock)
    again = reopened(shop, data.store)
    privacy.sweep_daily(again.desk)
    assert found(again) == set()
    again.desk.store.close()


def test_a_clock_that_is_years_ahead_erases_nobody(shop: Shop) -> None:
    unit, _, _ = on_the_shelf(shop)
    leaves(shop, unit)
    settings.put(shop.desk, "privacy.keep_months", "24")
    shop.clock.advance(days=900)
    privacy.sweep_daily(shop.desk)
    assert found(shop) == {"customer", "order_address"}
    shop.clock.advance(days=-900)
    shop.advance(days=900)
    shop.sync()  # the marketplace lives in the same year
    shop.clock.advance(days=1)
    assert privacy.sweep_daily(shop.desk) is not None
    assert found(shop) == set()


def test_a_company_whose_window_nobody_opens_forgets_its_customers_too(
    shop: Shop, clock: FixedClock, tmp_path: Path
) -> None:
    row = companies.add(shop.desk, None, "second", "Second Phones", "Europe/Paris", "EUR").row
    desk = replace(shop.desk, company=row.id, book=PolicyBook())
    with Simulator(clock=clock.now(), limits=False, task_seconds=0) as market:
        add_models(desk)
        theirs = make_shop(desk, clock, market)
        unit, _, _ = on_the_shelf(theirs)
        leaves(theirs, unit)
        settings.put(desk, "privacy.keep_months", "24")
        theirs.advance(days=800)
        theirs.sync()
    assert found(theirs) == {"customer", "order_address"}
    data = DataDir(shop.desk.photos.folder.parent)
    machine = MachineSettings(tmp_path / "settings.json")
    machine.set(BACKUP_AT, OFF)

    looked = caretaking.look_after(shop.desk, data, machine)

    assert looked.erased is not None and looked.erased.people == 1 and not looked.failures
    assert found(theirs) == set()


def dying(desk: Desk, transactions: int) -> Desk:
    """The same desk; the process dies after so many transactions."""
    left = [transactions]

    def through(transaction: Callable[[], R]) -> R:
        if not left[0]:
            raise Died
        left[0] -= 1
        return transaction()

    return replace(desk, through=through)
