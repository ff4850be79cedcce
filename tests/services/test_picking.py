"""Picking: by place, as people walk; what was taken back is put back; a list ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from bmdesk.reports import parcel_papers
from bmdesk.services import settings
from bmdesk.services.goods import units_actions
from bmdesk.services.grading.seating import Seat
from bmdesk.services.shipping import picking
from bmdesk.services.shipping.picking import NothingToPick, PickScan
from tests import retold
from tests.markets import FIRST, OWNER, Shop, market, marketplace, shop
from tests.reports.reading import needs_pdftoppm, pages, read

__all__ = ["market", "marketplace", "shop"]

PICKER = Seat("pick", script=True, fallback="OWNER")


@retold.step
def bought(shop: Shop, *bins: str) -> list[int]:
    """A unit in each of these bins, all of them sold; the orders' numbers."""
    made = shop.ready(len(bins))
    for unit, place in zip(made, bins, strict=True):
        units_actions.move_to_bin(shop.desk, OWNER, [unit], place)
    shop.offer()
    settings.put(shop.desk, "backmarket.orders", "automatic")
    numbers = [shop.market.order(FIRST) for _ in bins]
    shop.sync()
    return numbers


def scan(shop: Shop, batch: str, text: str) -> PickScan:
    return picking.scan(shop.desk, PICKER, batch, text)


def test_the_way_goes_from_bin_to_bin_as_people_walk(shop: Shop) -> None:
    bought(shop, "MAIN/A-10", "MAIN/A-2", "MAIN/B-1")
    found = picking.to_pick(shop.desk)
    assert [stop.location for stop in found.stops] == ["MAIN/A-2", "MAIN/A-10", "MAIN/B-1"]
    assert (found.left, found.orders) == (3, 3)
    assert all(item.identifier for item in found.items)


def test_bins_and_units_move_along_the_list_until_the_last_one(shop: Shop) -> None:
    bought(shop, "MAIN/A-1", "MAIN/A-2")
    batch = picking.new_batch(shop.desk, OWNER)
    first, second = shop.units.values()
    at = scan(shop, batch.id, "BMD:BIN:MAIN/A-1")
    assert at.item is not None
    assert (at.ok, at.item.identifier) == (True, first)
    taken = scan(shop, batch.id, first)
    assert taken.stop is not None
    assert (taken.stop.location, taken.message.code) == ("MAIN/A-2", "pick.taken")
    assert not scan(shop, batch.id, "BMD:BIN:MAIN/A-1").ok, "nothing is left there"
    last = scan(shop, batch.id, second)
    assert (last.message.code, last.stop) == ("pick.done", None)
    assert picking.to_pick(shop.desk, str(batch.number)).left == 0


def test_what_is_on_a_list_is_on_no_second_one_until_that_is_closed(shop: Shop) -> None:
    bought(shop, "MAIN/A-1")
    batch = picking.new_batch(shop.desk, OWNER)
    assert not picking.to_pick(shop.desk).left
    with pytest.raises(NothingToPick):
        picking.new_batch(shop.desk, OWNER)
    picking.close_batch(shop.desk, OWNER, batch.id)
    assert picking.to_pick(shop.desk).left == 1
    assert not scan(shop, batch.id, next(iter(shop.units.values()))).ok


def test_what_was_fetched_waits_for_packing_when_its_list_is_closed_and_the_rest_waits_to_be_fetched(
    shop: Shop,
) -> None:
    bought(shop, "MAIN/A-1", "MAIN/A-2")
    batch = picking.new_batch(shop.desk, OWNER)
    first, second = shop.units.values()
    scan(shop, batch.id, first)
    picking.close_batch(shop.desk, OWNER, batch.id)
    assert [item.identifier for item in picking.to_pick(shop.desk).items] == [second]
    again = picking.new_batch(shop.desk, OWNER)
    assert [item.identifier for item in picking.to_pick(shop.desk, again.id).items] == [second]


def test_a_unit_whose_order_was_cancelled_is_put_back(shop: Shop) -> None:
    numbers = bought(shop, "MAIN/A-1", "MAIN/A-2")
    batch = picking.new_batch(shop.desk, OWNER)
    first, second = shop.units.values()
    scan(shop, batch.id, first)
    for number in numbers:
        shop.market.set_line_state(shop.market.order_state(number)["lines"][0]["id"], 5)
    shop.sync()
    (item,) = picking.to_pick(shop.desk, batch.id).items
    assert (item.identifier, item.put_back) == (first, True)
    assert scan(shop, batch.id, first).message.code == "pick.put_back.happened"
    assert not scan(shop, batch.id, second).ok


def test_a_foreign_unit_a_wrong_code_and_nobody_signed_in_are_said(shop: Shop) -> None:
    bought(shop, "MAIN/A-1")
    batch = picking.new_batch(shop.desk, OWNER)
    (stray,) = shop.ready(1)
    assert scan(shop, batch.id, shop.units[stray]).message.code == "pick.not_on_the_list.happened"
    assert not scan(shop, batch.id, "???").ok
    assert not scan(shop, "99", shop.units[stray]).ok
    nobody = picking.scan(shop.desk, Seat("other"), batch.id, shop.units[stray])
    assert nobody.message.code == "refused.not_signed_in.happened"


@pytest.mark.slow
@needs_pdftoppm
def test_on_paper_every_bin_and_device_can_be_scanned(shop: Shop, tmp_path: Path) -> None:
    bought(shop, *(f"MAIN/A-{n}" for n in range(1, 13)))
    file = tmp_path / "pick.pdf"
    parcel_papers.write_pick_list(shop.desk, file)
    codes = {text for page in pages(file, 200) for _, text in read(page)}
    assert set(shop.units.values()) <= codes
    assert {f"BMD:BIN:MAIN/A-{n}" for n in range(1, 13)} <= codes
