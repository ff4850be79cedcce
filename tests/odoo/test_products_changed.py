"""Products that are made or changed in a real Odoo 19 reach the models here, on the interval of the units."""

from __future__ import annotations

import pytest

from bmdesk.services.odoo.units.units_there import PRODUCT
from bmdesk.store.queries import catalogue, odoo
from bmdesk.store.queries.catalogue import VariantRow
from tests.markets import Shop, market, marketplace, shop
from tests.odoo.databases import Database
from tests.odoo.houses import OdooShop, with_odoo
from tests.odoo.shops import add_fields, transport

__all__ = ["market", "marketplace", "shop"]
pytestmark = [pytest.mark.odoo, pytest.mark.sqlite_only]

EAN, OTHER_EAN = "4006381333931", "5901234123457"
PHONE = {"name": "Apple iPhone 11 64GB", "type": "consu", "is_storable": True, "tracking": "serial"}


def here(house: OdooShop, product: int) -> VariantRow | None:
    def work(connection):  # type: ignore[no-untyped-def]
        record = odoo.by_remote(connection, house.odoo.id, PRODUCT, [product]).get(product)
        return catalogue.variant(connection, record.local_id) if record is not None else None

    found = house.desk.read(work)
    assert found is None or isinstance(found, VariantRow)
    return found


def test_a_product_is_made_and_changed_there(own_odoo_database: Database, shop: Shop) -> None:
    who = own_odoo_database.admin()
    remote = transport(own_odoo_database, who, 1)
    add_fields(remote)
    remote.close()
    house = with_odoo(shop, own_odoo_database, who)
    eyes = house.eyes
    before = eyes.ask("product.product", "create", {**PHONE, "default_code": "OLD", "barcode": OTHER_EAN})
    house.to_odoo(20)
    assert here(house, before) is None, "what was there before is for a first import"

    new = eyes.ask("product.product", "create", {**PHONE, "default_code": "A2111", "barcode": EAN})
    house.to_odoo(20)
    found = here(house, new)
    assert found is not None and (found.model_code, found.ean, found.draft) == ("A2111", EAN, True)

    eyes.ask("product.product", "write", [before], {"barcode": False})
    eyes.ask("product.product", "write", [new], {"barcode": OTHER_EAN, "default_code": "A2221"})
    [row] = eyes.rows("product.product", [("id", "=", new)], "product_tmpl_id")
    eyes.ask("product.template", "write", [row["product_tmpl_id"][0]], {"name": "Apple iPhone 11 128GB"})
    house.to_odoo(20)
    found = here(house, new)
    assert found is not None
    assert (found.model_code, found.ean, found.storage) == ("A2221", OTHER_EAN, "128 GB")
