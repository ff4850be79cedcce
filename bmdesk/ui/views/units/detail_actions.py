"""What may be done with the one unit on the sheet: asks what is needed, then calls the service by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QMenu, QWidget

from bmdesk.domain.rights import Right
from bmdesk.domain.unit import GoneReason, gone_text
from bmdesk.services.goods import units_actions
from bmdesk.services.goods.unit_detail import UnitDetail
from bmdesk.services.goods.units_actions import Done
from bmdesk.services.grading import repairs
from bmdesk.texts import render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.units.label_dialog import LabelDialog
from bmdesk.ui.widgets.allowed import allow
from bmdesk.ui.widgets.asking import Asking, needs, place_check
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.workplace import Workplace


class DetailActions:
    """Acts on the unit that was offered last; does nothing before that."""

    def __init__(self, owner: QWidget, workplace: Workplace) -> None:
        self._owner = owner
        self._workplace = workplace
        self._unit: UnitDetail | None = None

    def offer(self, unit: UnitDetail | None) -> None:
        """From now on this unit is meant."""
        self._unit = unit

    def take_to_bench(self) -> None:
        """Scan the unit at the bench, as if it lay there."""
        unit = self._unit
        if unit is not None and unit.identifiers:
            take_to_bench(self._workplace, unit.identifiers[0].value)

    def label(self) -> None:
        """The unit's label: looked at, printed or saved."""
        if self._unit is not None:
            LabelDialog(self._owner, self._workplace, [self._unit.id]).open()

    def repair(self) -> None:
        """Send the unit to repair, or say that it is there already."""
        unit = self._unit
        if unit is None:
            return
        if unit.work_order is not None:
            words = t("units_page.repair_open", fault=unit.work_order.fault)
            self._workplace.window.say(Tone.INFO, words, t("units_page.repair_open_todo"), for_ms=6000)
            return
        asking = Asking(
            self._owner,
            t("units_page.repair_title"),
            t("units_page.repair_note"),
            t("units_page.repair_yes"),
            lambda values: self._write(
                repairs.send_to_repair,
                unit.id,
                values["fault"],
                values["technician"],
                said=t("units_page.repair_said"),
            ),
            needs("fault"),
        )
        asking.words("fault", t("units_page.fact_fault"))
        asking.words("technician", t("units_page.fact_technician"), longest=80)
        asking.open()

    def remove_photo(self, key: str) -> None:
        """Ask, then take this photo off the unit."""
        unit = self._unit
        if unit is not None:
            Confirm(
                self._owner,
                t("units_page.photo_remove_title"),
                t("units_page.photo_remove_note"),
                t("units_page.photo_remove_yes"),
                lambda _: self._write(
                    units_actions.remove_photo, unit.id, key, said=t("units_page.photo_removed")
                ),
                danger=True,
            ).open()

    def move(self) -> None:
        """Ask for a bin and put the unit there."""
        unit = self._unit
        if unit is None:
            return
        asking = Asking(
            self._owner,
            t("units_page.move_title", count=1),
            t("units_page.move_note"),
            t("units_page.move_yes"),
            lambda values: self._write(
                units_actions.move_to_bin,
                [unit.id],
                values["bin"],
                said=t("units_page.moved", count=1, place=values["bin"]),
            ),
            place_check,
        )
        asking.words("bin", t("units_page.move_bin"), note=t("units_page.bin_hint"), longest=60)
        asking.open()

    def correct_cost(self) -> None:
        """Ask what was paid for the present stay."""
        unit = self._unit
        if unit is None or unit.stay is None:
            return
        cost = unit.stay.cost
        asking = Asking(
            self._owner,
            t("units_page.cost_title"),
            t("units_page.cost_note"),
            t("units_page.cost_yes"),
            lambda values: self._write(
                units_actions.correct_cost,
                unit.id,
                values["amount"],
                values["currency"],
                said=t("units_page.cost_said"),
            ),
            needs("amount", "currency"),
        )
        asking.words("amount", t("units_page.fact_cost"), f"{cost.amount}" if cost else "", longest=20)
        asking.words("currency", t("units_page.currency"), cost.currency if cost else "", longest=3)
        asking.open()

    def mark_gone(self) -> None:
        """Ask why the unit is gone."""
        unit = self._unit
        if unit is None:
            return
        asking = Asking(
            self._owner,
            t("units_page.gone_title"),
            t("units_page.gone_note"),
            t("units_page.gone_yes"),
            lambda values: self._write(
                units_actions.mark_gone,
                [unit.id],
                GoneReason(values["reason"]),
                said=t("units_page.gone_said"),
            ),
            needs("reason"),
        )
        asking.choice(
            "reason",
            t("units_page.gone_reason"),
            [(reason.value, render(gone_text(reason))) for reason in GoneReason],
        )
        asking.open()

    def fill_menu(self, menu: QMenu) -> None:
        """What is done less often."""
        menu.clear()
        menu.addAction(t("units_page.move"), self.move)
        cost = menu.addAction(t("units_page.cost_title"), self.correct_cost)
        menu.addSeparator()
        gone = menu.addAction(t("units_page.gone_title"), self.mark_gone)
        allow(cost, self._workplace, Right.COST)
        allow(gone, self._workplace, Right.GONE)

    def _write(self, service: Callable[..., Any], *args: object, said: str) -> None:
        def done(outcome: Any) -> None:
            window = self._workplace.window
            # A service of many units raises nothing for one that it leaves as it is.
            if isinstance(outcome, Done) and outcome.refused:
                refused = outcome.refused[0]
                window.say(Tone.BAD, render(refused.reason), render(refused.todo))
            else:
                window.say(Tone.OK, said, for_ms=6000)

        self._workplace.write(service, self._workplace.actor, *args, then=done)


def take_to_bench(workplace: Workplace, code: str) -> None:
    """Go to the bench and scan this there."""
    workplace.window.show_room("bench")
    workplace.scan(code)
