"""What is done to the chosen units: moved, held, released, labelled. Chosen are lines of the list, loaded or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QMenu

from bmdesk.services.desk import Desk
from bmdesk.services.goods import units, units_actions
from bmdesk.services.goods.units import UnitFilter
from bmdesk.texts import msg, t
from bmdesk.ui.models.paged_model import PAGE
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.units.bulk import BulkRun
from bmdesk.ui.views.units.label_dialog import LabelDialog
from bmdesk.ui.widgets.asking import Asking, place_check
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.kept_choice import MOST_CHOSEN
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.widgets.toolbar import ToolbarRow
from bmdesk.ui.workplace import Workplace

MOST_LABELS = 500


class ChosenBar(ToolbarRow):
    """How many lines of `table` are chosen, and the buttons that act on them. `asked` answers the list's filter."""

    def __init__(
        self, workplace: Workplace, table: DataTable, bulk: BulkRun, asked: Callable[[], UnitFilter]
    ) -> None:
        super().__init__()
        self.workplace = workplace
        self.table = table
        self.bulk = bulk
        self._asked = asked
        self._total: int | None = None
        self.words = PlainLabel("", "note")
        self.add(self.words)
        move = ShortcutButton(msg("units_page.move"), "M", icon="box")
        hold = ShortcutButton(msg("units_page.hold"), "H", icon="hold")
        release = ShortcutButton(msg("units_page.release"), "U", icon="unlock")
        labels = ShortcutButton(msg("units_page.labels"), "L", icon="printer")
        self._acts: dict[ShortcutButton, Callable[[], None]] = {
            move: self.move_chosen,
            hold: self.hold_chosen,
            release: self.release_chosen,
            labels: self.label_chosen,
        }
        for button, act in self._acts.items():
            button.clicked.connect(act)
            self.add_right(button)
        table.selectionModel().selectionChanged.connect(lambda *_: self.say(self._total))
        table.model().modelReset.connect(lambda: self.say(None))
        bulk.finished.connect(lambda *_: self.say(self._total))
        self.say(None)

    def say(self, total: int | None) -> None:
        """Say how many are chosen; while none is, how many there are (None: not counted yet)."""
        self._total = total
        number = self.table.chosen_count
        if number == 0:
            words = counted(total)
        elif number > MOST_CHOSEN:
            words = t("units_page.chosen_first", count=number, most=MOST_CHOSEN)
        else:
            words = t("units_page.chosen", count=number)
        self.words.setText(words)
        for button in self._acts:
            button.setEnabled(number > 0 and not self.bulk.running)

    def fill_menu(self, menu: QMenu) -> None:
        """The same actions, for the menu of the right button."""
        for button, act in self._acts.items():
            menu.addAction(button.icon(), button.text(), act).setEnabled(button.isEnabled())

    def with_chosen(self, then: Callable[[list[str]], object]) -> None:
        """Gather the ids of the chosen rows, also of those that are not loaded, and go on with them."""
        ids, unread = [row.id for row in self.table.chosen()], self.table.chosen_unread()
        if unread:
            self.workplace.read(
                _ids_at, self._asked(), unread, then=lambda more: then(ids + more), key=(id(self), "chosen")
            )
        elif ids:
            then(ids)

    def move_chosen(self) -> None:
        """Ask for a bin, then move the chosen units there."""

        def ask(ids: list[str]) -> None:
            def go(values: dict[str, str]) -> None:
                place = values["bin"]
                self.bulk.run(
                    ids,
                    units_actions.move_to_bin,
                    place,
                    said=lambda done: t("units_page.moved", count=done, place=place),
                )

            asking = Asking(
                self,
                t("units_page.move_title", count=len(ids)),
                t("units_page.move_note"),
                t("units_page.move_yes"),
                go,
                place_check,
            )
            asking.words("bin", t("units_page.move_bin"), note=t("units_page.bin_hint"), longest=60)
            asking.open()

        self.with_chosen(ask)

    def hold_chosen(self) -> None:
        """Ask why, then hold the chosen units."""

        def ask(ids: list[str]) -> None:
            Confirm(
                self,
                t("units_page.hold_title", count=len(ids)),
                t("units_page.hold_note"),
                t("units_page.hold_yes"),
                lambda reason: self.bulk.run(
                    ids,
                    units_actions.hold,
                    reason,
                    said=lambda done: t("units_page.held", count=done),
                ),
                reason=t("units_page.hold_reason"),
            ).open()

        self.with_chosen(ask)

    def release_chosen(self) -> None:
        """Take the hold off the chosen units; the gate decides what they are then."""

        def ask(ids: list[str]) -> None:
            Confirm(
                self,
                t("units_page.release_title", count=len(ids)),
                t("units_page.release_note"),
                t("units_page.release_yes"),
                lambda _: self.bulk.run(
                    ids,
                    units_actions.release,
                    said=lambda done: t("units_page.released", count=done),
                ),
            ).open()

        self.with_chosen(ask)

    def label_chosen(self) -> None:
        """The labels of the chosen units, one job."""

        def go(ids: list[str]) -> None:
            if len(ids) > MOST_LABELS:
                words = t("units_page.labels_limit", count=len(ids), most=MOST_LABELS)
                self.workplace.window.say(Tone.WARN, words, for_ms=8000)
            LabelDialog(self, self.workplace, ids[:MOST_LABELS]).open()

        self.with_chosen(go)


def counted(total: int | None) -> str:
    """So many units, in words; "" while nobody knows."""
    if total is None:
        return ""
    return t("units_page.count", count=total)


def _ids_at(desk: Desk, asked: UnitFilter, numbers: Sequence[int]) -> list[str]:
    """The ids of the units that stand in these lines of the filtered list now. Reader thread."""
    ids: list[str] = []
    wanted: dict[int, list[int]] = {}
    for number in numbers:
        wanted.setdefault(number // PAGE, []).append(number % PAGE)
    cursor, after_page = "", -2
    for page, places in wanted.items():
        after = cursor if page == after_page + 1 else ""
        found = units.list_units(desk, asked, after=after, offset=0 if after else page * PAGE, limit=PAGE)
        ids += [found.lines[place].id for place in places if place < len(found.lines)]
        cursor, after_page = found.next, page
    return ids
