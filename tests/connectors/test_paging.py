"""A list is followed to its end, in order, while it shifts; and only a complete one says so."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from bmdesk.connectors.backmarket.client import BackMarket
from bmdesk.connectors.backmarket.paging import scan
from bmdesk.connectors.backmarket.reading import BadRecord
from bmdesk.connectors.backmarket.transport import NoPace
from bmdesk.connectors.backmarket.wire import Page
from bmdesk.connectors.backmarket.wire_listings import ListingWire
from bmdesk.simulator import Simulator
from bmdesk.texts import msg
from tests.connectors.hosts import TOKEN, endpoint

WIDTHS = pytest.mark.parametrize("width", [1, 4])


def itself(record: int) -> int:
    return record


def page_of(numbers: list[int], page: int, size: int = 5, count: int | None = None) -> Page[int]:
    found = numbers[(page - 1) * size : page * size]
    return Page(tuple(found), (), len(numbers) if count is None else count, page * size < len(numbers), ())


def lost_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("page")]


@WIDTHS
@pytest.mark.parametrize("total", [0, 1, 5, 6, 23])
def test_every_record_comes_once_and_in_order(width: int, total: int) -> None:
    got: list[int] = []

    def fetch(page: int) -> Page[int]:
        time.sleep(0.004 if page % 2 else 0.001)  # answers overtake each other
        return page_of(list(range(total)), page)

    result = scan(fetch, lambda page: got.extend(page.results), width=width, key=itself, page_size=5)

    assert got == list(range(total))
    assert (result.complete, result.count, result.seen) == (True, total, total)


@WIDTHS
def test_a_record_that_slides_over_a_page_is_found_by_a_second_reading(width: int) -> None:
    numbers = list(range(20))
    got: list[int] = []
    read: list[int] = []

    def fetch(page: int) -> Page[int]:
        read.append(page)
        if read.count(1) == 1 and page == 3:
            return page_of(numbers[1:], page, count=20)  # number 10 slid to page 2, which was read already
        return page_of(numbers, page)

    result = scan(fetch, lambda page: got.extend(page.results), width=width, key=itself, page_size=5)

    assert sorted(got) == numbers
    assert len(got) == 20
    assert result.complete
    assert read.count(1) == 2


@WIDTHS
def test_a_list_that_stays_short_is_not_complete(width: int) -> None:
    result = scan(
        lambda page: page_of(list(range(12)), page, count=13),
        lambda page: None,
        width=width,
        key=itself,
        page_size=5,
    )

    assert (result.complete, result.seen, result.count) == (False, 12, 13)


@WIDTHS
def test_what_came_meanwhile_makes_another_page_that_is_read_too(width: int) -> None:
    got: list[int] = []
    first = page_of(list(range(10)), 1)

    def fetch(page: int) -> Page[int]:
        return first if page == 1 else page_of(list(range(11)), page)

    assert scan(fetch, lambda page: got.extend(page.results), width=width, key=itself, page_size=5).complete
    assert got == list(range(11))


@pytest.mark.parametrize("count", [None, 10])
def test_a_remote_that_always_has_a_next_page_ends_too(count: int | None) -> None:
    asked: list[int] = []

    def fetch(page: int) -> Page[int]:
        asked.append(page)
        last = min(page, 2)
        return Page(tuple(range(last * 5 - 5, last * 5)), (), count, True, ())

    assert scan(fetch, lambda page: None, key=itself, page_size=5).seen == 10
    assert len(asked) < 5


def test_a_remote_that_invents_pages_for_ever_is_not_complete() -> None:
    def fetch(page: int) -> Page[int]:
        return Page(tuple(range(page * 5, page * 5 + 5)), (), 10, True, ())

    result = scan(fetch, lambda page: None, key=itself, page_size=5)

    assert not result.complete
    assert result.pages < 30


@WIDTHS
def test_bad_records_count_as_seen_and_are_named_once(width: int) -> None:
    def fetch(page: int) -> Page[int]:
        good = page_of(list(range(12)), page, count=13)
        if page == 2:
            return Page(good.results, (BadRecord("", 3, msg("wire.no_object"), None),), 13, True, ())
        return good

    result = scan(fetch, lambda page: None, width=width, key=itself, page_size=5)

    assert (result.complete, len(result.bad)) == (True, 1)


@WIDTHS
def test_an_error_comes_out_after_the_pages_before_it_and_leaves_no_thread(width: int) -> None:
    got: list[int] = []

    def fetch(page: int) -> Page[int]:
        if page == 3:
            raise OSError("page 3")
        time.sleep(0.01)
        return page_of(list(range(40)), page)

    with pytest.raises(OSError, match="page 3") as raised:
        scan(fetch, lambda page: got.extend(page.results), width=width, key=itself, page_size=5)

    assert got == list(range(10))
    assert raised.tb is not None
    assert lost_threads() == []


@WIDTHS
def test_an_error_of_whoever_gets_the_pages_leaves_no_thread(width: int) -> None:
    def each(page: Page[int]) -> None:
        if 7 in page.results:
            raise ValueError("full disk")

    with pytest.raises(ValueError, match="full disk"):
        scan(lambda page: page_of(list(range(90)), page), each, width=width, key=itself, page_size=5)

    assert lost_threads() == []


@WIDTHS
def test_a_scan_can_be_stopped_and_is_then_not_complete(width: int) -> None:
    pages: list[int] = []
    result = scan(
        lambda page: page_of(list(range(90)), page),
        lambda page: pages.append(len(pages)),
        width=width,
        key=itself,
        page_size=5,
        keep_going=lambda: len(pages) < 3,
    )

    assert not result.complete
    assert len(pages) == 3


def test_no_more_than_the_width_are_on_their_way() -> None:
    flying, most, lock = 0, 0, threading.Lock()

    def fetch(page: int) -> Page[int]:
        nonlocal flying, most
        with lock:
            flying += 1
            most = max(most, flying)
        time.sleep(0.005)
        with lock:
            flying -= 1
        return page_of(list(range(100)), page)

    scan(fetch, lambda page: None, width=99, key=itself, page_size=5)

    assert 2 <= most <= 8


@WIDTHS
@pytest.mark.parametrize("mode", ["strict", "real"])
def test_all_listings_of_a_marketplace_come_over_http(mode: str, width: int) -> None:
    got: list[ListingWire] = []
    with Simulator(mode=mode, token=TOKEN, listings=230) as market:  # type: ignore[arg-type]
        market.fault("500", "GET /ws/listings", times=1, skip=2)
        with BackMarket(endpoint(market.url), NoPace(), width=width, rest=lambda _: None) as remote:
            reader: Callable[[int], Page[ListingWire]] = lambda page: remote.listings_page("fr-fr", page)  # noqa: E731
            result = scan(reader, lambda page: got.extend(page.results), width=width, key=lambda one: one.id)
        expected = [one["id"] for one in market.listings()]

    assert result.complete
    assert sorted(one.id for one in got) == sorted(expected)
