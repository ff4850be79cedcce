"""The columns of the list of listings; markets as chips with a dot, managed aspects as marks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from bmdesk.domain.listing_reasons import ASPECTS
from bmdesk.services.selling.listing_why import ListedRow
from bmdesk.texts import t
from bmdesk.ui.models.columns import Column
from bmdesk.ui.palette import Tone
from bmdesk.ui.theme import colour, px, tint
from bmdesk.ui.views.listings.words import (
    aspects_line,
    code_of,
    every_reason,
    first_reason,
    market_line,
    reason_tone,
    short_price,
    state_tone,
    why_words,
)
from bmdesk.ui.widgets.fitting import Fit
from bmdesk.ui.widgets.table import CellDelegate
from bmdesk.ui.words import NOTHING, grade_tone, our_code, our_words

LONGEST = 200
_MOST_CODES = 3
FIT = Fit(
    widths={
        "sku": 178,
        "ours": 150,
        "title": 176,
        "grade": 90,
        "quantity": 54,
        "remote": 64,
        "markets": 200,
        "managed": 86,
        "why": 150,
    },
    gives_way=(
        "ours",
        "title",
        "grade",
        "why",
        "managed",
    ),  # the SKU, both quantities and the markets always stay
    stretches=("why", "title", "sku"),
    grows={"sku": 210, "ours": 210, "markets": 310},
)


def listing_columns() -> tuple[Column, ...]:
    """Each reads a services.selling.listing_why.ListedRow."""
    return (
        Column(t("listings_page.column_sku"), lambda r: r.listing.sku_text[:LONGEST], hint=_names),
        Column(t("listings_page.column_ours"), lambda r: r.sku or NOTHING, hint=_names),
        Column(
            t("listings_page.column_title"),
            lambda r: r.title[:LONGEST] or NOTHING,
            hint=lambda r: r.listing.title[:500],
        ),
        Column(
            t("listings_page.column_grade"),
            lambda r: our_words(r.grade),
            pill=lambda r: grade_tone(our_code(r.grade)) or Tone.NEUTRAL,
        ),
        Column(
            t("listings_page.column_quantity"),
            lambda r: str(r.offer.quantity) if r.sku else NOTHING,
            number=True,
        ),
        Column(
            t("listings_page.column_remote"),
            lambda r: str(r.listing.quantity),
            number=True,
            tone=lambda r: Tone.WARN if r.managed and r.offer.quantity != r.listing.quantity else None,
        ),
        Column(
            t("listings_page.column_markets"),
            lambda r: ", ".join(market_line(one) for one in r.markets),
            hint=lambda r: "\n".join(market_line(one) for one in r.markets),
        ),
        Column(
            t("listings_page.column_managed"),
            lambda r: aspects_line(r.managed).replace("\n", " "),
            hint=lambda r: aspects_line(r.managed),
        ),
        Column(
            t("listings_page.column_why"),
            why_words,
            tone=_why_tone,
            hint=every_reason,
            stretch=True,
        ),
    )


class Chip(NamedTuple):
    """A word with the tone of its dot or its tint; `on` is drawn filled."""

    words: str
    tone: Tone
    on: bool = True


def market_chips(row: ListedRow) -> list[Chip]:
    """A chip for the markets that share a price and a state: their countries, and the price there."""
    alike: dict[tuple[str, str, Tone], list[str]] = {}
    for one in row.markets:
        shown = one.price or one.wanted
        currency = shown.currency if shown is not None else ""
        alike.setdefault((short_price(one), currency, state_tone(one.state)), []).append(code_of(one.market))
    return [Chip(f"{_codes(codes)} {price}", tone) for (price, _, tone), codes in alike.items()]


def _codes(codes: Sequence[str]) -> str:
    rest = len(codes) - _MOST_CODES
    return " ".join(codes) if rest <= 1 else f"{' '.join(codes[:_MOST_CODES])} +{rest}"


def aspect_chips(row: ListedRow) -> list[Chip]:
    """The first letter of each aspect, filled where it is managed."""
    letters = (t("listings_page.mark_stock"), t("listings_page.mark_price"), t("listings_page.mark_content"))
    return [
        Chip(letter, Tone.INFO if aspect in row.managed else Tone.NEUTRAL, aspect in row.managed)
        for letter, aspect in zip(letters, ASPECTS, strict=True)
    ]


class ChipDelegate(CellDelegate):
    """Draws `chips(row)` beside each other; those that find no room are counted at the end."""

    def __init__(self, parent: QObject, chips: Callable[[Any], Sequence[Chip]], *, dots: bool) -> None:
        super().__init__(parent)
        self._chips = chips
        self._dots = dots

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        if _row(index) is not None:
            option.text = ""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        row = _row(index)
        if row is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(option.font)
        font.setPixelSize(px(12))
        font.setWeight(QFont.Weight.Medium)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        area = QRectF(option.rect).adjusted(6, 0, -4, 0)
        chips = list(self._chips(row))
        left = area.left()
        for number, chip in enumerate(chips):
            width = max(22.0, metrics.horizontalAdvance(chip.words) + (24 if self._dots else 12))
            more = f"+{len(chips) - number}"
            spare = metrics.horizontalAdvance(more) + 6 if number < len(chips) - 1 else 0
            if left + width + spare > area.right() and number:
                painter.setPen(colour("muted"))
                rest = QRectF(left, area.top(), area.right() - left, area.height())
                painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, more)
                break
            self._draw(
                painter,
                QRectF(left, area.center().y() - px(21) / 2, min(width, area.right() - left), px(21)),
                chip,
            )
            left += width + 5
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        size, row = super().sizeHint(option, index), _row(index)
        if row is None:
            return size
        font = QFont(option.font)
        font.setPixelSize(px(12))
        font.setWeight(QFont.Weight.Medium)
        metrics = QFontMetrics(font)
        wide = sum(
            metrics.horizontalAdvance(chip.words) + (29 if self._dots else 17) for chip in self._chips(row)
        )
        return QSize(wide, size.height())

    def _draw(self, painter: QPainter, box: QRectF, chip: Chip) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        if chip.on:
            painter.setBrush(tint(Tone.NEUTRAL if self._dots else chip.tone))
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(colour("line"))
        painter.drawRoundedRect(box, 5, 5)
        words = box.adjusted(6, 0, -6, 0)
        if self._dots:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(chip.tone))
            painter.drawEllipse(QRectF(box.left() + 6, box.center().y() - 3.5, 7, 7))
            words = box.adjusted(18, 0, -4, 0)
        painter.setPen(colour("text" if self._dots else chip.tone))
        centre = Qt.AlignmentFlag.AlignVCenter if self._dots else Qt.AlignmentFlag.AlignCenter
        painter.drawText(words, centre, chip.words)


def _row(index: QModelIndex | QPersistentModelIndex) -> Any | None:
    answer = getattr(index.model(), "row", None)
    return answer(index.row()) if callable(answer) else None


def _names(row: ListedRow) -> str:
    theirs = t("listings_page.their_sku", sku=row.listing.sku_text[:LONGEST])
    return f"{theirs}\n{t('listings_page.our_sku', sku=row.sku)}" if row.sku else theirs


def _why_tone(row: ListedRow) -> Tone | None:
    reason = first_reason(row)
    if reason is None:
        return Tone.OK if row.online else Tone.NEUTRAL
    tone = reason_tone(reason)
    return None if tone is Tone.WARN else tone
