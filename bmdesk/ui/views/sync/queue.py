"""The queue by state: a paged table that never waits, what the chosen item says, and what a person decides about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from bmdesk.domain.effects import EffectState, Fault
from bmdesk.domain.rights import Right
from bmdesk.services.syncing import outbox
from bmdesk.services.syncing.outbox import Action, Handled, Shown
from bmdesk.texts import Failure, locale, msg, render, t
from bmdesk.ui.models.paged_model import Page, PagedModel
from bmdesk.ui.models.walk import Walk
from bmdesk.ui.palette import Tone
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import mark, px
from bmdesk.ui.views.sync.effect_detail import EffectDetail
from bmdesk.ui.views.sync.queue_columns import QueueFitting, columns
from bmdesk.ui.views.sync.words import short, what_words
from bmdesk.ui.widgets.allowed import needs
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.landing import lands_on
from bmdesk.ui.widgets.segmented import Segment, Segmented
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.side_by_side import SideBySide
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.widgets.toolbar import ToolbarRow
from bmdesk.ui.workplace import Workplace

ALL = "all"

_ROOMY = 1060  # from this width on the detail has room for long words
_DETAIL_WIDTH, _NARROW_DETAIL = 370, 336
_MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class _OfListing:
    """Only what waits for this listing."""

    listing: str


class Queue(QWidget):
    """The queue, its segments, and the item that is chosen."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.workplace = workplace
        self._state: EffectState | None = None
        self._counts: Mapping[EffectState, int] = {}
        self._segment_words: tuple[str, ...] = ()
        self._picked = False
        self._laid_out = False
        self._walk = Walk(self._read)
        self.model = PagedModel(workplace.bridge, columns(), self._walk.fetch, None, self)
        self._build()
        self._connect()

    # -- what the page calls

    def show_counts(self, counts: Mapping[EffectState, int]) -> None:
        """How many there are in each state; the first time, go to what needs a person most."""
        self._counts = counts
        if not self._picked:
            first = (EffectState.PARKED, EffectState.UNCERTAIN, EffectState.PENDING)
            self.show_state(next((state for state in first if counts.get(state)), None))
            self._picked = any(counts.values())
        self._name_segments()
        self._show_chosen()

    def show_listing(self, listing_id: str, sku: str) -> None:
        """List only what waits for this listing, its first item chosen; a state or the button leads back."""
        self.show_state(None)
        self._empty.set_words(t("sync_page.none_of_listing"), "")
        self.only.setText(t("sync_page.only_listing", sku=short(sku, 60)))
        self._only.show()
        self.model.reset(_OfListing(listing_id))

    def show_state(self, state: EffectState | None) -> None:
        """List what is in this state; None: everything."""
        self._picked = True
        self._only.hide()
        self._state = state
        self.segments.set_value(state.value if state is not None else ALL)
        self._empty.set_words(*_nothing_here(state))
        self._fitting.show_states(on=state is None)
        self.model.reset(state)
        self._show_chosen()

    def refresh(self) -> None:
        """Something changed in the store."""
        self._walk.forget()
        self.model.refresh()

    # -- the list

    def _read(self, query: EffectState | _OfListing | None, after: str | None, limit: int) -> Page:
        desk = self.workplace.desk
        if isinstance(query, _OfListing):
            return Page(outbox.of_listing(desk, query.listing))
        found = outbox.listed(desk, [query] if query else [], before=after or "", limit=limit)
        return Page(found.rows, found.next or None)

    def _show_chosen(self) -> None:
        rows = self.table.chosen()
        self.detail.show_effect(rows[0] if len(rows) == 1 else None, len(rows))
        for button, action in self._acts.items():
            button.setEnabled(any(action in row.actions for row in rows))
        self._words.setText(t("sync_page.chosen", count=len(rows)) if len(rows) > 1 else self._shown_words())

    def _shown_words(self) -> str:
        number = self._counts.get(self._state, 0) if self._state else sum(self._counts.values())
        return t("sync_page.entries", count=number) if number else ""

    # -- what a person decides

    def retry(self) -> None:
        """Send the chosen ones as soon as may be."""
        self._do(Action.RETRY, outbox.retry, self.retry_button)

    def send_ours(self) -> None:
        """The chosen item was changed on both sides: send what is here."""
        if self.detail.effect is not None:
            self._send(outbox.retry, [self.detail.effect.id], self.detail.ours_button)

    def park(self) -> None:
        """Put the chosen ones aside."""
        self._do(Action.PARK, outbox.park, self.park_button)

    def cancel(self) -> None:
        """Ask, then give the chosen ones up."""
        rows = self._that_can(Action.CANCEL)
        if not rows:
            return
        ids = [row.id for row in rows]
        one = " ".join(filter(None, (what_words(rows[0]), short(rows[0].sku, 60), rows[0].market)))
        question = (
            t("sync_page.cancel_one", what=one)
            if len(rows) == 1
            else t("sync_page.cancel_many", count=len(rows))
        )
        Confirm(
            self,
            question,
            " ".join(_given_up(rows)),
            t("sync_page.cancel_yes"),
            lambda _: self._send(outbox.cancel, ids, self.cancel_button),
            danger=True,
        ).open()

    def copy(self) -> None:
        """The request id of the chosen item into the clipboard."""
        if self.detail.copy():
            self.workplace.window.say(Tone.OK, t("sync_page.copied"), for_ms=2500)

    def show_order(self) -> None:
        """The order that the chosen item is a step of: what is in doubt is settled there."""
        item = self.detail.effect
        if item is not None and item.order_id is not None and item.order is not None:
            self.workplace.show_order(item.order_id, item.order)

    def _do(self, action: Action, service: Callable[..., Handled], button: ShortcutButton) -> None:
        ids = [row.id for row in self._that_can(action)]
        if ids:
            self._send(service, ids, button)

    def _that_can(self, action: Action) -> list[Shown]:
        return [row for row in self.table.chosen() if action in row.actions]

    def _send(self, service: Callable[..., Handled], ids: list[str], button: QPushButton) -> None:
        place = self.workplace
        self.table.go_on_after(ids)
        place.write(
            service, place.actor, ids[:_MOST_AT_ONCE], then=self._handled, failed=self._failed, button=button
        )

    def _failed(self, failure: Failure) -> None:
        self.table.stay()
        self.workplace.window.show_failure(failure)

    def _handled(self, handled: Handled) -> None:
        window = self.workplace.window
        if handled.refused:
            self.table.stay()
        if len(handled.done) == 1 and not handled.refused:
            window.say(Tone.OK, render(handled.done[0][1]), for_ms=6000)
        elif handled.done:
            lines = list(dict.fromkeys(render(said) for _, said in handled.done))
            window.say(Tone.OK, t("sync_page.handled", count=len(handled.done)), *lines[:3], for_ms=6000)
        if handled.refused:
            why = list(dict.fromkeys(render(reason) for _, reason in handled.refused))
            window.say(
                Tone.WARN, t("sync_page.not_handled", count=len(handled.refused)), *why[:3], for_ms=10000
            )

    # -- how it is put together

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._laid_out or event.oldSize().width() != event.size().width():
            self._laid_out = True
            detail = _DETAIL_WIDTH if self.width() >= px(_ROOMY) else _NARROW_DETAIL
            self._sides.setSizes([self.width() - detail - self._sides.handleWidth(), detail])

    def _build(self) -> None:
        self.segments = Segmented(t("sync_page.states"), small=True)
        self.segments.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.table = DataTable(t("sync_page.queue"), multi=True)
        self.table.setModel(self.model)
        self._fitting = QueueFitting(self.table)
        self._empty = EmptyState("check", t("sync_page.none_all"))
        self.table.set_empty(self._empty)
        self.table.set_menu(self._fill_menu)
        self.detail = EffectDetail()
        self.retry_button = ShortcutButton(msg("sync_page.retry"), "R", icon="refresh")
        self.park_button = ShortcutButton(msg("sync_page.park"), "P", icon="pause")
        self.cancel_button = ShortcutButton(msg("sync_page.cancel"), "Del", icon="cross")
        for button in (self.retry_button, self.park_button, self.cancel_button, self.detail.ours_button):
            needs(button, self.workplace, Right.QUEUE)
        self._words = PlainLabel("", "note")
        self.only = PlainLabel("", "note")
        show_all = QPushButton(t("sync_page.show_all"))
        show_all.clicked.connect(lambda: self.show_state(None))
        self._only = QWidget()
        mark(self._only, kind="clear")
        only = QHBoxLayout(self._only)
        only.setContentsMargins(0, 0, 0, 0)
        only.setSpacing(8)
        only.addWidget(self.only)
        only.addWidget(show_all)
        self._only.hide()
        bar = ToolbarRow(self._words)
        for button in (self.retry_button, self.park_button, self.cancel_button):
            bar.add_right(button)
        sheet = Card()
        sheet.add(self.table, 1)
        sheet.add(bar)
        self._sides = SideBySide(sheet, self.detail, _DETAIL_WIDTH)
        head = QHBoxLayout()
        head.addWidget(self.segments)
        head.addStretch()
        head.addWidget(self._only)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self._sides, 1)
        lands_on(self, self.table)

    def _connect(self) -> None:
        self._acts = {
            self.retry_button: Action.RETRY,
            self.park_button: Action.PARK,
            self.cancel_button: Action.CANCEL,
        }
        self.retry_button.clicked.connect(self.retry)
        self.park_button.clicked.connect(self.park)
        self.cancel_button.clicked.connect(self.cancel)
        self.detail.copy_asked.connect(self.copy)
        self.detail.order_asked.connect(self.show_order)
        self.detail.ours_asked.connect(self.send_ours)
        self.segments.chosen.connect(
            lambda value: self.show_state(None if value == ALL else EffectState(value))
        )
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_chosen())
        self.model.loaded.connect(self.table.choose_first)
        self.model.dataChanged.connect(lambda *_: self._show_chosen())
        self.model.failed.connect(self.workplace.window.show_failure)
        bind(self, "Ctrl+C", msg("sync_page.copy"), self.copy)
        self._name_segments()
        self._show_chosen()

    def _name_segments(self) -> None:
        """The states with their numbers; made anew only when a number changed, and the focus stays."""
        offered = [
            (EffectState.PARKED, t("sync_page.state_parked")),
            (EffectState.PENDING, t("sync_page.state_pending")),
            (EffectState.UNCERTAIN, t("sync_page.state_uncertain")),
            (EffectState.IN_FLIGHT, t("sync_page.state_in_flight")),
            (EffectState.DONE, t("sync_page.state_done")),
            (EffectState.CANCELLED, t("sync_page.state_cancelled")),
        ]
        segments = [
            Segment(state.value, self._counted(words, state), tone=_segment_tone(state, self._counts))
            for state, words in offered
        ]
        segments.append(Segment(ALL, t("sync_page.state_all")))
        words = tuple(segment.words for segment in segments)
        if words == self._segment_words:
            return
        self._segment_words = words
        value = self.segments.value()
        self.segments.set_segments(segments)
        self.segments.set_value(value or ALL)

    def _counted(self, words: str, state: EffectState) -> str:
        number = self._counts.get(state, 0)
        return f"{words} {locale.number(number)}" if number else words

    def _fill_menu(self, menu: QMenu) -> None:
        for button, act in (
            (self.retry_button, self.retry),
            (self.park_button, self.park),
            (self.cancel_button, self.cancel),
        ):
            menu.addAction(button.icon(), button.text(), act).setEnabled(button.isEnabled())


def _segment_tone(state: EffectState, counts: Mapping[EffectState, int]) -> Tone | None:
    return Tone.BAD if state is EffectState.PARKED and counts.get(state) else None


def _nothing_here(state: EffectState | None) -> tuple[str, str]:
    match state:
        case EffectState.PARKED:
            return t("sync_page.none_parked"), t("sync_page.none_parked_note")
        case None:
            return t("sync_page.none_all"), t("sync_page.none_all_note")
        case _:
            return t("sync_page.none_state"), ""


def _given_up(rows: list[Shown]) -> list[str]:
    """What cancelling these gives up, in words."""
    said = [t("sync_page.cancel_note")]
    if any(row.fault == Fault.DIVERGED and not row.both for row in rows):
        said.append(t("sync_page.cancel_theirs"))
    if any(row.both for row in rows):
        said.append(t("sync_page.cancel_stays"))
    if any(row.state_code is EffectState.UNCERTAIN or row.fault == Fault.AMBIGUOUS for row in rows):
        said.append(t("sync_page.cancel_uncertain"))
    return said
