"""The tab with the rules: the document edited as a whole, and beside it what it would change."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from bmdesk.domain.changes import Change
from bmdesk.services import rates
from bmdesk.services.rates import RateBook
from bmdesk.texts import msg, t
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.theme import mark
from bmdesk.ui.views.prices.dated import commission_table, vat_table
from bmdesk.ui.views.prices.impact import Impact
from bmdesk.ui.views.prices.rule_form import RuleForm
from bmdesk.ui.views.prices.rule_list import RuleList
from bmdesk.ui.views.prices.shares import ShareTable
from bmdesk.ui.widgets.document_section import DocumentSection, place_parts
from bmdesk.ui.widgets.long_run import LongRun
from bmdesk.ui.widgets.segmented import Segment, Segmented
from bmdesk.ui.widgets.side_by_side import SideBySide
from bmdesk.ui.workplace import Workplace

_PARTS = ("rules", "shares", "commissions", "vat")
_IMPACT_WIDTH = 450


class RulesTab(DocumentSection):
    """`set_account` says for which account to count."""

    judges = False
    reloads_on = frozenset({Change.SETTINGS})

    def __init__(self, workplace: Workplace, run: LongRun) -> None:
        super().__init__(workplace, "pricing")
        self.status = ""
        self.account_id = ""
        self._body: dict[str, Any] = {}
        self._showing = False
        self._editing = -1
        self.list = RuleList()
        self.form = RuleForm()
        self.shares = ShareTable()
        self.commissions, self.vat = commission_table(), vat_table()
        self.impact = Impact(run)
        self.parts = Segmented(
            t("prices_page.parts_of_rules"),
            [
                Segment("rules", t("prices_page.rules")),
                Segment("shares", t("prices_page.shares")),
                Segment("commissions", t("prices_page.commissions")),
                Segment("vat", t("prices_page.vat")),
            ],
            small=True,
        )
        self._build()
        self._connect()
        self.show_part("rules")

    def set_account(self, account_id: str) -> None:
        """Count what rules come to for this account."""
        if account_id != self.account_id:
            self.account_id = account_id
            self._count()

    def show_part(self, key: str) -> None:
        """Go to one of rules, shares, commissions, vat."""
        self.parts.set_value(key)
        self._stack.setCurrentIndex(_PARTS.index(key))
        target = {
            "rules": self.list.table,
            "shares": next(iter(self.shares.fields.values())),
            "commissions": self.commissions.table,
            "vat": self.vat.table,
        }[key]
        if self.isVisible():
            target.setFocus()

    def edit(self, number: int) -> None:
        """Open the rule in this line."""
        rule = self.list.rule(number)
        if rule is not None:
            self._editing = number
            self.form.show_rule(rule, self.shares.categories())
            self._pages.setCurrentWidget(self.form)
            self.form.begin()

    def close_form(self) -> None:
        """Back to the list."""
        if self._editing >= 0:
            number, self._editing = self._editing, -1
            self._pages.setCurrentWidget(self.list)
            self.list.go_to(number)

    # -- what the document section asks

    def load(self) -> None:
        super().load()
        self.workplace.read(rates.book, then=self._take_currency, key=(id(self), "currency"))

    def show_body(self, body: dict[str, Any]) -> None:
        self._body = body
        self._showing = True
        self.close_form()
        self.shares.show_shares(body["shares"])
        self.list.show_rules(body.get("rules", []))
        self.commissions.show_rows(body.get("commissions", []))
        self.vat.show_rows(body.get("vat", []))
        self._showing = False
        self.status = t("prices_page.rule_count", count=len(body.get("rules", [])))
        self._count()

    def body(self) -> dict[str, Any]:
        made = {**self._body, "shares": self.shares.shares()}
        parts = {
            "rules": self.list.rules(),
            "commissions": self.commissions.written(),
            "vat": self.vat.written(),
        }
        return made | {key: rows for key, rows in parts.items() if rows or key in self._body}

    def show_wrong(self, place: str) -> None:
        part, number, inside = place_parts(place)
        if place.startswith("shares."):
            self.show_part("shares")
            self.shares.show_wrong(place.removeprefix("shares."))
        elif part == "rules" and number is not None:
            self.show_part("rules")
            self.edit(number)
            head, _, _inside = inside.partition(".")
            key = inside if head == "scope" else head or "id"
            self.form.show_errors({key: self.error.text()})
        elif part in {"commissions", "vat"} and number is not None:
            self.show_part(part)
            (self.commissions if part == "commissions" else self.vat).show_wrong(number, inside)

    def touched(self) -> None:
        if not self._showing:
            super().touched()
            self._count()

    # -- inside

    def _count(self) -> None:
        if self._body:
            self.impact.count(self.account_id, self.body())

    def _take_currency(self, book: RateBook) -> None:
        self.form.currency = book.currency

    def _rule_edited(self) -> None:
        self.list.replace(self._editing, self.form.rule())
        self.touched()

    def _added(self, number: int) -> None:
        self.touched()
        self.edit(number)

    def _build(self) -> None:
        self.column.setContentsMargins(0, 0, 0, 0)
        self._pages = QStackedWidget()
        for page in (self.list, self.form):
            self._pages.addWidget(page)
        self._stack = QStackedWidget()
        for part in (self._pages, self.shares, self.commissions, self.vat):
            self._stack.addWidget(part)
        left = QWidget()
        mark(left, kind="clear")
        inside = QVBoxLayout(left)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(10)
        head = QHBoxLayout()
        self.parts.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        head.addWidget(self.parts)
        head.addStretch()
        inside.addLayout(head)
        inside.addWidget(self._stack, 1)
        self.column.addWidget(SideBySide(left, self.impact, _IMPACT_WIDTH), 1)
        self.add_footer(self.column)

    def _connect(self) -> None:
        self.parts.chosen.connect(self.show_part)
        self.list.changed.connect(self.touched)
        self.list.opened.connect(self.edit)
        self.list.added.connect(self._added)
        self.form.changed.connect(self._rule_edited)
        self.form.closed.connect(self.close_form)
        for table in (self.shares, self.commissions, self.vat):
            table.changed.connect(self.touched)
        bind(self, "Ctrl+PgDown", msg("prices_page.next_part"), lambda: self._step(1))
        bind(self, "Ctrl+PgUp", msg("prices_page.previous_part"), lambda: self._step(-1))

    def _step(self, by: int) -> None:
        at = _PARTS.index(self.parts.value())
        self.show_part(_PARTS[(at + by) % len(_PARTS)])
