"""The sections that are lists of settings and nothing else: company, bench, receiving, buffers, photos, look."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton

from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.grading.judgement import SELLABLE
from bmdesk.system import machine
from bmdesk.texts import Text, choice, languages, msg, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import Theme
from bmdesk.ui.views.settings.fields import choice_editor, line_editor, switch_editor
from bmdesk.ui.views.settings.notice import Notice
from bmdesk.ui.views.settings.section import Section
from bmdesk.ui.views.settings.sources import company_setting, machine_setting
from bmdesk.ui.words import time_zones
from bmdesk.ui.workplace import Workplace


class CompanySection(Section):
    """Name, time zone, currency; and what this station is called."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        card = self.card(t("settings.company.card"), t("settings.company.note"))
        self.name = self.field(
            card, msg("settings.company.name"), company_setting("company.name"), line_editor()
        )
        self.zone = self.field(
            card,
            msg("settings.company.zone"),
            company_setting("company.timezone"),
            line_editor(known=time_zones()),
        )
        self.currency = self.field(
            card, msg("settings.company.currency"), company_setting("company.currency"), line_editor()
        )
        self.currency.kept.connect(self._warn_of_rates)
        self._currency_before = ""
        self.rates_warning = Notice()
        card.add(self.rates_warning)
        here = self.card(t("settings.station.card"), t("settings.station.note"))
        self.station = self.field(
            here,
            msg("settings.station.name"),
            machine_setting(workplace.machine, machine.STATION),
            line_editor(),
        )
        self.column.addStretch(1)

    def load(self) -> None:
        super().load()
        self.workplace.read(_currency, then=self._note_currency, key=(id(self), "currency"))

    def _note_currency(self, currency: str) -> None:
        self._currency_before = self._currency_before or currency

    def _warn_of_rates(self, currency: str) -> None:
        before = self._currency_before  # what the rates were given for, as far as this window knows
        if before == currency.upper():
            self.rates_warning.clear()
        elif before:
            self.workplace.read(
                settings.currencies_with_a_rate,
                then=lambda given: self._show_rates_warning(before, given),
                key=(id(self), "rates"),
            )

    def _show_rates_warning(self, before: str, given: list[str]) -> None:
        if not given:
            self.rates_warning.clear()
            return
        words = t("setting.rates_of_before", currencies=", ".join(given), before=before)
        self.rates_warning.show_words(Tone.WARN, t("settings.company.rates_title"), words)


class BenchSection(Section):
    """How the bench behaves."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        card = self.card(t("settings.bench.card"))
        for name, label, unit in (
            ("bench.target_per_hour", msg("settings.bench.target"), t("settings.unit.units")),
            ("bench.lock_minutes", msg("settings.bench.lock_minutes"), t("settings.unit.minutes")),
            ("bench.repeat_ms", msg("settings.bench.repeat"), t("settings.unit.ms")),
            ("bench.battery_method", msg("settings.bench.battery_method"), ""),
            ("bench.lock_method", msg("settings.bench.lock_method"), ""),
            ("battery.retest_above", msg("settings.bench.retest_above"), ""),
        ):
            self.field(card, label, company_setting(name), line_editor(), unit)
        self.column.addStretch(1)


class ReceivingSection(Section):
    """What a new batch begins with."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        card = self.card(t("settings.receiving.card"), t("settings.receiving.note"))
        choices = [("margin", t("vat.margin")), ("regular", t("vat.regular"))]
        words = msg("settings.receiving.vat")
        self.field(
            card,
            words,
            company_setting("receiving.vat_scheme"),
            choice_editor(render(words), choices),
        )
        self.field(
            card,
            msg("settings.receiving.warehouse"),
            company_setting("receiving.warehouse"),
            line_editor(),
        )
        self.field(card, msg("settings.receiving.bin"), company_setting("receiving.bin"), line_editor())
        self.column.addStretch(1)


class BufferSection(Section):
    """Pieces kept back from sale, by grade."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        card = self.card(t("settings.buffers.card"), t("settings.buffers.note"))
        for grade in SELLABLE:
            self.field(
                card,
                Text(f"grade.{grade.lower()}"),
                company_setting(f"stock.buffer.{grade}"),
                line_editor(),
                t("settings.unit.pieces"),
            )
        self.column.addStretch(1)


class PhotoSection(Section):
    """The folder in which a camera or phone leaves its pictures."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        card = self.card(t("settings.photos.card"), t("settings.photos.note"))
        self.folder = self.field(
            card,
            msg("settings.photos.folder"),
            machine_setting(workplace.machine, machine.PHOTO_FOLDER),
            line_editor(t("settings.photos.none")),
        )
        choose = QPushButton(t("settings.photos.choose"))
        choose.clicked.connect(self._choose)
        card.add_action(choose)
        self.column.addStretch(1)

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self, t("settings.photos.choose"), self.folder.editor.read()
        )
        if folder:
            self.folder.editor.show(folder)
            self.folder.keep()


class LookSection(Section):
    """Light or dark, and whether the bench may be heard. Both hold at once."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        card = self.card(t("settings.look.card"), t("settings.look.note"))
        choices = [
            ("system", t("settings.look.system")),
            ("light", t("settings.look.light")),
            ("dark", t("settings.look.dark")),
        ]
        words = msg("settings.look.scheme")
        self.look = self.field(
            card,
            words,
            machine_setting(workplace.machine, machine.LOOK),
            choice_editor(render(words), choices),
        )
        self.look.kept.connect(_dress)
        languages_ = [(choice.SYSTEM, t("settings.look.language_system"))]
        languages_ += [(code, t(f"language.{code}")) for code in languages()]
        words = msg("settings.look.language")
        self.language = self.field(
            card,
            words,
            machine_setting(workplace.machine, machine.LANGUAGE),
            choice_editor(render(words), languages_),
        )
        words = msg("settings.look.text_size")
        self.text_size = self.field(
            card,
            words,
            machine_setting(workplace.machine, machine.TEXT_SIZE),
            choice_editor(render(words), [(str(size), f"{size} %") for size in machine.TEXT_SIZES]),
        )
        self.sounds = self.field(
            card,
            msg("settings.look.sounds"),
            machine_setting(workplace.machine, machine.SOUNDS),
            switch_editor(t("settings.on")),
        )
        self.sounds.kept.connect(self._sound)
        self.column.addStretch(1)

    def _sound(self, value: str) -> None:
        self.workplace.window.feedback.sounds = value == "true"
        if value == "true":
            self.workplace.window.feedback.ok()


def _currency(desk: Desk) -> str:
    return settings.get(desk, "company.currency")


def _dress(scheme: str) -> None:
    app = QApplication.instance()
    if isinstance(app, QApplication):
        Theme.apply(app, scheme)
