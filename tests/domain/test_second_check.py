"""The draw for a second person's check is fair, repeatable and cannot be talked away."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bmdesk.domain.second_check import CheckShares, due

grades = st.sampled_from(["PREMIUM", "EXCELLENT", "GOOD", "FAIR", "NOT_FOR_SALE"])
percents = st.integers(0, 100)


def test_by_default_every_premium_unit_is_checked_and_no_other() -> None:
    shares = CheckShares()
    units = [f"01J{number:023d}" for number in range(200)]
    assert all(due(unit, 1, "PREMIUM", "ANA", shares) for unit in units)
    assert not any(due(unit, 1, "GOOD", "ANA", shares) for unit in units)


@given(st.text(max_size=26), st.integers(0, 50), grades, percents)
def test_asking_twice_gives_the_same_answer(unit: str, number: int, grade: str, percent: int) -> None:
    shares = CheckShares(grades={"*": percent})
    assert due(unit, number, grade, "ANA", shares) is due(unit, number, grade, "BOB", shares)


@given(st.text(max_size=26), st.integers(0, 50), percents, percents)
def test_a_larger_share_keeps_what_a_smaller_one_drew(unit: str, number: int, one: int, two: int) -> None:
    less, more = sorted((one, two))
    if due(unit, number, "GOOD", "ANA", CheckShares(grades={"*": less})):
        assert due(unit, number, "GOOD", "ANA", CheckShares(grades={"*": more}))


def test_a_share_of_twenty_draws_about_twenty_of_a_hundred() -> None:
    shares = CheckShares(grades={"*": 20})
    drawn = sum(due(f"unit-{number}", 1, "GOOD", "ANA", shares) for number in range(5000))
    assert 850 < drawn < 1150


def test_a_new_operator_can_be_watched_closer_than_the_others() -> None:
    shares = CheckShares(grades={"*": 0}, operators={"NEW": {"FAIR": 100}, "OLD": {"*": 0, "PREMIUM": 50}})
    assert due("unit", 1, "FAIR", "NEW", shares)
    assert not due("unit", 1, "GOOD", "NEW", shares)
    assert shares.share("PREMIUM", "OLD") == 50
    assert shares.share("FAIR", "ANA") == 0


def test_without_a_grade_there_is_nothing_to_check() -> None:
    assert not due("unit", 1, None, "ANA", CheckShares(grades={"*": 100}))
