"""The mistakes in the account's listings: what costs most first, what ends each, and those that somebody lets stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QMenu, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from bmdesk.domain.listing_findings import Code, Severity, code_text, severity_text
from bmdesk.domain.rights import Right
from bmdesk.services.selling import listing_lint
from bmdesk.services.selling.accounts import AccountView
from bmdesk.services.selling.listing_lint import Lint, Seen
from bmdesk.texts import locale, msg, render, t
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.listings.mistake_actions import IGNORED, OPEN, MistakeActions, meant_of
from bmdesk.ui.views.listings.mistake_columns import FIT, FIT_IGNORED, columns, full_words, ignored_columns
from bmdesk.ui.widgets.allowed import needs
from bmdesk.ui.widgets.card import Card
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.filter_bar import FilterBar
from bmdesk.ui.widgets.fitting import Fitting
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.long_run import LongRun
from bmdesk.ui.widgets.segmented import Segment, Segmented
from bmdesk.ui.widgets.shortcut_button import ShortcutButton
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.widgets.toolbar import ToolbarRow
from bmdesk.ui.workplace import Workplace

_SOON_MS = 300  # what changes a page at a time is looked at once


class Mistakes(QWidget):
    """`listing_asked(id)`, `linking_asked(SKU)`, `prices_asked(id, market)`: somebody wants to look there."""

    listing_asked = Signal(str)
    linking_asked = Signal(str)
    prices_asked = Signal(str, str)
    status_changed = Signal()

    def __init__(self, workplace: Workplace, run: LongRun) -> None:
        super().__init__()
        self.workplace, self._run = workplace, run
        self.status = ""
        self.found: Lint | None = None
        self._account = ""
        self._stale = True
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self.read)
        self.which = Segmented(t("mistakes.which"), small=True)
        self.which.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.filters = _filters()
        self.models: dict[str, RowsModel] = {}
        self.tables: dict[str, DataTable] = {}
        self._stack = QStackedWidget()
        self._empty = EmptyState("check", t("mistakes.none"), note=t("mistakes.none_note"))
        self._table(OPEN, t("mistakes.open_table"), self._empty)
        self._table(
            IGNORED,
            t("mistakes.ignored_table"),
            EmptyState("info", t("mistakes.none_ignored"), note=t("mistakes.none_ignored_note")),
        )
        self.line = PlainLabel("", wrap=True, selectable=True)
        self.line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.acts = MistakeActions(self, workplace, run, self.tables, self._chosen, self._here)
        self.acts.linking_asked.connect(self.linking_asked)
        self.acts.prices_asked.connect(self.prices_asked)
        self.acts.ended.connect(self.refresh)
        self._buttons()
        self._build()
        self.which.chosen.connect(lambda _: self.show_kind(self.which.value()))
        self.filters.changed.connect(self._show)
        self.filters.clear_button.clicked.connect(lambda *_: self.filters.set_values())
        self.show_kind(OPEN)

    @property
    def kind(self) -> str:
        """Whether open ones are on screen, or those that are let stand."""
        return self.which.value() or OPEN

    @property
    def table(self) -> DataTable:
        """The table on screen."""
        return self.tables[self.kind]

    def show_account(self, view: AccountView | None) -> None:
        """Whose listings these are."""
        account = view.row.id if view is not None else ""
        if view is not None and view.settings is not None:
            self.filters.offer("market", [(one, one) for one in view.settings.markets])
        if account != self._account:
            self._account = self.acts.account = account
            self.found = None
            self._show()
            self.refresh()

    def entered(self) -> None:
        """On screen again."""
        if self._stale:
            self.read()

    def refresh(self) -> None:
        """Something changed: look again, soon, or once it is looked at."""
        self._stale = True
        if self.isVisible():
            self._soon.start()

    def read(self) -> None:
        """Look at all listings."""
        account = self._account
        if account:
            self._stale = False
            self._run.read(
                lambda desk: listing_lint.look(desk, account), then=self._take, key=(id(self), "lint")
            )

    def show_kind(self, kind: str) -> None:
        """The open ones, or those that are let stand."""
        self._count()
        self.which.set_value(kind)
        self._stack.setCurrentWidget(self.tables[kind])
        self._show()

    # -- what a person does

    def open_listing(self) -> None:
        """Show the listing under the keyboard."""
        self._with_one(lambda one: self.listing_asked.emit(one.listing.id))

    def open_linking(self) -> None:
        """Look which SKU it sells."""
        self._with_one(lambda one: self.linking_asked.emit(one.listing.sku_text))

    # -- what is shown

    def _take(self, found: Lint) -> None:
        self.found = found
        self._show()

    def _rows(self, kind: str) -> tuple[Seen, ...]:
        if self.found is None:
            return ()
        return self.found.open if kind == OPEN else self.found.ignored

    def _show(self) -> None:
        wanted = self.filters.values()
        kind = self.kind

        def fits(one: Seen) -> bool:
            finding = one.finding
            said = {"code": finding.code.value, "severity": finding.severity.value, "market": finding.market}
            return all(not wanted[name] or wanted[name] == said[name] for name in wanted)

        rows = [one for one in self._rows(kind) if fits(one)]
        self.models[kind].set_rows(rows)
        self.table.choose_first()
        filtered = any(wanted.values())
        self.filters.clear_button.setEnabled(filtered)
        if self.found is None:
            self._empty.set_words(t("mistakes.looking"), "")
        elif filtered:
            self._empty.set_words(t("mistakes.none_so"), t("mistakes.none_so_note"))
        else:
            self._empty.set_words(t("mistakes.none"), t("mistakes.none_note"))
        self._count()
        self._moved()

    def _count(self) -> None:
        found = self.found
        opened, ignored = (len(found.open), len(found.ignored)) if found is not None else (0, 0)
        kept = self.kind
        tone = Tone.BAD if found is not None and found.errors else None
        self.which.set_segments(
            [
                Segment(OPEN, _counted(t("mistakes.open"), opened), tone=tone),
                Segment(IGNORED, _counted(t("mistakes.ignored"), ignored)),
            ]
        )
        self.which.set_value(kept)
        if found is None:
            self.status = ""
        else:
            self.status = t(
                "mistakes.status",
                listings=found.listings,
                errors=found.errors,
                warnings=opened - found.errors,
            )
            counts = Counter(one.finding.code for one in self._rows(kept))
            self._offer_codes(counts)
        self.status_changed.emit()

    def _offer_codes(self, counts: Counter[Code]) -> None:
        chosen = self.filters.values()["code"]
        offered = [
            (code.value, _counted(render(code_text(code)), counts[code]))
            for code in Code
            if counts[code] or code.value == chosen
        ]
        self.filters.offer("code", offered)

    def _moved(self) -> None:
        one = self._here()
        self.line.setVisible(one is not None)
        self.line.setText(full_words(one) if one is not None else "")
        opened = self.kind == OPEN
        number = self.table.chosen_count
        for button in (self.fix_button, self.ignore_button):
            button.setVisible(opened)
            button.setEnabled(number > 0)
        self.heed_button.setVisible(not opened)
        self.heed_button.setEnabled(number > 0)
        linked = one is not None and one.listing.sku_id is not None and not one.listing.carries
        self.carry_button.setEnabled(linked)
        for button in (self.open_button, self.link_button):
            button.setEnabled(one is not None)
        self.words.setText(t("mistakes.chosen", count=number) if number > 1 else "")

    def _chosen(self, kind: str) -> list[Seen]:
        return self.tables[kind].chosen() if self.kind == kind and not self.tables[kind].has_left else []

    def _here(self) -> Seen | None:
        one: Seen | None = self.table.under_keyboard()
        return one

    def _with_one(self, then: Callable[[Seen], object]) -> None:
        one = self._here()
        if one is not None:
            then(one)

    # -- how it is put together

    def _table(self, kind: str, name: str, empty: EmptyState) -> None:
        made = columns() if kind == OPEN else ignored_columns()
        model = RowsModel(made, self, key=meant_of)
        table = DataTable(name, multi=True)
        table.setModel(model)
        Fitting(table, FIT if kind == OPEN else FIT_IGNORED)
        table.set_empty(empty)
        table.opened.connect(lambda _: self.open_listing())
        table.current_changed.connect(lambda _: self._moved())
        table.selectionModel().selectionChanged.connect(lambda *_: self._moved())
        table.set_menu(self._fill_menu)
        self.models[kind], self.tables[kind] = model, table
        self._stack.addWidget(table)

    def _buttons(self) -> None:
        self.fix_button = ShortcutButton(msg("mistakes.fix"), "F", icon="wrench", kind="primary")
        self.ignore_button = ShortcutButton(msg("mistakes.ignore"), "I", icon="pause")
        self.heed_button = ShortcutButton(msg("mistakes.heed"), "I", icon="undo")
        self.carry_button = ShortcutButton(msg("mistakes.carry"), "K", icon="box")
        self.link_button = ShortcutButton(msg("mistakes.link"), "L", icon="link")
        self.open_button = ShortcutButton(msg("mistakes.open_listing"), "O", icon="listings")
        for button, act, right in (
            (self.fix_button, self.acts.fix, Right.MANAGEMENT),
            (self.ignore_button, self.acts.ignore, Right.MANAGEMENT),
            (self.heed_button, self.acts.heed, Right.MANAGEMENT),
            (self.carry_button, self.acts.carry, Right.LINKS),
            (self.link_button, self.open_linking, None),
            (self.open_button, self.open_listing, None),
        ):
            if right is not None:
                needs(button, self.workplace, right)
            button.clicked.connect(lambda _=False, act=act: act())

    def _build(self) -> None:
        self.words = PlainLabel("", "note")
        actions = ToolbarRow(self.words)
        for button in self._all_buttons():
            actions.add_right(button)
        card = Card()
        card.add(self._stack, 1)
        card.add(self.line)
        head = ToolbarRow(self.which)
        head.add(self.filters, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(head)
        column.addWidget(card, 1)
        column.addWidget(actions)

    def _all_buttons(self) -> tuple[ShortcutButton, ...]:
        return (
            self.open_button,
            self.link_button,
            self.carry_button,
            self.ignore_button,
            self.heed_button,
            self.fix_button,
        )

    def _fill_menu(self, menu: QMenu) -> None:
        for button in self._all_buttons():
            if not button.isHidden():
                action = menu.addAction(button.icon(), button.text(), button.click)
                action.setEnabled(button.isEnabled())


def _filters() -> FilterBar:
    made = FilterBar(
        {
            "code": t("mistakes.filter_code"),
            "severity": t("mistakes.filter_severity"),
            "market": t("listings_page.filter_market"),
        }
    )
    made.offer("severity", [(one.value, render(severity_text(one))) for one in Severity])
    return made


def _counted(words: str, number: int) -> str:
    return f"{words} {locale.number(number)}" if number else words
