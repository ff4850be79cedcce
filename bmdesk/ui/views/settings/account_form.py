"""One account: its state and connection, the markets it sells in, how often it is read, and what counts as low."""

from __future__ import annotations

from collections.abc import Sequence

from bmdesk.domain.markets import Environment, Region
from bmdesk.services.setting_table import BOX_MINUTES, CATEGORY_MINUTES, NEVER, account_setting
from bmdesk.texts import Text, msg, render, t
from bmdesk.ui.views.settings.account_facts import AccountFacts
from bmdesk.ui.views.settings.account_status import StatusCard
from bmdesk.ui.views.settings.fields import Editor, FieldCard, SettingField, choice_editor, line_editor
from bmdesk.ui.views.settings.market_list import market_editor, widen
from bmdesk.ui.views.settings.section import Section
from bmdesk.ui.views.settings.sources import company_setting
from bmdesk.ui.views.settings.token import token_card
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.workplace import Workplace


class AccountForm(Section):
    """Everything about the account of this name. Each value is kept by itself; the token has a button of its own."""

    def __init__(self, workplace: Workplace, name: str) -> None:
        super().__init__(workplace)
        self.name = name
        self.fields: dict[str, SettingField] = {}
        self.column.setContentsMargins(0, 0, 0, 0)
        self.status = StatusCard(workplace, name)
        self.column.addWidget(self.status)
        self.token = token_card(workplace, name)
        self.column.addWidget(self.token)
        self._connection()
        self._markets()
        self._reading()
        self._stock()
        self._prices()
        self._proposals()
        self._advanced()
        for field in self.fields.values():
            field.kept.connect(lambda _: self.status.forget_verdict())

    def show_facts(self, facts: AccountFacts) -> None:
        """Show how the account is now; its values are asked for by `load`."""
        self.status.show_facts(facts)
        self.token.show_place(facts.token)
        if facts.view.settings is not None:
            self.markets.set_region(facts.view.settings.region)

    def _connection(self) -> None:
        card = self.card(t("settings.bm.connection"), t("settings.bm.connection_note"))
        self._choice(card, "region", msg("settings.bm.region"), region_choices())
        self._choice(card, "environment", msg("settings.bm.environment"), environment_choices())
        self._line(card, "company", msg("settings.bm.company"), t("settings.bm.company_hint"))
        self._line(card, "contact", msg("settings.bm.contact"), t("settings.bm.contact_hint"))

    def _markets(self) -> None:
        card = self.card()
        words = msg("settings.bm.markets")
        editor, self.markets = market_editor(render(words))
        self._field(card, "markets", words, editor)
        widen(editor)

    def _reading(self) -> None:
        card = self.card(t("settings.bm.reading"))
        self._choice(card, "every.orders", msg("settings.bm.every_orders"), interval_choices())
        card.add(PlainLabel(t("settings.bm.orders_read_only"), "note", wrap=True))
        self._choice(card, "every.listings", msg("settings.bm.every_listings"), interval_choices())
        self._choice(card, "every.prices", msg("settings.bm.every_prices"), interval_choices())
        self._choice(card, "every.backbox", msg("settings.bm.every_backbox"), spaced_choices(BOX_MINUTES))
        card.add(PlainLabel(t("settings.bm.every_backbox_note"), "note", wrap=True))
        categories = spaced_choices(CATEGORY_MINUTES)
        self._choice(card, "every.categories", msg("settings.bm.every_categories"), categories)
        card.add(PlainLabel(t("settings.bm.every_categories_note"), "note", wrap=True))
        self._line(card, "rate", msg("settings.bm.rate"))

    def _stock(self) -> None:
        card = self.card(t("settings.bm.stock"))
        self._line(card, "low_stock", msg("settings.bm.low_stock"), unit=t("settings.unit.pieces"))
        self._line(card, "gather_seconds", msg("settings.bm.gather_seconds"), unit=t("settings.unit.seconds"))
        self._line(card, "hold_minutes", msg("settings.bm.hold_minutes"), unit=t("settings.unit.minutes"))

    def _prices(self) -> None:
        card = self.card(t("settings.bm.prices"), t("settings.bm.backpricer_note"))
        self._choice(card, "backpricer", msg("settings.bm.backpricer"), backpricer_choices())

    def _proposals(self) -> None:
        card = self.card(t("settings.bm.proposals"), t("settings.bm.proposals_note"))
        names = msg("settings.bm.proposal_columns")
        self._line(card, "proposal_columns", names, t("settings.bm.proposal_columns_hint"))

    def _advanced(self) -> None:
        card = self.card(t("settings.bm.advanced"), t("settings.bm.advanced_note"))
        self._line(card, "url", msg("settings.bm.url"), t("settings.bm.url_hint"))

    def _line(self, card: FieldCard, key: str, label: Text, hint: str = "", unit: str = "") -> None:
        self._field(card, key, label, line_editor(hint), unit)

    def _choice(self, card: FieldCard, key: str, label: Text, choices: list[tuple[str, str]]) -> None:
        self._field(card, key, label, choice_editor(render(label), choices))

    def _field(self, card: FieldCard, key: str, label: Text, editor: Editor, unit: str = "") -> None:
        source = company_setting(account_setting(self.name, key))
        self.fields[key] = self.field(card, label, source, editor, unit)


def region_choices() -> list[tuple[str, str]]:
    """The platforms as a list offers them."""
    return [
        (Region.EU.value, t("settings.bm.region_eu")),
        (Region.NA.value, t("settings.bm.region_na")),
        (Region.AP.value, t("settings.bm.region_ap")),
    ]


def environment_choices() -> list[tuple[str, str]]:
    """The real marketplace and its twin."""
    return [
        (Environment.PRODUCTION.value, t("settings.bm.production")),
        (Environment.PREPROD.value, t("settings.bm.preprod")),
    ]


def backpricer_choices() -> list[tuple[str, str]]:
    """Whether prices go with a min_price."""
    return [("false", t("settings.bm.backpricer_off")), ("true", t("settings.bm.backpricer_on"))]


def interval_choices() -> list[tuple[str, str]]:
    """How often something may be read."""
    return [
        ("0", t("settings.bm.at_once")),
        *((str(minutes), t("settings.bm.every_minutes", minutes=minutes)) for minutes in (5, 15, 60)),
    ]


def spaced_choices(minutes: Sequence[str]) -> list[tuple[str, str]]:
    """How often something may be read that need not be read by itself."""
    return [(one, _spaced(one)) for one in minutes]


def _spaced(minutes: str) -> str:
    if minutes == NEVER:
        return t("settings.bm.only_asked")
    number = int(minutes)
    if number < 120:
        return t("settings.bm.every_minutes", minutes=number)
    if number < 1440:
        return t("settings.bm.every_hours", hours=number // 60)
    return t("settings.bm.every_day") if number == 1440 else t("settings.bm.every_week")
