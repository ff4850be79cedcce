"""The set-up in the window on a real Odoo 19: look, choose, let it be done, look again."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import choices
from bmdesk.services.odoo.choices import Kind
from bmdesk.system.secrets import Secrets
from bmdesk.ui.views.settings.errand_row import ErrandRow
from bmdesk.ui.views.settings.odoo import OdooSection
from bmdesk.ui.views.settings.odoo_setup import OdooSetupDialog
from bmdesk.ui.workplace import Workplace
from tests.odoo.databases import BENCH_GROUPS, Account, Database
from tests.odoo.test_setup import PHONE, remote
from tests.ui.conftest import application, bridge, dressed, no_dialog_stays, qtbot, workplace

__all__ = ["application", "bridge", "dressed", "no_dialog_stays", "qtbot", "workplace"]

pytestmark = pytest.mark.odoo

_PATIENCE_MS = 300_000


def connect(desk: Desk, database: Database, who: Account) -> None:
    for name, value in {"url": database.server, "database": database.name, "user": who.login}.items():
        settings.put(desk, f"odoo.{name}", value)
    Secrets(desk.photos.folder.parent).set("odoo.key", who.key)


def opened(workplace: Workplace) -> OdooSetupDialog:
    """The dialog over the section."""
    section = OdooSection(workplace)
    section.setParent(workplace.window)
    workplace.window.show()
    section.set_up()
    found = QApplication.activeModalWidget()
    assert isinstance(found, OdooSetupDialog)
    return found


def ended(row: ErrandRow, qtbot: QtBot) -> None:
    """Whoever was sent is back."""
    assert row.is_away
    qtbot.waitUntil(lambda: not row.is_away, timeout=_PATIENCE_MS)


def look(dialog: OdooSetupDialog, qtbot: QtBot) -> list[str]:
    dialog.look_button.click()
    ended(dialog.look_row, qtbot)
    assert dialog.problem.words == ()
    return [line.words for line in dialog.step_lines.lines]


def do(dialog: OdooSetupDialog, qtbot: QtBot) -> None:
    dialog.do_button.click()
    ended(dialog.do_row, qtbot)
    assert dialog.problem.words == ()


def test_it_looks_and_is_told_and_does_and_then_there_is_nothing_to_do(
    bare_odoo_database: Database, workplace: Workplace, desk: Desk, qtbot: QtBot
) -> None:
    admin = bare_odoo_database.admin()
    bench = bare_odoo_database.add_user("bench", *BENCH_GROUPS)
    with remote(bare_odoo_database, admin) as there:
        [product] = there("product.template", "create", [{"name": "Phone", **PHONE}])
        [variant] = there("product.product", "search", [["product_tmpl_id", "=", product]])
        stock = there("stock.warehouse", "search_read", [], ["lot_stock_id"])[0]["lot_stock_id"][0]
        quant = {"product_id": variant, "location_id": stock, "inventory_quantity": 2}
        made = there("stock.quant", "create", [quant], context={"inventory_mode": True})
        there("stock.quant", "action_apply_inventory", made)
    connect(desk, bare_odoo_database, bench)
    dialog = opened(workplace)

    seen = look(dialog, qtbot)
    assert any(line.startswith("Add the field x_bm_grade") for line in seen)
    assert all(
        "needs an administrator" in line.more for line in dialog.step_lines.lines if "x_bm" in line.words
    )

    dialog.user.setText("admin")
    dialog.secret.setText("admin")
    seen = look(dialog, qtbot)
    assert not any("needs an administrator" in line.more for line in dialog.step_lines.lines)
    assert "Keep as tax of Regular VAT, as nothing else fits: 15%" in seen
    with remote(bare_odoo_database, admin) as there:
        assert there.lot_fields() == {}, "a look changes nothing"

    box = dialog.decisions.boxes[Kind.TAX, "margin"]
    assert "Undecided" in dialog.decisions.notes[Kind.TAX, "margin"].text()
    box.setCurrentIndex(box.findText("0% Exports"))
    with qtbot.waitSignal(dialog.looked):
        box.activated.emit(box.currentIndex())
    with qtbot.waitSignal(dialog.looked):
        dialog.products.all_button.click()

    steps: list[int] = []
    dialog.do_row.bar.valueChanged.connect(steps.append)
    do(dialog, qtbot)
    assert dialog.outcome.title.text() == "All done"
    assert not any("Not done" in line.words for line in dialog.outcome_lines.lines)
    assert len(steps) > 5, "it was told step by step"
    assert dialog.secret.text() == "", "the password was for this once"
    chosen = choices.read(desk)
    assert [
        row and row.name for row in (chosen.means(Kind.TAX, "margin"), chosen.means(Kind.LOCATION, "MAIN"))
    ] == [
        "0% Exports",
        "WH/Stock",
    ]
    with remote(bare_odoo_database, admin) as there:
        assert "x_bm_grade" in there.lot_fields()
        assert there("product.template", "read", [product], ["tracking"])[0]["tracking"] == "serial"

    dialog.user.clear()
    assert look(dialog, qtbot)[-1] == "All is there: nothing will be changed."
    assert not dialog.do_button.isEnabled()
    words = [line.words for line in dialog.present_lines.lines]
    assert "bench may do all that bmdesk does in Odoo" in words
    assert "Every product in stock or sold is tracked by serial number" in words
    dialog.reject()


def test_what_is_refused_says_why_and_who_stops_finds_the_rest_when_looking_again(
    bare_odoo_database: Database, workplace: Workplace, desk: Desk, qtbot: QtBot
) -> None:
    bench = bare_odoo_database.add_user("bench", *BENCH_GROUPS)
    connect(desk, bare_odoo_database, bench)
    dialog = opened(workplace)
    look(dialog, qtbot)
    do(dialog, qtbot)
    assert dialog.outcome.title.text() == "Not everything was done"
    refused = [
        line for line in dialog.outcome_lines.lines if line.words.startswith("Not done: Add the field")
    ]
    assert refused and all("administrator" in line.more for line in refused)

    dialog.user.setText("admin")
    dialog.secret.setText("admin")
    look(dialog, qtbot)
    dialog.do_row.go()
    dialog.reject()  # asks it to end after the present step
    ended(dialog.do_row, qtbot)
    assert any("Not tried any more" in line.more for line in dialog.outcome_lines.lines)

    dialog.secret.setText("admin")
    assert any(line.startswith("Give bench the group") for line in look(dialog, qtbot))
    do(dialog, qtbot)
    assert dialog.outcome.title.text() == "All done"
    dialog.reject()
