"""Pack: the screen over the whole room, and what goes between it and the packing place in the store.

Holds no rule: every code, key and button is one scan for `packing`, and the screen shows `pack_view.view`
of what came of it. A scan reaches it wherever the focus is, as long as the room is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bmdesk.domain.cards import card_text
from bmdesk.domain.changes import Change
from bmdesk.domain.commands import Override
from bmdesk.domain.scanned import Kind
from bmdesk.services.desk import Desk
from bmdesk.services.orders import order_view
from bmdesk.services.orders.documents import Document
from bmdesk.services.orders.order_view import OrderFilter, OrderRow, Tab
from bmdesk.services.shipping import pack_view, packing
from bmdesk.services.shipping.pack_result import PackResult
from bmdesk.services.shipping.pack_view import PackView
from bmdesk.store.queries.documents import LABEL, NOTE
from bmdesk.system import machine as m
from bmdesk.texts import Failure, render, t
from bmdesk.ui import papers as viewer
from bmdesk.ui.bridge import Priority
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.pack import papers, words
from bmdesk.ui.views.pack.screen import PackScreen
from bmdesk.ui.views.pack.words import Said
from bmdesk.ui.widgets.big import BigRow
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.words import NOTHING
from bmdesk.ui.workplace import Workplace

_CLOCK_MS = 20_000
_NEXT = 5


class PackPage(QWidget):
    """`shown` after each redraw. `front` lies over the room from the first arrival on."""

    shown = Signal()

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.header_status = ""
        self.view: PackView | None = None
        self._front: PackScreen | None = None
        self.results: list[PackResult] = []
        """The newest answers, the newest last; `answers` counts all."""
        self.answers = 0
        self._place = workplace
        self._result: PackResult | None = None
        self._trouble: Said | None = None
        self._covered = True
        self._maximized = False
        self._stale = True
        self._waiting: int | None = None
        self._next: tuple[OrderRow, ...] = ()
        self._last_closed: tuple[str, int] | None = None
        self._clock = QTimer(self, interval=_CLOCK_MS)
        self._clock.timeout.connect(self._tick)
        self.rest = EmptyState(
            "pack",
            t("pack_page.aside_title"),
            note=t("pack_page.aside_note"),
            action=t("pack_page.back"),
            on_action=lambda *_: self.cover(),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.rest)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(t("pack_page.name"))
        workplace.bridge.changed.connect(self._changed)
        workplace.seat_changed.connect(lambda _: self._forget())
        workplace.operator_changed.connect(lambda _: self._stay_in_front())

    # -- what the frame calls

    def entered(self) -> None:
        """The room is on screen: the packing screen covers it, with what was proven before."""
        self._covered = True
        self.cover()
        self._clock.start()
        self._refresh()
        self._refresh_waiting()

    def left(self) -> None:
        """Another room is on screen."""
        self._clock.stop()
        self._uncover()
        self._result = None

    def takes_scan(self, text: str) -> bool:
        """Every code in this room is for the packing place, badges too: a supervisor's may be awaited."""
        if not self._covered:
            self.cover()
        self.send(text)
        return True

    # -- the screen over the room

    @property
    def front(self) -> PackScreen:
        """The screen, made at the first arrival: only then the page stands in its window."""
        if self._front is None:
            self._front = PackScreen(_body_of(self))
            self._front.typed.connect(self.send)
            self._front.told.connect(self.send)
            self._front.override_asked.connect(self._ask_override)
            self._front.papers_asked.connect(self.show_papers)
            self._front.full_asked.connect(self._toggle_full)
            self._front.leave_asked.connect(self.uncover)
            self._front.calmed.connect(self._calmed)
        return self._front

    def cover(self) -> None:
        """Lay the screen over the room."""
        self._covered = True
        self.rest.setEnabled(False)  # Tab stays on what can be seen
        self.front.cover()
        self.front.setFocus(Qt.FocusReason.OtherFocusReason)
        self.setFocusProxy(self.front)  # not before: the focus must not go where nobody sees it

    def uncover(self) -> None:
        """Packing rests: the rail can be reached."""
        self._covered = False
        self.rest.setEnabled(True)
        self._uncover()
        self.setFocusProxy(self.rest.button)
        self.rest.button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _uncover(self) -> None:
        if self._front is not None:
            self._front.hide()
        window = self._place.window
        if window.isFullScreen():
            self._toggle_full()

    def _stay_in_front(self) -> None:
        """Whoever signs in at the lock gets the page's focus; the screen stays on top of its room."""
        if self.isVisible() and self._covered:
            self.cover()
            self._refresh()

    def _toggle_full(self) -> None:
        window = self._place.window
        full = not window.isFullScreen()
        window.statusBar().setVisible(not full)
        if full:
            self._maximized = window.isMaximized()
            window.showFullScreen()
        elif self._maximized:
            window.showMaximized()
        else:
            window.showNormal()

    # -- scans

    def send(self, text: str) -> None:
        """This was scanned, typed or pressed."""
        place = self._place
        desk, seat = place.desk, place.seat
        place.bridge.write(
            lambda: packing.scan(desk, seat, text),
            then=self._answered,
            failed=self._failed,
            priority=Priority.SCAN,
        )

    def _answered(self, result: PackResult) -> None:
        self.answers += 1
        self.results.append(result)
        del self.results[:-20]
        self._result, self._trouble = result, None
        self.front.note()
        feedback = self._place.window.feedback
        match words.sound(result):
            case Tone.OK:
                feedback.ok()
            case Tone.WARN:
                feedback.warn()
            case _:
                feedback.bad()
        if result.closed and self.view is not None and self.view.order is not None:
            self._last_closed = (self.view.order.id, self.view.order.number)
            self._papers_by_themselves(*self._last_closed)
        if result.kind is Kind.BADGE and result.ok:
            self._refresh_operator()
        self._refresh()

    def _failed(self, failure: Failure) -> None:
        self._place.window.feedback.bad()
        self._trouble = words.trouble(failure)
        self.front.show_failure(self._trouble)

    def _forget(self) -> None:
        """Another scanner's place is shown from now on."""
        self._result = self._trouble = None
        self._refresh()

    def _calmed(self) -> None:
        """What was said is over: a change elsewhere must not say it again."""
        self._result = None

    def _ask_override(self) -> None:
        view = self.view
        if view is None or view.refused is None:
            return
        reasons = "; ".join(render(one.title) for one in view.refused.reasons)
        Confirm(
            self.front,
            t("pack_page.override_question"),
            t("pack_page.override_happens", reasons=reasons),
            t("pack_page.override_yes"),
            lambda reason: self.send(card_text(Override(reason))),
            reason=t("pack_page.override_reason"),
            danger=True,
        ).open()

    # -- papers

    def show_papers(self) -> None:
        """The papers of the order in hand, or of the one that was closed last."""
        order = self.view.order if self.view else None
        about = (order.id, order.number) if order is not None else self._last_closed
        if about is not None:
            self._ask_papers(*about, (NOTE, LABEL), papers.OPEN)

    def _papers_by_themselves(self, order_id: str, number: int) -> None:
        wanted = self._place.machine.get(m.PACK_PAPERS)
        if wanted != papers.NOTHING:
            self._ask_papers(order_id, number, (NOTE,), wanted)

    def _ask_papers(self, order_id: str, number: int, kinds: Sequence[str], how: str) -> None:
        self._place.read(
            papers.of_order,
            order_id,
            number,
            kinds,
            then=lambda found: self._put_out(found, how),
            failed=self._no_paper,
        )

    def _put_out(self, found: list[Document], how: str) -> None:
        put_out = viewer.print_paper if how == papers.PRINT else viewer.open_paper
        for paper in found:
            put_out(self._place, paper.id, paper.name or paper.kind)

    def _no_paper(self, failure: Failure) -> None:
        """A paper that is not there holds nobody up: it is said beside what the screen says."""
        self._place.window.feedback.warn()
        if self._front is not None:
            self._front.note(render(failure.happened), render(failure.todo))

    # -- redraw

    def _changed(self, changes: frozenset[Change]) -> None:
        if changes & words.SHOWN:
            self._refresh()
        if Change.ORDERS in changes:
            self._refresh_waiting()

    def _refresh(self) -> None:
        if not self.isVisible():
            self._stale = True
            return
        self._stale = False
        self._place.read(
            pack_view.view,
            self._place.seat,
            then=self._show_view,
            failed=self._failed,
            key=(id(self), "view"),
        )

    def _refresh_waiting(self) -> None:
        if self.isVisible():
            self._place.read(_waiting, then=self._show_waiting, key=(id(self), "waiting"))

    def _refresh_operator(self) -> None:
        self._place.read(pack_view.view, self._place.seat, then=self._show_operator, key=(id(self), "who"))

    def _show_operator(self, view: PackView) -> None:
        place, person = self._place, view.operator
        if person is not None and person != place.operator:
            place.operator = person
            place.window.unlock(person.name)
            place.operator_changed.emit(person)

    def _show_view(self, view: PackView) -> None:
        self.view = view
        if self._trouble is None:
            said = words.answer(self._result, view) if self._result is not None else None
            self.front.show_view(view, said, self._now)
            self.front.show_waiting(self._waiting)
        self.shown.emit()

    def _show_waiting(self, found: tuple[int, tuple[OrderRow, ...]]) -> None:
        self._waiting, self._next = found
        self.front.show_waiting(self._waiting)
        due = self._next[0].ship_by if self._next else None
        self.front.show_next(self._next_rows(), due, self._now)

    def _next_rows(self) -> tuple[BigRow, ...]:
        """The orders that must leave first."""
        now = self._now
        return tuple(
            BigRow(
                "warning" if row.overdue else "clock",
                Tone.BAD if row.overdue else Tone.NEUTRAL,
                t("pack_page.order", number=row.number),
                row.title,
                place=words.near(row.ship_by, now) if row.ship_by is not None else NOTHING,
            )
            for row in self._next
        )

    def _tick(self) -> None:
        if self._front is not None:
            self._front.show_clock(self._now)

    @property
    def _now(self) -> datetime:
        return self._place.desk.clock.now()


def _waiting(desk: Desk) -> tuple[int, tuple[OrderRow, ...]]:
    wanted = OrderFilter(tab=Tab.TO_PACK)
    return order_view.count(desk, wanted), order_view.page(desk, wanted, None, _NEXT).rows


def _body_of(page: QWidget) -> QWidget:
    """What holds the rail and the rooms: the screen covers both, and is locked with them."""
    window = page.window()
    inside: QWidget = page
    while (above := inside.parentWidget()) is not None and above.parentWidget() is not window:
        inside = above
    return inside
