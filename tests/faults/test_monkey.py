"""Whatever is pressed, typed, scanned and clicked: no bug, no window that stands still, and a store that is whole.

BMDESK_MONKEY_SECONDS: how long each plays (20), BMDESK_MONKEY_SEEDS: which ones, as "1,2,3" (three by chance).
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest

from tests.faults.monkey_world import World, world

pytestmark = pytest.mark.slow

SECONDS = float(os.environ.get("BMDESK_MONKEY_SECONDS", "20"))
SEEDS = [int(seed) for seed in os.environ.get("BMDESK_MONKEY_SEEDS", "").split(",") if seed]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BMDESK_CLAIMS", "")  # each monkey has its own; the tests after it have theirs again
        with world(tmp_path_factory.mktemp("monkeys")) as made:
            yield made


def test_a_monkey_finds_nothing(here: World) -> None:
    for seed in SEEDS or [random.randrange(10_000) for _ in range(3)]:
        played = here.played(seed, SECONDS)
        print(played)
        assert not played.found, str(played)


@pytest.mark.skipif(not os.environ.get("DISPLAY"), reason="needs a screen (run it under xvfb-run)")
def test_a_monkey_finds_nothing_on_a_screen(here: World) -> None:
    seed = SEEDS[0] if SEEDS else random.randrange(10_000, 20_000)
    played = here.played(seed, SECONDS, screen=True)
    print(played)
    assert not played.found, str(played)
