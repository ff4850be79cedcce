"""What stands at Odoo for what is here: one for one, told by either side."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from bmdesk.services.desk import Desk
from bmdesk.store.queries import accounts, odoo
from bmdesk.store.transaction import Tx


def account(desk: Desk) -> str:
    return desk.write(lambda tx: accounts.add_account(tx, "odoo", "odoo"))


def test_a_record_is_found_from_both_sides_and_keeps_what_both_had(desk: Desk) -> None:
    where = account(desk)
    units = [f"01KUNIT{n:019d}" for n in range(700)]

    def work(tx: Tx) -> None:
        for n, unit in enumerate(units):
            odoo.agree(tx, where, "lot", unit, 1000 + n, {"grade": "GOOD"})
        odoo.agree(tx, where, "lot", units[0], 1000, {"grade": "FAIR"})
        odoo.agree(tx, where, "product", units[0], 1000, None)

    desk.write(work)
    found = desk.read(lambda c: odoo.records(c, where, "lot", [*units, "unknown"]))
    assert len(found) == 700 and found[units[0]].base == {"grade": "FAIR"}
    assert desk.read(lambda c: odoo.by_remote(c, where, "lot", [1699, 5]))[1699].local_id == units[-1]


def test_two_records_here_are_never_one_there(desk: Desk) -> None:
    where = account(desk)
    desk.write(lambda tx: odoo.agree(tx, where, "lot", "A", 7, None))
    with pytest.raises(IntegrityError):
        desk.write(lambda tx: odoo.agree(tx, where, "lot", "B", 7, None))
    assert desk.read(lambda c: odoo.by_remote(c, where, "lot", [7]))[7].local_id == "A"


def test_a_choice_is_kept_changed_and_taken_back(desk: Desk) -> None:
    desk.write(lambda tx: odoo.choose(tx, "location", {"MAIN": (8, "WH/Stock"), "BERLIN": (9, "BER/Stock")}))
    desk.write(lambda tx: odoo.choose(tx, "location", {"MAIN": (12, "WH/Shelf"), "BERLIN": None}))
    found = desk.read(lambda c: odoo.choices(c, desk.company, "location"))
    assert {name: (row.remote_id, row.name) for name, row in found.items()} == {"MAIN": (12, "WH/Shelf")}
