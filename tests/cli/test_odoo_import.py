"""`bmdesk odoo import` where no Odoo answers: nothing is lost, and each call says how it stands."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Bmdesk


@pytest.fixture
def away(bmdesk: Bmdesk, monkeypatch: pytest.MonkeyPatch) -> Bmdesk:
    """The company has an Odoo; nobody listens there."""
    monkeypatch.setenv("BMDESK_ODOO_KEY", "secret")
    for name, value in (("url", "http://127.0.0.1:9"), ("database", "shop"), ("user", "bench")):
        assert bmdesk("config", "set", f"odoo.{name}", value).code == 0
    return bmdesk


def test_without_an_odoo_nothing_begins(bmdesk: Bmdesk) -> None:
    said = bmdesk("odoo", "import")
    assert said.code == 1
    assert "Odoo" in said.err
    assert bmdesk("odoo", "import", "--report").code == 1


def test_what_cannot_be_reached_is_paused_and_can_be_given_up(away: Bmdesk) -> None:
    said = away("odoo", "import", "--what", "stock", "--since", "2026-01-02", "--json")
    assert said.code == 1
    assert said.err
    assert {key: said.json[key] for key in ("state", "what", "seen", "left_out")} == {
        "state": "paused",
        "what": ["stock"],
        "seen": 0,
        "left_out": [],
    }
    assert said.json["since"].startswith("2026-01-0")
    assert said.json["problem"]

    assert away("odoo", "import").code == 1, "one at a time"
    assert away("odoo", "import", "--resume", "--json").json["state"] == "paused"
    assert away("odoo", "import", "--cancel", "--json").json["state"] == "cancelled"
    assert away("odoo", "import", "--pause").code == 1
    assert "Given up" in away("odoo", "import", "--report").out


def test_what_nobody_understands_is_said_and_begins_nothing(away: Bmdesk) -> None:
    assert "orders" in away("odoo", "import", "--what", "invoices").err
    assert away("odoo", "import", "--since", "yesterday").code == 1
    assert away("odoo", "import", "--source", "the moon").code == 1
    assert away("odoo", "import", "--pause", "--resume").code == 2
    assert away("odoo", "import", "--report").code == 1
