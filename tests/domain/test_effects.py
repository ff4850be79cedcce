"""When something that failed is tried again, and what becomes of an account that fails: by the class alone."""

from __future__ import annotations

import pytest

from bmdesk.domain.effects import STEPS, EffectState, Kind, backoff, kind_text, state_text
from bmdesk.texts import render


@pytest.mark.parametrize("jitter", [0.0, 0.5, 1.0])
def test_the_wait_grows_step_by_step_and_then_stays_at_six_hours(jitter: float) -> None:
    waits = [backoff(n, jitter) for n in range(1, 9)]
    for wait, step in zip(waits, [*STEPS, *[STEPS[-1]] * 3], strict=True):
        assert step * 0.9 <= wait <= step * 1.1
    assert backoff(0, jitter) == waits[0]


def test_every_state_and_kind_has_its_words() -> None:
    words = [render(state_text(state)) for state in EffectState] + [render(kind_text(kind)) for kind in Kind]
    assert len(set(words)) == len(words) and all(words)
