"""A number, an amount and a day are written as their readers write them, and read back the same way."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bmdesk.texts import locale, use_language
from bmdesk.texts.choice import languages


@pytest.mark.parametrize(
    ("language", "whole", "amount", "day", "near"),
    [
        ("en", "1,234,567", "1,234.50 EUR", "2026-03-01", "1 Mar"),
        ("de", "1.234.567", "1.234,50 EUR", "01.03.2026", "1. März"),
    ],
)
def test_each_language_writes_in_its_own_way(
    language: str, whole: str, amount: str, day: str, near: str
) -> None:
    use_language(language)

    assert locale.number(1_234_567) == whole
    assert locale.money(Decimal("1234.50"), "EUR") == amount
    assert locale.day(date(2026, 3, 1)) == day
    assert locale.short_day(date(2026, 3, 1)) == near
    assert locale.moment(datetime(2026, 3, 1, 23, 30, tzinfo=UTC), UTC) == f"{day} 23:30"


def test_a_moment_is_shown_in_the_zone_that_is_asked_for() -> None:
    night = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)

    assert locale.moment(night, ZoneInfo("Europe/Berlin")) == "2026-03-01 00:30"


def test_places_are_rounded_and_otherwise_kept() -> None:
    use_language("de")

    assert locale.number(12.345, 1) == "12,3"
    assert locale.number(Decimal("0.10")) == "0,10"
    assert locale.number(Decimal("1E+3")) == "1.000"
    assert locale.number(-1500) == "-1.500"


@pytest.mark.parametrize("language", languages())
def test_a_day_that_was_shown_can_be_typed_again(language: str) -> None:
    use_language(language)

    assert locale.read_day(f" {locale.day(date(2026, 12, 31))} ") == date(2026, 12, 31)
    assert locale.read_day("2026-12-31") == date(2026, 12, 31)
    with pytest.raises(ValueError, match="day"):
        locale.read_day("31st of day")
