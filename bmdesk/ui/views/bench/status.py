"""The thin line under the scan line: whose seat, which batch, and what to do when something was refused."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from bmdesk.services.grading.bench_view import BenchView
from bmdesk.texts import Text, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, px
from bmdesk.ui.views.bench.header import CutLabel
from bmdesk.ui.widgets.hint import hint
from bmdesk.ui.widgets.scan_line import ScanLine
from bmdesk.ui.widgets.segmented import Segment, Segmented
from bmdesk.ui.words import arrived_words

HEIGHT = 28


class StatusLine(QWidget):
    """`seat_chosen(name)` when a person turns to another scanner's work."""

    seat_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        mark(self, kind="clear")
        self.setFixedHeight(px(HEIGHT))
        self._seats = [""]
        self.seats = Segmented(t("bench_page.seats"), small=True)
        self.seats.chosen.connect(self.seat_chosen)
        self.seats.hide()
        self.where = CutLabel("note")
        self.todo = CutLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 0, 2, 0)
        row.setSpacing(10)
        row.addWidget(self.seats)
        row.addWidget(self.where, 4)
        row.addWidget(self.todo, 5)

    def show_view(self, view: BenchView) -> None:
        """The batch, and whether the next number belongs to the unit in hand."""
        if view.binding:
            self.where.show_words(t("bench_page.binding"))
            self.where.set_tone(Tone.INFO)
            return
        self.where.set_tone(None)
        if view.batch is None:
            self.where.show_words(t("bench_page.no_batch"))
        elif view.batch.expected:
            self.where.show_words(
                " · ".join((t("bench_page.batch_named", batch=view.batch.code), arrived_words(view.batch)))
            )
        else:
            self.where.show_words(t("bench_page.batch_named", batch=view.batch.code))

    def show_todo(self, message: str, todo: str, tone: Tone) -> None:
        """What to do now; a sentence that the scan line had to cut stands whole in the tooltip."""
        self.todo.show_words(todo)
        self.todo.set_tone(tone if todo else None)
        self.todo.setVisible(bool(todo))
        self.todo.setToolTip(hint(f"{message}\n{todo}".strip()))

    def show_way(self, way: Sequence[Text]) -> None:
        """Where the last unit goes from here, quietly; nothing where nothing is known."""
        words = " ".join(render(line) for line in way)
        self.todo.show_words(words)
        self.todo.set_tone(Tone.NEUTRAL if words else None)
        self.todo.setVisible(bool(words))
        self.todo.setToolTip(hint(words))

    def show_seat(self, name: str) -> None:
        """This scanner was used last; chips appear with the second one."""
        if name not in self._seats:
            self._seats.append(name)
            self.seats.set_segments(
                [Segment(seat, seat[:12] or t("bench_page.first_seat")) for seat in self._seats]
            )
        self.seats.set_value(name)
        self.seats.setVisible(len(self._seats) > 1)


def fit_result(line: ScanLine) -> None:
    """A long sentence of the scan line gives way to the window's width instead of widening it."""
    line.result.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    line.result.setWordWrap(True)
    row = line.layout()
    if isinstance(row, QHBoxLayout):
        row.setStretch(1, 3)
        row.setStretch(2, 4)
    line.setFixedHeight(px(50))
