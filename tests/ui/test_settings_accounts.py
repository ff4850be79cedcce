"""Settings of the marketplace: an account says what is wrong with it, and whoever looks can put it right."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bmdesk.connectors.failures import TokenRefused
from bmdesk.services import claims, policy_documents, rates, settings
from bmdesk.services.desk import Desk
from bmdesk.services.selling import account_settings, accounts
from bmdesk.services.selling.account_settings import AccountSettings
from bmdesk.simulator import Simulator
from bmdesk.store.kept import keep_failure
from bmdesk.store.queries import accounts as account_rows
from bmdesk.store.queries import people
from bmdesk.store.transaction import Tx
from bmdesk.sync import opening
from bmdesk.system.clock import FixedClock
from bmdesk.system.paths import DataDir
from bmdesk.system.secrets import Secrets
from bmdesk.ui.main_window import Room
from bmdesk.ui.syncing import BackgroundSync
from bmdesk.ui.views.settings import SettingsPage
from bmdesk.ui.views.settings.account_form import AccountForm
from bmdesk.ui.views.settings.accounts import AccountSection
from bmdesk.ui.views.settings.content import ContentSection
from bmdesk.ui.views.settings.market_list import MarketList
from bmdesk.ui.views.settings.prices import PriceSection
from bmdesk.ui.views.settings.simple import CompanySection
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.workplace import Workplace

S = TypeVar("S")
TOKEN = "sim-token"


@pytest.fixture(autouse=True)
def claims_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's folder of claims, of this test alone."""
    monkeypatch.setenv("BMDESK_CLAIMS", str(tmp_path / "claims"))


@pytest.fixture(scope="module")
def marketplace() -> Iterator[Simulator]:
    """A marketplace with a dozen listings."""
    with Simulator(token=TOKEN, listings=12) as running:
        yield running


@pytest.fixture
def page(workplace: Workplace, desk: Desk) -> Iterator[SettingsPage]:
    """The room, on screen."""
    window = workplace.window
    data = DataDir(desk.photos.folder.parent)
    workplace.syncing = BackgroundSync(desk, workplace.bridge, window, data)
    window.add_room(
        Room("settings", "window.room.settings", "settings", lambda: SettingsPage(workplace), "Ctrl+8")
    )
    window.show()
    window.open_rooms("settings")
    found = window.page("settings")
    assert isinstance(found, SettingsPage)
    yield found
    workplace.syncing.stop()


def section(page: SettingsPage, key: str, kind: type[S]) -> S:
    found = page.show_section(key)
    assert isinstance(found, kind)
    return found


def secrets(desk: Desk) -> Secrets:
    return Secrets(desk.photos.folder.parent)


def of(desk: Desk, name: str = "default") -> AccountSettings:
    return desk.read(lambda connection: account_settings.of(connection, desk.company, name))


def set_up(desk: Desk, url: str, token: str = TOKEN) -> None:
    accounts.add(desk, url=url, contact="it@second-life.example")
    secrets(desk).set("backmarket.token", token)


def form_of(page: SettingsPage, qtbot: QtBot) -> AccountForm:
    """The form of the first account, with everything loaded."""
    shown = section(page, "backmarket", AccountSection)
    qtbot.waitUntil(lambda: shown.form is not None)
    qtbot.waitUntil(lambda: not page.workplace.bridge.pending)
    assert shown.form is not None
    return shown.form


def answer(qtbot: QtBot, *, yes: bool = True) -> None:
    """Answer the question on screen."""
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), Confirm))
    question = QApplication.activeModalWidget()
    assert isinstance(question, Confirm)
    (question.yes if yes else question.no).click()


