"""Parcels: handed to the driver, followed, late; carriers; addresses out and parcel numbers in."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bmdesk.domain.parcels import BadCarrier, ParcelState
from bmdesk.reports import parcel_papers
from bmdesk.services import settings
from bmdesk.services.shipping import carriers, parcel_files, parcels
from bmdesk.services.shipping.parcels import NotThere
from tests import retold
from tests.markets import FIRST, OWNER, Shop, market, marketplace, shop
from tests.reports.reading import needs_pdftoppm, pages, read
from tests.selling import pack

__all__ = ["market", "marketplace", "shop"]

LABELS = ("RR123456785GB", "1Z999AA10123456784")


@retold.step
def bought(shop: Shop, count: int = 1, **facts: object) -> list[int]:
    shop.ready(count)
    shop.offer()
    settings.put(shop.desk, "backmarket.orders", "automatic")
    numbers = [shop.market.order(FIRST, **facts) for _ in range(count)]  # type: ignore[arg-type]
    shop.sync()
    return numbers


@retold.step
def packed(shop: Shop, count: int = 1) -> list[str]:
    """So many parcels; their ids."""
    numbers = bought(shop, count)
    for unit, label in zip(shop.units.values(), LABELS, strict=False):
        assert pack(shop, unit, label, "BMD:CONFIRM").closed
    return [parcels.find(shop.desk, str(number)).id for number in numbers]


def table(path: Path, *rows: tuple[str, ...]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def test_a_driver_takes_parcels_once_with_a_manifest_a_carrier(shop: Shop) -> None:
    ids = packed(shop, 2)
    assert len(parcels.to_hand_over(shop.desk)) == 2
    done = parcels.hand_over(shop.desk, OWNER, ids)
    assert {one.shipper for one in done.manifests} == {"Royal Mail", "UPS"}
    assert {one.state for one in done.parcels} == {"handed"}
    again = parcels.hand_over(shop.desk, OWNER, ids)
    assert (again.manifests, len(again.refused)) == ((), 2)
    shop.sync()
    assert parcels.find(shop.desk, LABELS[0]).told_at, "what the driver has is told afterwards all the same"
    assert not parcels.to_hand_over(shop.desk)


def test_a_parcel_that_nobody_saw_arrive_is_late_and_one_that_did_is_not(shop: Shop) -> None:
    (one,) = packed(shop)
    shop.sync()
    assert not parcels.late(shop.desk)
    shop.advance(days=8)
    assert not parcels.to_hand_over(shop.desk), "nobody waits for a driver that came a week ago"
    assert [late.number for late in parcels.late(shop.desk)] == [LABELS[0]]
    parcels.lost(shop.desk, OWNER, one)
    parcels.delivered(shop.desk, OWNER, one)
    assert not parcels.late(shop.desk)
    with pytest.raises(NotThere):
        parcels.lost(shop.desk, OWNER, one)
    assert [row.row.state for row in parcels.rows(shop.desk, ParcelState.DELIVERED)] == ["delivered"]


@needs_pdftoppm
def test_manifest_and_slip_carry_what_a_scanner_reads(shop: Shop, tmp_path: Path) -> None:
    (one,) = packed(shop)
    (manifest,) = parcels.hand_over(shop.desk, OWNER, [one]).manifests
    file, slip = tmp_path / "manifest.pdf", tmp_path / "slip.pdf"
    parcel_papers.write_manifest(shop.desk, file, manifest)
    parcel = parcels.find(shop.desk, one)
    parcel_papers.write_slip(shop.desk, slip, parcel.order_id)
    assert LABELS[0] in {text for page in pages(file, 200) for _, text in read(page)}
    assert [text.isdecimal() for page in pages(slip, 200) for _, text in read(page)] == [True]


def test_a_carriers_own_shape_makes_its_numbers_good(shop: Shop) -> None:
    bought(shop)
    (unit,) = shop.units.values()
    pack(shop, unit)
    assert not pack(shop, "QX-12").ok
    carriers.put(
        shop.desk, OWNER, "local", "Private Transporter", r"QX[0-9]{2}", "https://x.example/{number}"
    )
    assert pack(shop, "qx-12").ok
    assert pack(shop, "BMD:CONFIRM").closed
    parcel = parcels.find(shop.desk, "QX12")
    assert (parcel.shipper, parcel.url) == ("Private Transporter", "https://x.example/QX12")
    carriers.remove(shop.desk, OWNER, "local")
    assert not carriers.carriers(shop.desk)


@pytest.mark.parametrize(
    ("shipper", "shape", "url"),
    [
        ("Nobody", "", ""),
        ("DHL", "(a+)+b", ""),
        ("DHL", "[", ""),
        ("DHL", "", "http://x.example/{number}"),
        ("DHL", "", "https://x.example/"),
    ],
)
def test_a_carrier_that_would_do_harm_is_not_kept(shop: Shop, shipper: str, shape: str, url: str) -> None:
    with pytest.raises(BadCarrier):
        carriers.put(shop.desk, OWNER, "x", shipper, shape, url)


def test_addresses_go_out_without_formulas(shop: Shop, tmp_path: Path) -> None:
    (number,) = bought(shop)
    query = "update order_address set street = '=HYPERLINK(1)', first_name = '+Eve' where kind = 'shipping'"
    shop.desk.write(lambda tx: tx.connection.exec_driver_sql(query))
    file = tmp_path / "out.csv"
    assert parcel_files.write_addresses(shop.desk, file) == 1
    with file.open(encoding="utf-8-sig", newline="") as read_back:
        (row,) = csv.DictReader(read_back)
    assert row["order"] == str(number)
    assert row["street"].startswith("'=")
    assert row["name"].startswith("'+")


def test_numbers_come_in_line_by_line_and_the_label_is_then_asked_for(shop: Shop, tmp_path: Path) -> None:
    first, second = bought(shop, 2)
    file = table(
        tmp_path / "in.csv",
        ("order", "tracking", "cost"),
        (str(first), LABELS[0].lower(), "3.20"),
        (str(second), "https://track.example/1", ""),
        ("424242", LABELS[1], ""),
        ("=1+1", LABELS[1], ""),
    )
    report = parcel_files.read_numbers(shop.desk, OWNER, file)
    assert (report.taken, [one.line for one in report.errors.shown]) == (1, [3, 4, 5])
    assert parcel_files.read_numbers(shop.desk, OWNER, file).unchanged == 1

    unit = next(iter(shop.units.values()))
    pack(shop, str(first), unit)
    assert pack(shop, LABELS[1]).message.code == "pack.not_the_label.happened"
    assert pack(shop, LABELS[0], "BMD:CONFIRM").closed
    late = table(tmp_path / "late.csv", ("order", "tracking"), (str(first), LABELS[1]))
    (error,) = parcel_files.read_numbers(shop.desk, OWNER, late).errors.shown
    assert error.reason.code == "parcel.file_packed"


def test_a_label_of_one_order_is_not_put_on_another(shop: Shop, tmp_path: Path) -> None:
    first, second = bought(shop, 2)
    parcel_files.read_numbers(
        shop.desk, OWNER, table(tmp_path / "in.csv", ("order", "tracking"), (str(first), LABELS[0]))
    )
    pack(shop, str(second), list(shop.units.values())[1])
    assert pack(shop, LABELS[0]).message.code == "pack.not_the_label.happened"
