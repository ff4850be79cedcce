"""Where the stock here and Odoo's do not say the same, and what a person lets be sent again. Asks as soon as it opens;
stopped, it says nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

from PySide6.QtWidgets import QPushButton, QWidget

from bmdesk.domain.rights import Right
from bmdesk.services.odoo.units import drift
from bmdesk.services.odoo.units.drift import Difference, Drift, Kind, Repair
from bmdesk.texts import Failure, Text, render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.palette import Tone
from bmdesk.ui.syncing import BackgroundSync, Errand
from bmdesk.ui.views.sync.asking_dialog import AskingDialog
from bmdesk.ui.views.sync.words import short
from bmdesk.ui.widgets.allowed import needs
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.fitting import Fit
from bmdesk.ui.words import NOTHING
from bmdesk.ui.workplace import Workplace

_FIT = Fit(
    widths={"serial": 150, "what": 190, "here": 110, "there": 120, "device": 150, "proposal": 130},
    grows={"what": 300, "here": 170, "device": 240, "proposal": 210},
    gives_way=("device",),
    stretches=("there",),
)
_GRAVE = {Kind.TWICE, Kind.OTHER_PRODUCT, Kind.MISSING_THERE, Kind.LEFT_THERE, Kind.LEFT_HERE}


class DriftDialog(AskingDialog):
    """Asks at once."""

    def __init__(self, parent: QWidget, workplace: Workplace, syncing: BackgroundSync) -> None:
        super().__init__(parent, t("sync_page.stock_check"), _columns(), _FIT, (1080, 580), multi=True)
        self.workplace = workplace
        self.found: Drift | None = None
        self.heading.setText(t("sync_page.drift_asking"))
        self.note.setText(t("sync_page.drift_note"))
        self.empty.set_words(t("sync_page.drift_waiting"))
        self.chosen_button = QPushButton(t("sync_page.drift_send_chosen"))
        self.all_button = QPushButton(t("sync_page.drift_send_all"))
        for button in (self.chosen_button, self.all_button):
            needs(button, self.workplace, Right.QUEUE)
            self.own_buttons.addWidget(button)
        self.chosen_button.clicked.connect(self.send_chosen)
        self.all_button.clicked.connect(self.send_all)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._enable())
        self.wait_for(syncing.odoo_drift(self.show_drift, self.show_failure))
        self._enable()

    # -- what came of it

    def show_drift(self, found: Drift) -> None:
        """It is back."""
        self.ended()
        if not found.complete:
            self._say_nothing(t("sync_page.drift_stopped"))
            return
        self.found = found
        count = len(found.differences)
        self.heading.setText(t("sync_page.drift_found", count=count) if count else t("odoo.drift.none"))
        self.empty.set_words(t("odoo.drift.none"))
        said = [t("odoo.drift.compared", units=found.units, pieces=found.pieces)]
        if found.busy:
            said.append(t("odoo.drift.busy", count=found.busy))
        counts = " · ".join(f"{t(f'odoo.drift.kind_{kind}')}: {n}" for kind, n in found.counts().items())
        self.note.setText("\n".join(filter(None, [" ".join(said), counts])))
        self.model.reset(found.differences)
        self.table.choose_first()
        self._enable()

    def show_failure(self, failure: Failure) -> None:
        """Odoo could not be asked."""
        self.ended()
        self._say_nothing(t("sync_page.drift_failed"))
        self.show_problems([failure])

    def show_crash(self) -> None:
        self.ended()
        self._say_nothing(t("sync_page.drift_failed"))

    def show_steps(self, errand: Errand) -> None:
        if errand.total:
            self.progress.setRange(0, errand.total)
            self.progress.setValue(errand.steps)
            self.heading.setText(t("sync_page.drift_steps", done=errand.steps, total=errand.total))

    def _say_nothing(self, heading: str) -> None:
        self.heading.setText(heading)
        self.empty.set_words(t("sync_page.drift_not_compared"))

    # -- what a person does

    def send_chosen(self) -> None:
        """Ask, then queue the chosen ones."""
        self._ask([one for one in self.table.chosen() if one.repair is Repair.SEND], self.chosen_button)

    def send_all(self) -> None:
        """Ask, then queue all that sending again may repair."""
        self._ask(self.found.sendable if self.found is not None else (), self.all_button)

    def _ask(self, chosen: Sequence[Difference], button: QPushButton) -> None:
        if not chosen:
            return
        Confirm(
            self,
            t("sync_page.drift_question", count=len(chosen)),
            t("sync_page.drift_writes_over"),
            t("sync_page.drift_send"),
            lambda _: self._send(chosen, button),
        ).open()

    def _send(self, chosen: Sequence[Difference], button: QPushButton) -> None:
        sent = {one.id for one in chosen}
        self.workplace.write(
            drift.repair, self.workplace.actor, chosen, then=partial(self._sent, sent), button=button
        )

    def _sent(self, sent: Collection[str], queued: int) -> None:
        assert self.found is not None, "they were chosen of what was found"
        left = tuple(one for one in self.found.differences if one.id not in sent)
        busy = self.found.busy + queued
        self.show_drift(Drift(left, self.found.units - queued, self.found.pieces, busy))
        self.heading.setText(t("odoo.drift.queued", count=queued))

    def _enable(self) -> None:
        chosen = self.table.chosen()
        self.chosen_button.setEnabled(any(one.repair is Repair.SEND for one in chosen))
        self.all_button.setEnabled(self.found is not None and bool(self.found.sendable))


def _columns() -> tuple[Column, ...]:
    return (
        Column(t("odoo.drift.head_serial"), lambda d: short(d.serial, 40), identifier=True),
        Column(
            t("odoo.drift.head_what"),
            lambda d: render(d.what),
            tone=lambda d: Tone.BAD if d.kind in _GRAVE else Tone.WARN,
            width=190,
        ),
        Column(t("odoo.drift.head_here"), lambda d: _words(d.here), hint=_both, width=110),
        Column(t("odoo.drift.head_there"), lambda d: _words(d.there), hint=_both, stretch=True),
        Column(
            t("odoo.drift.head_device"),
            lambda d: short(d.title, 120) or NOTHING,
            hint=lambda d: short(d.title),
            width=120,
        ),
        Column(
            t("odoo.drift.head_proposal"),
            lambda d: render(d.proposal),
            width=130,
        ),
    )


def _words(side: Text | str) -> str:
    return short(render(side) if isinstance(side, Text) else side, 200) or NOTHING


def _both(one: Difference) -> str:
    """Field by field, where there are such."""
    if not one.fields:
        return f"{_words(one.here)} → {_words(one.there)}"
    return "\n".join(
        f"{render(both.name)}: {_words(both.here)} → {_words(both.there)}" for both in one.fields
    )