def test_the_first_account_and_its_token_are_made_here_and_the_token_is_never_shown(
    page: SettingsPage, desk: Desk, qtbot: QtBot
) -> None:
    shown = section(page, "backmarket", AccountSection)
    qtbot.waitUntil(lambda: shown.adding.isVisible() and shown.name.text() == "default")
    shown.name.setText("token")
    shown.add()
    qtbot.waitUntil(lambda: shown.name.property("wrong") is True)
    shown.name.setText("na")
    shown.region.set_value("NA")
    shown.environment.set_value("preprod")
    shown.add()
    qtbot.waitUntil(lambda: shown.form is not None and shown.form.status.sandbox.isVisible())
    assert of(desk, "na").primary_market == "en-us" and of(desk, "na").is_sandbox
    assert shown.form is not None
    token = shown.form.token
    token.field.setText(f"  {TOKEN} ")
    token.keep()
    qtbot.waitUntil(lambda: secrets(desk).get("backmarket.na.token") == TOKEN)
    qtbot.waitUntil(lambda: token.said.isVisible() and "keyring" in token.said.text())
    qtbot.waitUntil(lambda: "backmarket.na.token" in token.state.text())
    assert token.field.text() == "" and TOKEN not in token.state.text()


def test_a_good_connection_is_said_and_sets_a_blocked_account_free(
    page: SettingsPage, desk: Desk, market: Simulator, qtbot: QtBot
) -> None:
    set_up(desk, market.url)
    refused = TokenRefused(host="h", region="EU", environment="production")

    def block(tx: Tx) -> None:
        row = account_rows.of_company(tx.connection, tx.company)[0]
        values = {"block_fault": "auth", "block_text": keep_failure(refused)}
        account_rows.set_account(tx, row.id, blocked_until=tx.now + timedelta(days=1), **values)

    desk.write(block)
    form = form_of(page, qtbot)
    assert form.status.problem.words
    with qtbot.waitSignal(form.status.tested) as tested:
        form.status.test()
    assert tested.args == ["trial.ok"]
    assert "listings: 12" in form.status.verdict.words[1]
    qtbot.waitUntil(lambda: accounts.the_account(desk).blocked_until is None)
    qtbot.waitUntil(lambda: not form.status.problem.isVisible())
    assert market.ledger.writes() == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("token", "remote.token_refused"),
        ("firewall", "remote.firewall"),
        ("port", "remote.connection_refused"),
        ("none", "sync.no_token"),
    ],
)
def test_what_is_wrong_with_a_connection_is_said_with_what_to_do(
    page: SettingsPage, desk: Desk, market: Simulator, qtbot: QtBot, wrong: str, code: str
) -> None:
    url = market.url
    if wrong == "port":
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{free.getsockname()[1]}"
    if wrong == "firewall":
        market.fault("403")
    set_up(desk, url, "another" if wrong == "token" else TOKEN)
    if wrong == "none":
        secrets(desk).delete("backmarket.token")
    form = form_of(page, qtbot)
    with qtbot.waitSignal(form.status.tested) as tested:
        form.status.test()
    assert tested.args == [code]
    assert len(form.status.verdict.words) == 3 and all(form.status.verdict.words)


def test_nobody_has_to_wait_for_a_slow_answer(
    page: SettingsPage, desk: Desk, market: Simulator, qtbot: QtBot
) -> None:
    market.control(latency=1500)
    set_up(desk, market.url)
    form = form_of(page, qtbot)
    form.status.test()
    assert form.status.trial.stop_button.isVisible() and not form.status.test_button.isEnabled()
    form.status.trial.stop()
    assert form.status.test_button.isEnabled()
    words = form.status.verdict.words
    qtbot.waitUntil(lambda: not page.workplace.bridge.pending)
    assert form.status.verdict.words == words, "the late answer is not shown"


def test_the_first_ticked_market_is_the_main_one_and_a_new_one_never_becomes_it_by_itself(
    page: SettingsPage, desk: Desk, qtbot: QtBot
) -> None:
    accounts.add(desk, markets="de-de")
    markets = form_of(page, qtbot).markets
    assert markets.value() == "de-de"
    tick(markets, "fr-fr")  # stands before Germany in the marketplace's own order
    qtbot.waitUntil(lambda: of(desk).markets == ("de-de", "fr-fr"))
    markets.list.setCurrentRow(1)
    markets.move_by(-1)
    qtbot.waitUntil(lambda: of(desk).primary_market == "fr-fr")


