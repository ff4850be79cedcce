"""The matrix as a model: a line for each listing, a column for each market; and which lines a filter leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt

from bmdesk.domain.markets import MARKETS
from bmdesk.services.prices.simulation import PriceRow
from bmdesk.texts import t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.views.prices.words import cell_words, market_named, market_title
from bmdesk.ui.words import grade_words, our_code, our_words

_ORDER = {market.locale: number for number, market in enumerate(MARKETS)}


@dataclass(frozen=True, slots=True)
class Line:
    """A listing with its price in each market. `found_by`: what the words of a search are looked for in."""

    id: str
    sku: str
    title: str
    grade: str
    category: str
    cells: Mapping[str, PriceRow]
    found_by: str


@dataclass(frozen=True, slots=True)
class MatrixFilter:
    """What narrows the matrix; an empty field narrows nothing. `show` and `managed`: see SHOWS and MANAGED."""

    words: str = ""
    category: str = ""
    grade: str = ""
    show: str = ""
    managed: str = ""


SHOWS: Mapping[str, Callable[[PriceRow], bool]] = {
    "changes": lambda row: row.changes,
    "broken": lambda row: bool(row.breaks),
    "none": lambda row: row.new is None,
    "foreign": lambda row: row.foreign is not None,
    "chosen": lambda row: row.chosen is not None,
    "automatic": lambda row: row.automatic,
}
MANAGED: Mapping[str, Callable[[PriceRow], bool]] = {
    "yes": lambda row: row.managed,
    "no": lambda row: not row.managed,
}


def lines_of(rows: Iterable[PriceRow]) -> tuple[Line, ...]:
    """The rows of a simulation by listing, in the order of their SKUs."""
    gathered: dict[str, dict[str, PriceRow]] = {}
    for row in rows:
        gathered.setdefault(row.listing_id, {})[row.market] = row
    made = []
    for listing_id, cells in gathered.items():
        one = next(iter(cells.values()))
        found_by = f"{one.sku} {one.our_sku} {one.title}".casefold()
        made.append(
            Line(listing_id, one.sku or one.our_sku, one.title, one.grade, one.category, cells, found_by)
        )
    return tuple(sorted(made, key=lambda line: (line.sku.casefold(), line.id)))


def markets_of(rows: Iterable[PriceRow]) -> tuple[str, ...]:
    """The markets that occur, in the order in which the marketplace names them."""
    return tuple(sorted({row.market for row in rows}, key=lambda market: (_ORDER.get(market, 99), market)))


def narrowed(lines: Sequence[Line], chosen: MatrixFilter) -> list[Line]:
    """The lines that the filter leaves, in their order."""
    words = chosen.words.casefold().split()
    tests = [SHOWS[chosen.show]] if chosen.show else []
    if chosen.managed:
        tests.append(MANAGED[chosen.managed])
    return [
        line
        for line in lines
        if (not chosen.category or line.category == chosen.category)
        and (not chosen.grade or our_code(line.grade) == chosen.grade)
        and all(word in line.found_by for word in words)
        and (not tests or any(all(test(cell) for test in tests) for cell in line.cells.values()))
    ]


class MatrixModel(RowsModel):
    """Lines; `cell` is the price under an index."""

    def __init__(self, markets: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__([_column(market) for market in markets], parent)
        self.markets = tuple(markets)

    def cell(self, row: int, column: int) -> PriceRow | None:
        """The price that stands there; None where the listing is not offered in that market."""
        line = self.row(row)
        if line is None or not 0 <= column < len(self.markets):
            return None
        found: PriceRow | None = line.cells.get(self.markets[column])
        return found

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical:
            line = self.row(section)
            if line is None or role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
                return None
            if role == Qt.ItemDataRole.DisplayRole:
                return line.sku
            return f"{line.sku}\n{line.title}\n{our_words(line.grade)}"
        if role == Qt.ItemDataRole.ToolTipRole and 0 <= section < len(self.markets):
            return market_named(self.markets[section])
        return super().headerData(section, orientation, role)

    def index_of(self, listing_id: str, market: str) -> QModelIndex | QPersistentModelIndex:
        """Where this price stands; an invalid index where the filter left it out."""
        found = self.numbers_of({listing_id})
        if not found or market not in self.markets:
            return QModelIndex()
        return self.index(found[0], self.markets.index(market))


def show_choices() -> list[tuple[str, str]]:
    """What the matrix may be narrowed to, in words."""
    return [
        ("changes", t("prices_page.show_changes")),
        ("broken", t("prices_page.show_broken")),
        ("none", t("prices_page.show_none")),
        ("foreign", t("prices_page.show_foreign")),
        ("chosen", t("prices_page.show_chosen")),
        ("automatic", t("prices_page.show_automatic")),
    ]


def grade_choices(lines: Iterable[Line]) -> list[tuple[str, str]]:
    """The grades that occur."""
    return [(code, grade_words(code)) for code in sorted({our_code(line.grade) for line in lines} - {""})]


def _column(market: str) -> Column:
    return Column(
        market_title(market),
        lambda line: cell_words(line.cells.get(market)),
        hint=lambda line: cell_words(line.cells.get(market)).replace(", ", "\n"),
        number=True,
        width=126,
    )
