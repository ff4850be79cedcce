"""`bmdesk odoo drift`: 0 where nothing differs, 1 where something does; nothing is sent unless somebody says so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bmdesk.services.odoo import odoo_settings
from bmdesk.system.paths import DataDir
from bmdesk.system.secrets import Secrets
from tests.cli.conftest import Bmdesk
from tests.desks import IMEIS
from tests.odoo.fake import DATABASE, PASSWORD, USER, FakeOdoo

LOT = {"id": 5, "name": IMEIS[0], "product_id": [3, "iPhone"], "x_bm_grade": "FAIR"}
QUANT = {
    "id": 1,
    "lot_id": [5, IMEIS[0]],
    "product_id": [3, "iPhone"],
    "location_id": [8, "WH/Stock"],
    "company_id": [1, "Blue Phones"],
    "quantity": 1.0,
}
STOCK = {
    "id": 8,
    "name": "Stock",
    "complete_name": "WH/Stock",
    "usage": "internal",
    "parent_path": "1/8/",
    "warehouse_id": [1, "WH"],
}


@pytest.fixture
def odoo(stocked: Bmdesk) -> Iterator[FakeOdoo]:
    """An Odoo in whose stock the one phone is, in another grade; the grade is all that its lots say."""
    with FakeOdoo() as there:
        there.answers |= {
            ("stock.warehouse", "search_read"): [{"id": 1, "lot_stock_id": [8, "WH/Stock"]}],
            ("stock.lot", "fields_get"): {"name": {"type": "char"}, "x_bm_grade": {"type": "selection"}},
            ("stock.quant", "search_count"): 1,
            ("stock.quant", "search_read"): [QUANT],
            ("stock.lot", "search_read"): [LOT],
            ("stock.location", "search_read"): [STOCK],
        }
        for name, value in {"url": there.url, "database": DATABASE, "user": USER}.items():
            assert stocked("config", "set", f"odoo.{name}", value).code == 0
        Secrets(DataDir.choose().root).set(odoo_settings.key_name(), PASSWORD)
        # As if what was in the house before had been sent.
        waits = [one["id"] for one in stocked("outbox", "list", "--json").json]
        assert stocked("outbox", "cancel", *waits).code == 0
        yield there


def test_without_an_odoo_there_is_nothing_to_compare(stocked: Bmdesk) -> None:
    call = stocked("odoo", "drift")
    assert (call.code, call.out) == (1, "")
    assert "No Odoo is set" in call.err


def test_what_differs_is_told_in_words_and_as_a_document(stocked: Bmdesk, odoo: FakeOdoo) -> None:
    call = stocked("odoo", "drift")
    assert call.code == 1
    assert IMEIS[0] in call.out
    assert "Another grade in Odoo: 1" in call.out
    assert "bmdesk odoo drift --repair" in call.out

    found = stocked("odoo", "drift", "--json")
    assert found.code == 1
    assert (found.json["counts"], found.json["queued"]) == ({"other_grade": 1}, None)
    [one] = found.json["differences"]
    assert (one["kind"], one["identifier"], one["repair"]) == ("other_grade", IMEIS[0], "send")
    assert one["fields"]["x_bm_grade"]["there"] == "FAIR"
    states = {one["state"] for one in stocked("outbox", "list", "--json").json}
    assert states == {"cancelled"}, "nothing waits that did not before"


def test_what_is_repaired_waits_to_be_sent_and_is_no_drift_then(stocked: Bmdesk, odoo: FakeOdoo) -> None:
    assert "1 unit waits to be sent again" in stocked("odoo", "drift", "--repair").out
    again = stocked("odoo", "drift", "--json")
    assert (again.code, again.json["on_their_way"], again.json["differences"]) == (0, 1, [])


def test_where_nothing_differs_it_ends_well(stocked: Bmdesk, odoo: FakeOdoo) -> None:
    grade = stocked("units", "show", IMEIS[0], "--json").json["grade"]
    odoo.answers["stock.lot", "search_read"] = [{**LOT, "x_bm_grade": grade}]
    call = stocked("odoo", "drift")
    assert (call.code, call.err) == (0, "")
    assert "Nothing differs." in call.out


def test_who_may_not_work_with_the_queue_repairs_nothing(stocked: Bmdesk, odoo: FakeOdoo) -> None:
    assert stocked("operators", "add", "PAT", "Pat", "--role", "packer").code == 0
    call = stocked("odoo", "drift", "--repair", "--operator", "PAT")
    assert call.code == 1
    assert stocked("odoo", "drift", "--json").json["on_their_way"] == 0
