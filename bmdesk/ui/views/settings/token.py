"""The token of an account: written here, never shown; whether there is one and where it is kept."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton

from bmdesk.domain.rights import Right
from bmdesk.system.secrets import SecretRefused
from bmdesk.texts import Failure, Text, msg, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark
from bmdesk.ui.views.settings import account_facts
from bmdesk.ui.views.settings.sources import why_not
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.workplace import Workplace


class TokenCard(Card):
    """`changed` fires after a token was kept or forgotten."""

    changed = Signal()

    def __init__(self, workplace: Workplace, name: str) -> None:
        super().__init__(t("settings.bm.token"))
        self._workplace = workplace
        self._name = name
        self.state = PlainLabel("", wrap=True)
        self.field = QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setMaxLength(4000)
        self.field.setAccessibleName(t("settings.bm.token"))
        self.field.setPlaceholderText(t("settings.bm.token_hint"))
        self.field.returnPressed.connect(self.keep)
        self.keep_button = ShortcutButton(msg("settings.bm.token_keep"), kind="primary")
        self.keep_button.clicked.connect(self.keep)
        self.keep_button.setEnabled(False)
        self.field.textChanged.connect(lambda text: self.keep_button.setEnabled(bool(text.strip())))
        self.forget_button = QPushButton(t("settings.bm.token_forget"))
        self.forget_button.clicked.connect(self._ask_forget)
        self.forget_button.hide()
        self.said = PlainLabel("", "note", wrap=True)
        self.said.hide()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addWidget(self.keep_button)
        row.addWidget(self.forget_button)
        self.add(self.state)
        self.add(row)
        self.add(self.said)
        self.add(PlainLabel(t("settings.bm.token_note"), "note", wrap=True))

    def show_place(self, place: Text | None) -> None:
        """Say whether there is a token and where it is."""
        if place is None:
            self.state.setText(t("settings.bm.token_none"))
            self.state.set_tone(Tone.WARN)
        else:
            self.state.setText(t("settings.bm.token_there", place=place))
            self.state.set_tone(None)
        self.forget_button.setVisible(place is not None)

    def keep(self) -> None:
        """Keep what was typed or pasted; the field is empty afterwards."""
        token = self.field.text().strip()
        if not token:
            return

        def keep() -> None:
            self.keep_button.setEnabled(False)
            # A keyring may ask its owner first: scans on the writer's thread must not wait for that.
            self._workplace.read(
                account_facts.keep_token, self._name, token, then=self._was_kept, failed=self._was_refused
            )

        self._workplace.with_pin(Right.TOKEN, keep)

    def _was_kept(self, notice: Text | None) -> None:
        self.field.clear()
        self._say(render(notice) if notice is not None else t("settings.bm.token_kept"), "note")
        self.said.set_tone(Tone.OK if notice is None else Tone.WARN)
        self.changed.emit()

    def _was_refused(self, failure: Failure) -> None:
        self.keep_button.setEnabled(True)
        if isinstance(failure, SecretRefused):
            self._say(why_not(failure), "error")
        else:
            self._workplace.window.show_failure(failure)

    def _ask_forget(self) -> None:
        Confirm(
            self,
            t("settings.bm.token_forget_question", account=self._name),
            t("settings.bm.token_forget_happens"),
            t("settings.bm.token_forget"),
            lambda _: self._forget(),
            danger=True,
        ).open()

    def _forget(self) -> None:
        def forget() -> None:
            self._workplace.read(account_facts.forget_token, self._name, then=self._was_forgotten)

        self._workplace.with_pin(Right.TOKEN, forget)

    def _was_forgotten(self, _: object) -> None:
        self._say("", "note")
        self.changed.emit()

    def _say(self, words: str, kind: str) -> None:
        mark(self.said, kind=kind)
        mark(self.field, wrong=kind == "error")
        self.said.setText(words)
        self.said.setVisible(bool(words))
