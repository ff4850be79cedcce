"""Prices: what the rules say of each listing, why, what they would change; nothing is written that nobody saw."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit
from pytestqt.qtbot import QtBot

from bmdesk.domain.money import Money
from bmdesk.services import policy_documents, settings
from bmdesk.services.desk import Desk
from bmdesk.services.goods import catalog, units_actions
from bmdesk.services.goods.variant_form import form_of
from bmdesk.services.prices import applying, choosing, simulation, versions
from bmdesk.services.prices.simulation import Breach, Chosen, PriceRow, Why
from bmdesk.store.queries import listings
from bmdesk.sync import market_reading
from bmdesk.texts import msg
from bmdesk.ui.main_window import Room
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.prices import PricesPage
from bmdesk.ui.views.prices.impact import greatest
from bmdesk.ui.views.prices.lines import MatrixFilter, MatrixModel, lines_of, markets_of, narrowed
from bmdesk.ui.views.prices.table import MatrixTable
from bmdesk.ui.views.prices.words import cell_words, margin_tone, marks, step_words
from bmdesk.ui.widgets.asking import Asking
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.workplace import Workplace
from tests.desks import PHONE
from tests.markets import FIRST, OWNER, Shop

FRANCE, GERMANY = "fr-fr", "de-de"
Enter = Callable[[], PricesPage]


@pytest.fixture(autouse=True)
def no_dialog_stays(qtbot: QtBot) -> Iterator[None]:
    """Whatever a story left open is closed."""
    yield
    for window in QApplication.topLevelWidgets():
        if isinstance(window, QDialog):
            window.reject()


@pytest.fixture
def priced(shop: Shop) -> str:
    """A phone that cost 300 EUR, offered in France for 624 EUR, and new it is cheaper since; its listing's id."""
    (unit,) = shop.ready()
    units_actions.correct_cost(shop.desk, OWNER, unit, "300.00", "EUR")
    listing_id = shop.offer(FIRST, prices={FRANCE: 500})
    shop.settle()
    assert shop.price() == "624.00"
    variant = catalog.variant(shop.desk, PHONE)
    catalog.save_variant(shop.desk, variant.id, replace(form_of(variant), new_price="700.00"))
    return listing_id


@pytest.fixture
def enter(workplace: Workplace, qtbot: QtBot) -> Enter:
    """Go into the room and wait until the prices are counted."""

    def entered() -> PricesPage:
        window = workplace.window
        window.add_room(
            Room("prices", "window.room.prices", "prices", lambda: PricesPage(workplace), "Ctrl+5")
        )
        window.resize(1440, 900)
        window.show()
        window.activateWindow()
        window.open_rooms("prices")
        page = window.page("prices")
        assert isinstance(page, PricesPage)
        qtbot.waitUntil(lambda: page.account.read and not workplace.bridge.pending)
        if page.account.id:
            qtbot.waitUntil(lambda: page.seen is not None and not page.feed.is_busy)
        return page

    return entered


def row(**facts: Any) -> PriceRow:
    """A price as the rules might say it."""
    known: dict[str, Any] = {
        "listing_id": "L1",
        "market": FRANCE,
        "sku": "IP13-BLK",
        "our_sku": "IP13-BLK",
        "title": "iPhone 13",
        "grade": "GOOD",
        "category": "phone",
        "quantity": 1,
        "managed": True,
        "automatic": False,
        "present": Money(50000, "EUR"),
        "wanted": None,
        "wanted_min": None,
        "unknown": None,
        "new": Money(50000, "EUR"),
        "new_min": None,
        "floor": None,
        "top": None,
        "margin_now": None,
        "margin_new": None,
        "percent_now": None,
        "percent_new": None,
        "reason": None,
        "warnings": (),
        "breaks": (),
        "chosen": None,
        "foreign": None,
    }
    return PriceRow(**(known | facts))


def dialog(kind: type[Any]) -> Any:
    """The open question of this kind."""
    (found,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]
    return found


def save_rules(desk: Desk, *rules: dict[str, Any]) -> None:
    """These rules beside those that came with bmdesk count from now on."""
    body = policy_documents.document(desk, "pricing")
    body["rules"] = [*body.get("rules", []), *rules]
    policy_documents.save_document(desk, OWNER, "pricing", body)


# ---------------------------------------------------------------- what a cell says


def test_a_margin_is_said_in_figures_beside_its_colour() -> None:
    tones = [margin_tone(one if one is None else Decimal(one)) for one in ("-0.1", "0", "4.9", "5", None)]
    assert tones == [Tone.BAD, Tone.WARN, Tone.WARN, Tone.OK, Tone.NEUTRAL]
    raised = row(new=Money(51000, "EUR"), percent_new=Decimal("4.2"))
    assert step_words(raised) == "↑ 10.00"
    assert cell_words(raised) == "510.00 EUR, now 500.00 EUR, margin 4.2 %"
    assert cell_words(None) == "–"


