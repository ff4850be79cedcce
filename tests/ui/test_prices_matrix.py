"""The matrix of prices: what a cell says and marks, which lines a filter leaves, where the keyboard stays."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bmdesk.domain.money import Money
from bmdesk.services.prices import choosing, simulation
from bmdesk.services.prices.simulation import Breach, Chosen, PriceRow, Why
from bmdesk.texts import msg
from bmdesk.ui.palette import Tone
from bmdesk.ui.views.prices.impact import greatest
from bmdesk.ui.views.prices.lines import MatrixFilter, MatrixModel, lines_of, markets_of, narrowed
from bmdesk.ui.views.prices.table import MatrixTable
from bmdesk.ui.views.prices.words import cell_words, margin_tone, marks, step_words
from tests.markets import OWNER, Shop
from tests.ui.prices_room import FRANCE, GERMANY, Enter, enter, priced

__all__ = ["enter", "priced"]


def row(**facts: Any) -> PriceRow:
    """A price as the rules might say it."""
    known: dict[str, Any] = {
        "listing_id": "L1",
        "market": FRANCE,
        "sku": "IP13-BLK",
        "our_sku": "IP13-BLK",
        "title": "iPhone 13",
        "grade": "GOOD",
        "category": "phone",
        "quantity": 1,
        "managed": True,
        "automatic": False,
        "present": Money(50000, "EUR"),
        "wanted": None,
        "wanted_min": None,
        "unknown": None,
        "new": Money(50000, "EUR"),
        "new_min": None,
        "floor": None,
        "top": None,
        "margin_now": None,
        "margin_new": None,
        "percent_now": None,
        "percent_new": None,
        "reason": None,
        "warnings": (),
        "breaks": (),
        "chosen": None,
        "foreign": None,
    }
    return PriceRow(**(known | facts))


def test_a_margin_is_said_in_figures_beside_its_colour() -> None:
    tones = [margin_tone(one if one is None else Decimal(one)) for one in ("-0.1", "0", "4.9", "5", None)]
    assert tones == [Tone.BAD, Tone.WARN, Tone.WARN, Tone.OK, Tone.NEUTRAL]
    raised = row(new=Money(51000, "EUR"), percent_new=Decimal("4.2"))
    assert step_words(raised) == "↑ 10.00"
    assert cell_words(raised) == "510.00 EUR, now 500.00 EUR, margin 4.2 %"
    assert cell_words(None) == "–"


def test_a_cell_tells_a_broken_bound_a_second_writer_a_choice_and_that_it_goes_by_itself() -> None:
    chosen = Chosen(Money(50000, "EUR"), Why.HAND, None, "ANA")
    told = row(
        foreign=Money(49000, "EUR"),
        breaks=(Breach.BELOW_FLOOR,),
        chosen=chosen,
        automatic=True,
        managed=False,
    )
    assert [mark.icon for mark in marks(told)] == ["user", "warning", "edit", "refresh"]
    won = row(chosen=replace(chosen, why=Why.BACKBOX))
    assert [mark.icon for mark in marks(won)] == ["star"]
    unsure = row(automatic=True, unknown=msg("prices.none_no_cost", unit="1"))
    assert marks(unsure) == []  # it waits for a person
    assert "Below the floor" in cell_words(told) and "Not managed" in cell_words(told)


def test_the_filter_leaves_lines_in_which_one_price_has_all_that_was_asked_for() -> None:
    lines = lines_of(
        [
            row(new=Money(51000, "EUR"), managed=False),
            row(market=GERMANY),
            row(listing_id="L2", sku="GS22", title="Galaxy", grade="FAIR", category="tablet"),
        ]
    )
    assert [line.sku for line in lines] == ["GS22", "IP13-BLK"]

    def left(**chosen: str) -> list[str]:
        return [line.sku for line in narrowed(lines, MatrixFilter(**chosen))]

    assert left(words="iphone 13") == left(category="phone") == left(grade="GOOD") == ["IP13-BLK"]
    assert left(show="changes") == ["IP13-BLK"] and left(show="changes", managed="yes") == []
    assert left(show="broken") == left(words="nothing") == []
    assert markets_of([row(market=GERMANY), row()]) == (FRANCE, GERMANY)


def test_the_keyboard_stays_on_its_price_while_lines_come_and_go(dressed: QApplication, qtbot: QtBot) -> None:
    rows = [row(listing_id=f"L{n}", sku=f"S{n}", market=m) for n in range(4) for m in (FRANCE, GERMANY)]
    table, model = MatrixTable("matrix"), MatrixModel((FRANCE, GERMANY))
    qtbot.addWidget(table)
    table.show_model(model)
    model.set_rows(lines_of(rows))
    table.resize(900, 400)
    table.show()
    table.go_to("L2", GERMANY)
    model.set_rows(lines_of([*rows[2:], row(listing_id="L9", sku="A")]))
    now = table.price()
    assert now is not None and (now.listing_id, now.market) == ("L2", GERMANY)
    model.set_rows(lines_of(rows[:4]))
    assert table.price() is None
    assert not table.grab().isNull()


def test_the_greatest_changes_are_those_that_move_a_price_the_most_for_what_it_is() -> None:
    rows = [
        row(listing_id="yen", present=Money(50000, "JPY"), new=Money(50500, "JPY")),
        row(listing_id="euro", new=Money(60000, "EUR")),
        row(listing_id="same"),
    ]
    found = simulation.Simulation(tuple(rows), "", 1, (), None)  # type: ignore[arg-type]
    assert [one.listing_id for one in greatest(found)] == ["euro", "yen"]


def test_a_choice_that_is_there_is_marked(enter: Enter, priced: str, shop: Shop) -> None:
    choosing.choose(shop.desk, OWNER, shop.account, priced, FRANCE, Money(59900, "EUR"), Why.HAND)
    page = enter()
    found = page.matrix.model.cell(0, 0)
    assert found is not None and [mark.icon for mark in marks(found)] == ["edit"]
