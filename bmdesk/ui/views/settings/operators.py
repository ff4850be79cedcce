"""The people with badges: who they are, what they may do, and whether their badge opens the bench."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton

from bmdesk.domain.changes import Change
from bmdesk.domain.rights import ROLES
from bmdesk.services import company, rights
from bmdesk.services.company import Saved
from bmdesk.services.desk import Desk
from bmdesk.store.queries.people import OperatorRow
from bmdesk.texts import Failure, Text, msg, render, t
from bmdesk.ui.label_printing import print_and_say
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import px
from bmdesk.ui.views.settings.new_pin import NewPinDialog
from bmdesk.ui.views.settings.section import Section
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.form import Form
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import refusal_words
from bmdesk.ui.workplace import Workplace, is_badge


class OperatorSection(Section):
    """A list, and the person chosen in it as a form. Without one chosen the form adds a person."""

    reloads_on = frozenset({Change.OPERATORS})

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        self._person: OperatorRow | None = None
        self._with_pin: frozenset[str] = frozenset()
        self.model = RowsModel(
            (
                Column(t("settings.operators.code"), lambda o: o.code, width=140),
                Column(t("settings.operators.name"), lambda o: o.name, stretch=True),
                Column(t("settings.operators.role"), lambda o: role_words(o.role), width=120),
                Column(
                    t("settings.operators.badge"),
                    lambda o: t("settings.operators.on") if o.active else t("settings.operators.off"),
                    pill=lambda o: Tone.OK if o.active else Tone.NEUTRAL,
                    width=130,
                ),
                Column(
                    t("settings.operators.pin"),
                    lambda o: t("settings.operators.pin_set") if o.code in self._with_pin else "",
                    width=90,
                ),
            ),
            self,
            key=lambda one: one.code,
        )
        self.table = DataTable(t("settings.section.operators"))
        self.table.setModel(self.model)
        self.table.setMinimumHeight(px(150))
        self.table.current_changed.connect(lambda row: self._show(self.model.row(row)))
        self.new = ShortcutButton(msg("settings.operators.new"), "Ctrl+N", icon="plus")
        self.new.clicked.connect(lambda: self._show(None))
        self.print_button = ShortcutButton(msg("settings.operators.print"), "Ctrl+P", icon="printer")
        self.print_button.clicked.connect(self._ask_file)
        listed = Card(t("settings.section.operators"))
        listed.add_action(self.print_button)
        listed.add_action(self.new)
        listed.add(self.table, 1)
        self.around = PlainLabel("", wrap=True)
        self.around.set_tone(Tone.WARN)
        self.around.hide()
        listed.add(self.around)
        self.column.addWidget(listed, 1)
        self.column.addWidget(self._form_card())

    def load(self) -> None:
        self.workplace.read(rights.with_pin, then=self._take_pins, key=(id(self), "pins"))
        self.workplace.read(rights.ways_around, then=self._warn, key=(id(self), "around"))

    def save(self) -> None:
        """Add this person, or change the one that is shown."""
        self.form.show_errors({})
        code, name, role = self.code.text().strip().upper(), self.name.text().strip(), self.role.value()
        if self._person is None:
            self.workplace.write(
                company.add_operator,
                code,
                name,
                role,
                then=self._was_saved,
                failed=self._was_refused,
                button=self.save_button,
            )
        else:
            self._change(self._person, name, role, active=self._person.active)

    def write_badges(self, file: Path) -> None:
        """A sheet of the badges that work."""
        # What draws is not brought in before somebody asks.
        from bmdesk.reports.cards import Choice, PrintedCard, write_cards_pdf
        from bmdesk.reports.standard_cards import standard_cards

        people = [self.model.row(number) for number in range(self.model.rowCount())]
        choices = [Choice(o.code, o.name) for o in people if o is not None and o.active]
        badges: list[PrintedCard] = [
            card
            for card in standard_cards(operators=choices, holds=(), battery=(), labour_minutes=())
            if is_badge(card.text)
        ]
        self.workplace.bridge.read(
            write_cards_pdf, badges, file, then=lambda _: self.workplace.say_written(file)
        )

    def print_badge(self) -> None:
        """Print the badge of the person that is shown, as a label."""
        if self._person is not None:
            print_and_say(self.workplace, "badge", [self._person.code])

    def set_pin(self, pin: str) -> None:
        """Give the person that is shown this PIN; "" takes it off."""
        if self._person is not None:
            self.workplace.write(
                rights.set_pin,
                self.workplace.actor,
                self._person.code,
                pin,
                then=lambda _: self.workplace.window.say(Tone.OK, t("settings.saved"), for_ms=2500),
                button=self.pin_button,
            )

    def _ask_pin(self) -> None:
        if self._person is not None:
            NewPinDialog(self, self._person.name, self.set_pin).open()

    def _warn(self, badges: tuple[str, ...]) -> None:
        self.around.setText(t("settings.operators.around", badges=", ".join(badges)) if badges else "")
        self.around.setVisible(bool(badges))

    def _take_pins(self, codes: frozenset[str]) -> None:
        self._with_pin = codes
        self.workplace.read(company.operators, then=self._list, key=(id(self), "list"))

    def _list(self, operators: list[OperatorRow]) -> None:
        chosen = self._person.code if self._person else ""
        self.model.set_rows(operators)
        # What is being typed in the form stays: somebody else's change must not take it away.
        self.table.blockSignals(True)
        for number, operator in enumerate(operators):
            if operator.code == chosen:
                self.table.choose_row(number)
                self._person = operator
        self.table.blockSignals(False)

    def _show(self, person: OperatorRow | None) -> None:
        self._person = person
        self.form.show_errors({})
        self.form_card.set_title(
            t("settings.operators.change", name=person.code) if person else t("settings.operators.add")
        )
        self.code.setText(person.code if person else "")
        self.code.setReadOnly(person is not None)
        self.name.setText(person.name if person else "")
        self.role.set_value(person.role if person else "operator")
        self.off.setVisible(person is not None)
        self.pin_button.setVisible(person is not None)
        self.badge_button.setVisible(person is not None)
        if person is not None:
            words = t("settings.operators.turn_off") if person.active else t("settings.operators.turn_on")
            self.off.setText(words)
        else:
            self.table.clearSelection()
            self.code.setFocus()

    def _change(self, person: OperatorRow, name: str, role: str, *, active: bool) -> None:
        def change(desk: Desk) -> Saved:
            return company.change_operator(desk, person.code, name, role, active=active)

        self.workplace.write(change, then=self._was_saved, failed=self._was_refused, button=self.save_button)

    def _turn(self) -> None:
        person = self._person
        if person is None:
            return
        if not person.active:
            self._change(person, person.name, person.role, active=True)
            return
        Confirm(
            self,
            t("settings.operators.off_question", name=person.name),
            t("settings.operators.off_happens"),
            t("settings.operators.turn_off"),
            lambda _: self._change(person, person.name, person.role, active=False),
            danger=True,
        ).open()

    def _was_saved(self, _: Saved) -> None:
        self._show(None)
        self.workplace.window.say(Tone.OK, t("settings.saved"), for_ms=2500)

    def _was_refused(self, failure: Failure) -> None:
        field = {"operator.bad_role": "role", "operator.last_owner": "role"}.get(failure.code, "code")
        self.form.show_errors({field: refusal_words(failure)})

    def _ask_file(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, t("settings.operators.print"), "badges.pdf", t("settings.pdf_files")
        )
        if name:
            self.write_badges(Path(name))

    def _form_card(self) -> Card:
        self.form_card = Card(t("settings.operators.add"))
        self.form = Form()
        self.code, self.name = QLineEdit(), QLineEdit()
        self.code.setMaxLength(32)
        self.name.setMaxLength(200)
        self.role = ChoiceBox(t("settings.operators.role"), [(role, role_words(role)) for role in ROLES])
        self.form.add("code", t("settings.operators.code"), self.code, t("settings.operators.code_note"))
        self.form.add("name", t("settings.operators.name"), self.name)
        self.form.add("role", t("settings.operators.role"), self.role, t("settings.operators.role_note"))
        for field in (self.code, self.name):
            field.returnPressed.connect(self.save)
        self.off = QPushButton(t("settings.operators.turn_off"))
        self.off.clicked.connect(self._turn)
        self.off.hide()
        self.pin_button = QPushButton(t("settings.operators.set_pin"))
        self.pin_button.clicked.connect(self._ask_pin)
        self.pin_button.hide()
        self.save_button = ShortcutButton(msg("settings.document.save"), "Ctrl+S", kind="primary")
        self.save_button.clicked.connect(self.save)
        row = QHBoxLayout()
        self.badge_button = ShortcutButton(msg("settings.operators.print_badge"), "F6", icon="printer")
        self.badge_button.clicked.connect(self.print_badge)
        self.badge_button.hide()
        row.addWidget(self.badge_button)
        row.addStretch()
        row.addWidget(self.pin_button)
        row.addWidget(self.off)
        row.addWidget(self.save_button)
        self.form_card.add(self.form)
        self.form_card.add(row)
        self.form_card.add(PlainLabel(t("settings.operators.trail"), "note", wrap=True))
        return self.form_card


def role_words(role: str) -> str:
    """A role in words."""
    return render(Text(f"role.{role}"))
