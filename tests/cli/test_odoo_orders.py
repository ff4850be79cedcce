"""`bmdesk odoo orders`: 0 where Odoo lacks nothing or it was queued, 1 where something waits for a word."""

from __future__ import annotations

from tests.cli.conftest import Bmdesk


def test_without_an_odoo_there_is_nothing_to_lack(bmdesk: Bmdesk) -> None:
    said = bmdesk("odoo", "orders", "--since", "2026-01-31")
    assert (said.code, said.out) == (1, "")
    assert "There is no Odoo here" in said.err
    assert "no date" in bmdesk("odoo", "orders", "--since", "yesterday").err


def test_where_nothing_left_nothing_is_lacking(bmdesk: Bmdesk) -> None:
    assert bmdesk("config", "set", "odoo.url", "http://127.0.0.1:9").code == 0
    said = bmdesk("odoo", "orders", "--since", "2026-01-31")
    assert said.code == 0
    assert "Odoo lacks nothing of the orders that left since 2026-01-31." in said.out
    assert "Invoices are not made in Odoo" in said.out
    found = bmdesk("odoo", "orders", "--since", "2026-01-31", "--what", "orders", "--yes", "--json").json
    assert (found["orders"], found["queued"], found["counts"]["payments"]) == ([], 0, 0)
    assert (
        "orders, invoices, payments" in bmdesk("odoo", "orders", "--since", "2026-01-31", "--what", "x").err
    )
