"""That a key ends soon is said by the sync itself, once a day, to who never presses a button."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bmdesk.services.desk import Desk
from bmdesk.services.odoo import key_end, odoo_account
from bmdesk.store.queries import sync_log
from bmdesk.system.clock import FixedClock
from tests.odoo.databases import Database
from tests.odoo.shops import shop
from tests.odoo.test_drift import connected

pytestmark = [pytest.mark.odoo, pytest.mark.sqlite_only]


def test_who_syncs_hears_of_the_end_of_the_key(
    own_odoo_database: Database, desk: Desk, clock: FixedClock
) -> None:
    admin = own_odoo_database.admin()
    ends = (clock.now() + timedelta(days=5, hours=1)).replace(tzinfo=None, microsecond=0)
    own_odoo_database.shell(
        "import datetime\n"
        f"user = env['res.users'].browse({admin.user_id})\n"
        f"env['res.users.apikeys'].with_user(user).sudo()._generate('rpc', 'bench', {ends!r})\n"
        "env.cr.commit()\n"
    )
    with shop(own_odoo_database, admin, admin) as there:
        house = connected(desk, clock, there, admin)
        assert house.sync().problems == ()
        clock.advance(minutes=10)
        assert house.sync().problems == ()

    def said() -> list[str]:
        lines = desk.read(lambda c: sync_log.log_lines(c, desk.company))
        return [line.text.code for line in lines if line.text.code.startswith("odoo.key")]

    row = desk.read(lambda c: odoo_account.of(c, desk.company))
    assert row is not None
    warning = desk.read(lambda c: key_end.warning(c, row.id, clock.now()))
    assert warning is not None and warning.params["count"] == 5
    assert said() == ["odoo.key_ends.happened"], "once a day"
