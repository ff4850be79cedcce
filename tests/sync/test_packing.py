"""The packing place: three scans an ordinary order; the wrong unit, number or moment is refused in words."""

from __future__ import annotations

import pytest

from bmdesk.services.shipping.packing import Stage
from tests.markets import SECOND, Shop
from tests.selling import PARCEL, pack, sold, state


def test_three_scans_and_the_marketplace_knows_which_device_left(shop: Shop) -> None:
    (unit,) = sold(shop)
    assert pack(shop, shop.units[unit]).stage is Stage.TRACKING
    asked = pack(shop, PARCEL)
    assert (asked.stage, asked.message.code) == (Stage.CONFIRM, "pack.confirm_please")
    assert shop.units[unit] in str(asked.message.params), "what can never be corrected is named before"
    assert pack(shop, "BMD:CONFIRM").closed
    assert state(shop, unit) == "packed"
    shop.sync()

    there = shop.market.order_state(shop.order)  # type: ignore[attr-defined]
    assert there["tracking_number"] == PARCEL
    assert [(one["state"], one["imei"]) for one in there["lines"]] == [(3, shop.units[unit])]
    assert state(shop, unit) == "shipped"


def test_a_unit_that_nobody_bought_is_refused_and_nothing_is_in_hand(shop: Shop) -> None:
    _, spare = sold(shop, 2)
    refused = pack(shop, shop.units[spare])
    assert (refused.ok, refused.code, refused.stage) == (False, "pack.not_bought.happened", Stage.UNIT)


@pytest.mark.parametrize("card", ["BMD:CONFIRM", PARCEL])
def test_nothing_is_confirmed_before_the_device_was_in_hand(shop: Shop, card: str) -> None:
    sold(shop)
    assert not pack(shop, card).ok


def test_a_device_is_no_parcel_number(shop: Shop) -> None:
    (unit,) = sold(shop)
    pack(shop, shop.units[unit])
    assert not pack(shop, shop.units[unit]).ok
    assert not pack(shop, "https://www.royalmail.com/track/" + PARCEL).ok
    assert not pack(shop, "RR123456784GB").ok
    assert pack(shop, PARCEL.lower()).ok


def test_another_unit_of_the_same_sku_may_take_its_place_and_the_reserved_one_is_for_sale_again(
    shop: Shop,
) -> None:
    reserved, other = sold(shop, 2)
    pack(shop, str(shop.order), shop.units[other])  # type: ignore[attr-defined]
    assert pack(shop, PARCEL, "BMD:CONFIRM").closed
    assert (state(shop, reserved), state(shop, other)) == ("ready", "packed")


def test_a_worse_unit_leaves_only_with_a_reason_and_a_supervisors_badge(shop: Shop) -> None:
    reserved, worse = sold(shop, 2)
    shop.offer(SECOND)
    shop.regrade(worse)
    refused = pack(shop, str(shop.order), shop.units[worse])  # type: ignore[attr-defined]
    assert refused.code == "pack.grade_below"
    assert refused.may_override
    assert pack(shop, "BMD:OVERRIDE:the customer agreed").stage is Stage.BADGE
    assert pack(shop, "BMD:OP:OWNER").stage is Stage.TRACKING
    assert pack(shop, PARCEL, "BMD:CONFIRM").closed
    assert (state(shop, reserved), state(shop, worse)) == ("ready", "packed")


def test_two_pieces_need_two_devices(shop: Shop) -> None:
    one, two = sold(shop, 2, quantity=2)
    assert pack(shop, shop.units[one]).stage is Stage.UNIT
    assert pack(shop, shop.units[one]).message.code == "pack.proven_already"
    assert pack(shop, shop.units[two]).stage is Stage.TRACKING
    assert pack(shop, PARCEL, "BMD:CONFIRM").closed
    shop.sync()
    assert [state(shop, u) for u in (one, two)] == ["shipped", "shipped"]
