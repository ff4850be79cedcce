"""Which unit left? Lines that another tool shipped, each waiting to be told its unit: scanned, typed or picked."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from bmdesk.domain import scan as router
from bmdesk.domain.scanned import BadgeScan
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.goods import units
from bmdesk.services.goods.units import UnitFilter, UnitLine
from bmdesk.services.selling import sold
from bmdesk.services.selling.sold import Named
from bmdesk.store.queries.orders import LineRow, UnnamedLine
from bmdesk.texts import Failure, t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.models.rows_model import RowsModel
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import mark
from bmdesk.ui.widgets.empty_state import EmptyState
from bmdesk.ui.widgets.label import PlainLabel
from bmdesk.ui.widgets.table import DataTable
from bmdesk.ui.words import NOTHING, lately, percent, refusal_words
from bmdesk.ui.workplace import Workplace

_MOST_UNITS = 50


class WhichUnitDialog(QDialog):
    """The lines that wait, and for the one that is chosen the units that may be it."""

    def __init__(self, parent: QWidget, workplace: Workplace) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._busy = False
        self.field = QLineEdit()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(t("listings_page.which_unit"))
        self.setModal(True)
        room = parent.window().size()
        self.resize(min(1000, room.width() - 60), min(660, room.height() - 60))
        self._build()
        self.load()

    @property
    def line(self) -> UnnamedLine | None:
        """The line that is chosen."""
        found: UnnamedLine | None = self.line_table.under_keyboard()
        return found

    def load(self) -> None:
        """Ask for the lines that wait."""
        self._workplace.read(sold.waiting, then=self._show, key=(id(self), "lines"))

    def take_scan(self, text: str) -> bool:
        """A scan is the unit of the chosen line; a badge still signs in."""
        if isinstance(router.route(text, router.Expected.DEVICE), BadgeScan):
            return False
        self.tell(text)
        return True

    def tell(self, text: str) -> None:
        """The unit with this identifier left with the chosen line."""
        line, words = self.line, " ".join(text.split())[:80]
        if line is None or not words or self._busy:
            return
        self._busy = True
        self._workplace.write(
            name_by_identifier,
            self._workplace.actor,
            words,
            line.line,
            then=lambda done: self._told(done, line),
            failed=self._refused,
        )

    def _show(self, found: tuple[UnnamedLine, ...]) -> None:
        self.lines.set_rows(found)
        self.line_table.choose_first()
        for widget in (self.field, self.give, self.note, self.unit_table):
            widget.setVisible(bool(found))
        self._suggest()

    def _suggest(self) -> None:
        line = self.line
        if line is None or not line.our_sku:
            self._offer((), "")
            return
        self._workplace.read(
            ready_units,
            line.our_sku,
            then=lambda rows: self._offer(rows, line.our_sku),
            key=(id(self), "units"),
        )

    def _offer(self, rows: tuple[UnitLine, ...], sku: str) -> None:
        self.units.set_rows(rows)
        if sku:
            self.note.setText(t("listings_page.ready_units", count=len(rows), sku=sku))
            self._none.set_words(
                t("listings_page.no_ready_units", sku=sku), t("listings_page.no_ready_units_note")
            )
        else:
            self.note.setText("")
            self._none.set_words(
                t("listings_page.line_without_sku"), t("listings_page.line_without_sku_note")
            )

    def _told(self, done: Named, line: UnnamedLine) -> None:
        self._busy = False
        self.line_table.go_on_after([line.line.id])
        self.field.clear()
        self._workplace.window.feedback.ok()
        self._say(t("listings_page.unit_named", line=done.line), Tone.OK)
        self.load()

    def _refused(self, failure: Failure) -> None:
        self._busy = False
        self._workplace.window.feedback.bad()
        self._say(refusal_words(failure), Tone.BAD)
        self.field.selectAll()

    def _say(self, words: str, tone: Tone) -> None:
        self.said.setText(words)
        self.said.set_tone(tone)
        self.said.show()

    def _take_unit(self, number: int) -> None:
        row: UnitLine | None = self.units.row(number)
        if row is not None:
            self.tell(row.id)

    def _build(self) -> None:
        self.lines = RowsModel(_line_columns(), self, key=lambda one: one.line.id)
        self.line_table = DataTable(t("listings_page.lines_table"))
        self.line_table.setModel(self.lines)
        self.line_table.set_empty(
            EmptyState("check", t("listings_page.no_lines"), note=t("listings_page.no_lines_note"))
        )
        self.line_table.current_changed.connect(lambda _: self._suggest())
        self.line_table.opened.connect(lambda _: self.field.setFocus())
        self.units = RowsModel(_unit_columns(), self)
        self.unit_table = DataTable(t("listings_page.units_table"))
        self.unit_table.setModel(self.units)
        self.unit_table.opened.connect(self._take_unit)
        self._none = EmptyState("units", "")
        self.unit_table.set_empty(self._none)
        self.field.setMaxLength(80)
        self.field.setPlaceholderText(t("listings_page.unit_field"))
        self.field.setAccessibleName(t("listings_page.unit_field"))
        self.field.returnPressed.connect(lambda: self.tell(self.field.text()))
        self.give = QPushButton(t("listings_page.unit_give"))
        mark(self.give, kind="primary")
        self.give.setAutoDefault(False)
        self.give.clicked.connect(lambda: self.tell(self.field.text()))
        close = QPushButton(t("imports.close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        self.note = PlainLabel("", "note", wrap=True)
        self.said = PlainLabel("", wrap=True)
        self.said.hide()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addStretch()  # where nothing waits, Close stands alone
        row.addWidget(self.give)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(10)
        column.addWidget(PlainLabel(t("listings_page.which_unit"), "title"))
        column.addWidget(PlainLabel(t("listings_page.which_unit_note"), "note", wrap=True))
        column.addWidget(self.line_table, 3)
        column.addWidget(self.note)
        column.addWidget(self.unit_table, 2)
        column.addWidget(self.said)
        column.addLayout(row)
        self.field.setFocus()


def name_by_identifier(desk: Desk, actor: Actor, given: str, line: LineRow) -> Named:
    """The unit with this id or identifier left with this line. Writer thread. Raises what units and sold raise."""
    return sold.name(desk, actor, units.show_unit(desk, given).id, line.remote_id, line.account_id)


def ready_units(desk: Desk, sku: str) -> tuple[UnitLine, ...]:
    """Units of exactly this SKU that are ready. Reader thread."""
    found = units.list_units(desk, UnitFilter(search=sku, state="ready"), limit=_MOST_UNITS).lines
    return tuple(row for row in found if row.row.sku == sku)


def _line_columns() -> tuple[Column, ...]:
    return (
        Column(t("listings_page.column_order"), lambda r: str(r.order_remote_id), width=110),
        Column(t("listings_page.column_line"), lambda r: str(r.line.remote_id), width=100),
        Column(
            t("listings_page.column_sku"),
            lambda r: (r.our_sku or r.line.sku_text)[:200],
            hint=lambda r: r.line.sku_text[:300],
            width=210,
        ),
        Column(t("listings_page.column_market"), lambda r: r.market or NOTHING, width=76),
        Column(
            t("listings_page.column_pieces"),
            lambda r: t("listings_page.pieces", named=r.line.named, quantity=r.line.quantity),
            width=96,
        ),
        Column(
            t("listings_page.column_title"),
            lambda r: r.line.title[:200],
            hint=lambda r: r.line.title[:500],
            stretch=True,
        ),
        Column(t("listings_page.column_since"), lambda r: lately(r.line.first_read_at), width=96),
    )


def _unit_columns() -> tuple[Column, ...]:
    return (
        Column(t("units_page.column_identifier"), lambda u: u.identifier, identifier=True),
        Column(t("units_page.column_model"), lambda u: u.row.title or "", stretch=True),
        Column(
            t("units_page.column_battery"), lambda u: percent(u.row.battery_percent), number=True, width=80
        ),
        Column(t("units_page.column_bin"), lambda u: u.row.location, width=130),
    )