def test_a_cell_tells_a_broken_bound_a_second_writer_a_choice_and_that_it_goes_by_itself() -> None:
    chosen = Chosen(Money(50000, "EUR"), Why.HAND, None, "ANA")
    told = row(
        foreign=Money(49000, "EUR"),
        breaks=(Breach.BELOW_FLOOR,),
        chosen=chosen,
        automatic=True,
        managed=False,
    )
    assert [mark.icon for mark in marks(told)] == ["user", "warning", "edit", "refresh"]
    won = row(chosen=replace(chosen, why=Why.BACKBOX))
    assert [mark.icon for mark in marks(won)] == ["star"]
    unsure = row(automatic=True, unknown=msg("prices.none_no_cost", unit="1"))
    assert marks(unsure) == []  # it waits for a person
    assert "Below the floor" in cell_words(told) and "Not managed" in cell_words(told)


def test_the_filter_leaves_lines_in_which_one_price_has_all_that_was_asked_for() -> None:
    lines = lines_of(
        [
            row(new=Money(51000, "EUR"), managed=False),
            row(market=GERMANY),
            row(listing_id="L2", sku="GS22", title="Galaxy", grade="FAIR", category="tablet"),
        ]
    )
    assert [line.sku for line in lines] == ["GS22", "IP13-BLK"]

    def left(**chosen: str) -> list[str]:
        return [line.sku for line in narrowed(lines, MatrixFilter(**chosen))]

    assert left(words="iphone 13") == left(category="phone") == left(grade="GOOD") == ["IP13-BLK"]
    assert left(show="changes") == ["IP13-BLK"] and left(show="changes", managed="yes") == []
    assert left(show="broken") == left(words="nothing") == []
    assert markets_of([row(market=GERMANY), row()]) == (FRANCE, GERMANY)


def test_the_keyboard_stays_on_its_price_while_lines_come_and_go(dressed: QApplication, qtbot: QtBot) -> None:
    rows = [row(listing_id=f"L{n}", sku=f"S{n}", market=m) for n in range(4) for m in (FRANCE, GERMANY)]
    table, model = MatrixTable("matrix"), MatrixModel((FRANCE, GERMANY))
    qtbot.addWidget(table)
    table.show_model(model)
    model.set_rows(lines_of(rows))
    table.resize(900, 400)
    table.show()
    table.go_to("L2", GERMANY)
    model.set_rows(lines_of([*rows[2:], row(listing_id="L9", sku="A")]))
    now = table.price()
    assert now is not None and (now.listing_id, now.market) == ("L2", GERMANY)
    model.set_rows(lines_of(rows[:4]))
    assert table.price() is None
    assert not table.grab().isNull()


def test_the_greatest_changes_are_those_that_move_a_price_the_most_for_what_it_is() -> None:
    rows = [
        row(listing_id="yen", present=Money(50000, "JPY"), new=Money(50500, "JPY")),
        row(listing_id="euro", new=Money(60000, "EUR")),
        row(listing_id="same"),
    ]
    found = simulation.Simulation(tuple(rows), "", 1, (), None)  # type: ignore[arg-type]
    assert [one.listing_id for one in greatest(found)] == ["euro", "yen"]


# ---------------------------------------------------------------- the room


def test_without_an_account_the_room_says_how_to_begin(enter: Enter) -> None:
    page = enter()
    assert page.isVisible() and not page.matrix.table.isVisible()


def test_a_price_is_explained_step_by_step(enter: Enter, priced: str, qtbot: QtBot) -> None:
    page = enter()
    with qtbot.waitSignal(page.matrix.sheet.shown):
        page.show_price(priced, FRANCE)
    seen = page.matrix.sheet.seen
    assert seen is not None and seen.row.new == Money(54600, "EUR") and len(seen.explained.steps) >= 3
    assert seen.explained.left_now is not None and seen.explained.left_now.code == "prices.left"
    assert not page.matrix.sheet.acts.ours.isVisible() and not page.matrix.sheet.acts.rules.isVisible()
    QTest.keyClick(page.matrix.table, Qt.Key.Key_Escape)
    assert not page.matrix.sheet.isVisible()


def test_costs_are_said_to_be_assumed_until_rules_are_saved(enter: Enter, priced: str, desk: Desk) -> None:
    page = enter()
    assert page.assumed_note.isVisible() and not page.rate_note.isVisible()


