"""The syncing process dies before any commit and any call of a price CSV: every price ends right, no row goes twice."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from bmdesk.simulator import Simulator
from tests.faults.lives import Beginning, Death
from tests.faults.price_tale import PriceDay, few_are_many, hasty_day, morning
from tests.faults.share import share

__all__ = ["few_are_many"]

pytestmark = pytest.mark.sqlite_only


@pytest.fixture(scope="module")
def begins(tmp_path_factory: pytest.TempPathFactory, marketplace: Simulator) -> Beginning:
    return morning(tmp_path_factory.mktemp("prices") / "morning", marketplace)


@pytest.fixture
def total(begins: Beginning, tmp_path: Path, market: Simulator) -> int:
    """How many moments to die there are; an undisturbed day ends right, with one CSV."""
    death = Death()
    day = PriceDay(begins, tmp_path / "whole", market)
    day.tell(death)
    day.assert_right()
    day.close()
    assert [one["lines"] for one in market.ledger.effects if one["kind"] == "task"] == [6]
    return death.count


def die_at(begins: Beginning, folder: Path, market: Simulator, moments: Iterable[tuple[int, ...]]) -> int:
    """Tell the day once for each; how many deaths there were."""
    deaths = 0
    for at in moments:
        day = PriceDay(begins, folder / "day", market)
        try:
            day.tell(Death(*at))
            day.assert_right()
        except AssertionError as error:
            raise AssertionError(f"dead at {at}: {error}") from error
        finally:
            day.close()
        deaths += day.deaths
        shutil.rmtree(folder / "day")
    return deaths


def test_a_death_at_some_moments_leaves_every_price_right(
    begins: Beginning, tmp_path: Path, market: Simulator, total: int
) -> None:
    assert total > 30
    assert die_at(begins, tmp_path, market, [(n,) for n in range(5, total, total // 4)]) >= 4


@pytest.mark.slow
def test_a_death_at_every_moment_leaves_every_price_right(
    begins: Beginning, tmp_path: Path, market: Simulator, total: int
) -> None:
    deaths = die_at(begins, tmp_path, market, share([(n,) for n in range(total)]))
    print(f"\nprices: {deaths} deaths at {total} moments: each ended right, no row sent twice")


@pytest.mark.slow
def test_two_deaths_in_one_day_leave_every_price_right(
    begins: Beginning, tmp_path: Path, market: Simulator, total: int
) -> None:
    chance = random.Random(7)
    near = [(n, n + chance.randint(1, 9)) for n in range(1, total, 3)]
    far = [tuple(sorted(chance.sample(range(total), 2))) for _ in range(20)]
    deaths = die_at(begins, tmp_path, market, share([*near, *far]))
    print(f"\nprices: {deaths} deaths in days with two each: each ended right")


LOST = (
    "reset",
    "reset-after",
    "500-after",
    "truncated",
    "502",
    "timeout-before",
    "timeout-after",
    "late",
    "429",
)


def lose(begins: Beginning, folder: Path, market: Simulator, cases: Iterable[tuple[str, int, str]]) -> int:
    """Tell the day once for each (fault, calls before it, kind of call)."""
    told = 0
    for what, skip, where in cases:
        day = hasty_day(begins, folder / "day", market)
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


def test_a_lost_answer_to_the_csv_sends_no_row_twice(
    begins: Beginning, tmp_path: Path, market: Simulator
) -> None:
    lose(begins, tmp_path, market, [("reset-after", 0, "POST *"), ("timeout-before", 0, "POST *")])


@pytest.mark.slow
def test_every_answer_of_the_day_lost(begins: Beginning, tmp_path: Path, market: Simulator) -> None:
    day = PriceDay(begins, tmp_path / "whole", market)
    day.tell()
    day.close()
    writes = sum(request["method"] == "POST" for request in market.ledger.requests)
    reads = len(market.ledger.requests) - writes
    cases = [(what, n, "POST *") for n in range(writes) for what in LOST]
    cases += [(what, n, "GET *") for n in range(reads) for what in ("reset", "502", "429")]
    told = lose(begins, tmp_path, market, share(cases))
    print(f"\nprices: {told} days with one lost answer each: each ended right, no row sent twice")


@pytest.mark.parametrize("step", [2, 3])
def test_a_task_that_is_lost_sends_no_row_twice(
    begins: Beginning, tmp_path: Path, market: Simulator, step: int
) -> None:
    day = PriceDay(begins, tmp_path / "day", market, lost_at=step)
    day.tell()
    day.assert_right()
    day.close()
    assert day.listing_of(day.other) not in day.sent_by_persons, "a newer price took its place"
    assert len(day.sent_by_persons) == 5


@pytest.mark.slow
def test_a_lost_task_and_a_death_send_no_row_twice(
    begins: Beginning, tmp_path: Path, market: Simulator, total: int
) -> None:
    for at in share(range(0, total, 2)):
        day = PriceDay(begins, tmp_path / "day", market, lost_at=3)
        try:
            day.tell(Death(at))
            day.assert_right()
        except AssertionError as error:
            raise AssertionError(f"dead at {at}, task lost: {error}") from error
        finally:
            day.close()
        shutil.rmtree(tmp_path / "day")
