"""Whose price a marketplace shows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.domain.price_standing import Ours, Seen, Standing, is_there, standing

KNOWN = Ours(wanted=600, wanted_min=560, base=500, sent=(), min_before=470)
THERE, OLD, FOREIGN = Standing.THERE, Standing.KNOWN, Standing.FOREIGN


def so(**values: Any) -> Ours:
    known = {
        name: getattr(KNOWN, name) for name in ("wanted", "wanted_min", "base", "sent", "min_before", "told")
    }
    return Ours(**{**known, **values})


@pytest.mark.parametrize(
    ("ours", "seen", "found"),
    [
        (KNOWN, Seen(600, None), THERE),
        (KNOWN, Seen(500, None), OLD),
        (KNOWN, Seen(450, None), FOREIGN),
        (KNOWN, Seen(None, None), OLD),
        (so(sent=(450,)), Seen(450, None), OLD),
        (so(base=None), Seen(450, None), OLD),
        (KNOWN, Seen(600, None, same_currency=False), OLD),
    ],
)
def test_without_the_backpricer_a_price_stands_still(ours: Ours, seen: Seen, found: Standing) -> None:
    assert standing(ours, seen, backpricer=False) is found


@pytest.mark.parametrize(
    ("ours", "seen", "found"),
    [
        (KNOWN, Seen(600, 560), THERE),
        (KNOWN, Seen(570, 560), THERE),
        (KNOWN, Seen(600, 550), OLD),
        (KNOWN, Seen(480, 470), OLD),  # the former price, moved
        (KNOWN, Seen(480, 460), FOREIGN),  # who moved it moved its bound too
        (KNOWN, Seen(460, 470), FOREIGN),
        (KNOWN, Seen(510, 470), FOREIGN),
        (so(told=True), Seen(480, 470), FOREIGN),
        (so(told=True), Seen(570, 560), THERE),
        (so(wanted_min=None), Seen(600, 470), THERE),
        (so(wanted_min=None, base=600), Seen(480, 470), THERE),  # nothing was said of a min_price
        (so(wanted_min=None), Seen(480, 470), OLD),
        (so(wanted_min=None, base=600), Seen(460, 470), FOREIGN),
    ],
)
def test_with_the_backpricer_the_marketplace_moves_it_between_min_and_price(
    ours: Ours, seen: Seen, found: Standing
) -> None:
    assert standing(ours, seen, backpricer=True) is found


_AMOUNT = st.integers(1, 2000)


@given(
    ours=st.builds(
        Ours,
        _AMOUNT,
        st.none() | _AMOUNT,
        st.none() | _AMOUNT,
        st.lists(_AMOUNT, max_size=3),
        st.none() | _AMOUNT,
    ),
    seen=st.builds(Seen, st.none() | _AMOUNT, st.none() | _AMOUNT, st.booleans()),
    backpricer=st.booleans(),
)
def test_nothing_above_all_that_we_ever_asked_is_ours(ours: Ours, seen: Seen, *, backpricer: bool) -> None:
    asked = [ours.wanted, *ours.sent, *([ours.base] if ours.base is not None else [])]
    found = standing(ours, seen, backpricer=backpricer)
    if seen.price is not None and ours.base is not None and seen.price > max(asked):
        assert found is FOREIGN
    if found is FOREIGN:
        assert seen.price not in asked
        assert not is_there(ours.wanted, ours.wanted_min, seen, backpricer=backpricer)
