"""A million rows, a hundred at a time."""

from __future__ import annotations

import threading

from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from bmdesk.texts import Failure
from bmdesk.ui.bridge import Bridge
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.paged_model import Ask, Page, PagedModel
from bmdesk.ui.widgets.table import DataTable

COLUMNS = (
    Column("Serial", lambda row: f"{row:06d}", identifier=True),
    Column("Half", lambda row: str(row // 2)),
)


class Numbers:
    """A store of `total` numbers that remembers how it was asked."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.asked: list[Ask] = []
        self.gate = threading.Event()
        self.gate.set()

    def fetch(self, ask: Ask) -> Page:
        self.gate.wait(5)
        self.asked.append(ask)
        start = ask.after if ask.after is not None else ask.offset
        rows = range(start, min(start + ask.limit, self.total))
        return Page(rows, rows[-1] + 1 if rows else None)

    def count(self, query: object) -> int:
        self.gate.wait(5)
        return self.total


def words(model: PagedModel, row: int) -> object:
    return model.data(model.index(row, 0), Qt.ItemDataRole.DisplayRole)


def test_a_million_rows_are_shown_by_asking_for_one_page(bridge: Bridge, qtbot: QtBot) -> None:
    store = Numbers(1_000_000)
    model = PagedModel(bridge, COLUMNS, store.fetch, store.count)
    table = DataTable("numbers")
    qtbot.addWidget(table)
    table.setModel(model)
    table.resize(500, 400)
    table.show()
    with qtbot.waitSignals([model.counted, model.loaded]):
        model.reset("all")
    assert model.rowCount() == 1_000_000
    assert words(model, 3) == "000003"
    assert len(store.asked) == 1


def test_a_jump_to_the_end_asks_by_offset_and_scrolling_on_by_keyset(bridge: Bridge, qtbot: QtBot) -> None:
    store = Numbers(1_000_000)
    model = PagedModel(bridge, COLUMNS, store.fetch, store.count)
    with qtbot.waitSignals([model.counted, model.loaded]):
        model.reset("all")
    assert words(model, 900_050) == "…"
    qtbot.waitUntil(lambda: words(model, 900_050) == "900050")
    assert (store.asked[-1].offset, store.asked[-1].after) == (900_000, None)
    words(model, 900_100)
    qtbot.waitUntil(lambda: words(model, 900_100) == "900100")
    assert store.asked[-1].after == 900_100


def test_pages_scrolled_past_are_not_all_asked_for(bridge: Bridge, qtbot: QtBot) -> None:
    store = Numbers(100_000)
    model = PagedModel(bridge, COLUMNS, store.fetch, store.count)
    with qtbot.waitSignals([model.counted, model.loaded]):
        model.reset("all")
    store.gate.clear()
    for row in range(1000, 90_000, 100):
        words(model, row)
    store.gate.set()
    qtbot.waitUntil(lambda: words(model, 89_900) == "089900")
    assert len(store.asked) < 10


def test_without_a_count_the_table_grows_as_one_scrolls(bridge: Bridge, qtbot: QtBot) -> None:
    store = Numbers(250)
    model = PagedModel(bridge, COLUMNS, store.fetch)
    with qtbot.waitSignal(model.loaded):
        model.reset(None)
    assert (model.rowCount(), model.total) == (101, None)
    words(model, 100)
    qtbot.waitUntil(lambda: model.rowCount() == 201)
    words(model, 200)
    qtbot.waitUntil(lambda: model.total == 250)
    assert model.rowCount() == 250


def test_an_answer_to_an_earlier_query_is_never_shown(bridge: Bridge, qtbot: QtBot) -> None:
    first, second = Numbers(500), Numbers(3)
    first.gate.clear()
    model = PagedModel(bridge, COLUMNS, lambda ask: ask.query.fetch(ask), lambda query: query.count(query))
    model.reset(first)
    model.reset(second)
    first.gate.set()
    qtbot.waitUntil(lambda: model.total == 3)
    qtbot.wait(50)
    assert model.rowCount() == 3
    assert words(model, 2) == "000002"


def test_a_refresh_keeps_the_screen_full_until_the_new_rows_are_here(bridge: Bridge, qtbot: QtBot) -> None:
    store = Numbers(300)
    model = PagedModel(bridge, COLUMNS, store.fetch, store.count)
    with qtbot.waitSignals([model.counted, model.loaded]):
        model.reset("all")
    store.gate.clear()
    store.total = 120
    model.refresh()
    assert words(model, 0) == "000000"
    store.gate.set()
    qtbot.waitUntil(lambda: model.rowCount() == 120)


def test_a_failure_while_reading_is_said_and_the_next_query_works(bridge: Bridge, qtbot: QtBot) -> None:
    class Locked(Failure):
        code = "display.none"

    broken = [True]
    store = Numbers(5)

    def fetch(ask: Ask) -> Page:
        if broken[0]:
            raise Locked()
        return store.fetch(ask)

    model = PagedModel(bridge, COLUMNS, fetch)
    with qtbot.waitSignal(model.failed):
        model.reset("all")
    broken[0] = False
    with qtbot.waitSignal(model.loaded):
        model.reset("all")
    assert model.rowCount() == 5
    assert model.rowCount(QModelIndex(model.index(0, 0))) == 0
