"""Exchange rates are dated rows: the newest counts, and no older one is ever touched."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bmdesk.services import rates, settings
from bmdesk.services.desk import Desk
from bmdesk.services.settings import BadSetting, NoDefault, UnknownSetting
from bmdesk.store.engine import Connection
from bmdesk.system.clock import FixedClock


def newest(desk: Desk) -> dict[str, rates.Rate]:
    return desk.read(lambda connection: rates.newest(connection, desk.company))


def rows(desk: Desk) -> int:
    def work(connection: Connection) -> int:
        return int(connection.exec_driver_sql("SELECT count(*) FROM exchange_rate").scalar_one())

    return desk.read(work)


def test_the_newest_rate_counts_and_the_older_ones_stay(desk: Desk, clock: FixedClock) -> None:
    settings.put(desk, "rate.GBP", "0,86")
    settings.put(desk, "rate.SEK", "11.2")
    clock.advance(seconds=3600)
    settings.put(desk, "rate.GBP", "0.87")

    assert newest(desk)["GBP"] == rates.Rate(Decimal("0.87"), clock.now())
    assert newest(desk)["SEK"].rate == Decimal("11.2")
    assert settings.get(desk, "rate.GBP") == "0.87"
    assert settings.given_at(desk, "rate.GBP") == clock.now()
    assert rows(desk) == 3


def test_the_same_rate_again_is_a_fresh_one(desk: Desk, clock: FixedClock) -> None:
    settings.put(desk, "rate.GBP", "0.86")
    settings.put(desk, "rate.GBP", "0.86")  # in the same moment, too
    clock.advance(seconds=60)
    settings.put(desk, "rate.GBP", "0.86")
    assert rows(desk) == 3
    assert newest(desk)["GBP"].at == clock.now()


def test_of_two_rates_in_one_moment_the_later_word_counts(desk: Desk, clock: FixedClock) -> None:
    for given in ("0.1", "0.2", "0.3", "0.4"):
        clock.advance(seconds=0.001)  # ids grow with the millisecond
        settings.put(desk, "rate.GBP", given)
    assert newest(desk)["GBP"].rate == Decimal("0.4")


def test_the_companys_own_currency_is_one_and_takes_no_rate(desk: Desk) -> None:
    assert newest(desk)["EUR"] == rates.Rate(Decimal(1), None)
    with pytest.raises(BadSetting):
        settings.put(desk, "rate.EUR", "1.1")
    assert rows(desk) == 0


@pytest.mark.parametrize("given", ["", "0", "-1", "a", "NaN", "Infinity", "1e9", "0.0000001"])
def test_what_is_no_rate_is_refused(desk: Desk, given: str) -> None:
    with pytest.raises(BadSetting):
        settings.put(desk, "rate.GBP", given)
    assert "GBP" not in newest(desk)


def test_a_rate_is_never_forgotten(desk: Desk) -> None:
    settings.put(desk, "rate.GBP", "0.86")
    with pytest.raises(NoDefault):
        settings.reset(desk, "rate.GBP")
    assert "rate.GBP" in settings.names(desk)
    for name in ("rate.gbp", "rate.", "rate.EURO", "rate.ÄÖÜ"):
        with pytest.raises(UnknownSetting):
            settings.put(desk, name, "1")


def test_the_book_has_every_rate_newest_first_and_says_which_are_in_force(
    desk: Desk, clock: FixedClock
) -> None:
    for currency, given in (("GBP", "0.86"), ("SEK", "11.2"), ("GBP", "0.87")):
        settings.put(desk, f"rate.{currency}", given)
        clock.advance(seconds=60)
    book = rates.book(desk)
    assert book.currency == "EUR"
    assert [(one.currency, str(one.rate.normalize()), one.in_force) for one in book.rates] == [
        ("GBP", "0.87", True),
        ("SEK", "11.2", True),
        ("GBP", "0.86", False),
    ]
