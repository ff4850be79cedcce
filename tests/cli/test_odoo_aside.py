"""`bmdesk odoo aside`: 0 where nothing is left out, 1 where something is; a word says whose value counts."""

from __future__ import annotations

from dataclasses import replace

from bmdesk.services.odoo import odoo_account
from bmdesk.services.odoo.taken import Taker
from bmdesk.services.odoo.takeover.found_there import ProductFound
from bmdesk.services.odoo.units import products_changed
from bmdesk.services.odoo.units.units_there import PRODUCT
from bmdesk.services.session import open_session
from bmdesk.store.queries import catalogue, odoo
from bmdesk.system.paths import DataDir
from tests.cli.conftest import Bmdesk

EAN, OTHER_EAN, THIRD_EAN = "4006381333931", "5901234123457", "9780201379624"
FOUND = ProductFound(71, "Apple iPhone 11 64GB", "A2111", EAN, "Phones")


def both_changed() -> None:
    """A barcode that somebody changed in Products, and somebody else in Odoo."""
    with open_session(DataDir.choose(), reassess=False) as session:
        desk = session.desk
        account = desk.read(lambda c: odoo_account.of(c, desk.company))
        assert account is not None
        taker = Taker(desk, account.id)
        desk.write(lambda tx: products_changed.take(tx, taker, FOUND))
        record = desk.read(lambda c: odoo.by_remote(c, account.id, PRODUCT, [71]))[71]
        values = {"model_code": "A2111", "ean": THIRD_EAN, "draft": False}
        desk.write(lambda tx: catalogue.save_variant(tx, record.local_id, **values))
        desk.write(lambda tx: products_changed.take(tx, taker, replace(FOUND, barcode=OTHER_EAN)))


def test_what_both_changed_is_listed_and_decided_by_a_word(bmdesk: Bmdesk) -> None:
    assert bmdesk("odoo", "aside").code == 0
    assert bmdesk("config", "set", "odoo.url", "http://127.0.0.1:9").code == 0
    both_changed()
    said = bmdesk("odoo", "aside", "--json")
    assert said.code == 1
    (one,) = said.json["aside"]
    assert (one["id"], one["fields"]) == (
        "product:71",
        {"barcode": {"here": THIRD_EAN, "there": OTHER_EAN}},
    )
    assert THIRD_EAN in bmdesk("odoo", "aside").out

    wrong = bmdesk("odoo", "aside", "--ours", "99")
    assert wrong.code == 1 and "99" in wrong.err
    done = bmdesk("odoo", "aside", "--theirs", "71", "--json")
    assert (done.code, done.json) == (0, {"aside": [], "decided": 1, "refused": []})
    with open_session(DataDir.choose(), reassess=False) as session:
        (model,) = session.desk.read(lambda c: catalogue.by_ean(c, session.desk.company, OTHER_EAN))
        assert model.model_code == "A2111"