@pytest.mark.slow
def test_markets_of_another_platform_are_named_and_go_with_the_next_choice(
    page: SettingsPage, desk: Desk, qtbot: QtBot
) -> None:
    accounts.add(desk, markets="de-de,fr-fr")
    form = form_of(page, qtbot)
    form.fields["region"].editor.show("AP")
    form.fields["region"].keep()
    qtbot.waitUntil(lambda: form.markets.list.count() == 2)
    assert "de-de, fr-fr" in form.markets.strays.text()
    qtbot.waitUntil(form.status.problem.isVisible)
    tick(form.markets, "en-au")
    qtbot.waitUntil(lambda: of(desk).markets == ("en-au",))
    qtbot.waitUntil(lambda: not form.status.problem.isVisible() and not form.markets.strays.isVisible())


@pytest.mark.slow
def test_a_token_that_another_store_speaks_for_is_taken_over_only_after_a_question(
    page: SettingsPage, desk: Desk, market: Simulator, qtbot: QtBot
) -> None:
    set_up(desk, market.url)
    endpoint = opening.endpoint_of(desk, accounts.the_account(desk), secrets(desk))
    elsewhere = replace(desk.store.place, file=None)
    claims.claim(endpoint.token, endpoint.host, "01ANOTHERSTORE", elsewhere, desk.clock.now())
    form = form_of(page, qtbot)
    qtbot.waitUntil(form.status.over_button.isVisible)
    assert form.status.problem.words[0] == "Another store uses this token"
    form.status.ask_take_over()
    answer(qtbot, yes=False)
    assert form.status.over_button.isVisible()
    form.status.ask_take_over()
    answer(qtbot)
    qtbot.waitUntil(lambda: not form.status.over_button.isVisible())
    claims.claim(endpoint.token, endpoint.host, desk.store.info("id"), desk.store.place, desk.clock.now())


@pytest.mark.slow
def test_a_copied_store_goes_on_after_somebody_says_that_this_is_the_machine(
    page: SettingsPage, desk: Desk, qtbot: QtBot
) -> None:
    accounts.add(desk)
    accounts.pause(desk, "default", accounts.OTHER_MACHINE)
    claims.note_machine(desk.store, "elsewhere")
    form = form_of(page, qtbot)
    assert form.status.problem.words[0] == "Paused"
    form.status.pause_or_resume()
    answer(qtbot)
    qtbot.waitUntil(lambda: accounts.the_account(desk).pause_reason == "")
    assert not claims.is_other_machine(desk.store)
    qtbot.waitUntil(lambda: not form.status.problem.isVisible())
    form.status.pause_or_resume()
    qtbot.waitUntil(lambda: accounts.the_account(desk).pause_reason == accounts.BY_HAND)


def test_columns_of_proposals_that_no_proposal_has_are_refused_at_their_field(
    page: SettingsPage, desk: Desk, qtbot: QtBot
) -> None:
    accounts.add(desk)
    field = form_of(page, qtbot).fields["proposal_columns"]
    field.editor.show("colour=Colour")
    field.keep()
    qtbot.waitUntil(lambda: field.editor.widget.property("wrong") is True)
    field.editor.show("title=product_title")
    field.keep()
    qtbot.waitUntil(lambda: of(desk).proposal_columns == ("title=product_title",))


@pytest.mark.slow
def test_a_warehouse_changes_hands_after_a_question(
    page: SettingsPage, desk: Desk, clock: FixedClock, qtbot: QtBot
) -> None:
    accounts.add(desk)
    clock.advance(seconds=1)
    accounts.add(desk, "na", region="NA")
    desk.write(lambda tx: people.location_id(tx, "LYON", "A1"))
    shown = section(page, "backmarket", AccountSection)
    qtbot.waitUntil(lambda: "LYON" in shown._boxes)
    assert shown._boxes["LYON"].value() == "default"
    shown._boxes["LYON"].set_value("na")
    shown._ask_serve("LYON", "default")
    answer(qtbot)
    qtbot.waitUntil(lambda: ("LYON", "na") in accounts.warehouses(desk))


