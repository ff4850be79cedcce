"""Exchange rates: those in force, those given before, and a form for a new one. An old rate is never changed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QPushButton

from bmdesk.domain.changes import Change
from bmdesk.domain.markets import MARKETS
from bmdesk.services import rates, settings
from bmdesk.services.company import Saved
from bmdesk.services.desk import Desk
from bmdesk.services.rates import GivenRate, RateBook
from bmdesk.services.settings import BadSetting, UnknownSetting
from bmdesk.texts import Failure, msg, render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, px
from bmdesk.ui.views.settings.sources import why_not
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.file_previews import rate_words
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.price_files import open_rates_import
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import ROW_HEIGHT, DataTable
from bmdesk.ui.words import moment
from bmdesk.ui.workplace import Workplace

_SHOWN_ROWS = 6


class RatesCard(Card):
    """`given` fires after a rate was kept."""

    given = Signal()

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(t("settings.rates.card"))
        self._workplace = workplace
        self._own = ""
        self.note = PlainLabel("", "note", wrap=True)
        self.model = RowsModel(
            (
                Column(t("settings.rates.currency"), lambda r: r.currency, width=110),
                Column(t("settings.rates.rate"), lambda r: rate_words(r.rate), number=True, width=120),
                Column(t("settings.rates.since"), lambda r: moment(r.at), width=160),
                Column(t("settings.rates.source"), _source, stretch=True),
                Column(
                    t("settings.rates.state"),
                    _state,
                    pill=lambda r: Tone.WARN if r.stale else Tone.OK if r.in_force else Tone.NEUTRAL,
                    width=130,
                ),
            ),
            self,
        )
        self.table = DataTable(t("settings.rates.card"))
        self.table.setModel(self.model)
        self.empty = PlainLabel(t("settings.rates.none"), "note", wrap=True)
        self.currency, self.rate = QLineEdit(), QLineEdit()
        self.currency.setMaxLength(3)
        self.currency.setFixedWidth(px(90))
        self.rate.setMaxLength(16)
        self.rate.setFixedWidth(px(130))
        for field, words in (
            (self.currency, t("settings.rates.currency")),
            (self.rate, t("settings.rates.rate")),
        ):
            field.setAccessibleName(words)
            field.textEdited.connect(self._edited)
            field.returnPressed.connect(self.give)
        self.currency.setPlaceholderText("GBP")
        self.rate.setPlaceholderText("0.86")
        self.currency.setCompleter(QCompleter(sorted({market.currency for market in MARKETS}), self.currency))
        self.give_button = ShortcutButton(msg("settings.rates.give"), "Ctrl+R", kind="primary")
        self.give_button.clicked.connect(self.give)
        self.import_button = QPushButton(t("rates_file.import"))
        self.import_button.clicked.connect(lambda: self.import_file(None))
        self.add_action(self.import_button)
        self.old = PlainLabel("", wrap=True)
        self.old.set_tone(Tone.WARN)
        self.old.hide()
        self.said = PlainLabel("", "note", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(PlainLabel(t("settings.rates.new")))
        row.addWidget(self.currency)
        row.addWidget(self.rate)
        row.addWidget(self.said, 1)
        row.addWidget(self.give_button)
        for part in (self.note, self.old, self.empty, self.table):
            self.add(part)
        self.add(row)

    def load(self) -> None:
        """Ask for the rates."""
        self._workplace.read(rates.book, then=self._show, key=(id(self), "rates"))

    def give(self) -> None:
        """The rate that was typed counts from now on."""
        currency, rate = self.currency.text().strip().upper(), self.rate.text().strip()
        if currency and rate:
            self._workplace.write(
                _give,
                currency,
                rate,
                then=lambda _: self._was_given(),
                failed=self._was_refused,
                button=self.give_button,
            )
        else:
            (self.rate if currency else self.currency).setFocus()

    def import_file(self, file: Path | None = None) -> None:
        """Rates from a file, shown before they count."""
        open_rates_import(self._workplace, self, file, after=self._were_imported)

    def _were_imported(self) -> None:
        self.load()
        self.given.emit()

    def _show(self, book: RateBook) -> None:
        self._own = book.currency
        self.note.setText(t("settings.rates.note", own=currency_one(book.currency)))
        self.model.set_rows(book.rates)
        stale = [rate for rate in book.rates if rate.stale]
        self.old.setText(t("settings.rates.stale", currencies=", ".join(rate.currency for rate in stale)))
        self.old.setVisible(bool(stale))
        self.table.setVisible(bool(book.rates))
        self.empty.setVisible(not book.rates)
        rows = min(max(len(book.rates), 1), _SHOWN_ROWS)
        self.table.setFixedHeight(
            self.table.horizontalHeader().sizeHint().height() + rows * px(ROW_HEIGHT) + 6
        )

    def _edited(self) -> None:
        currency, rate = self.currency.text().strip().upper(), self.rate.text().strip()
        for field in (self.currency, self.rate):
            mark(field, wrong=False)
        words = ""
        if len(currency) == 3 and rate:
            words = t(
                "settings.rates.means", rate=rate, many=currency_many(currency), one=currency_one(self._own)
            )
        self._say(words, "note")

    def _was_given(self) -> None:
        self.currency.clear()
        self.rate.clear()
        self._say("", "note")
        self._workplace.window.say(Tone.OK, t("settings.rates.kept"), for_ms=4000)
        self.load()
        self.given.emit()

    def _was_refused(self, failure: Failure) -> None:
        if isinstance(failure, UnknownSetting):
            mark(self.currency, wrong=True)
            self._say(t("settings.rates.bad_currency"), "error")
        elif isinstance(failure, BadSetting):
            mark(self.rate, wrong=True)
            self._say(why_not(failure), "error")
        else:
            self._workplace.window.show_failure(failure)

    def _say(self, words: str, kind: str) -> None:
        mark(self.said, kind=kind)
        self.said.setText(words)


def currency_many(code: str) -> str:
    """`pounds`; the code itself where no name is known."""
    return render(_NAMES[code][1]) if code in _NAMES else code


def currency_one(code: str) -> str:
    """`one euro`; the code itself where no name is known."""
    return render(_NAMES[code][0]) if code in _NAMES else f"1 {code}"


_NAMES = {
    "EUR": (msg("currency.eur.one"), msg("currency.eur.many")),
    "GBP": (msg("currency.gbp.one"), msg("currency.gbp.many")),
    "SEK": (msg("currency.sek.one"), msg("currency.sek.many")),
    "USD": (msg("currency.usd.one"), msg("currency.usd.many")),
    "JPY": (msg("currency.jpy.one"), msg("currency.jpy.many")),
    "AUD": (msg("currency.aud.one"), msg("currency.aud.many")),
}


def _give(desk: Desk, currency: str, rate: str) -> Saved:
    settings.put(desk, f"rate.{currency}", rate)
    return Saved(currency, frozenset({Change.SETTINGS}))


def _state(given: GivenRate) -> str:
    if given.stale:
        return t("rates.state_stale")
    return t("settings.rates.in_force" if given.in_force else "settings.rates.past")


def _source(given: GivenRate) -> str:
    return t("settings.rates.by_hand") if given.source == rates.BY_HAND else given.source
