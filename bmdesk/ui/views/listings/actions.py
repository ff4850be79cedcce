"""What is done to listings: handed over, handed back, paused, resumed, priced; each asked about before it happens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from bmdesk.domain.listing_reasons import Aspect
from bmdesk.services.selling import linking, management, pausing
from bmdesk.services.selling.accounts import AccountView
from bmdesk.services.selling.listing_why import ListedRow
from bmdesk.texts import t
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark, px
from bmdesk.ui.views.listings.choices import ALL, AspectBoxes, scope
from bmdesk.ui.views.listings.cutover import CutoverDialog
from bmdesk.ui.views.listings.preview_dialog import PreviewDialog
from bmdesk.ui.widgets.answers import Answers
from bmdesk.ui.widgets.asking import Asking, Values
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.long_run import LongRun
from bmdesk.ui.workplace import Workplace

Ids = list[str]


class Actions:
    """Acts on the listings of the account that `account` answers; dialogs stand over `page`."""

    def __init__(
        self, page: QWidget, workplace: Workplace, run: LongRun, account: Callable[[], AccountView | None]
    ) -> None:
        self._page, self.workplace, self._run, self._account = page, workplace, run, account
        self.dialog: QDialog | None = None

    def hand_over(self, ids: Ids) -> None:
        """Show what would change, then hand over exactly that. No ids: all listings of the account."""
        self._cutover(ids, None)

    def confirm_prices(self, ids: Ids) -> None:
        """Show the new prices, then confirm exactly those."""
        self._cutover(ids, Aspect.PRICE)

    def hand_back(self, ids: Ids) -> None:
        """Ask which aspects, then bmdesk writes nothing more of them."""
        dialog = HandBackDialog(self._page, len(ids))

        def go() -> None:
            selection = None if dialog.scope.value() == ALL else ids
            self._many(
                t("listings_page.handing_back"),
                management.unmanage,
                selection,
                dialog.aspects.value(),
                said=lambda n: t("listings_page.handed_back", count=n),
            )

        dialog.accepted.connect(go)
        self._open(dialog)

    def pause(self, ids: Ids) -> None:
        """Ask, then take these offline."""
        self._ask_pause(ids)

    def resume(self, ids: Ids) -> None:
        """Offer these again."""
        self._many(
            t("listings_page.resuming"),
            pausing.resume,
            ids,
            said=lambda n: t("listings_page.resumed", count=n),
        )

    def pause_in_market(self, ids: Ids, *, on: bool) -> None:
        """Ask for a market, then pause or resume these there."""
        view = self._account()
        markets = view.settings.markets if view is not None and view.settings is not None else ()
        title = t("listings_page.pause_market") if on else t("listings_page.resume_market")
        note = t("listings_page.pause_market_note") if on else t("listings_page.resume_market_note")

        def go(values: Values) -> None:
            market = values["market"]
            self._many(
                t("listings_page.pausing") if on else t("listings_page.resuming"),
                pausing.pause if on else pausing.resume,
                ids,
                market,
                said=lambda n: (
                    t("listings_page.paused_in", count=n, market=market)
                    if on
                    else t("listings_page.resumed_in", count=n, market=market)
                ),
            )

        asking = Asking(self._page, title, note, title, go)
        asking.choice("market", t("listings_page.filter_market"), [(one, one) for one in markets])
        asking.open()

    def switch_all(self) -> None:
        """Pause everything of the account, or end that pause."""
        view = self._account()
        if view is None:
            return
        if view.row.listings_paused:
            Confirm(
                self._page,
                t("listings_page.resume_all"),
                t("listings_page.resume_all_note"),
                t("listings_page.resume_all"),
                lambda _: self._many(
                    t("listings_page.resuming"),
                    pausing.resume,
                    None,
                    said=lambda n: t("listings_page.resumed", count=n),
                ),
            ).open()
        else:
            self._ask_pause(None)

    def choose_carrier(self, row: ListedRow) -> None:
        """This listing carries the stock of its SKU from now on."""

        def go(_: str) -> None:
            self.workplace.write(
                linking.choose_carrier,
                self.workplace.actor,
                row.listing.id,
                then=lambda _done: self.workplace.window.say(
                    Tone.OK, t("listings_page.carrier_said", sku=row.listing.sku_text[:80]), for_ms=6000
                ),
            )

        Confirm(
            self._page,
            t("listings_page.carrier"),
            t("listings_page.carrier_note", sku=row.sku),
            t("listings_page.carrier"),
            go,
        ).open()

    def ask_dialog(self, make: type[PreviewDialog], ids: Ids, said: Callable[[int], str]) -> None:
        """Open such a dialog about these listings in the account's markets; `said` tells how many it was."""
        view = self._account()
        if view is None or view.settings is None:
            return
        dialog = make(self._page, self.workplace, self._run, view.row.id, ids, view.settings.markets)
        dialog.confirmed.connect(lambda done: self._run.say_outcome(said(done.count), done))
        self._open(dialog)

    def _cutover(self, ids: Ids, only: Aspect | None) -> None:
        view = self._account()
        if view is None:
            return
        dialog = CutoverDialog(self._page, self.workplace, self._run, view.row.id, ids, only)
        dialog.confirmed.connect(
            lambda done: self._run.say_outcome(t("listings_page.handed_over", count=done.count), done)
        )
        self._open(dialog)

    def _ask_pause(self, ids: Ids | None) -> None:
        every = ids is None
        Confirm(
            self._page,
            t("listings_page.pause_all") if every else t("listings_page.pause_title", count=len(ids or ())),
            t("listings_page.pause_all_note") if every else t("listings_page.pause_note"),
            t("listings_page.pause_all") if every else t("listings_page.pause"),
            lambda _: self._many(
                t("listings_page.pausing"),
                pausing.pause,
                ids,
                said=lambda n: t("listings_page.paused", count=n),
            ),
            danger=every,
        ).open()

    def _many(
        self,
        what: str,
        service: Callable[..., Any],
        ids: Sequence[str] | None,
        *args: Any,
        said: Callable[[int], str],
    ) -> None:
        view = self._account()
        if view is None:
            return
        desk_args = (self.workplace.actor, view.row.id, ids, *args)

        def work(desk: Any, progress: Any) -> Any:
            return service(desk, *desk_args, progress=progress)

        if not self._run.run(what, work, then=lambda done: self._run.say_outcome(said(done.count), done)):
            self.workplace.window.say(Tone.WARN, t("listings_page.busy"), for_ms=4000)

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(lambda _: self._closed())
        dialog.open()

    def _closed(self) -> None:
        self.dialog = None


class HandBackDialog(QDialog):
    """Which aspects are handed back, of the chosen listings or of all."""

    def __init__(self, parent: QWidget, count: int) -> None:
        super().__init__(parent)
        title = t("listings_page.hand_back_title")
        self.setWindowTitle(title)
        self.setModal(True)
        self.setMinimumWidth(px(520))
        self.scope = scope(count)
        self.aspects = AspectBoxes()
        self.yes = QPushButton(t("listings_page.hand_back_yes"))
        mark(self.yes, kind="primary")
        self.yes.setDefault(True)
        self.yes.clicked.connect(self.accept)
        self.aspects.changed.connect(lambda: self.yes.setEnabled(bool(self.aspects.value())))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(PlainLabel(title, "heading"))
        column.addWidget(PlainLabel(t("listings_page.hand_back_note"), wrap=True))
        column.addWidget(self.scope)
        column.addWidget(self.aspects)
        column.addLayout(Answers(self, self.yes))
        self.yes.setFocus()
