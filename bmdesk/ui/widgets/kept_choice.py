"""What is chosen in a table, and what is under the keyboard, stays that thing while rows come, go and change places.

A table of Qt keeps lines; people choose things. Every DataTable has one of these; no room keeps a choice of its own.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QObject, Signal
from PySide6.QtWidgets import QTableView

from bmdesk.ui.models.paged_model import PagedModel
from bmdesk.ui.models.rows_model import RowsModel

MOST_CHOSEN = 10_000
"""How many rows a person can choose at once."""
_Mode = QItemSelectionModel.SelectionFlag


class KeptChoice(QObject):
    """Keeps the choice of `view` by the keys of its rows. What left is not chosen any more, and nothing in its place;
    in a list of pages it may stand on one that is not read yet: there it is chosen again.

    Chosen lines that nobody has read have no key. They stay while nothing moves, and where the whole list is chosen;
    else they are not chosen any more.
    """

    changed = Signal(int)
    """The thing under the keyboard is another one now, or has left (-1)."""

    def __init__(self, view: QTableView, model: RowsModel | PagedModel) -> None:
        super().__init__(view)
        self._view, self._model = view, model
        self.has_left = False
        """What was chosen or under the keyboard has left the list, and nobody has gone elsewhere since."""
        self.is_fresh = True
        """Nobody has chosen anything of this list yet."""
        self._moving = False
        self._before: dict[Hashable, int] = {}
        self._unread = self._rows = 0
        self._is_whole = False
        self._at: tuple[int, Hashable | None] = (-1, None)
        self._away: set[Hashable] = set()
        self._leaving: set[Hashable] = set()
        selection = view.selectionModel()
        selection.selectionChanged.connect(lambda *_: self._chose())
        selection.currentRowChanged.connect(lambda now, _: self._went(now.row()))
        view.pressed.connect(lambda line: self._came_back(line.row()))
        model.modelReset.connect(self._forget)
        model.about_to_move.connect(self._note)
        model.moved.connect(self._put_back)

    def go_on_after(self, keys: Iterable[Hashable]) -> None:
        """A person is dealing with these: where the list loses the one under the keyboard, the next one is chosen."""
        self._leaving.update(keys)

    def stay(self) -> None:
        """Nothing came of it: what leaves now is not what the person dealt with."""
        self._leaving.clear()

    def choose(self, number: int) -> None:
        """This line alone, and the keyboard goes there."""
        # The view's own `selectRow` would look at the keys that are held, and toggle for Ctrl.
        line = self._model.index(number, 0)
        self._view.selectionModel().setCurrentIndex(line, _Mode.ClearAndSelect | _Mode.Rows)
        self._came_back(number)

    def chosen_numbers(self) -> list[int]:
        """The chosen lines in order, at most MOST_CHOSEN."""
        numbers: list[int] = []
        selection = self._view.selectionModel().selection()
        for number in range(selection.count()):
            span, room = selection.at(number), MOST_CHOSEN - len(numbers)
            numbers.extend(range(span.top(), min(span.bottom() + 1, span.top() + room)))
        return sorted(set(numbers))

    @property
    def chosen_count(self) -> int:
        """How many lines are chosen, read or not."""
        selection = self._view.selectionModel().selection()
        return sum(selection.at(number).height() for number in range(selection.count()))

    # -- a person

    def _chose(self) -> None:
        if not self._moving:
            self._away.clear()
            self._leaving.clear()
            self.is_fresh = False
            if self.has_left:
                self._went(self._view.currentIndex().row())

    def _went(self, number: int) -> None:
        if not self._moving:
            self._leaving.clear()
            self.has_left = False
            self.changed.emit(number)

    def _came_back(self, number: int) -> None:
        """Somebody goes to a line that was chosen and under the keyboard already: Qt says nothing of that."""
        if self.has_left:
            self._went(number)

    def _forget(self) -> None:
        """Another list: nothing of it is chosen."""
        self._away.clear()
        self._leaving.clear()
        self.has_left, self.is_fresh = False, True

    # -- the list

    def _note(self) -> None:
        self._moving = True
        numbers = self.chosen_numbers()
        known = ((self._model.key_of(number), number) for number in numbers)
        self._before = {key: number for key, number in known if key is not None}
        count, self._rows = self.chosen_count, self._model.rowCount()
        self._unread, self._is_whole = count - len(self._before), count == self._rows
        at = self._view.currentIndex().row()
        self._at = at, self._model.key_of(at)

    def _put_back(self) -> None:
        # The person has not moved: what moves under the keyboard must not scroll the list away from the eyes.
        scrolls, had_left = self._view.hasAutoScroll(), self.has_left
        self._view.setAutoScroll(False)
        if self._have_moved():
            self._choose_again()
        elif self._away:
            self._choose(self._model.numbers_of(self._away))
        left = self._go_back() or bool(self._before and not self.chosen_count)
        self._view.setAutoScroll(scrolls)
        self._moving = False
        self.is_fresh |= not self._model.rowCount()
        if left:
            self._has_left()
        elif had_left and not self.has_left:
            self.changed.emit(self._view.currentIndex().row())

    def _have_moved(self) -> bool:
        rows = self._model.rowCount()
        if self._unread and rows != self._rows:
            return True
        return any(
            number >= rows or self._model.key_of(number) not in {None, key}
            for key, number in self._before.items()
        )

    def _choose_again(self) -> None:
        if self._unread and self._is_whole:
            self._view.selectAll()
        else:
            self._away.update(self._before)
            self._view.selectionModel().clearSelection()
            self._choose(self._model.numbers_of(self._away))

    def _choose(self, numbers: list[int]) -> None:
        """Of what was away, these lines are here."""
        selection, begin = QItemSelection(), 0
        for place, number in enumerate(numbers, 1):
            if place == len(numbers) or numbers[place] != number + 1:
                selection.select(self._model.index(numbers[begin], 0), self._model.index(number, 0))
                begin = place
        self._view.selectionModel().select(selection, _Mode.Select | _Mode.Rows)
        self._away.difference_update([self._model.key_of(number) for number in numbers])
        if self.has_left and numbers:
            self._at = numbers[0], self._model.key_of(numbers[0])
            self.has_left = False

    def _go_back(self) -> bool:
        """Put the keyboard on its thing again; whether that has left, and the keyboard stays in its line."""
        at, key = self._at
        rows = self._model.rowCount()
        if at < 0 or not rows:
            return at >= 0
        now = self._model.key_of(at) if at < rows else None
        found = [at] if key is None or now in {None, key} else self._model.numbers_of([key])
        line = min(found[0] if found else at, rows - 1)
        if line != self._view.currentIndex().row():
            self._view.selectionModel().setCurrentIndex(self._model.index(line, 0), _Mode.NoUpdate)
        return not found

    def _has_left(self) -> None:
        _, key = self._at
        rows = self._model.rowCount()
        self.has_left = True
        if key in self._leaving and rows and not self._view.selectionModel().hasSelection():
            self.choose(self._view.currentIndex().row())
        else:
            self.changed.emit(-1)
