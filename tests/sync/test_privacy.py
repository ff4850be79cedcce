"""One person is given their data, or erased: from every table, from the file, for good; the histories stay whole."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from bmdesk.services import backups, health, privacy, privacy_file
from bmdesk.services.desk import Actor
from bmdesk.services.grading.refusals import NotAllowed
from bmdesk.services.orders import customers, order_view
from bmdesk.services.orders.customers import UnknownCustomer
from bmdesk.services.privacy import StillOpen
from bmdesk.store.queries import feeds, orders
from bmdesk.system.paths import DataDir
from bmdesk.texts import Failure, render
from tests.markets import FIRST, OWNER, Shop, reopened
from tests.selling import PARCEL, pack
from tests.wholeness import dump

WHO = {
    "first_name": "Zebedee",
    "last_name": "Quuxworth",
    "street": "7 Canary Mews",
    "postcode": "CN4 7RY",
    "city": "Aviary-on-Sea",
    "phone": "+44 20 5550 4711",
    "email": "zebedee@quux.example",
}
CANARIES = (
    "zebedee",
    "quuxworth",
    "canary mews",
    "cn47ry",
    "cn4 7ry",
    "aviary-on-sea",
    "5550 4711",
    "055504711",
    "quux.example",
)


def buys(shop: Shop, **more: object) -> int:
    return int(shop.market.order(FIRST, customer={**WHO, **more}))


def found(shop: Shop) -> set[str]:
    """Tables in which anything says who it was."""
    return {
        name
        for name, rows in dump(shop.desk).items()
        if any(word in repr(row).casefold() for row in rows for word in CANARIES)
    }


def papers(shop: Shop) -> list[Path]:
    return [
        one for one in shop.desk.photos.folder.rglob("*") if one.is_file() and one.read_bytes()[:4] == b"%PDF"
    ]


def read_all_again(shop: Shop) -> None:
    """Every order is read again, as after a restore."""
    shop.desk.write(lambda tx: feeds.set_feed(tx, shop.account, "orders", "", cursor=None))
    shop.advance(days=1)
    shop.sync()


def for_sale(shop: Shop) -> str:
    (unit,) = shop.ready()
    shop.offer()
    shop.put("backmarket.orders", "automatic")
    return unit


def shipped(shop: Shop) -> str:
    """An order of this person was packed here and is gone; their customer."""
    unit = for_sale(shop)
    number = buys(shop)
    shop.sync()
    assert pack(shop, shop.units[unit], PARCEL, "BMD:CONFIRM").closed
    shop.settle()
    assert found(shop) == {"customer", "order_address"}
    assert any(b"Quuxworth" in one.read_bytes() for one in papers(shop))
    return customers.find(shop.desk, str(number))


def test_an_erased_person_is_in_no_table_and_no_file_and_does_not_come_back(
    shop: Shop, tmp_path: Path
) -> None:
    customer = shipped(shop)
    exported = privacy_file.export(shop.desk, OWNER, customer, tmp_path / "theirs.zip")
    assert (exported.orders, exported.papers, exported.papers_missing) == (1, 1, 0)
    with zipfile.ZipFile(exported.file) as archive:
        said = archive.read("customer.json").decode()
        assert "papers/" in "".join(archive.namelist())
        assert b"Quuxworth" in archive.read("addresses.csv")
    assert [one["parcel"]["number"] for one in json.loads(said)["orders"]] == [PARCEL]
    before = dump(shop.desk)

    done = privacy.erase(shop.desk, OWNER, customer)

    assert (done.people, done.orders, done.papers) == (1, 1, 1)
    assert found(shop) == set()
    kept = dump(shop.desk)
    assert kept["history"] == before["history"]
    assert health.check_chains(shop.desk).ok
    assert {name for name in kept if len(kept[name]) < len(before[name])} == {"order_address"}
    assert customers.page(shop.desk, "Quuxworth").rows == ()
    assert [order_view.detail(shop.desk, one.id).erased_at for one in order_view.page(shop.desk).rows] == [
        shop.clock.now()
    ], "its sheet says why it names nobody"
    read_all_again(shop)
    assert found(shop) == set(), "the marketplace still names them; here nobody does"
    assert not any(b"Quuxworth" in one.read_bytes() for one in papers(shop))
    again = buys(shop)
    shop.sync()
    assert customers.find(shop.desk, str(again)) != customer, "who comes again is somebody new"


def test_who_waits_for_a_parcel_cannot_be_erased_yet(shop: Shop) -> None:
    for_sale(shop)
    number = buys(shop)
    shop.sync()
    customer = customers.find(shop.desk, str(number))
    with pytest.raises(StillOpen) as refused:
        privacy.erase(shop.desk, OWNER, customer)
    assert str(number) in render(refused.value.happened)
    assert customers.detail(shop.desk, customer).addresses
    with pytest.raises(UnknownCustomer):
        privacy.erase(shop.desk, OWNER, "nobody")


@pytest.mark.slow
def test_after_the_months_of_the_setting_nobody_is_known_any_more(shop: Shop) -> None:
    customer = shipped(shop)
    assert privacy.sweep(shop.desk).orders == 0, "nobody said after how long"
    shop.put("privacy.keep_months", "24")
    shop.clock.advance(days=700)
    assert privacy.sweep(shop.desk).orders == 0
    shop.advance(days=60)
    waits = buys(shop, street="9 Canary Mews")
    shop.sync()
    chains = health.check_chains(shop.desk)

    done = privacy.sweep_daily(shop.desk)

    assert done is not None
    assert (done.orders, done.papers, done.people) == (1, 1, 0), "they bought again, and wait for it"
    assert customers.detail(shop.desk, customer).addresses[0].street == "9 Canary Mews"
    assert customers.find(shop.desk, str(waits)) == customer
    assert privacy.sweep_daily(shop.desk) is None, "once a day is enough"
    assert health.check_chains(shop.desk) == chains
    shop.market.control(cancel={"order": waits})
    shop.sync()
    shop.clock.advance(days=800)
    assert (privacy.sweep(shop.desk).people, found(shop)) == (1, set())


@pytest.mark.slow
@pytest.mark.sqlite_only
def test_nothing_of_an_erased_person_is_left_in_the_file(shop: Shop) -> None:
    customer = shipped(shop)
    shop.desk.write(
        lambda tx: orders.quarantine(
            tx, shop.account, "order", "", {"code": "wire.no_object", "params": {}}, {"to": [dict(WHO)]}
        )
    )
    assert "quarantined" in found(shop)
    file = shop.desk.store.place.file
    assert file is not None
    assert privacy.erase(shop.desk, OWNER, customer).set_aside == 1
    assert found(shop) == set()
    shop.desk.store.close()
    assert not any(b"Quuxworth" in one.read_bytes() for one in file.parent.rglob("*") if one.is_file())


@pytest.mark.slow
def test_an_erasure_that_was_cut_short_goes_on(shop: Shop) -> None:
    customer = shipped(shop)
    stopped = privacy.erase(shop.desk, OWNER, customer, lambda: False)
    assert (stopped.people, stopped.orders) == (0, 0)
    folder = shop.desk.photos.folder
    moved = folder.rename(folder.with_name("elsewhere"))
    folder.write_text("a disk that is not there")
    with pytest.raises(Failure):
        privacy.erase(shop.desk, OWNER, customer)
    folder.unlink()
    moved.rename(folder)
    privacy.sweep(shop.desk)
    assert not any(b"Quuxworth" in one.read_bytes() for one in papers(shop))
    privacy.erase(shop.desk, OWNER, customer)
    assert found(shop) == set()


@pytest.mark.slow
def test_a_packer_may_neither_erase_nor_export(shop: Shop, tmp_path: Path) -> None:
    customer = shipped(shop)
    packer = Actor("PACK", "packer", "bench-1")
    for refused in (
        lambda: privacy.erase(shop.desk, packer, customer),
        lambda: privacy_file.export(shop.desk, packer, customer, tmp_path / "x.zip"),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert found(shop) and not (tmp_path / "x.zip").exists()


@pytest.mark.slow
@pytest.mark.sqlite_only
def test_a_restored_backup_does_not_bring_an_erased_person_back(shop: Shop, tmp_path: Path) -> None:
    customer = shipped(shop)
    data = DataDir(shop.desk.photos.folder.parent)
    archive = tmp_path / "before.zip"
    backups.backup_store(data, archive, shop.clock)
    assert privacy.sweep_daily(shop.desk) is not None
    privacy.erase(shop.desk, OWNER, customer)
    shop.desk.store.close()
    backups.restore_store(data, archive, shop.clock)
    again = reopened(shop, data.store)
    assert found(again) == {"customer", "order_address"}
    assert privacy.sweep_daily(again.desk) is not None
    assert found(again) == set()
    assert health.check_chains(again.desk).ok
    assert b"Quuxworth" not in b"".join(one.read_bytes() for one in papers(again))
    again.desk.store.close()
