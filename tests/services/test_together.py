"""Several stations write at once: no step is lost, none is done twice, and no device becomes two."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import pytest

from bmdesk.services import company
from bmdesk.services.desk import Desk
from bmdesk.services.grading import bench
from bmdesk.services.grading.bench import ScanResult, Seat
from bmdesk.store.queries import units
from bmdesk.system.clock import FixedClock
from tests.desks import IMEIS, PHONE, Bench
from tests.wholeness import assert_whole, dump, scanned, states

STATIONS = 3
Scans = list[tuple[str, ScanResult]]


@pytest.fixture
def stations(desk: Desk, open_desk: Callable[..., Desk]) -> list[Bench]:
    """Three people at three stations, each with a store, a clock and a badge of their own."""
    found = []
    for n in range(STATIONS):
        company.add_operator(desk, f"OP{n}", f"Operator {n}", "operator")
        own = open_desk(f"bench-{n}")
        found.append(Bench(own, FixedClock(), Seat("s", script=True, fallback=f"OP{n}")))
    return found


def at_once(stations: list[Bench], work: Callable[[Bench, int], Scans]) -> list[Scans]:
    """Run this at every station at the same time; what each was told."""
    told: list[Scans] = [[] for _ in stations]
    trouble: list[BaseException] = []
    start = threading.Barrier(len(stations))

    def run(n: int) -> None:
        start.wait()
        try:
            told[n] = work(stations[n], n)
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
            trouble.append(error)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(stations))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert trouble == []
    assert not any(thread.is_alive() for thread in threads), "a station never came to its end"
    return told


def tell(at: Bench, texts: tuple[str, ...]) -> Scans:
    return [(text, at.scan(text)) for text in texts]


@pytest.mark.slow
def test_each_station_works_through_its_own_phones(stations: list[Bench], desk: Desk) -> None:
    def work(at: Bench, n: int) -> Scans:
        told = tell(at, (f"BMD:BATCH:B{n}", f"BMD:MODEL:{PHONE}"))
        for unit in range(4):
            told += tell(at, (f"SERIAL{n}{unit:05}", "BMD:ALLPASS", "BMD:BATTERY:92", "BMD:LOCK:ALL:OFF"))
            told += tell(at, ("BMD:ERASED:NSYS", "BMD:DONE", f"BMD:BIN:MAIN/B-{unit}"))
        return told

    told = at_once(stations, work)
    assert all(result.ok for one in told for _, result in one)
    assert Counter(scanned(desk)) == Counter((text, result.ok) for one in told for text, result in one)
    found = dump(desk)
    assert len(found["unit"]) == len(found["identifier"]) == 4 * STATIONS
    assert len(found["location"]) == 5, "a bin that two used first at the same moment is one bin"
    assert len(found["sku"]) == 1
    assert_whole(desk)


def test_a_device_that_two_receive_at_the_same_moment_is_one_unit(stations: list[Bench], desk: Desk) -> None:
    told = at_once(stations, lambda at, n: tell(at, IMEIS))
    for n, imei in enumerate(IMEIS):
        named = {one[n][1].unit for one in told}
        assert len(named) == 1, f"{imei} became {len(named)} units"
        codes = [one[n][1].code for one in told]
        arrivals = codes.count("bench.received_loose")
        assert arrivals == 1, codes
    found = dump(desk)
    assert len(found["unit"]) == len(found["identifier"]) == len(found["stay"]) == len(IMEIS)
    assert_whole(desk)


def test_an_identifier_that_two_bind_at_the_same_moment_belongs_to_one(
    stations: list[Bench], desk: Desk
) -> None:
    told = at_once(
        stations,
        lambda at, n: tell(at, (f"SERIAL0000{n}0", "BMD:ALSO", IMEIS[0], "BMD:ALSO", "SHARED000001")),
    )
    for place, winner in ((2, IMEIS[0]), (4, "SHARED000001")):
        outcomes = sorted(one[place][1].ok for one in told)
        assert outcomes == [False] * (STATIONS - 1) + [True], winner
    assert len(dump(desk)["identifier"]) == STATIONS + 2
    assert_whole(desk)


def test_one_unit_that_several_work_on_keeps_every_step_in_one_line(
    stations: list[Bench], desk: Desk
) -> None:
    unit = stations[0].good(IMEIS[0]).unit or ""

    def work(at: Bench, n: int) -> Scans:
        told = []
        for _ in range(12):
            told += tell(at, (IMEIS[0], "BMD:LABOUR:1"))
        return told

    told = at_once(stations, work)
    added = sum(result.ok for one in told for text, result in one if text == "BMD:LABOUR:1")
    assert added > 0
    (stay,) = desk.read(lambda c: units.stays(c, unit))
    assert stay["labour_minutes"] == added
    lines = desk.read(lambda c: units.history(c, unit))
    assert len([line for line in lines if '"history.labour"' in line["canonical"]]) == added
    assert_whole(desk)


def test_undo_of_several_at_once_takes_back_each_their_own(stations: list[Bench], desk: Desk) -> None:
    at_once(stations, lambda at, n: tell(at, (f"SERIAL0000{n}0", "BMD:LABOUR:5", "BMD:LABOUR:7")))
    told = at_once(stations, lambda at, n: tell(at, ("BMD:UNDO",)))
    assert all(result.ok for one in told for _, result in one)
    stays = [desk.read(lambda c, u=u: units.stays(c, u)) for u in states(desk)]  # type: ignore[misc]
    assert [stay["labour_minutes"] for (stay,) in stays] == [5] * STATIONS
    assert_whole(desk)


def test_a_store_that_reassesses_at_every_station_does_it_once(stations: list[Bench], desk: Desk) -> None:
    from bmdesk.services import policy_documents
    from bmdesk.services.desk import Actor

    unit = stations[0].ready_unit()
    body = policy_documents.document(desk, "gate")
    body["categories"]["phone"]["levels"]["photos"] = "required"
    policy_documents.save_document(desk, Actor("OWNER", "owner", "bench-1"), "gate", body)
    moved: list[int] = []

    def work(at: Bench, n: int) -> Scans:
        moved.append(bench.reassess(at.desk).moved)
        return []

    at_once(stations, work)
    assert sorted(moved) == [0] * (STATIONS - 1) + [1]
    lines = [line["canonical"] for line in desk.read(lambda c: units.history(c, unit))]
    assert len([line for line in lines if "gate_held" in line]) == 1
    assert_whole(desk)


def test_a_company_that_two_stations_found_at_once_is_one(
    open_desk: Callable[..., Desk], place: object
) -> None:
    made: list[str] = []
    start = threading.Barrier(STATIONS)

    def run() -> None:
        start.wait()
        made.append(open_desk().company)

    threads = [threading.Thread(target=run) for _ in range(STATIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(made) == STATIONS and len(set(made)) == 1
