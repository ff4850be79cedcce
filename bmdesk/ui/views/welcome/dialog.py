"""The first start: four short answers, or the demo; then how to get the cards printed.

Everything is asked once and can be changed later in Settings. `setup.done` is written last, so that a crash in between
asks again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMetaMethod, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QCompleter,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from bmdesk.domain.changes import Change
from bmdesk.services import company, settings
from bmdesk.services.company import FIRST_OPERATOR, Saved
from bmdesk.services.desk import Desk
from bmdesk.services.session import local_zone
from bmdesk.services.settings import BadSetting
from bmdesk.system.paths import DataDir
from bmdesk.texts import Failure, msg, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import are_words_large, mark, px, set_icon, set_pixmap
from bmdesk.ui.widgets.form import Form
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.scroll import scrolling
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.words import refusal_words, time_zones
from bmdesk.ui.workplace import Workplace

CURRENCIES = ("EUR", "GBP", "USD", "SEK", "DKK", "PLN", "CZK", "CHF", "NOK", "CAD", "AUD", "JPY")


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person said on the first start."""

    name: str
    zone: str
    currency: str
    code: str
    person: str


def begin(desk: Desk, answers: Answers) -> Saved:
    """Write the answers. Raises BadSetting or what `company.add_operator` raises; asked again, nothing doubles."""
    for name, value in (
        ("company.name", answers.name),
        ("company.timezone", answers.zone),
        ("company.currency", answers.currency),
    ):
        settings.put(desk, name, value)
    code = answers.code.strip().upper()
    if any(operator.code == code for operator in company.operators(desk)):
        company.change_operator(desk, code, answers.person, "owner", active=True)
    else:
        company.add_operator(desk, code, answers.person, "owner")
    settings.put(desk, "setup.done", "true")
    return Saved(code, frozenset({Change.SETTINGS, Change.OPERATORS}))


