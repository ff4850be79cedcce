"""Rates from a file: compared, asked about where they move far, dated, and never written over another."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bmdesk.services import rates, settings
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.files import rates_file
from bmdesk.services.files.cells import UnknownColumns
from bmdesk.services.files.rates_file import OtherBase, read_rates, take_rates
from bmdesk.system.clock import FixedClock
from bmdesk.system.tabular import ColumnsMissing
from bmdesk.texts import render

OWNER = Actor("OWNER", "owner", "test")


def file(tmp_path: Path, *lines: str, name: str = "rates.csv") -> Path:
    path = tmp_path / name
    path.write_text("\n".join(lines), "utf-8")
    return path


def in_force(desk: Desk) -> dict[str, Decimal]:
    return {rate.currency: rate.rate for rate in rates.book(desk).rates if rate.in_force}


def test_a_file_is_shown_before_it_counts_and_says_where_it_came_from(
    desk: Desk, clock: FixedClock, tmp_path: Path
) -> None:
    settings.put(desk, "rate.GBP", "0.86")
    path = file(tmp_path, "currency;rate", "gbp;0,87", "SEK;11.2")
    plan = read_rates(desk, path)
    gbp, sek = plan.planned
    assert (gbp.old, gbp.rate, gbp.moves, gbp.is_far) == (
        Decimal("0.86"),
        Decimal("0.87"),
        Decimal("1.2"),
        False,
    )
    assert (sek.old, sek.moves) == (None, None)
    assert in_force(desk) == {"GBP": Decimal("0.86")}

    clock.advance(seconds=60)
    assert take_rates(desk, OWNER, plan).added == 2
    assert in_force(desk) == {"GBP": Decimal("0.87"), "SEK": Decimal("11.2")}
    book = rates.book(desk).rates
    assert [rate.source for rate in book if rate.in_force] == ["rates.csv", "rates.csv"]
    assert [rate.rate for rate in book if rate.currency == "GBP"] == [Decimal("0.87"), Decimal("0.86")]


def test_the_same_file_again_adds_nothing(desk: Desk, tmp_path: Path) -> None:
    path = file(tmp_path, "currency,rate,date", "GBP,0.87,2026-01-01", "EUR,1,")
    take_rates(desk, OWNER, read_rates(desk, path))
    again = read_rates(desk, path)
    assert (again.planned, again.unchanged) == ((), 2)


def test_a_rate_that_moves_far_waits_for_a_second_yes(desk: Desk, clock: FixedClock, tmp_path: Path) -> None:
    settings.put(desk, "rate.GBP", "0.86")
    settings.put(desk, "rate.SEK", "10")
    plan = read_rates(desk, file(tmp_path, "currency,rate", "GBP,86", "SEK,12"))
    assert [one.currency for one in plan.far] == ["GBP"]
    clock.advance(seconds=60)
    assert take_rates(desk, OWNER, plan).added == 1
    assert in_force(desk) == {"GBP": Decimal("0.86"), "SEK": Decimal(12)}
    assert take_rates(desk, OWNER, plan, far=True).added == 2
    assert in_force(desk)["GBP"] == 86


def test_a_day_that_has_not_come_is_refused_and_an_old_one_does_not_count(
    desk: Desk, clock: FixedClock, tmp_path: Path
) -> None:
    settings.put(desk, "rate.GBP", "0.86")
    today = clock.now().date()
    tomorrow = datetime.fromtimestamp(clock.now().timestamp() + 2 * 86400, UTC).date()
    path = file(
        tmp_path, "currency,rate,date", f"GBP,0.9,{tomorrow}", "GBP,0.5,2020-01-02", f"USD,1.1,{today}"
    )
    plan = read_rates(desk, path)
    assert [(error.line, error.reason.code) for error in plan.errors] == [(2, "rates_file.not_yet")]
    old, usd = plan.planned
    assert (old.counts, old.is_far, usd.counts) == (False, False, True)
    take_rates(desk, OWNER, plan)
    assert in_force(desk) == {"GBP": Decimal("0.86"), "USD": Decimal("1.1")}


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("EURO,1.2,", "currency"), ("GBP,0,", "rate"), ("GBP,-1,", "rate"), ("GBP,1e3,", "rate"),
        ("GBP,0.87,23.11.2026", "date"), ("GBP,0.87,2026-02-30", "date"), ("EUR,1.1,", ""),
    ],
)  # fmt: skip
def test_what_is_no_rate_is_named_by_its_line(desk: Desk, tmp_path: Path, line: str, column: str) -> None:
    plan = read_rates(desk, file(tmp_path, "currency,rate,date", "SEK,11,", line))
    assert [(error.line, error.column) for error in plan.errors] == [(3, column)]
    assert [one.currency for one in plan.planned] == ["SEK"]
    assert all(render(error.text) for error in plan.errors)


def test_one_currency_twice_on_one_day_is_refused(desk: Desk, tmp_path: Path) -> None:
    plan = read_rates(desk, file(tmp_path, "currency,rate", "GBP,0.87", "GBP,0.88"))
    assert [error.line for error in plan.errors] == [3]


def test_the_table_of_the_european_central_bank_is_read_and_its_newest_day_counts(
    desk: Desk, tmp_path: Path
) -> None:
    one = file(tmp_path, "Date, USD, JPY, BGN, GBP, ", "2 January 2024, 1.0956, 155.56, 1.9558, 0.86645, ")
    plan = read_rates(desk, one)
    assert {rate.currency: rate.rate for rate in plan.planned}["JPY"] == Decimal("155.56")
    history = file(
        tmp_path, "Date,USD,JPY,CYP,", "2023-12-29,1.1050,156.33,N/A,", "2024-01-02,1.0956,155.56,N/A,"
    )
    plan = read_rates(desk, history)
    assert [(rate.currency, str(rate.on)) for rate in plan.planned] == [
        ("USD", "2024-01-02"), ("JPY", "2024-01-02"),
    ]  # fmt: skip
    assert plan.left_out == 1


def test_the_banks_table_is_for_one_euro(desk: Desk, tmp_path: Path) -> None:
    settings.put(desk, "company.currency", "GBP")
    with pytest.raises(OtherBase):
        read_rates(desk, file(tmp_path, "Date,USD", "2024-01-02,1.1"))


def test_what_is_no_table_of_rates_is_refused(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(UnknownColumns) as refused:
        read_rates(desk, file(tmp_path, "currency,rate,dat", "GBP,0.87,"))
    assert "dat" in render(refused.value.happened)
    with pytest.raises(ColumnsMissing):
        read_rates(desk, file(tmp_path, "GBP,0.87", "SEK,11"))


def test_a_rate_grows_stale_by_the_rules(desk: Desk, clock: FixedClock) -> None:
    settings.put(desk, "rate.GBP", "0.86")
    clock.advance(seconds=7 * 86400)
    assert desk.read(lambda c: rates.stale(c, desk)) == ()
    clock.advance(seconds=86400)
    assert [rate.currency for rate in desk.read(lambda c: rates.stale(c, desk))] == ["GBP"]
    assert rates_file.FAR == 20