def test_an_old_rate_is_said_with_the_way_to_give_one(
    enter: Enter, priced: str, shop: Shop, workplace: Workplace, qtbot: QtBot
) -> None:
    settings.put(shop.desk, "backmarket.markets", "fr-fr,en-gb")
    settings.put(shop.desk, "rate.GBP", "0.86")
    shop.advance(days=30)
    page = enter()
    assert page.rate_note.isVisible() and "GBP" in page.rate_note.words.text()
    asked: list[str] = []
    workplace.settings_asked.connect(asked.append)
    workplace.window.add_room(Room("settings", "window.room.settings", "settings", QLineEdit))
    page.rate_note.button.click()
    assert asked == ["prices"]


def test_a_price_by_hand_stands_until_the_rules_count_again(
    enter: Enter, priced: str, shop: Shop, qtbot: QtBot
) -> None:
    page = enter()
    with qtbot.waitSignal(page.matrix.sheet.shown):
        page.show_price(priced, FRANCE)
    acts = page.matrix.sheet.acts
    acts.by_hand.click()
    asking = dialog(Asking)
    asking.form.field("price").setText("cheap")
    asking.yes.click()
    assert asking.isVisible()
    asking.form.field("price").setText("555,00")
    asking.yes.click()
    qtbot.waitUntil(lambda: shop.cell(FIRST, FRANCE).chosen_minor == 55500)
    qtbot.waitUntil(acts.rules.isVisible)
    acts.rules.click()
    qtbot.waitUntil(lambda: shop.cell(FIRST, FRANCE).chosen_minor is None)
    qtbot.waitUntil(lambda: not acts.rules.isVisible())


def test_a_price_below_the_floor_is_refused_with_the_floor(
    enter: Enter, priced: str, shop: Shop, workplace: Workplace, qtbot: QtBot
) -> None:
    page = enter()
    with qtbot.waitSignal(page.matrix.sheet.shown):
        page.show_price(priced, FRANCE)
    page.matrix.sheet.acts.by_hand.click()
    asking = dialog(Asking)
    asking.form.field("price").setText("200")
    asking.yes.click()
    qtbot.waitUntil(lambda: bool(workplace.window.banners.isVisible()))
    assert shop.cell(FIRST, FRANCE).chosen_minor is None


def test_a_price_says_what_the_price_to_win_leaves_and_that_it_is_of_an_older_price(
    enter: Enter, priced: str, shop: Shop, qtbot: QtBot
) -> None:
    def said() -> str:
        labels = page.matrix.sheet.findChildren(PlainLabel)
        return " ".join(label.text().replace("\u200b", "") for label in labels)

    shop.market.rivals(FIRST, FRANCE, 600)
    shop.advance(seconds=1)
    market_reading.backboxes(shop.desk, shop.tools, "default", lambda: True)
    page = enter()
    with qtbot.waitSignal(page.matrix.sheet.shown):
        page.show_price(priced, FRANCE)
    assert "594.00 EUR" in said() and "155.90 EUR · 26.2 %" in said() and "it cost 624.00 EUR" not in said()

    choosing.choose(shop.desk, OWNER, shop.account, priced, FRANCE, Money(63000, "EUR"), Why.HAND)
    shop.settle()
    with qtbot.waitSignal(page.matrix.sheet.shown):
        page.show_price(priced, FRANCE)
    qtbot.waitUntil(lambda: "Read when it cost 624.00 EUR: who wins at 630.00 EUR" in said())


@pytest.mark.parametrize("theirs", [True, False], ids=["theirs", "ours"])
def test_a_second_writer_waits_for_a_person(
    enter: Enter, priced: str, shop: Shop, qtbot: QtBot, theirs: bool
) -> None:
    shop.desk.write(
        lambda tx: listings.set_market(tx, priced, FRANCE, foreign_minor=58000, foreign_at=tx.now)
    )
    page = enter()
    assert page.changes.model.rowCount() == 1 and not page.changes.write_all.isEnabled()
    with qtbot.waitSignal(page.matrix.sheet.shown):
        page.show_price(priced, FRANCE)
    acts = page.matrix.sheet.acts
    (acts.theirs if theirs else acts.ours).click()
    dialog(Confirm).yes.click()
    qtbot.waitUntil(lambda: shop.cell(FIRST, FRANCE).foreign_minor is None)
    assert shop.cell(FIRST, FRANCE).chosen_minor == (58000 if theirs else None)
    qtbot.waitUntil(lambda: not page.workplace.bridge.pending)


# ---------------------------------------------------------------- what is written


