"""The rules in the room of prices: edited, counted before they are saved, told what is wrong, brought back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bmdesk.domain.money import Money
from bmdesk.services import policy_documents
from bmdesk.services.desk import Desk
from bmdesk.services.prices import versions
from bmdesk.ui.widgets.confirm import Confirm
from tests.ui.prices_room import Enter, counted, dialog, enter, priced, save_rules

__all__ = ["enter", "priced"]


def test_while_a_rule_is_edited_what_it_would_change_is_counted_and_nothing_is_saved(
    enter: Enter, priced: str, desk: Desk, qtbot: QtBot
) -> None:
    page = enter()
    rules = page.rules
    page.show_tab("rules")
    qtbot.waitUntil(lambda: rules.list.model.rowCount() == 1)
    rules.list.add()
    assert rules.form.isVisible()
    qtbot.waitUntil(lambda: "rules[1]" in rules.impact.said.text())  # a rule that sets nothing is none yet
    field = rules.form._lines["multiplier"]
    QTest.keyClicks(field, "1,10")
    qtbot.waitUntil(lambda: counted(page) == [Money(60060, "EUR")])
    assert rules.impact.seen is not None and rules.impact.seen.totals.lowered == 1
    assert "rules" in policy_documents.document(desk, "pricing")
    assert len(policy_documents.document(desk, "pricing")["rules"]) == 1
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert rules.list.isVisible()
    rules.list.switch()
    with qtbot.waitSignal(rules.saved):
        rules.save_button.click()
    saved = policy_documents.document(desk, "pricing")["rules"][1]
    assert saved == {"id": "rule-1", "multiplier": "1.10", "automatic": True}
    qtbot.waitUntil(lambda: not page.assumed_note.isVisible())


def test_whoever_types_on_waits_for_one_answer_and_may_stop_it(
    enter: Enter, priced: str, qtbot: QtBot
) -> None:
    page = enter()
    impact, rules = page.rules.impact, page.rules
    page.show_tab("rules")
    qtbot.waitUntil(lambda: bool(rules._body) and not impact.is_waiting)
    answers: list[object] = []
    impact.counted.connect(lambda: answers.append(impact.seen))
    for _ in range(3):
        impact.count(page.account.id, rules.body())
        impact._ask()
    qtbot.waitUntil(lambda: not impact._feed.is_busy)
    assert len(answers) == 1
    impact.count(page.account.id, rules.body())
    assert impact.is_waiting
    impact.stop()
    assert not impact.is_waiting and len(answers) == 1


def test_every_value_of_a_rule_comes_back_from_the_form_as_it_went_in(
    enter: Enter, priced: str, desk: Desk, qtbot: QtBot
) -> None:
    full = {
        "id": "all",
        "scope": {
            "category": "phone",
            "grade": "GOOD",
            "market": "de-de",
            "product": "Apple iPhone 13",
            "sku": "X",
        },
        "automatic": False,
        "cost_floor": True,
        "share": "0.7",
        "multiplier": "1.03",
        "daily_percent": "10",
        "min_ratio": "1.08",
        "stale_days": 5,
        "floor": "9.00 EUR",
        "ceiling": "999.00 EUR",
        "shipping": "6.90 EUR",
        "rounding": {"step": "1", "ending": "0.99"},
        "margin": {"percent": "8", "amount": "5.00 EUR"},
        "payment_fee": {"percent": "1.5", "amount": "0.25 EUR"},
        "warranty": {"percent": "2"},
    }
    save_rules(desk, full)
    page = enter()
    page.show_tab("rules")
    qtbot.waitUntil(lambda: page.rules.list.model.rowCount() == 2)
    page.rules.edit(1)
    assert page.rules.form.rule() == full
    assert page.rules.body() == policy_documents.document(desk, "pricing")
    page.rules.form._lines["floor"].setText("12")
    assert page.rules.form.rule()["floor"] == "12 EUR"


def test_what_is_wrong_with_rules_is_said_at_its_field(
    enter: Enter, priced: str, desk: Desk, qtbot: QtBot
) -> None:
    page = enter()
    page.show_tab("rules")
    rules = page.rules
    qtbot.waitUntil(lambda: rules.list.model.rowCount() == 1)
    rules.shares.fields["phone", "GOOD"].setText("69")
    rules.touched()
    rules.save()
    qtbot.waitUntil(rules.error.isVisible)
    field = rules.shares.fields["phone", "GOOD"]
    assert field.property("wrong") is True and field.isVisible()
    field.setText("0,65")
    rules.edit(0)
    rules.form._lines["warranty.percent"].setText("200")
    rules.form.changed.emit()
    rules.save()
    qtbot.waitUntil(lambda: rules.form.forms[3].field("warranty").property("wrong") is True)
    rules.form._lines["warranty.percent"].setText("3")
    rules.form.changed.emit()
    rules.show_part("commissions")
    rules.commissions.edit.add()
    rules.commissions.table.item(1, 3).setText("much")  # type: ignore[union-attr]
    rules.save()
    qtbot.waitUntil(lambda: rules.commissions.table.currentColumn() == 3)
    rules.commissions.table.item(1, 3).setText("9,5")  # type: ignore[union-attr]
    rules.commissions.table.item(1, 2).setText("2026-01-01")  # type: ignore[union-attr]
    with qtbot.waitSignal(rules.saved):
        rules.save()
    saved = policy_documents.document(desk, "pricing")
    assert saved["shares"]["phone"] == {"GOOD": "0.65"}
    assert saved["commissions"][1] == {"category": "*", "market": "*", "from": "2026-01-01", "percent": "9.5"}


def test_rules_are_moved_and_taken_out_and_an_old_version_comes_back(
    enter: Enter, priced: str, desk: Desk, qtbot: QtBot
) -> None:
    save_rules(desk, {"id": "first", "multiplier": "1.1"}, {"id": "second", "multiplier": "1.2"})
    page = enter()
    page.show_tab("rules")
    rules = page.rules
    qtbot.waitUntil(lambda: rules.list.model.rowCount() == 3)
    rules.list.go_to(2)
    rules.list.move_by(-1)
    assert [one["id"] for one in rules.list.rules()] == ["costs", "second", "first"]
    rules.list.remove()
    assert [one["id"] for one in rules.list.rules()] == ["costs", "first"]
    with qtbot.waitSignal(rules.saved):
        rules.save_button.click()
    page.show_tab("history")
    history = page.history
    qtbot.waitUntil(lambda: history.versions.rowCount() == 3)
    history.version_table.choose_row(1)
    qtbot.waitUntil(history.back_button.isEnabled)
    history.back_button.click()
    dialog(Confirm).yes.click()
    qtbot.waitUntil(lambda: len(versions.versions(desk)) == 4)
    assert [one["id"] for one in policy_documents.document(desk, "pricing")["rules"]] == [
        "costs",
        "first",
        "second",
    ]
    qtbot.waitUntil(lambda: rules.list.model.rowCount() == 3)
