"""Customers are made up, live in the country where they buy, and some of them come back."""

from __future__ import annotations

from collections import Counter

import httpx
import pytest

from bmdesk.simulator import Simulator
from bmdesk.simulator.customers import Customer, Customers
from bmdesk.simulator.markets import REGIONS, country_of
from tests.simulator.conftest import Seller


def test_the_same_seed_brings_the_same_people() -> None:
    def people(seed: int) -> list[Customer]:
        crowd = Customers(seed)
        return [crowd.buys(market) for market in ("fr-fr", "ja-jp", "en-gb") * 20]

    assert people(3) == people(3) != people(4)


def test_some_buy_again_some_look_like_another_and_some_have_moved() -> None:
    crowd = Customers(1)
    bought = [crowd.buys("de-de") for _ in range(300)]
    times = Counter(one.email for one in bought)
    again = [mail for mail, count in times.items() if count > 1]
    assert 20 < len(again) < 80
    assert any(len({one.street for one in bought if one.email == mail}) > 1 for mail in again), "moved"
    doors = Counter(
        (one.first_name, one.last_name, one.street, one.postcode, one.phone) for one in set(bought)
    )
    assert max(doors.values()) > 1, "one name at one door, and two e-mail addresses"


@pytest.mark.parametrize("market", [*(one for markets in REGIONS.values() for one in markets), "fi-fi"])
def test_everybody_can_be_reached_where_they_live(market: str) -> None:
    crowd = Customers(1)
    for one in [crowd.buys(market) for _ in range(60)]:
        assert one.country == country_of(market)
        assert all((one.first_name, one.last_name, one.street, one.postcode, one.city))
        assert "#" not in one.postcode + one.phone and "@" not in one.postcode and "{" not in one.street
        assert one.phone.startswith("+") and 10 <= len(one.phone) <= 16
        name, _, host = one.email.partition("@")
        assert name.isascii() and host.endswith(("example", "example.com", "example.org"))


def test_a_story_chooses_its_customer(sim: Simulator, seller: Seller) -> None:
    with Simulator(mode="real") as real:
        real.add_listing("A", quantity=9)
        first = real.order("A", customer={"email": "ana@mail.example", "postcode": "1100"})
        second = real.order("A", customer=real.order_state(first)["customer"]["number"])
        http = seller(real)
        shown = [http.get(f"/ws/orders/{one}").json()["shipping_address"] for one in (first, second)]
        assert shown[0] == shown[1] and shown[0]["email"] == "ana@mail.example"
        for wrong in ({"nose": "long"}, {"number": 3}, 99):
            with pytest.raises(ValueError, match="customer"):
                real.order("A", customer=wrong)


def test_the_contract_has_no_e_mail_address(sim: Simulator, http: httpx.Client) -> None:
    sim.add_listing("A", quantity=9)
    order = sim.order("A", market="en-gb")
    address = http.get(f"/ws/orders/{order}").json()["shipping_address"]
    assert "email" not in address and address["country"] == "GB"
