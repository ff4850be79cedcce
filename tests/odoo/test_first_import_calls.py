"""The first import asks Odoo in pages: more serials and sale orders within a page are no more calls."""

from __future__ import annotations

from contextlib import closing

import pytest

from bmdesk.connectors.odoo import session
from bmdesk.connectors.odoo.incoming import first_import
from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.odoo.takeover import import_runs
from bmdesk.services.odoo.takeover.import_runs import Import, Wishes
from tests.odoo.databases import Database
from tests.odoo.fillings import Filling
from tests.odoo.shops import Watched, transport

pytestmark = [pytest.mark.odoo, pytest.mark.sqlite_only]


def test_sixty_serials_come_in_as_many_calls_as_five(own_odoo_database: Database, desk: Desk) -> None:
    database, who = own_odoo_database, own_odoo_database.admin()
    for name, value in (("url", database.server), ("database", database.name), ("user", who.login)):
        settings.put(desk, f"odoo.{name}", value)
    with closing(transport(database, who, 1)) as admin:
        watched = Watched(admin)

        def takes() -> tuple[Import, int]:
            before, import_id = len(watched.calls), import_runs.start(desk, None, Wishes()).id
            first_import.pull(desk, lambda: session.begin(watched), import_id, lambda: True)
            return import_runs.standing(desk, import_id), len(watched.calls) - before

        there = Filling(admin)
        there.add_stock(5)
        there.add_sales(5)
        few, calls = takes()
        assert (few.state, few.seen, few.new) == ("done", 1 + 5 + 5, 5)

        there.add_stock(55)
        there.add_sales(55)
        many, as_many = takes()
        assert (many.state, many.seen, many.new) == ("done", 1 + 60 + 60, 55)
        assert as_many == calls

        again, once_more = takes()
        assert (again.new, again.seen) == (0, many.seen)
        assert once_more <= calls
