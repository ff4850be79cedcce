"""Publishing listings in chosen markets, and taking them offline: what would happen, in words, before it does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QCheckBox, QWidget

from bmdesk.domain.rights import Right
from bmdesk.services.desk import Desk
from bmdesk.services.selling import publishing
from bmdesk.services.selling.management import PreviewChanged
from bmdesk.services.selling.publishing import OfflinePreview, OfflineRow, PublishPreview, PublishRow
from bmdesk.texts import msg, render, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import px
from bmdesk.ui.views.listings.preview_dialog import PreviewDialog, with_problems
from bmdesk.ui.views.listings.words import named, saying_words, state_tone, state_words
from bmdesk.ui.widgets.flow import Flow
from bmdesk.ui.widgets.inputs import ChoiceBox
from bmdesk.ui.words import NOTHING, money, sentence


class PublishDialog(PreviewDialog):
    """Which markets, and what each listing would cost and say there."""

    changed_since = (PreviewChanged,)
    right = Right.PRICES
    note = msg("listings_page.publish_note")
    yes_words = msg("listings_page.publish_yes")
    running = msg("listings_page.publishing")

    def title(self) -> str:
        return t("listings_page.publish_title", count=len(self.ids))

    def choices(self, markets: Sequence[str]) -> Sequence[QWidget]:
        self.boxes: dict[str, QCheckBox] = {}
        flow = Flow()
        for market in markets:
            box = QCheckBox(market)
            box.setAccessibleName(named(market))
            box.setToolTip(named(market))
            box.toggled.connect(lambda _: self.load())
            self.boxes[market] = box
            flow.add(box)
        return [flow]

    def columns(self) -> Sequence[Column]:
        return _publish_columns()

    def markets(self) -> list[str]:
        """Those that are ticked."""
        return [market for market, box in self.boxes.items() if box.isChecked()]

    def missing(self) -> str:
        return "" if self.markets() else t("listings_page.tick_a_market")

    def ask(self, desk: Desk) -> PublishPreview:
        return publishing.publish_preview(desk, self.account_id, self.ids, self.markets())

    def rows_of(self, shown: PublishPreview) -> Sequence[PublishRow]:
        return shown.rows

    def summary(self, shown: PublishPreview) -> tuple[str, Tone | None]:
        changes = sum(row.changes for row in shown.rows)
        problems = sum(row.problem is not None for row in shown.rows)
        return with_problems(
            t("listings_page.publish_sum", count=changes), problems
        ), Tone.WARN if problems else None

    def told(self, row: PublishRow) -> Sequence[tuple[str, str]]:
        said = saying_words(row.saying, row.market)
        return (
            (t("listings_page.column_problem"), sentence(render(row.problem)) if row.problem else ""),
            (t("listings_page.buyers_read", market=named(row.market)), said),
            (t("listings_page.to_know"), "\n".join(sentence(render(note)) for note in row.notes)),
        )

    def may_go(self, shown: PublishPreview) -> bool:
        return any(row.changes for row in shown.rows)

    def work(self, desk: Desk, shown: PublishPreview, progress: Any) -> Any:
        return publishing.publish(
            desk, self.workplace.actor, self.account_id, self.ids, shown.markets, shown.digest, progress
        )


class OfflineDialog(PreviewDialog):
    """Everywhere by quantity 0, or in one market by writing nothing more there."""

    changed_since = (PreviewChanged,)
    note = msg("listings_page.offline_note")
    yes_words = msg("listings_page.offline_yes")
    running = msg("listings_page.pausing")

    def title(self) -> str:
        return t("listings_page.offline_title", count=len(self.ids))

    def choices(self, markets: Sequence[str]) -> Sequence[QWidget]:
        everywhere = ("", t("listings_page.offline_everywhere"))
        self.market = ChoiceBox(
            t("listings_page.filter_market"), [everywhere, *((one, named(one)) for one in markets)]
        )
        self.market.setMinimumWidth(px(220))
        self.market.activated.connect(lambda _: self.load())
        return [self.market]

    def columns(self) -> Sequence[Column]:
        return _offline_columns()

    def ask(self, desk: Desk) -> OfflinePreview:
        return publishing.offline_preview(desk, self.account_id, self.ids, self.market.value())

    def rows_of(self, shown: OfflinePreview) -> Sequence[OfflineRow]:
        return shown.rows

    def summary(self, shown: OfflinePreview) -> tuple[str, Tone | None]:
        problems = sum(row.problem is not None for row in shown.rows)
        words = t("listings_page.offline_sum", count=len(shown.rows) - problems)
        return with_problems(words, problems), Tone.WARN if problems else None

    def told(self, row: OfflineRow) -> Sequence[tuple[str, str]]:
        return (
            (t("listings_page.what_happens"), "" if row.problem else sentence(render(row.said))),
            (t("listings_page.column_problem"), sentence(render(row.problem)) if row.problem else ""),
        )

    def may_go(self, shown: OfflinePreview) -> bool:
        return any(row.problem is None for row in shown.rows)

    def work(self, desk: Desk, shown: OfflinePreview, progress: Any) -> Any:
        actor = self.workplace.actor
        return publishing.offline(
            desk, actor, self.account_id, self.ids, shown.digest, shown.market, progress
        )


def _publish_columns() -> tuple[Column, ...]:
    def why(row: PublishRow) -> str:
        if row.problem is not None:
            return sentence(render(row.problem))
        if not row.changes:
            # What keeps it offline although nothing is to be written is what a person wants to know.
            return sentence(render(row.notes[-1])) if row.notes else t("listings_page.already_so")
        return row.saying.comment if row.saying is not None else ""

    return (
        Column(t("listings_page.column_market"), lambda r: r.market, width=84),
        Column(
            t("listings_page.column_sku"),
            lambda r: r.sku[:200],
            hint=lambda r: f"{r.sku}\n{r.title}"[:600],
            width=220,
        ),
        Column(
            t("listings_page.column_state"),
            lambda r: state_words(r.state),
            pill=lambda r: state_tone(r.state),
            width=120,
        ),
        Column(t("listings_page.column_now"), lambda r: money(r.old) or NOTHING, number=True, width=110),
        Column(
            t("listings_page.column_new"),
            lambda r: money(r.new) or NOTHING,
            number=True,
            tone=lambda r: Tone.INFO if r.changes else None,
            width=110,
        ),
        Column(
            t("listings_page.column_why"),
            why,
            hint=why,
            tone=lambda r: Tone.WARN if r.problem is not None else None,
            stretch=True,
        ),
    )


def _offline_columns() -> tuple[Column, ...]:
    def said(row: OfflineRow) -> str:
        return sentence(render(row.problem or row.said))

    return (
        Column(
            t("listings_page.column_sku"),
            lambda r: r.sku[:200],
            hint=lambda r: f"{r.sku}\n{r.title}"[:600],
            width=220,
        ),
        Column(t("listings_page.column_quantity"), lambda r: str(r.quantity), number=True, width=80),
        Column(t("listings_page.column_online"), lambda r: ", ".join(r.online) or NOTHING, width=150),
        Column(
            t("listings_page.what_happens"),
            said,
            hint=said,
            tone=lambda r: Tone.WARN if r.problem is not None else None,
            stretch=True,
        ),
    )
