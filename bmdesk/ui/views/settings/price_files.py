"""The rules for prices and the prices themselves as files, both ways."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QPushButton

from bmdesk.services.selling.accounts import AccountView
from bmdesk.texts import t
from bmdesk.ui.widgets import price_files
from bmdesk.ui.widgets.account_choice import AccountChoice
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.workplace import Workplace


class PriceFilesCard(Card):
    """`taken` fires after a file was taken."""

    taken = Signal()

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(t("settings.price_files.card"))
        self._workplace = workplace
        self.account = AccountChoice(workplace)
        self.account.changed.connect(self._account_changed)
        self.add_action(self.account)
        self.rules_out = QPushButton(t("rules_file.save"))
        self.rules_in = QPushButton(t("rules_file.ask"))
        self.prices_out = QPushButton(t("prices_file.save"))
        self.prices_in = QPushButton(t("prices_file.ask"))
        self.rules_out.clicked.connect(lambda: price_files.open_rules_export(workplace, self))
        self.rules_in.clicked.connect(lambda: self.import_rules(None))
        self.prices_out.clicked.connect(
            lambda: price_files.open_price_export(workplace, self, self.account.id)
        )
        self.prices_in.clicked.connect(lambda: self.import_prices(None))
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        rows = (
            (t("settings.price_files.rules"), self.rules_out, self.rules_in),
            (t("settings.price_files.prices"), self.prices_out, self.prices_in),
        )
        for row, (words, *buttons) in enumerate(rows):
            grid.addWidget(PlainLabel(words, "note", wrap=True), row, 0)
            for column, button in enumerate(buttons, 1):
                grid.addWidget(button, row, column)
        grid.setColumnStretch(0, 1)
        self.add(grid)
        self._account_changed(None)

    def load(self) -> None:
        """Ask which accounts there are."""
        self.account.load()

    def import_rules(self, file: Path | None = None) -> None:
        """Rules from a file; with what they would do to the prices of the account shown."""
        price_files.open_rules_import(self._workplace, self, self.account.id, file, after=self.taken.emit)

    def import_prices(self, file: Path | None = None) -> None:
        """A price list for the account shown, for its primary market where a line names none."""
        view = self.account.now
        market = view.settings.primary_market if view is not None and view.settings is not None else ""
        price_files.open_price_import(
            self._workplace, self, self.account.id, market, file, after=self.taken.emit
        )

    def _account_changed(self, view: AccountView | None) -> None:
        for button in (self.prices_out, self.prices_in):
            button.setEnabled(view is not None)
