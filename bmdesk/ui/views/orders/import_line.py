"""One line above the orders while older ones are read: how far it is, also for whoever has closed the import."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from bmdesk.services.desk import Desk
from bmdesk.services.orders import history_import
from bmdesk.services.orders.history_import import History
from bmdesk.services.selling import accounts
from bmdesk.texts import render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark
from bmdesk.ui.widgets.facts import broken
from bmdesk.ui.widgets.import_run import UNDER_WAY, ImportBar
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.workplace import Workplace


class ImportLine(QFrame):
    """Hidden while nothing is read. `more_asked`: the person wants to see, pause or give it up."""

    more_asked = Signal()

    def __init__(self, workplace: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, kind="card")
        self._workplace = workplace
        self.words = PlainLabel()
        self.problem = PlainLabel()
        self.problem.set_tone(Tone.BAD)
        self.problem.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.bar = ImportBar()
        self.more = QPushButton(t("orders_page.import_show"))
        self.more.clicked.connect(self.more_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(12)
        row.addWidget(self.words)
        row.addWidget(self.bar, 1)
        row.addWidget(self.problem, 2)
        row.addWidget(self.more)
        self.hide()

    def refresh(self) -> None:
        """Ask how far it is."""
        self._workplace.read(_under_way, then=self._show, key=(id(self), "line"))

    def _show(self, run: History | None) -> None:
        self.setVisible(run is not None)
        if run is None:
            return
        paused = run.state == "paused"
        seen = (
            t("orders_page.import_seen", seen=run.seen, count=run.count)
            if run.pages
            else t("orders_page.import_none_yet")
        )
        self.words.setText(
            t("orders_page.import_line_paused" if paused else "orders_page.import_line", seen=seen)
        )
        self.bar.show_run(run)
        self.problem.setVisible(run.problem is not None)
        said = broken(render(run.problem), 200) if run.problem is not None else ""
        self.problem.setText(said)
        self.problem.setToolTip(said)


def _under_way(desk: Desk) -> History | None:
    """What is being read now, of whichever account."""
    for account in accounts.listed(desk):
        for run in history_import.of_account(desk, account.row.id):
            if run.state in UNDER_WAY:
                return run
    return None
