"""Every fault of the marketplace at every call that bmdesk makes, once and for hours: in the end all is right, once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bmdesk.simulator import Simulator
from bmdesk.simulator.faults import AFTER, BEFORE
from tests.faults.lives import Beginning
from tests.faults.share import share
from tests.faults.tale import hasty_day, morning

pytestmark = pytest.mark.sqlite_only

CALLS = (
    "GET /ws/orders",
    "GET /ws/orders/*",
    "GET /ws/listings",
    "GET /ws/listings/detail",
    "GET /ws/listings/*-*",
    "POST /ws/listings/*-*",
    "POST /ws/listings",
    "GET /ws/tasks/*",
)
FAULTS = (*BEFORE, *AFTER)


@pytest.fixture(scope="module")
def begins(tmp_path_factory: pytest.TempPathFactory, marketplace: Simulator) -> Beginning:
    return morning(tmp_path_factory.mktemp("matrix") / "morning", marketplace)


def told(
    begins: Beginning, folder: Path, market: Simulator, what: str, where: str, times: int | None
) -> None:
    """The day with this fault, which ends with the day's last step when it does not end before."""
    day = hasty_day(begins, folder / "day", market)
    market.control(slow_seconds=1.0)
    unpaid = market.order("IP13-128-BLK-GOOD", state=10)
    market.fault(what, where, times=times)
    try:
        day.tell()
        day.hand_over()  # again: what could not be read then is handed over now
        market.set_order_state(unpaid, 8)
        day.shop.advance(minutes=31)
        day.finish()
        day.assert_right()
    except AssertionError as error:
        raise AssertionError(
            f"{what} at {where}, {'for hours' if times is None else 'once'}: {error}"
        ) from error
    finally:
        day.close()
        shutil.rmtree(folder / "day")


@pytest.mark.slow
@pytest.mark.parametrize("times", [1, None], ids=["once", "for hours"])
def test_every_fault_at_every_call_ends_right(
    begins: Beginning, tmp_path: Path, market: Simulator, times: int | None
) -> None:
    cases = share([(what, where) for what in FAULTS for where in CALLS])
    for what, where in cases:
        told(begins, tmp_path, market, what, where, times)
    how = "once" if times else "for hours"
    print(f"\nmatrix: {len(cases)} of {len(FAULTS)} faults at {len(CALLS)} calls, {how}: each ended right")
