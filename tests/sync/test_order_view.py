"""Orders as people look at them: what is to be done first, found by any word, and all of one order."""

from __future__ import annotations

import pytest

from bmdesk.domain.orders import LineState
from bmdesk.services import settings
from bmdesk.services.orders import handling, order_view
from bmdesk.services.orders.order_view import OrderFilter, Tab, UnknownOrder
from bmdesk.services.shipping import packing
from bmdesk.texts import render
from tests import retold
from tests.listed import OWNER
from tests.markets import FIRST, SECOND, Shop
from tests.selling import PACKER, PARCEL


@retold.step
def shopping(shop: Shop, how: str = "by_hand") -> int:
    """One unit, one order; its number."""
    shop.ready(1)
    shop.offer()
    settings.put(shop.desk, "backmarket.orders", how)
    number = int(shop.market.order(FIRST))
    shop.sync()
    return number


def numbers(shop: Shop, **by: object) -> list[int]:
    return [row.number for row in order_view.page(shop.desk, OrderFilter(**by)).rows]  # type: ignore[arg-type]


def test_an_order_stands_where_something_is_to_be_done(shop: Shop) -> None:
    number = shopping(shop)
    assert numbers(shop, tab=Tab.TO_ACCEPT) == [number]
    assert numbers(shop, tab=Tab.TO_PICK) == numbers(shop, tab=Tab.CONFLICTS) == []
    assert order_view.counts(shop.desk)[Tab.TO_ACCEPT] == 1
    settings.put(shop.desk, "backmarket.orders", "automatic")
    shop.market.set_line_state(shop.market.order_state(number)["lines"][0]["id"], 2)
    shop.sync()
    assert numbers(shop, tab=Tab.TO_PICK) == numbers(shop, tab=Tab.TO_PACK) == [number]
    assert order_view.count(shop.desk, OrderFilter(Tab.TO_ACCEPT)) == 0


def test_what_is_only_shown_is_nobodys_work_here_and_stands_apart(shop: Shop) -> None:
    mine = shopping(shop)
    shop.offer(SECOND, quantity=3, manage=False)
    theirs = int(shop.market.order(SECOND))
    shop.sync()
    assert numbers(shop, tab=Tab.TO_ACCEPT) == [mine]
    assert numbers(shop, tab=Tab.ONLY_SHOWN) == [theirs]
    assert sorted(numbers(shop, state="to_accept")) == sorted([mine, theirs]), "a state is a state"
    assert sorted(numbers(shop)) == sorted([mine, theirs])
    shown = order_view.find(shop.desk, str(theirs))
    handling.accept(shop.desk, OWNER, shown)
    assert sorted(numbers(shop, tab=Tab.TO_ACCEPT)) == sorted([mine, theirs])
    assert numbers(shop, tab=Tab.ONLY_SHOWN) == []
    assert numbers(shop, tab=Tab.CONFLICTS) == [theirs], "it has no unit"
    for tab, count in order_view.counts(shop.desk).items():
        assert count == len(numbers(shop, tab=tab)), tab
    assert order_view.count_in_both(shop.desk, Tab.TO_ACCEPT, Tab.CONFLICTS) == 1


def test_pages_follow_each_other_without_a_gap(shop: Shop) -> None:
    shop.offer(quantity=7)
    placed = [int(shop.market.order(FIRST)) for _ in range(5)]
    shop.sync()
    for tab in (Tab.ALL, Tab.ONLY_SHOWN):
        found, after = [], None
        while True:
            page = order_view.page(shop.desk, OrderFilter(tab), after, 2)
            found += [row.number for row in page.rows]
            after = page.next
            if after is None:
                break
        assert sorted(found) == sorted(placed)


def test_an_order_is_found_by_its_number_its_unit_and_what_the_marketplace_calls_it(shop: Shop) -> None:
    number = shopping(shop)
    (unit,) = shop.units
    line = shop.market.order_state(number)["lines"][0]
    for words in (str(number), shop.units[unit], shop.units[unit][:9], str(line["id"])):
        assert numbers(shop, words=words) == [number], words
    assert numbers(shop, words="nobody") == []
    assert order_view.find(shop.desk, str(number)) == order_view.page(shop.desk).rows[0].id
    with pytest.raises(UnknownOrder):
        order_view.find(shop.desk, "12")


def test_an_order_is_found_by_any_part_of_a_name_in_letters_of_any_size(shop: Shop) -> None:
    shop.market.world.real = True  # the live servers tell e-mail addresses, the contract does not
    shop.offer(quantity=9)
    who = {
        "first_name": "Zoë",
        "last_name": "O_Brien 50%",
        "company": "Studio 2000/1 GmbH",
        "email": "zb9@x.example",
    }
    number = int(shop.market.order(FIRST, customer=who))
    shop.market.order(FIRST, customer={"first_name": "Ann", "last_name": "Other", "email": "other@x.example"})
    shop.sync()
    for words in ("o_brien", "BRIEN zoë", "0% zo", "studio 2000/1", "2000/1 G", "ZB9@X", "  brien  "):
        assert numbers(shop, words=words) == [number], words
        assert order_view.count(shop.desk, OrderFilter(words=words)) == 1, words
    for words in ("o%brien", "O_brian", "zoë ann"):
        assert numbers(shop, words=words) == [], f"each sign stands for itself: {words}"