def test_a_rate_says_what_it_means_before_it_is_given_and_the_old_one_stays_in_the_list(
    page: SettingsPage, desk: Desk, qtbot: QtBot
) -> None:
    settings.put(desk, "rate.GBP", "0.85")
    card = section(page, "prices", PriceSection).rates
    qtbot.waitUntil(lambda: card.model.rowCount() == 1)
    card.currency.setText("gbp")
    card.rate.setText("0.86")
    card._edited()
    assert card.said.text() == "0.86 pounds for one euro"
    with qtbot.waitSignal(card.given):
        card.give()
    assert [one.in_force for one in rates.book(desk).rates] == [True, False]
    for currency, rate, wrong in (
        ("GB", "1", card.currency),
        ("EUR", "1", card.rate),
        ("GBP", "x", card.rate),
    ):
        card.currency.setText(currency)
        card.rate.setText(rate)
        card._edited()
        card.give()
        qtbot.waitUntil(lambda wrong=wrong: wrong.property("wrong") is True)  # type: ignore[misc]
    assert len(rates.book(desk).rates) == 2


def test_a_comment_that_is_too_long_is_counted_and_refused_and_one_left_empty_is_inherited(
    page: SettingsPage, desk: Desk, qtbot: QtBot
) -> None:
    content = section(page, "content", ContentSection)
    good = content.comments["GOOD"]
    qtbot.waitUntil(lambda: good.toPlainText().startswith("Tested"))
    content.show_market("fr-be")
    assert good.toPlainText() == "" and "fonctionnel" in good.placeholderText()
    good.setPlainText("x" * 501)
    assert content.counters["GOOD"].text() == "501 of 500"
    content.show_market("de")
    content.save()
    qtbot.waitUntil(content.error.isVisible)
    assert content.market.value() == "fr-be"
    good.setPlainText("Pas de boîte d'origine.")
    content.warranty.setValue(24)
    with qtbot.waitSignal(content.saved):
        content.save()
    saved = policy_documents.document(desk, "content")
    assert saved["comments"]["fr-be"] == {"GOOD": "Pas de boîte d'origine."}
    assert saved["comments"]["de"] == policy_documents.shipped("content")["comments"]["de"]
    assert saved["warranty_months"] == 24


@pytest.mark.slow
def test_another_currency_of_the_company_warns_of_the_rates_that_were_given_for_the_old_one(
    page: SettingsPage, desk: Desk, qtbot: QtBot
) -> None:
    settings.put(desk, "rate.GBP", "0.86")
    company = section(page, "company", CompanySection)
    qtbot.waitUntil(lambda: company.currency.editor.read() == "EUR")
    company.currency.editor.show("USD")
    company.currency.keep()
    qtbot.waitUntil(company.rates_warning.isVisible)
    assert "EUR" in company.rates_warning.words[1] and "GBP" in company.rates_warning.words[1]
    company.currency.editor.show("EUR")
    company.currency.keep()
    qtbot.waitUntil(lambda: not company.rates_warning.isVisible())


def tick(markets: MarketList, locale: str) -> None:
    """What a click on this market's box does."""
    for number in range(markets.list.count()):
        item = markets.list.item(number)
        if item is not None and f" {locale} " in item.text():
            item.setCheckState(Qt.CheckState.Checked)
            return
    raise AssertionError(locale)


def test_the_backpricer_is_switched_on_for_one_account(page: SettingsPage, desk: Desk, qtbot: QtBot) -> None:
    accounts.add(desk, url="http://127.0.0.1:9", contact="it@second-life.example")
    field = form_of(page, qtbot).fields["backpricer"]
    assert (field.editor.read(), of(desk).backpricer) == ("false", False)
    field.editor.show("true")
    with qtbot.waitSignal(field.kept):
        field.keep()
    assert of(desk).backpricer
