"""The syncing process dies before any commit and any call: after the next runs the marketplace is right, once."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from bmdesk.simulator import Simulator
from tests.faults.lives import Beginning, Death
from tests.faults.share import share
from tests.faults.tale import Day, hasty_day, morning

pytestmark = pytest.mark.sqlite_only


@pytest.fixture(scope="module")
def begins(tmp_path_factory: pytest.TempPathFactory, marketplace: Simulator) -> Beginning:
    return morning(tmp_path_factory.mktemp("tale") / "morning", marketplace)


def effects(begins: Beginning, folder: Path, market: Simulator, width: int = 1) -> int:
    """How many moments to die there are in an undisturbed day."""
    death = Death()
    day = Day(begins, folder, market, width)
    day.tell(death)
    day.assert_right()
    day.close()
    return death.count


def die_at(
    begins: Beginning, folder: Path, market: Simulator, moments: Iterable[tuple[int, ...]], width: int = 1
) -> int:
    """Tell the day once for each; how many deaths there were."""
    deaths = 0
    for at in moments:
        day = Day(begins, folder / "day", market, width)
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


def spread(total: int, number: int, phase: int = 0) -> list[tuple[int, ...]]:
    """So many moments over the whole day."""
    step = total / number
    return [(min(total - 1, int(step * n) + phase % max(1, int(step))),) for n in range(number)]


@pytest.fixture(scope="module")
def total(begins: Beginning, tmp_path_factory: pytest.TempPathFactory, marketplace: Simulator) -> int:
    """How many moments to die there are; an undisturbed day ends right."""
    found = effects(begins, tmp_path_factory.mktemp("whole"), marketplace)
    assert found > 100
    return found


@pytest.mark.parametrize(("width", "number"), [(1, 2), (4, 1)])
def test_a_death_at_some_moments_of_the_day_leaves_the_marketplace_right(
    begins: Beginning, tmp_path: Path, market: Simulator, total: int, width: int, number: int
) -> None:
    assert die_at(begins, tmp_path, market, spread(total, number, 17), width) == number


@pytest.mark.slow
@pytest.mark.parametrize("width", [1, 4])
def test_a_death_at_every_moment_leaves_the_marketplace_right(
    begins: Beginning, tmp_path: Path, market: Simulator, total: int, width: int
) -> None:
    moments = [(n,) for n in range(0, total, 1 if width == 1 else 2)]
    deaths = die_at(begins, tmp_path, market, share(moments), width)
    print(f"\ncrashes: {deaths} deaths at {total} moments, width {width}: each ended right")


@pytest.mark.slow
def test_two_deaths_in_one_day_leave_the_marketplace_right(
    begins: Beginning, tmp_path: Path, market: Simulator, total: int
) -> None:
    chance = random.Random(3)
    near = [(n, n + chance.randint(1, 12)) for n in range(2, total, 4)]
    far = [tuple(sorted(chance.sample(range(total), 2))) for _ in range(60)]
    days = share([*near, *far])
    deaths = die_at(begins, tmp_path, market, days)
    print(f"\ncrashes: {deaths} deaths in {len(days)} days with two each: each ended right")


LOST = ("reset", "reset-after", "500-after", "truncated", "502", "timeout-before", "timeout-after", "late")


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


def requests(begins: Beginning, folder: Path, market: Simulator) -> tuple[int, int]:
    """How many calls an undisturbed day makes, and how many of them write."""
    day = Day(begins, folder, market)
    day.tell()
    day.close()
    made = market.ledger.requests
    return len(made), sum(request["method"] == "POST" for request in made)


def test_a_write_whose_answer_is_lost_is_right_in_the_end_and_never_doubled(
    begins: Beginning, tmp_path: Path, market: Simulator
) -> None:
    lose(
        begins,
        tmp_path,
        market,
        [("reset-after", 0, "POST *"), ("500-after", 3, "POST *")],
    )


@pytest.mark.slow
def test_every_answer_of_a_day_lost(begins: Beginning, tmp_path: Path, market: Simulator) -> None:
    total, writes = requests(begins, tmp_path / "whole", market)
    cases = [(what, n, "POST *") for n in range(writes) for what in LOST]
    cases += [(what, n, "GET *") for n in range(total - writes) for what in ("reset", "502")]
    told = lose(begins, tmp_path, market, share(cases))
    print(f"\nlost answers: {told} days with one lost answer each: each ended right")
