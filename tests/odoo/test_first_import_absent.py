"""An Odoo without sales orders can be taken over from all the same; that there are none is said."""

from __future__ import annotations

import pytest

from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.odoo.takeover.import_runs import STAGES, Wishes
from bmdesk.store.queries import sync_log
from bmdesk.sync import odoo_import
from bmdesk.system.secrets import Secrets
from tests.odoo.fake import DATABASE, KEY, USER, FakeOdoo


@pytest.mark.parametrize("version", ["17.0", "18.0"])
def test_without_sales_orders_the_rest_comes_in_and_it_is_said(desk: Desk, version: str) -> None:
    with FakeOdoo(version, absent={"sale.order"}) as there:
        there.answers |= {
            ("stock.warehouse", "search_read"): [{"id": 1, "lot_stock_id": [8, "WH/Stock"]}],
            ("product.product", "search_count"): 0,
            ("product.product", "search_read"): [],
            ("stock.quant", "search_count"): 0,
            ("stock.quant", "search_read"): [],
            ("stock.lot", "fields_get"): {"name": {"type": "char"}},
            ("res.company", "search_read"): [{"id": 1, "name": "Blue Phones", "currency_id": [1, "EUR"]}],
        }
        for name, value in (("url", there.url), ("database", DATABASE), ("user", USER)):
            settings.put(desk, f"odoo.{name}", value)
        secrets = Secrets(desk.photos.folder.parent)
        secrets.set("odoo.key", KEY)
        done = odoo_import.begin(desk, secrets, None, Wishes(STAGES), lambda: True)
    assert (done.state, done.seen, done.parts) == ("done", 0, ())
    codes = [one.text.code for one in desk.read(lambda c: sync_log.log_lines(c, desk.company))]
    assert "odoo_import.no_sales" in codes