class WelcomeDialog(QDialog):
    """`finished` fires at the end; `demo_asked` when a person wants to look around first."""

    demo_asked = Signal()

    def __init__(self, workplace: Workplace, data: DataDir) -> None:
        super().__init__(workplace.window)
        self.workplace = workplace
        self.data = data
        self.done_setting_up = False
        self.setWindowTitle(t("welcome.title"))
        self.setModal(True)
        self.setMinimumWidth(px(620))
        self._pages = QStackedWidget()
        self._pages.addWidget(self._questions())
        self._pages.addWidget(self._cards())
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 22)
        if are_words_large():
            column.addWidget(scrolling(self._pages))
            room = workplace.window.size()
            wanted = self._pages.sizeHint().expandedTo(QSize(px(620), 0)) + QSize(80, 60)
            self.resize(wanted.boundedTo(room - QSize(20, 20)))
        else:
            column.addWidget(self._pages)
        self.name.setFocus()

    def begin(self) -> None:
        """Write the answers and go on to the cards."""
        self.form.show_errors({})
        missing = {
            key: t("welcome.needed")
            for key, field in (("name", self.name), ("code", self.code), ("person", self.person))
            if not field.text().strip()
        }
        if missing:
            self.form.show_errors(missing)
            return
        answers = Answers(
            self.name.text().strip(),
            self.zone.text().strip(),
            self.currency.text().strip(),
            self.code.text().strip(),
            self.person.text().strip(),
        )
        self.start.setEnabled(False)
        self.workplace.write(begin, answers, then=self._has_begun, failed=self._was_refused)

    def write_cards(self, file: Path) -> None:
        """Write the command cards, the new badge among them."""
        from bmdesk.reports.company_cards import write_company_cards  # draws: not before it is asked for

        self.workplace.read(write_company_cards, file, then=lambda _: self._was_written(file))

    def reject(self) -> None:
        """Esc closes only what is finished: without answers the bench could not begin."""
        if self.done_setting_up:
            self.accept()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # The demo is opened by whoever made this dialog; nobody listening, nothing offered.
        offered = self.isSignalConnected(QMetaMethod.fromSignal(self.demo_asked))
        self.demo.setVisible(offered)
        self.demo_note.setVisible(offered)

    def closeEvent(self, event: QCloseEvent) -> None:
        # The window's own cross leaves for now; the questions come again with the next start.
        event.accept()
        if not self.done_setting_up:
            self.done(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.done_setting_up:
            focus = self.focusWidget()
            if isinstance(focus, QPushButton):
                focus.click()
            else:
                self.begin()
            return
        super().keyPressEvent(event)

    def _has_begun(self, saved: Saved) -> None:
        self.done_setting_up = True
        self.badge_note.setText(t("welcome.badge", badge=saved.id))
        if saved.id != FIRST_OPERATOR:
            self.badge_note.setText(f"{t('welcome.badge', badge=saved.id)} {t('welcome.owner_stays')}")
        self._pages.setCurrentIndex(1)
        self.finish.setDefault(True)
        self.print_button.setFocus()

    def _was_refused(self, failure: Failure) -> None:
        self.start.setEnabled(True)
        if isinstance(failure, BadSetting):
            field = {"company.timezone": "zone", "company.currency": "currency"}.get(
                str(failure.params["name"]), "name"
            )
            expected = failure.params["expected"]
            self.form.show_errors({field: t("welcome.expected", expected=expected)})
        else:
            self.form.show_errors({"code": refusal_words(failure)})

    def _ask_file(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, t("welcome.cards.button"), "cards.pdf", t("settings.pdf_files")
        )
        if name:
            self.write_cards(Path(name))

    def _was_written(self, file: Path) -> None:
        self.written.setText(t("welcome.cards.written", file=str(file)))
        self.written.set_tone(Tone.OK)
        self.written.show()
        self.finish.setFocus()

    def _questions(self) -> QWidget:
        self.name, self.zone, self.currency = QLineEdit(), QLineEdit(local_zone()), QLineEdit("EUR")
        self.code, self.person = QLineEdit(FIRST_OPERATOR), QLineEdit()
        self.name.setMaxLength(200)
        self.currency.setMaxLength(3)
        self.code.setMaxLength(32)
        self.person.setMaxLength(200)
        for field, known in ((self.zone, time_zones()), (self.currency, CURRENCIES)):
            offered = QCompleter(list(known), field)
            offered.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            offered.setFilterMode(Qt.MatchFlag.MatchContains)
            field.setCompleter(offered)
        self.form = Form()
        self.form.add("name", t("welcome.company"), self.name)
        self.form.add("zone", t("welcome.zone"), self.zone, t("welcome.zone_note"))
        self.form.add("currency", t("welcome.currency"), self.currency, t("welcome.currency_note"))
        self.form.add("person", t("welcome.person"), self.person)
        self.form.add("code", t("welcome.code"), self.code, t("welcome.code_note"))
        demo = ShortcutButton(msg("welcome.demo"), "Ctrl+D", kind="flat")
        demo.clicked.connect(self._ask_demo)
        demo.setAutoDefault(False)
        self.demo = demo
        self.demo_note = PlainLabel(t("welcome.demo_note"), "note", wrap=True)
        self.start = QPushButton(t("welcome.start"))
        mark(self.start, kind="primary")
        self.start.setDefault(True)
        self.start.clicked.connect(self.begin)
        row = QHBoxLayout()
        row.addWidget(demo)
        row.addStretch()
        row.addWidget(self.start)
        return _page(
            t("welcome.hello"),
            t("welcome.intro"),
            self.form,
            self.demo_note,
            row,
        )

    def _cards(self) -> QWidget:
        self.print_button = QPushButton(t("welcome.cards.button"))
        set_icon(self.print_button, "printer")
        self.print_button.clicked.connect(self._ask_file)
        self.finish = QPushButton(t("welcome.finish"))
        mark(self.finish, kind="primary")
        self.finish.clicked.connect(self.accept)
        self.badge_note = PlainLabel("", wrap=True)
        self.written = PlainLabel("", "note", wrap=True)
        self.written.hide()
        row = QHBoxLayout()
        row.addWidget(self.print_button)
        row.addStretch()
        row.addWidget(self.finish)
        return _page(t("welcome.cards.title"), t("welcome.cards.intro"), self.badge_note, self.written, row)

    def _ask_demo(self) -> None:
        self.demo_asked.emit()
        self.done(0)


def _page(title: str, intro: str, *parts: QWidget | QHBoxLayout) -> QWidget:
    page = QWidget()
    mark(page, kind="clear")
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(14)
    head = QHBoxLayout()
    head.setSpacing(12)
    logo = QLabel()
    set_pixmap(logo, "logo", "accent", 34)
    head.addWidget(logo)
    head.addWidget(PlainLabel(title, "title"), 1)
    column.addLayout(head)
    column.addWidget(PlainLabel(intro, wrap=True))
    for part in parts[:-1]:
        if isinstance(part, QWidget):
            column.addWidget(part)
    column.addStretch(1)
    last = parts[-1]
    if isinstance(last, QHBoxLayout):
        column.addLayout(last)
    return page
