"""One word and one tone for each thing, in every room."""

from __future__ import annotations

import itertools

import pytest

from bmdesk.domain.grading import SCALE
from bmdesk.domain.unit import GoneReason, State
from bmdesk.services.syncing import outbox
from bmdesk.ui.palette import DARK, LIGHT, Palette
from bmdesk.ui.views.sync.words import change_words
from bmdesk.ui.words import grade_tone, grade_words, state_tone, state_words
from tests.markets import FIRST, Shop
from tests.selling import sold

# Machado, Oliveira, Fernandes 2009, severity 1: what is left of red, green and blue (linear).
EYES = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}  # fmt: skip


def test_every_state_and_grade_has_words_that_begin_like_a_sentence_and_a_tone() -> None:
    for state in State:
        assert state_words(state)[0].isupper()
        assert state_tone(state)
    assert state_words("gone", GoneReason.SCRAPPED).startswith("Gone: ")
    for grade in SCALE:
        assert grade_words(grade)[0].isupper()
        assert grade_tone(grade)
    assert grade_words("GOOD", "B-stock") == "Good · B-stock"
    assert (grade_words(""), grade_tone("")) == ("", None)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("eyes", EYES)
def test_no_two_grades_look_alike_to_a_colour_blind_eye(palette: Palette, eyes: str) -> None:
    shades = {grade: palette[str(grade_tone(grade))] for grade in SCALE}
    for one, other in itertools.combinations(SCALE, 2):
        assert _apart(shades[one], shades[other], eyes) >= 15, f"{one} and {other}"


def _apart(one: str, other: str, eyes: str) -> float:
    """CIE76: 2 is just seen side by side, 10 at a glance."""
    pair = zip(_lab(one, eyes), _lab(other, eyes), strict=True)
    return float(sum((a - b) ** 2 for a, b in pair) ** 0.5)


def _lab(shade: str, eyes: str) -> tuple[float, float, float]:
    light = [_linear(int(shade[at : at + 2], 16) / 255) for at in (1, 3, 5)]
    seen = [min(1.0, max(0.0, sum(m * c for m, c in zip(row, light, strict=True)))) for row in EYES[eyes]]
    red, green, blue = seen
    x = _root((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505)
    y = _root(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    z = _root((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _root(part: float) -> float:
    return float(part ** (1 / 3)) if part > 0.008856 else 7.787 * part + 16 / 116


@pytest.mark.sqlite_only
def test_a_step_of_an_order_in_the_queue_says_what_it_is_about_and_no_number_of_a_state(shop: Shop) -> None:
    sold(shop)
    shop.settle(3)
    (accepted,) = shop.effects("done", kind="accept")
    assert change_words(outbox.shown(shop.desk, accepted.id)) == FIRST
