"""What is done about mistakes: ended where something ends them, let stand with a reason, heeded again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from bmdesk.domain.rights import Right
from bmdesk.services.selling import linking, listing_fixes, listing_lint
from bmdesk.services.selling.listing_fixes import Fixed, Key, Plans, Way
from bmdesk.services.selling.listing_lint import Meant, Seen
from bmdesk.texts import Failure, render, t
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.listings.fix_dialog import FixDialog
from bmdesk.ui.widgets.allowed import permitted
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.widgets.long_run import LongRun
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.workplace import Workplace

OPEN, IGNORED = "open", "ignored"


class MistakeActions(QObject):
    """Acts on what `chosen(kind)` answers, or on the one under the keyboard (`here`); dialogs stand over `tab`.

    `linking_asked(SKU)`, `prices_asked(id, market)`: what ends it is done there. `ended`: look at the listings again.
    """

    linking_asked = Signal(str)
    prices_asked = Signal(str, str)
    ended = Signal()

    def __init__(
        self,
        tab: QWidget,
        workplace: Workplace,
        run: LongRun,
        tables: Mapping[str, DataTable],
        chosen: Callable[[str], list[Seen]],
        here: Callable[[], Seen | None],
    ) -> None:
        super().__init__(tab)
        self._tab, self.workplace, self._run, self._tables = tab, workplace, run, tables
        self._chosen, self._here = chosen, here
        self.account = ""
        self.dialog: QDialog | None = None

    def fix(self) -> None:
        """Ask what would end the chosen ones."""
        chosen = self._chosen(OPEN)
        if not chosen or self._run.running or not permitted(self.workplace, Right.MANAGEMENT):
            return
        account, keys = self.account, [_key(one) for one in chosen[: listing_fixes.MOST]]
        self._run.read(
            lambda desk: listing_fixes.plan(desk, account, keys),
            then=lambda plans: self._planned(keys, plans),
            key=(id(self), "plan"),
        )

    def ignore(self) -> None:
        """Ask for the reason, then let the chosen ones stand."""
        chosen = self._chosen(OPEN)
        if not chosen or not permitted(self.workplace, Right.MANAGEMENT):
            return
        meant = [meant_of(one) for one in chosen]
        self._open(
            Confirm(
                self._tab,
                t("mistakes.ignore_title", count=len(meant)),
                t("mistakes.ignore_note"),
                t("mistakes.ignore"),
                lambda reason: self._let_stand(meant, reason),
                reason=t("mistakes.ignore_reason"),
            )
        )

    def heed(self) -> None:
        """Say the chosen ones again."""
        chosen = self._chosen(IGNORED)
        if not chosen or not permitted(self.workplace, Right.MANAGEMENT):
            return
        self._tables[IGNORED].go_on_after([meant_of(one) for one in chosen])
        account, meant = self.account, [meant_of(one) for one in chosen]
        self.workplace.write(
            listing_lint.heed_all,
            self.workplace.actor,
            account,
            meant,
            then=lambda done: self._done(t("mistakes.heeded", count=done.count)),
        )

    def carry(self) -> None:
        """The listing under the keyboard carries the stock of its SKU."""
        one = self._here()
        if one is None or one.listing.sku_id is None or one.listing.carries:
            return
        if permitted(self.workplace, Right.LINKS):
            sku = one.listing.sku_text[:80]
            self.workplace.write(
                linking.choose_carrier,
                self.workplace.actor,
                one.listing.id,
                then=lambda _: self._done(t("listings_page.carrier_said", sku=sku)),
            )

    def _let_stand(self, meant: Sequence[Meant], reason: str) -> None:
        self._tables[OPEN].go_on_after(meant)
        begun = self._run.run(
            t("mistakes.ignoring"),
            lambda desk, _: listing_lint.ignore_all(desk, self.workplace.actor, self.account, meant, reason),
            then=lambda done: self._done(t("mistakes.ignored_said", count=done.count)),
            failed=self._refused,
        )
        if not begun:
            self.workplace.window.say(Tone.WARN, t("listings_page.busy"), for_ms=4000)

    def _planned(self, keys: Sequence[Key], plans: Plans) -> None:
        first = plans.plans[0]
        if plans.written:
            self._open(FixDialog(self._tab, plans, lambda: self._begin(keys, plans)))
        elif len(plans.plans) == 1 and first.way in (Way.LINKING, Way.PRICES):
            self.workplace.window.say(Tone.INFO, render(first.what), for_ms=8000)
            if first.way is Way.LINKING:
                self.linking_asked.emit(first.seen.listing.sku_text)
            else:
                self.prices_asked.emit(first.seen.listing.id, first.seen.finding.market)
        else:
            self.workplace.window.say(
                Tone.WARN, t("mistakes.nothing_to_fix"), render(first.what), for_ms=9000
            )

    def _begin(self, keys: Sequence[Key], plans: Plans) -> None:
        prices = any(one.price is not None for one in plans.written)
        right = Right.PRICES if prices else Right.MANAGEMENT
        self.workplace.with_pin(right, partial(self._run_fix, keys, plans), self._refused)

    def _run_fix(self, keys: Sequence[Key], plans: Plans) -> None:
        self._tables[OPEN].go_on_after(
            [meant_of(one.seen) for one in plans.written],
        )
        account, actor, digest = self.account, self.workplace.actor, plans.digest
        self._run.run(
            t("mistakes.fixing"),
            lambda desk, progress: listing_fixes.fix(desk, actor, account, keys, digest, progress),
            then=self._fixed,
            failed=self._refused,
        )

    def _fixed(self, done: Fixed) -> None:
        self._run.say_outcome(t("mistakes.fixed", count=done.count), done)
        self.ended.emit()

    def _done(self, said: str) -> None:
        self.workplace.window.say(Tone.OK, said, for_ms=6000)
        self.ended.emit()

    def _refused(self, failure: Failure) -> None:
        self._tables[OPEN].stay()
        self.workplace.window.show_failure(failure)
        self.ended.emit()

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(lambda _: setattr(self, "dialog", None))
        dialog.open()


def meant_of(one: Seen) -> Meant:
    """Which mistake it is, however often it is looked at."""
    return one.finding.listing_id, one.finding.code, one.finding.market


def _key(one: Seen) -> Key:
    return Key(*meant_of(one))