def test_a_number_that_leads_to_an_order_is_nobodys_name(shop: Shop) -> None:
    number = shopping(shop, "automatic")
    (unit,) = shop.units
    for code in (shop.units[unit], PARCEL, "BMD:CONFIRM"):
        assert packing.scan(shop.desk, PACKER, code).ok
    alike = int(shop.market.order(FIRST, customer={"last_name": PARCEL.lower(), "email": "alike@x.example"}))
    shop.sync()
    assert numbers(shop, words=PARCEL) == numbers(shop, words=PARCEL[:8].lower()) == [number]
    assert sorted(numbers(shop, words=PARCEL[:3])) == sorted([number, alike]), "so short it may be of a name"
    assert numbers(shop, words=PARCEL[1:]) == [alike], "no number begins so"


def test_all_of_an_order_is_shown_in_words(shop: Shop) -> None:
    number = shopping(shop, "automatic")
    found = order_view.detail(shop.desk, order_view.find(shop.desk, str(number)))
    (line,) = found.lines
    (unit,) = shop.units
    assert (found.row.state, line.state, line.our_sku) == (LineState.ACCEPTED, LineState.ACCEPTED, FIRST)
    assert [(one.unit_id, one.identifier, one.state) for one in line.units] == [
        (unit, shop.units[unit], "reserved")
    ]
    assert [one.value for one in line.actions] == ["assign", "cancel", "refund"]
    assert found.timeline
    for event in found.timeline:
        assert render(event.what)


def test_a_conflict_is_shown_with_what_can_be_done(shop: Shop) -> None:
    shop.offer(quantity=1)
    settings.put(shop.desk, "backmarket.orders", "by_hand")
    number = int(shop.market.order(FIRST))
    shop.sync()
    assert numbers(shop, tab=Tab.CONFLICTS) == [number]
    (one,) = order_view.detail(shop.desk, order_view.find(shop.desk, str(number))).conflicts
    assert FIRST in render(one.title) and str(number) in render(one.happened) and render(one.todo)
    assert [way.value for way in one.ways] == ["look_again", "assign", "not_ours"]


def test_the_timeline_says_what_became_of_each_line_at_the_marketplace(shop: Shop) -> None:
    number = shopping(shop, "automatic")
    shop.market.control(cancel={"order": number})
    shop.sync()
    found = order_view.detail(shop.desk, order_view.find(shop.desk, str(number)))
    said = [render(one.what) for one in found.timeline]
    assert [one for one in said if "at Back Market" in one] == [
        f"{FIRST}: accepted at Back Market.",
        f"{FIRST}: refunded at Back Market, not by bmdesk.",
    ]
    shop.sync()
    again = order_view.detail(shop.desk, order_view.find(shop.desk, str(number)))
    assert len(again.timeline) == len(found.timeline), "what is read again is no news"


def story(shop: Shop, number: int) -> list[str]:
    """What the timeline says, oldest first."""
    found = order_view.detail(shop.desk, order_view.find(shop.desk, str(number))).timeline
    assert [one.at for one in found] == sorted(one.at for one in found)
    return [render(one.what) for one in found]


def test_the_timeline_tells_what_happened_without_a_person(shop: Shop) -> None:
    number = shopping(shop, "automatic")
    (unit,) = shop.units.values()
    told = [
        "Ordered (Back Market's date).",
        "Paid (Back Market's date).",
        "Read by bmdesk for the first time.",
        f"Reserved {unit}.",
        "Back Market is asked to accept it (automatic).",
        f"{FIRST}: accepted at Back Market.",
    ]
    assert story(shop, number) == told
    shop.sync()
    assert story(shop, number) == told, "what is read again is no news"


def test_the_timeline_tells_the_way_to_the_customer(shop: Shop) -> None:
    number = shopping(shop, "automatic")
    (unit,) = shop.units
    shop.advance(minutes=5)
    for scan in (shop.units[unit], PARCEL, "BMD:CONFIRM"):
        packing.scan(shop.desk, PACKER, scan)
    shop.advance(minutes=5)
    shop.sync()
    assert story(shop, number)[6:] == [
        f"Packed: parcel {PARCEL}, pieces: 1.",
        f"{shop.units[unit]} left with this order.",
        f"Back Market knows of parcel {PARCEL}.",
    ]


def test_the_timeline_tells_what_another_tool_did_with_an_order_that_is_only_shown(shop: Shop) -> None:
    shop.offer(quantity=3, manage=False)
    number = int(shop.market.order(FIRST))
    shop.sync()
    line = shop.market.order_state(number)["lines"][0]["id"]
    for state in (2, 3):
        shop.advance(minutes=20)
        shop.market.set_line_state(line, state)
        shop.sync()
    assert [one for one in story(shop, number) if "Ordered" not in one and "Paid" not in one] == [
        "Read by bmdesk for the first time.",
        f"{FIRST}: accepted at Back Market, not by bmdesk.",
        f"{FIRST}: shipped at Back Market, not by bmdesk.",
    ]


def test_the_timeline_tells_what_was_over_before_it_was_read(shop: Shop) -> None:
    shop.offer(quantity=3)
    number = int(shop.market.order(FIRST))
    shop.market.control(cancel={"order": number})
    shop.sync()
    assert story(shop, number)[-2:] == [
        "Read by bmdesk for the first time.",
        f"{FIRST}: cancelled already when it was first read.",
    ]