def test_what_was_shown_is_written_and_can_be_taken_back(
    enter: Enter, priced: str, shop: Shop, qtbot: QtBot
) -> None:
    page = enter()
    page.show_tab("changes")
    page.changes.ask_all()
    dialog(Confirm).yes.click()
    qtbot.waitUntil(lambda: bool(applying.runs(shop.desk, shop.account)))
    qtbot.waitUntil(lambda: not page.run.running)
    shop.settle()
    assert shop.price() == "546.00"
    page.show_tab("history")
    qtbot.waitUntil(lambda: page.history.runs.rowCount() == 1 and page.history.undo_button.isEnabled())
    qtbot.waitUntil(lambda: page.history.changes.rowCount() == 1)
    page.history.ask_undo()
    dialog(Confirm).yes.click()
    qtbot.waitUntil(lambda: applying.runs(shop.desk, shop.account)[-1].undone)
    qtbot.waitUntil(lambda: not page.run.running and not page.workplace.bridge.pending)
    shop.settle()
    assert shop.price() == "624.00"


def test_where_something_changed_meanwhile_nothing_is_written_and_it_is_shown_anew(
    enter: Enter, priced: str, shop: Shop, qtbot: QtBot
) -> None:
    page = enter()
    page.show_tab("changes")
    page.changes.table.selectAll()
    page.changes.ask_chosen()
    save_rules(shop.desk, {"id": "dear", "multiplier": "1.05"})
    dialog(Confirm).yes.click()
    qtbot.waitUntil(lambda: _first_new(page) == Money(57330, "EUR"))
    assert applying.runs(shop.desk, shop.account) == ()
    page.changes.table.selectAll()
    page.changes.ask_chosen()
    dialog(Confirm).yes.click()
    qtbot.waitUntil(lambda: [run.count for run in applying.runs(shop.desk, shop.account)] == [1])
    qtbot.waitUntil(lambda: not page.run.running)


def test_what_is_not_managed_is_only_shown(enter: Enter, priced: str, shop: Shop) -> None:
    shop.unmanage(FIRST)
    page = enter()
    page.show_tab("changes")
    assert page.changes.model.rowCount() == 1 and page.changes.said.isVisible()
    assert not page.changes.write_all.isEnabled()
    page.changes.table.selectAll()
    page.changes.ask_chosen()
    assert not [one for one in QApplication.topLevelWidgets() if isinstance(one, Confirm) and one.isVisible()]
    page.changes.which.set_value("written")
    page.changes.which.activated.emit(1)
    assert page.changes.model.rowCount() == 0


def _first_new(page: PricesPage) -> Money | None:
    found = page.changes.model.row(0)
    return found.new if found is not None else None


# ---------------------------------------------------------------- the rules


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
    qtbot.waitUntil(lambda: _counted(page) == [Money(60060, "EUR")])
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


def _counted(page: PricesPage) -> list[Money | None]:
    model = page.rules.impact.model
    return [model.row(n).new for n in range(model.rowCount())]  # type: ignore[union-attr]


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


def test_prices_are_changed_by_keyboard_alone(
    enter: Enter, priced: str, shop: Shop, workplace: Workplace, qtbot: QtBot
) -> None:
    page = enter()
    window = workplace.window

    def press(*keys: str) -> None:
        for key in keys:
            QTest.keySequence(focus(), key)
            QApplication.processEvents()

    def type_in(words: str) -> None:
        QTest.keyClicks(focus(), words)

    def focus() -> Any:
        return QApplication.focusWidget() or window

    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    press("/")
    type_in("ip13")
    press("Return")
    qtbot.waitUntil(lambda: page.matrix.model.rowCount() == 1)
    page.matrix.table.setFocus()
    press("Home", "Return")
    qtbot.waitUntil(lambda: page.matrix.sheet.seen is not None)
    press("Alt+3")
    qtbot.waitUntil(lambda: page.rules.list.model.rowCount() == 1)
    press("Ins")
    assert focus() is page.rules.form._lines["id"]
    type_in("dear")
    while focus() is not page.rules.form._lines["multiplier"]:
        press("Tab")
    type_in("1.05")
    qtbot.waitUntil(lambda: _counted(page) == [Money(57330, "EUR")])
    with qtbot.waitSignal(page.rules.saved):
        press("Ctrl+S")
    press("Alt+2")
    qtbot.waitUntil(lambda: _first_new(page) == Money(57330, "EUR") and not page.feed.is_busy)
    press("Ctrl+Return")
    question = dialog(Confirm)
    QTest.keyClick(question, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(applying.runs(shop.desk, shop.account)))
    qtbot.waitUntil(lambda: not page.run.running)
    shop.settle()
    assert shop.price() == "573.30"


def test_a_choice_that_is_there_is_marked(enter: Enter, priced: str, shop: Shop) -> None:
    choosing.choose(shop.desk, OWNER, shop.account, priced, FRANCE, Money(59900, "EUR"), Why.HAND)
    page = enter()
    found = page.matrix.model.cell(0, 0)
    assert found is not None and [mark.icon for mark in marks(found)] == ["edit"]
