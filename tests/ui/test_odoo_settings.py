"""Settings of Odoo: what is wrong with the connection, what is what there, and what the set-up would do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import choices
from bmdesk.services.odoo.choices import Candidate, Choice, Kind
from bmdesk.store.queries.people import OperatorRow
from bmdesk.sync import odoo_setup
from bmdesk.sync.odoo_setup import Said
from bmdesk.system.paths import DataDir
from bmdesk.system.secrets import Secrets
from bmdesk.ui.main_window import Room
from bmdesk.ui.syncing import BackgroundSync
from bmdesk.ui.views.settings import SettingsPage
from bmdesk.ui.views.settings.odoo import OdooSection
from bmdesk.ui.views.settings.odoo_setup import OdooSetupDialog
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.workplace import Workplace
from tests.odoo.fake import DATABASE, KEY, PASSWORD, USER, FakeOdoo, hang
from tests.odoo.surveys import SURVEY


@pytest.fixture
def odoo() -> Iterator[FakeOdoo]:
    with FakeOdoo() as running:
        yield running


@pytest.fixture
def section(workplace: Workplace, desk: Desk, qtbot: QtBot) -> Iterator[OdooSection]:
    """The section, on screen; no other is built."""
    window = workplace.window
    workplace.syncing = BackgroundSync(desk, workplace.bridge, window, DataDir(desk.photos.folder.parent))
    page = SettingsPage(workplace)
    found = page.show_section("odoo")
    assert isinstance(found, OdooSection)
    window.add_room(Room("settings", "window.room.settings", "settings", lambda: page, "Ctrl+8"))
    window.show()
    window.open_rooms("settings")
    at_rest(found, qtbot)
    yield found
    workplace.syncing.stop()


def at_rest(shown: OdooSection, qtbot: QtBot) -> None:
    for _ in range(2):  # what is answered may ask for more
        qtbot.wait(2)
        qtbot.waitUntil(lambda: not shown.workplace.bridge.pending)


def secrets(desk: Desk) -> Secrets:
    return Secrets(desk.photos.folder.parent)


def connect(desk: Desk, odoo: FakeOdoo, secret: str = PASSWORD) -> None:
    for name, value in {"url": odoo.url, "database": DATABASE, "user": USER}.items():
        settings.put(desk, f"odoo.{name}", value)
    secrets(desk).set("odoo.key", secret)


def trial(shown: OdooSection, qtbot: QtBot) -> str:
    """The code of the verdict, once it is on screen."""
    with qtbot.waitSignal(shown.status.tested) as answered:
        shown.status.trial.go()
    at_rest(shown, qtbot)
    assert answered.args is not None
    return str(answered.args[0])


def dialog_of(shown: OdooSection) -> OdooSetupDialog:
    shown.set_up()
    found = QApplication.activeModalWidget()
    assert isinstance(found, OdooSetupDialog)
    return found


def planned(shown: OdooSection, qtbot: QtBot) -> OdooSetupDialog:
    """The dialog after a look at an Odoo that nobody has."""
    dialog = dialog_of(shown)
    dialog.show_plan(odoo_setup.planned_from(shown.workplace.desk, "Blue Phones", SURVEY, Said({})))
    return dialog


def pick(dialog: OdooSetupDialog, qtbot: QtBot, kind: Kind, local: str, words: str) -> None:
    """What choosing these words in the list does."""
    box = dialog.decisions.boxes[kind, local]
    box.setCurrentIndex(box.findText(words))
    with qtbot.waitSignal(dialog.looked):
        box.activated.emit(box.currentIndex())


def said(dialog: OdooSetupDialog) -> list[str]:
    return [line.words for line in dialog.step_lines.lines]


def test_invoices_are_switched_on_here(section: OdooSection, desk: Desk, qtbot: QtBot) -> None:
    assert settings.get(desk, "odoo.invoices") == "false"
    field = section.fields["invoices"]
    field.editor.show("true")
    with qtbot.waitSignal(field.kept):
        field.keep()
    assert settings.get(desk, "odoo.invoices") == "true"


def test_a_connection_is_made_here_and_its_key_is_never_shown(
    section: OdooSection, desk: Desk, odoo: FakeOdoo, qtbot: QtBot
) -> None:
    assert section.status.state.words == "Not used"
    for name, value in {"url": odoo.url, "database": DATABASE, "user": USER, "company": "1"}.items():
        section.fields[name].editor.show(value)
        with qtbot.waitSignal(section.fields[name].kept):
            section.fields[name].keep()
    qtbot.waitUntil(lambda: section.status.state.words == "No key")
    section.key.field.setText(f"  {KEY} ")
    section.key.keep()
    qtbot.waitUntil(lambda: secrets(desk).get("odoo.key") == KEY)
    qtbot.waitUntil(lambda: "odoo.key" in section.key.state.text())
    assert section.key.field.text() == "" and KEY not in section.key.state.text()
    assert trial(section, qtbot) == "odoo.trial.ok"
    assert "Blue Phones" in section.status.verdict.words[1] and section.status.findings == []
    section.key.keep()  # an empty field changes nothing
    at_rest(section, qtbot)
    assert secrets(desk).get("odoo.key") == KEY

    section.key.forget_button.click()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), Confirm))
    question = QApplication.activeModalWidget()
    assert isinstance(question, Confirm)
    question.yes.click()
    qtbot.waitUntil(lambda: secrets(desk).get("odoo.key") is None)
    qtbot.waitUntil(lambda: section.status.state.words == "No key")
    assert not section.status.verdict.words, "what was found with the old key is no longer said"


def test_each_finding_stands_alone_in_the_colour_of_its_gravity(
    section: OdooSection, desk: Desk, odoo: FakeOdoo, qtbot: QtBot
) -> None:
    connect(desk, odoo, KEY)
    odoo.absent = {"repair.order"}
    odoo.denied = {("stock.lot", "create"), ("res.partner", "write")}
    assert trial(section, qtbot) == "odoo.rights_missing"
    found = section.status.findings
    assert [notice.words[0] for notice in found] == [
        "A right in Odoo is missing: keep units as serial numbers",
        "Odoo has no module repair",
        "A right in Odoo is missing: write customers",
    ]
    assert [notice.property("tone") for notice in found] == ["bad", "warn", "warn"]
    assert all(len(notice.words) == 3 and notice.focusPolicy() is Qt.FocusPolicy.TabFocus for notice in found)
    assert section.status.verdict.words == (), "its words are those of the gravest finding"

    odoo.denied = set()
    assert trial(section, qtbot) == "odoo.trial.remarks"
    assert len(section.status.findings) == 1 and section.status.verdict.property("tone") == "ok"
    field = section.fields["database"]
    field.editor.show("another")
    with qtbot.waitSignal(field.kept):
        field.keep()
    assert section.status.findings == [] and section.status.verdict.words == ()


def test_what_keeps_it_from_the_first_step_is_said_alone(
    section: OdooSection, desk: Desk, odoo: FakeOdoo, qtbot: QtBot
) -> None:
    assert trial(section, qtbot) == "odoo.not_set"
    connect(desk, odoo, "another password")
    assert trial(section, qtbot) == "odoo.password_refused"
    assert [notice.words[0] for notice in section.status.findings] == ["Odoo refused the password"]


def test_nobody_has_to_wait_for_an_odoo_that_does_not_answer(
    section: OdooSection, desk: Desk, odoo: FakeOdoo, qtbot: QtBot
) -> None:
    connect(desk, odoo)
    odoo.faults.extend([hang] * 9)
    section.status.trial.go()
    assert section.status.trial.is_away and not section.status.test_button.isEnabled()
    section.status.trial.stop_button.click()
    assert section.status.test_button.isEnabled() and not section.status.trial.is_away
    assert section.status.verdict.words == ("You did not wait for the answer. Nothing was changed.",)


def test_only_who_may_change_accounts_may_change_this(section: OdooSection) -> None:
    packer = OperatorRow("x", "PACK", "Pat", "packer", active=True)
    section.workplace.operator = packer
    section.workplace.operator_changed.emit(packer)
    assert not section.isEnabled()


def test_what_was_chosen_stands_here_by_name_and_what_is_open_says_so(
    section: OdooSection, desk: Desk, qtbot: QtBot
) -> None:
    def table() -> str:
        return " | ".join(
            label.text()
            for one in section.chosen.tables
            for label in one.findChildren(type(section.status.last))
        )

    assert table() == (
        "MAIN | Not decided | All others | Not decided | Margin scheme | Not decided | Regular VAT | Not decided"
        " | All others | Not decided | Grade | The field of bmdesk"
    )
    picked = [
        Choice(Kind.LOCATION, "MAIN", Candidate(8, "WH/Stock")),
        Choice(Kind.POSITION, "margin", Candidate(3, "Margin EU")),
        Choice(Kind.GRADE, choices.GRADE, Candidate(0, "Zustand", key="x_zustand")),
        Choice(Kind.GRADE_VALUE, "GOOD", Candidate(0, "Gut", key="b")),
    ]
    section.workplace.write(choices.keep, None, picked, then=lambda _: section.load())
    qtbot.waitUntil(lambda: "WH/Stock" in table())
    assert "Margin scheme | Fiscal position: Margin EU | Regular VAT | Not decided" in table()
    assert "Grade | x_zustand" in table() and "Good | b" in table() and "Not for sale | Not needed" in table()


def test_the_plan_is_shown_before_anything_is_done_and_follows_what_is_chosen(
    section: OdooSection, qtbot: QtBot
) -> None:
    dialog = planned(section, qtbot)
    assert dialog.do_button.isEnabled() and dialog.products_card.isVisible()
    assert "Add the field x_bm_grade (Grade) to lots and serial numbers" in said(dialog)
    assert dialog.decisions.notes[Kind.LOCATION, "MAIN"].text() == "Guessed: nothing else fits"
    assert "They are not booked" in dialog.decisions.notes[Kind.JOURNAL, "*"].text()
    assert (Kind.GRADE_VALUE, "GOOD") not in dialog.decisions.boxes

    pick(dialog, qtbot, Kind.JOURNAL, "*", "Kasse")
    assert "Keep as journal of all others: Kasse" in said(dialog)
    assert not dialog.decisions.notes[Kind.JOURNAL, "*"].isVisibleTo(dialog)
    pick(dialog, qtbot, Kind.TAX, "regular", "Not decided")
    assert not any("Regular VAT" in line for line in said(dialog)), "what a person leaves open is not guessed"
    pick(dialog, qtbot, Kind.TAX, "regular", "Fiscal position: EU ohne USt-IdNr.")
    assert "Keep as fiscal position of Regular VAT: EU ohne USt-IdNr." in said(dialog)
    pick(dialog, qtbot, Kind.GRADE, choices.GRADE, "Zustand des Gerätes")
    assert "Keep the grade in: Zustand des Gerätes" in said(dialog)
    assert "Add the field x_bm_grade (Grade) to lots and serial numbers" not in said(dialog)
    pick(dialog, qtbot, Kind.GRADE_VALUE, "GOOD", "Gut")
    assert "Keep as value of the grade of Good: Gut" in said(dialog)

    with qtbot.waitSignal(dialog.looked):
        dialog.products.all_button.click()
    tracked = [line for line in dialog.step_lines.lines if "by serial number" in line.words]
    assert len(tracked) == 3 and all("needs an administrator" in line.more for line in tracked)
    dialog.reject()


def test_an_administrator_without_password_is_asked_for_it(
    section: OdooSection, desk: Desk, odoo: FakeOdoo, qtbot: QtBot
) -> None:
    connect(desk, odoo)
    dialog = dialog_of(section)
    dialog.user.setText("admin")
    dialog.look()
    assert dialog.secret.property("wrong") is True and odoo.requests == 0
    dialog.secret.setText("wrong one")
    with qtbot.waitSignal(dialog.refused) as refused:
        dialog.look()
    assert refused.args is not None and odoo.requests > 0
    assert dialog.problem.words and not dialog.do_button.isEnabled()
    dialog.reject()


def test_a_look_can_be_given_up_and_closing_ends_it(
    section: OdooSection, desk: Desk, odoo: FakeOdoo, qtbot: QtBot
) -> None:
    connect(desk, odoo)
    odoo.faults.extend([hang] * 9)
    dialog = dialog_of(section)
    dialog.look()
    assert dialog.look_row.is_away
    dialog.look_row.stop_button.click()
    assert dialog.look_button.isEnabled() and dialog.problem.words
    dialog.look()
    dialog.reject()
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)


def test_what_is_done_keeps_the_choices_and_says_of_each_step_why_it_was_refused(
    section: OdooSection, desk: Desk, odoo: FakeOdoo, qtbot: QtBot
) -> None:
    connect(desk, odoo)
    dialog = planned(section, qtbot)
    dialog.secret.setText("for this once")
    told: list[str] = []
    dialog._told.connect(lambda number, total, step: told.append(f"{number}/{total}"))
    with qtbot.waitSignal(dialog.ended):
        dialog.do_button.click()
        assert not dialog.area.isEnabled()
    steps = len(told)
    assert told == [f"{number}/{steps}" for number in range(1, steps + 1)] and steps > 5
    lines = dialog.outcome_lines.lines
    assert dialog.outcome.title.text() == "Not everything was done"
    assert all(line.words.startswith("Not done: ") and line.more for line in lines[:steps])
    assert any("the journal for payments by all others" in line.words for line in lines), "what is left open"
    assert dialog.secret.text() == "" and dialog.plan is None and not dialog.do_button.isEnabled()
    location = choices.read(desk).means(Kind.LOCATION, "MAIN")
    assert location is not None and location.name == "WH/Stock"
    dialog.reject()


def test_who_stops_is_told_what_was_not_tried(
    section: OdooSection, desk: Desk, odoo: FakeOdoo, qtbot: QtBot
) -> None:
    connect(desk, odoo)
    dialog = planned(section, qtbot)
    with qtbot.waitSignal(dialog.ended):
        dialog.carry_out()
        dialog.reject()
        assert dialog.isVisible() and not dialog.do_row.stop_button.isEnabled()
    assert "Not tried any more" in dialog.outcome_lines.lines[0].more
    assert not any(one.method == "create" for one in odoo.asked)
    dialog.reject()


def test_which_way_each_kind_of_data_goes_and_how_often_is_chosen_by_keyboard(
    section: OdooSection, desk: Desk, qtbot: QtBot
) -> None:
    for key, words, value, pressed in (
        ("units.direction", "To Odoo only", "out", Qt.Key.Key_Down),
        ("orders.direction", "To Odoo only", "out", Qt.Key.Key_Down),
        ("orders.every", "Every 15 minutes", "15", Qt.Key.Key_Down),
        ("prices.direction", "To Odoo only", "out", Qt.Key.Key_Up),
    ):
        field = section.fields[key]
        box = field.editor.widget
        assert isinstance(box, ChoiceBox)
        assert box.isEnabled() and box.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert box.accessibleName()
        box.setFocus()
        with qtbot.waitSignal(field.kept):
            QTest.keyClick(box, pressed)
        assert box.currentText() == words
        assert settings.get(desk, f"odoo.{key}") == value
    assert section.fields["units.every"].editor.read() == "5"


def test_another_odoo_asks_what_it_is_and_is_answered_here(
    section: OdooSection, desk: Desk, odoo: FakeOdoo, qtbot: QtBot
) -> None:
    connect(desk, odoo)
    choices.keep(desk, None, [Choice(Kind.LOCATION, "MAIN", Candidate(8, "WH/Stock"))])
    assert trial(section, qtbot) == "odoo.trial.ok"
    assert section.status.answers.isHidden()

    settings.put(desk, "odoo.url", odoo.url.replace("127.0.0.1", "localhost"))
    assert trial(section, qtbot) == "odoo.another"
    assert section.status.findings == [], "it is said once, above its answers"
    assert not section.status.answers.isHidden()

    section.status.same_button.click()
    asked = QApplication.activeModalWidget()
    assert isinstance(asked, Confirm)
    asked.accept()
    at_rest(section, qtbot)
    section.load()
    at_rest(section, qtbot)
    assert section.status.answers.isHidden()
    assert trial(section, qtbot).startswith("odoo.trial.")
    assert [row.remote_id for row in choices.read(desk).rows[Kind.LOCATION].values()] == [8]


def tabbed(start: QWidget, presses: int, qtbot: QtBot) -> list[QWidget]:
    """Who has the focus after each Tab."""
    start.window().activateWindow()  # a screen without a desktop gives the keys to nobody by itself
    start.setFocus()
    qtbot.waitUntil(start.hasFocus)
    found: list[QWidget] = [start]
    for _ in range(presses):
        QTest.keyClick(found[-1], Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        assert now is not None
        found.append(now)
    return found[1:]


def test_by_tab_the_choices_come_before_the_button_that_does_them(section: OdooSection, qtbot: QtBot) -> None:
    dialog = planned(section, qtbot)
    boxes = list(dialog.decisions.boxes.values())
    assert len(boxes) > 3
    walked = tabbed(dialog.products.none_button, len(boxes) + 1, qtbot)
    assert walked == [*boxes, dialog.do_button]


def test_by_tab_what_was_found_comes_right_after_the_buttons(
    section: OdooSection, desk: Desk, odoo: FakeOdoo, qtbot: QtBot
) -> None:
    connect(desk, odoo)
    odoo.absent = {"quality.check", "helpdesk.ticket"}
    trial(section, qtbot)
    assert len(section.status.findings) == 2
    assert tabbed(section.status.set_up_button, 2, qtbot) == section.status.findings
