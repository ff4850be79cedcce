"""A secret of the machine, an account's token: written here, never shown; whether there is one and where it is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton

from bmdesk.domain.rights import Right
from bmdesk.services.desk import Desk
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


@dataclass(frozen=True, slots=True)
class SecretWords:
    """What is said of one secret. `there`: that there is one, given where it is kept."""

    title: str
    hint: str
    keep: Text
    kept: str
    none: str
    there: Callable[[Text], str]
    note: str
    forget: str
    forget_question: str
    forget_happens: str


class SecretCard(Card):
    """`changed` fires after the secret was kept or forgotten; `keep` and `forget` do so, off the window's thread."""

    changed = Signal()

    def __init__(
        self,
        workplace: Workplace,
        words: SecretWords,
        keep: Callable[[Desk, str], Text | None],
        forget: Callable[[Desk], None],
    ) -> None:
        super().__init__(words.title)
        self._workplace = workplace
        self._words = words
        self._keep_it, self._forget_it = keep, forget
        self.state = PlainLabel("", wrap=True)
        self.field = QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setMaxLength(4000)
        self.field.setAccessibleName(words.title)
        self.field.setPlaceholderText(words.hint)
        self.field.returnPressed.connect(self.keep)
        self.keep_button = ShortcutButton(words.keep, kind="primary")
        self.keep_button.clicked.connect(self.keep)
        self.keep_button.setEnabled(False)
        self.field.textChanged.connect(lambda text: self.keep_button.setEnabled(bool(text.strip())))
        self.forget_button = QPushButton(words.forget)
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
        self.add(PlainLabel(words.note, "note", wrap=True))

    def show_place(self, place: Text | None) -> None:
        """Say whether there is one and where it is."""
        if place is None:
            self.state.setText(self._words.none)
            self.state.set_tone(Tone.WARN)
        else:
            self.state.setText(self._words.there(place))
            self.state.set_tone(None)
        self.forget_button.setVisible(place is not None)

    def keep(self) -> None:
        """Keep what was typed or pasted; the field is empty afterwards."""
        secret = self.field.text().strip()
        if not secret:
            return

        def keep() -> None:
            self.keep_button.setEnabled(False)
            # A keyring may ask its owner first: scans on the writer's thread must not wait for that.
            self._workplace.read(self._keep_it, secret, then=self._was_kept, failed=self._was_refused)

        self._workplace.with_pin(Right.TOKEN, keep)

    def _was_kept(self, notice: Text | None) -> None:
        self.field.clear()
        self._say(render(notice) if notice is not None else self._words.kept, "note")
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
            self._words.forget_question,
            self._words.forget_happens,
            self._words.forget,
            lambda _: self._forget(),
            danger=True,
        ).open()

    def _forget(self) -> None:
        def forget() -> None:
            self._workplace.read(self._forget_it, then=self._was_forgotten)

        self._workplace.with_pin(Right.TOKEN, forget)

    def _was_forgotten(self, _: object) -> None:
        self._say("", "note")
        self.changed.emit()

    def _say(self, words: str, kind: str) -> None:
        mark(self.said, kind=kind)
        mark(self.field, wrong=kind == "error")
        self.said.setText(words)
        self.said.setVisible(bool(words))


def token_card(workplace: Workplace, name: str) -> SecretCard:
    """The token of the account of this name."""
    words = SecretWords(
        title=t("settings.bm.token"),
        hint=t("settings.bm.token_hint"),
        keep=msg("settings.bm.token_keep"),
        kept=t("settings.bm.token_kept"),
        none=t("settings.bm.token_none"),
        there=lambda place: t("settings.bm.token_there", place=place),
        note=t("settings.bm.token_note"),
        forget=t("settings.bm.token_forget"),
        forget_question=t("settings.bm.token_forget_question", account=name),
        forget_happens=t("settings.bm.token_forget_happens"),
    )
    return SecretCard(
        workplace,
        words,
        lambda desk, token: account_facts.keep_token(desk, name, token),
        lambda desk: account_facts.forget_token(desk, name),
    )
