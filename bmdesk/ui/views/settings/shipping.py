"""Shipping: the days on which parcels leave, what the packing place asks, its papers, and the seller's carriers."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from bmdesk.domain.changes import Change
from bmdesk.services.setting_readers import WEEKDAYS
from bmdesk.system import machine
from bmdesk.texts import msg, render, t
from bmdesk.ui.theme import mark, px
from bmdesk.ui.views.settings.carriers import CarrierCard
from bmdesk.ui.views.settings.fields import Editor, choice_editor, line_editor, switch_editor
from bmdesk.ui.views.settings.section import Section
from bmdesk.ui.views.settings.sources import company_setting, machine_setting
from bmdesk.ui.workplace import Workplace

_WEEK_WIDTH = 316


class ShippingSection(Section):
    """When, how and with whom parcels leave the house."""

    reloads_on = frozenset({Change.SETTINGS, Change.PACKING})

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        self._calendar()
        self._packing()
        self.carriers = CarrierCard(workplace)
        self.column.addWidget(self.carriers)
        self.column.addStretch(1)

    def load(self) -> None:
        super().load()
        self.carriers.load()

    def _calendar(self) -> None:
        card = self.card(t("settings.shipping.calendar"), t("settings.shipping.calendar_note"))
        days = msg("settings.shipping.weekdays")
        self.weekdays = self.field(
            card, days, company_setting("calendar.weekdays"), weekday_editor(render(days))
        )
        self.weekdays.editor.widget.setFixedWidth(px(_WEEK_WIDTH))
        self.holidays = self.field(
            card,
            msg("settings.shipping.holidays"),
            company_setting("calendar.holidays"),
            line_editor("2026-12-25, 2027-01-01"),
        )

    def _packing(self) -> None:
        card = self.card(t("settings.shipping.packing"))
        self.boot = self.field(
            card,
            msg("settings.shipping.boot"),
            company_setting("pack.boot_days"),
            line_editor(),
            t("settings.shipping.days"),
        )
        self.swaps = self.field(
            card,
            msg("settings.shipping.swaps"),
            company_setting("pack.swaps"),
            switch_editor(t("settings.on")),
        )
        papers = msg("settings.shipping.papers")
        ways = [
            ("nothing", t("settings.shipping.papers_nothing")),
            ("open", t("settings.shipping.papers_open")),
            ("print", t("settings.shipping.papers_print")),
        ]
        self.papers = self.field(
            card,
            papers,
            machine_setting(self.workplace.machine, machine.PACK_PAPERS),
            choice_editor(render(papers), ways),
        )


def weekday_editor(name: str) -> Editor:
    """Seven days to press in or out; one stays in, because a week without one has no ship-by."""
    words = dict(
        zip(
            WEEKDAYS,
            (
                t("settings.shipping.mon"),
                t("settings.shipping.tue"),
                t("settings.shipping.wed"),
                t("settings.shipping.thu"),
                t("settings.shipping.fri"),
                t("settings.shipping.sat"),
                t("settings.shipping.sun"),
            ),
            strict=True,
        )
    )
    holder = QWidget()
    mark(holder, kind="clear")
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(3)
    buttons: dict[str, QPushButton] = {}

    def read() -> str:
        return ",".join(day for day, button in buttons.items() if button.isChecked())

    def show(value: str) -> None:
        given = {part.strip().lower()[:3] for part in value.split(",")}
        for day, button in buttons.items():
            button.setChecked(day in given)

    editor = Editor(holder, read, show)
    for day in WEEKDAYS:
        button = QPushButton(words[day])
        button.setCheckable(True)
        button.setAccessibleName(f"{name}: {words[day]}")
        mark(button, chip=True)
        button.clicked.connect(lambda _=False: editor.given.emit())
        row.addWidget(button, 1)
        buttons[day] = button
    holder.setFocusProxy(buttons["mon"])
    return editor
