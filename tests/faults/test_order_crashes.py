"""Accept, ship, cancel, refund: a process dies before any commit or call, any answer is lost, and each happens once."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from bmdesk.simulator import Simulator
from tests.faults.lives import Beginning, Death
from tests.faults.order_tale import OrderDay, evening, hasty_order_day
from tests.faults.share import share

pytestmark = pytest.mark.sqlite_only


@pytest.fixture(scope="module")
def begins(tmp_path_factory: pytest.TempPathFactory, marketplace: Simulator) -> Beginning:
    return evening(tmp_path_factory.mktemp("orders") / "evening", marketplace)


@pytest.fixture(scope="module")
def total(begins: Beginning, tmp_path_factory: pytest.TempPathFactory, marketplace: Simulator) -> int:
    """How many moments to die there are; an undisturbed day ends right and asks nobody anything."""
    death = Death()
    day = OrderDay(begins, tmp_path_factory.mktemp("whole"), marketplace)
    try:
        day.tell(death)
        day.assert_right()
    finally:
        day.close()
    assert day.questions == 0
    assert death.count > 60
    return death.count


def die_at(
    begins: Beginning, folder: Path, market: Simulator, moments: Iterable[tuple[int, ...]], width: int = 1
) -> int:
    """Tell the day once for each; how many deaths there were."""
    deaths = 0
    for at in moments:
        day = OrderDay(begins, folder / "day", market, width)
        try:
            day.tell(Death(*at))
            day.assert_right()
        except AssertionError as error:
            raise AssertionError(f"dead at {at}, width {width}: {error}") from error
        finally:
            day.close()
        deaths += day.deaths
        shutil.rmtree(folder / "day")
    return deaths


def test_a_death_at_some_moments_leaves_each_step_done_once(
    begins: Beginning, tmp_path: Path, market: Simulator, total: int
) -> None:
    moments = [(total // 3,), (total * 2 // 3,)]
    assert die_at(begins, tmp_path, market, moments) == len(moments)


@pytest.mark.slow
@pytest.mark.parametrize("width", [1, 4])
def test_a_death_at_every_moment_leaves_each_step_done_once(
    begins: Beginning, tmp_path: Path, market: Simulator, total: int, width: int
) -> None:
    moments = [(n,) for n in range(0, total, 1 if width == 1 else 3)]
    deaths = die_at(begins, tmp_path, market, share(moments), width)
    print(f"\norders: {deaths} deaths at {total} moments, width {width}: each ended right")


@pytest.mark.slow
def test_two_deaths_in_one_day_leave_each_step_done_once(
    begins: Beginning, tmp_path: Path, market: Simulator, total: int
) -> None:
    chance = random.Random(4)
    near = [(n, n + chance.randint(1, 12)) for n in range(2, total, 5)]
    far = [tuple(sorted(chance.sample(range(total), 2))) for _ in range(40)]
    days = share([*near, *far])
    deaths = die_at(begins, tmp_path, market, days)
    print(f"\norders: {deaths} deaths in {len(days)} days with two each: each ended right")


LOST = (
    "reset",
    "reset-after",
    "500-after",
    "truncated",
    "502",
    "timeout-before",
    "timeout-after",
    "late",
    "nulls",
)
WRITES = ("POST /ws/orders/*", "PATCH *", "POST /ws/sav/refund")


def lose(begins: Beginning, folder: Path, market: Simulator, cases: Iterable[tuple[str, int, str]]) -> int:
    """Tell the day once for each (fault, calls before it, kind of call)."""
    told = 0
    for what, skip, where in cases:
        day = hasty_order_day(begins, folder / "day", market)
        market.fault(what, where, times=1, skip=skip)
        try:
            day.tell()
            day.assert_right()
        except AssertionError as error:
            raise AssertionError(f"{what} at {where} after {skip}: {error}") from error
        finally:
            day.close()
        shutil.rmtree(folder / "day")
        told += 1
    return told


def test_a_lost_answer_to_a_step_is_found_or_asked_about_and_never_doubled(
    begins: Beginning, tmp_path: Path, market: Simulator
) -> None:
    cases = [
        ("reset-after", 0, "POST /ws/orders/*"),
        ("reset-after", 0, "POST /ws/sav/refund"),
    ]
    assert lose(begins, tmp_path, market, cases) == len(cases)


@pytest.mark.slow
def test_every_answer_to_a_step_lost(begins: Beginning, tmp_path: Path, market: Simulator) -> None:
    day = OrderDay(begins, tmp_path / "whole", market)
    day.tell()
    day.close()
    requests = market.ledger.requests
    reads = sum(r["method"] == "GET" for r in requests)
    writes = {"POST /ws/orders/*": 0, "PATCH *": 0, "POST /ws/sav/refund": 0}
    for request in requests:
        if request["method"] == "PATCH":
            writes["PATCH *"] += 1
        elif request["path"] == "/ws/sav/refund":
            writes["POST /ws/sav/refund"] += 1
        elif request["method"] == "POST" and request["path"].startswith("/ws/orders/"):
            writes["POST /ws/orders/*"] += 1
    assert all(writes.values()), writes
    cases = [(what, n, where) for where, count in writes.items() for n in range(count) for what in LOST]
    cases += [(what, n, "GET *") for n in range(reads) for what in ("reset", "502")]
    cases += [(what, n, where) for where in WRITES for n in range(2) for what in ("429", "401", "403")]
    told = lose(begins, tmp_path, market, share(cases))
    print(f"\norders: {told} days with one lost answer each: each ended right")
