"""A company that changes its currency is told which rates were meant for the old one."""

from __future__ import annotations

from tests.cli.conftest import Bmdesk


def test_rates_of_the_currency_before_are_named_when_it_changes(bmdesk: Bmdesk) -> None:
    bmdesk("init")
    assert bmdesk("config", "set", "company.currency", "EUR").err == ""
    assert bmdesk("config", "set", "rate.GBP", "0.86").code == 0
    changed = bmdesk("config", "set", "company.currency", "USD")
    assert changed.code == 0
    assert "EUR" in changed.err and "GBP" in changed.err
    assert bmdesk("config", "set", "company.currency", "usd").err == ""
