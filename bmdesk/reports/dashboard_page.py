"""What the dashboard shows on one page: a PDF to print or send, or the same page as a picture.

Drawn in light colours on white, whatever the window looks like. Works with no window and no screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from bmdesk.domain.money import Money
from bmdesk.domain.orders import LineState, state_text
from bmdesk.reports import dashboard_words as words
from bmdesk.reports.drawing import PdfFile, ensure_gui, font, plain
from bmdesk.services.figures.dashboard import Card, Snapshot, card_text
from bmdesk.system.durable import replacing
from bmdesk.texts import locale, render, t

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, Qt  # isort: skip  # after drawing, which looks for Qt's libraries first
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QImageWriter, QPainter, QPainterPath, QPen  # isort: skip

_WIDTH_MM, _HEIGHT_MM = 297.0, 210.0
_WIDTH, _HEIGHT = 1188.0, 840.0  # what is drawn is measured in quarters of a millimetre
_DPI = 300
_SHARP = 2  # dots of the picture for each of these
_EDGE, _GAP, _AIR = 40.0, 12.0, 14.0

_TEXT, _MUTED, _LINE, _ACCENT = QColor("#1a2130"), QColor("#5a6475"), QColor("#dcdfe6"), QColor("#1f6feb")
_UNDER, _GOOD, _BAD = QColor("#e3edfd"), QColor("#167646"), QColor("#c2282f")
_STATES = {
    LineState.WAITING: QColor("#5a6475"),
    LineState.TO_ACCEPT: QColor("#a35200"),
    LineState.ACCEPTED: QColor("#1a63d8"),
    LineState.PACKED: QColor("#8a2f9e"),
    LineState.SHIPPED: QColor("#167646"),
    LineState.CANCELLED: QColor("#1a2130"),
    LineState.REFUNDED: QColor("#c2282f"),
    LineState.UNPAID: QColor("#dcdfe6"),
}
_DOT = QPointF(0.1, 0.0)  # the line of a point that stands alone between two gaps
_BOLD, _MEDIUM = QFont.Weight.Bold, QFont.Weight.DemiBold
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter


def write_pdf(shown: Snapshot, file: Path) -> None:
    """One page, A4 across. Raises FileNotWritten."""
    with PdfFile(file, _WIDTH_MM, _HEIGHT_MM, _DPI, _title(shown)) as pdf:
        scale = pdf.painter.device().width() / _WIDTH
        pdf.painter.scale(scale, scale)
        _Page(pdf.painter, shown).draw()


def write_png(shown: Snapshot, file: Path) -> None:
    """The same page as a picture. Raises FileNotWritten."""
    ensure_gui()
    picture = QImage(int(_WIDTH) * _SHARP, int(_HEIGHT) * _SHARP, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    painter = QPainter(picture)
    painter.scale(_SHARP, _SHARP)
    _Page(painter, shown).draw()
    painter.end()
    made = QBuffer()
    made.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(made, QByteArray(b"png")).write(picture)
    with replacing(file) as target:
        target.write(bytes(made.data().data()))


def _title(shown: Snapshot) -> str:
    return t("dashboard.paper_title", days=words.period_words(shown.period))


class _Page:
    """The page in the making, from top to bottom."""

    def __init__(self, painter: QPainter, shown: Snapshot) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.painter, self.shown = painter, shown

    def draw(self) -> None:
        """All of it."""
        self._head()
        across = (_WIDTH - 2 * _EDGE - 5 * _GAP) / 6
        for number, card in enumerate(self.shown.cards):
            self._card(QRectF(_EDGE + number * (across + _GAP), 110, across, 112), card)
        wide = 4 * across + 3 * _GAP
        right = QRectF(_EDGE + wide + _GAP, 0, 2 * across + _GAP, 0)
        self._trend(QRectF(_EDGE, 234, wide, 296))
        self._states(QRectF(right.left(), 234, right.width(), 296))
        self._markets(QRectF(_EDGE, 542, wide, 186))
        self._now(QRectF(right.left(), 542, right.width(), 186))
        self._foot()

    def _head(self) -> None:
        shown, wide = self.shown, _WIDTH - 2 * _EDGE
        self._words(QRectF(_EDGE, 32, wide, 36), _title(shown), 26, weight=_BOLD)
        market = words.market_words(shown.market) if shown.market else t("dashboard.all_markets")
        before = words.period_words(shown.period.before)
        said = t("dashboard.paper_note", before=before, market=market, currency=shown.currency)
        self._words(QRectF(_EDGE, 70, wide, 22), said, 14, _MUTED)

    def _card(self, box: QRectF, card: Card) -> None:
        self._frame(box)
        inside = box.adjusted(_AIR, 10, -_AIR, -10)
        self._words(_row(inside, 0, 18), render(card_text(card.figure)), 12, _MUTED)
        value, unit = (
            words.value_words(self.shown, card.figure, card.value),
            words.unit_words(self.shown, card),
        )
        beside = 7 * len(unit) + 8 if unit else 0
        drawn = self._words(_row(inside, 22, 34).adjusted(0, 0, -beside, 0), value, 26, weight=_BOLD)
        self._words(_row(inside, 28, 28).adjusted(drawn + 6, 0, 0, 0), unit, 12, _MUTED)
        shade = {1: _GOOD, -1: _BAD, 0: _MUTED}[words.direction(card)]
        self._words(QRectF(inside.left(), inside.bottom() - 22, 68, 20), words.change_words(card), 12, shade)
        line = QRectF(inside.left() + 70, inside.bottom() - 26, inside.width() - 72, 24)
        self._curve(line, [None if point is None else float(point) for point in card.line], lowest=None)

    def _trend(self, box: QRectF) -> None:
        shown = self.shown
        inside = self._card_titled(box, t("dashboard.paper_trend"))
        values = [float(Money(point.revenue_minor, shown.currency).amount) for point in shown.trend]
        lines = words.steps(max(values, default=0.0))
        area = inside.adjusted(74, 6, -26, -26)
        places = 0 if lines[1] >= 1 else 2
        for value in lines:
            height = area.bottom() - area.height() * value / lines[-1]
            self.painter.setPen(QPen(_LINE, 0.8))
            self.painter.drawLine(QPointF(area.left(), height), QPointF(area.right(), height))
            label = QRectF(inside.left(), height - 9, 66, 18)
            self._words(label, locale.number(value, places), 12, _MUTED, align=_RIGHT)
        self._curve(area, list(values), lowest=0.0, highest=lines[-1], dots=len(values) <= 45)
        every = max(1, -(-len(values) * 84 // int(area.width())))
        for number, point in enumerate(shown.trend):
            if (len(values) - 1 - number) % every == 0:
                across = area.left() + area.width() * _share(number, len(values))
                label = QRectF(across - 42, area.bottom() + 6, 84, 18)
                self._words(label, words.tick_words(shown, point.period), 12, _MUTED, align=_CENTRE)

    def _states(self, box: QRectF) -> None:
        inside = self._card_titled(box, t("dashboard.paper_states"))
        whole = sum(self.shown.states.values())
        ring = QRectF(inside.left() + 9, inside.center().y() - 62, 124, 124)
        pen = QPen(_LINE, 20, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
        self.painter.setPen(pen)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        if not whole:
            self.painter.drawEllipse(ring)
        start = 90 * 16.0
        for state, count in self.shown.states.items():
            span = 360 * 16 * count / whole
            pen.setColor(_STATES[state])
            self.painter.setPen(pen)
            self.painter.drawArc(ring, round(start - span), max(1, round(span)))
            start -= span
        self._words(ring.adjusted(12, 38, -12, -48), locale.number(whole), 24, weight=_BOLD, align=_CENTRE)
        self._words(ring.adjusted(12, 70, -12, -32), t("dashboard.column.orders"), 12, _MUTED, align=_CENTRE)
        top = inside.center().y() - 13.0 * len(self.shown.states)
        for number, (state, count) in enumerate(self.shown.states.items()):
            row = QRectF(ring.right() + 24, top + 26 * number, inside.right() - ring.right() - 24, 26)
            self._named(row, _begun(render(state_text(state))), locale.number(count), _STATES[state])

    def _markets(self, box: QRectF) -> None:
        inside = self._card_titled(box, t("dashboard.paper_markets"))
        lines = words.market_lines(self.shown)
        most = max((line.revenue_minor for _, line in lines), default=0) or 1
        for number, (name, line) in enumerate(lines):
            row = _row(inside, 22.0 * number, 22)
            self._words(row.adjusted(0, 0, 150 - row.width(), 0), name, 13)
            bar = QRectF(row.left() + 160, row.center().y() - 5, row.width() - 400, 10)
            bar.setWidth(max(1.0, bar.width() * line.revenue_minor / most))
            self.painter.fillRect(bar, _ACCENT)
            revenue = words.money_words(self.shown, line.revenue_minor)
            self._words(row.adjusted(row.width() - 230, 0, -80, 0), revenue, 13, align=_RIGHT)
            self._words(
                row.adjusted(row.width() - 72, 0, 0, 0), locale.number(line.orders), 13, _MUTED, align=_RIGHT
            )

    def _now(self, box: QRectF) -> None:
        inside = self._card_titled(box, t("dashboard.paper_now"))
        footer = self.shown.footer
        rate = footer.sync_rate
        lines = (
            (t("dashboard_page.foot_queued"), locale.number(footer.queued)),
            (t("dashboard_page.foot_errors"), locale.number(footer.errors)),
            (t("dashboard_page.foot_sold_out"), locale.number(footer.out_of_stock)),
            (
                t("dashboard_page.foot_rate"),
                words.NOTHING
                if rate is None
                else t("dashboard.percent", number=locale.number(100 * rate, 1)),
            ),
        )
        for number, (what, value) in enumerate(lines):
            self._named(_row(inside, 28.0 * number, 26), what, value, None)

    def _foot(self) -> None:
        shown = self.shown
        lacks = [t("dashboard.left_out", currency=words.currency_words(one)) for one in shown.missing]
        if shown.building:
            lacks.append(t("dashboard.building"))
        read_at = locale.moment(shown.read_at, ZoneInfo(shown.timezone))
        read = t("dashboard.paper_read", time=read_at, zone=shown.timezone)
        rates, early = words.rates_words(shown), words.early_words(shown)
        lines = ((rates, _MUTED), (early, _MUTED), (" ".join(lacks), _BAD), (read, _MUTED))
        for number, (said, shade) in enumerate((said, shade) for said, shade in lines if said):
            box = QRectF(_EDGE, 738 + 20.0 * number, _WIDTH - 2 * _EDGE, 18)
            self._words(box, said, 12, shade)

    # -- the pen

    def _card_titled(self, box: QRectF, title: str) -> QRectF:
        self._frame(box)
        inside = box.adjusted(_AIR, 12, -_AIR, -12)
        self._words(_row(inside, 0, 20), title, 14, weight=_MEDIUM)
        return inside.adjusted(0, 30, 0, 0)

    def _frame(self, box: QRectF) -> None:
        self.painter.setPen(QPen(_LINE, 1))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawRoundedRect(box, 8, 8)

    def _named(self, row: QRectF, what: str, value: str, shade: QColor | None) -> None:
        """A dot where there is a shade, words, and a number at the right."""
        left = row
        if shade is not None:
            self.painter.setPen(Qt.PenStyle.NoPen)
            self.painter.setBrush(shade)
            self.painter.drawEllipse(QRectF(row.left(), row.center().y() - 5, 10, 10))
            left = row.adjusted(18, 0, 0, 0)
        self._words(left.adjusted(0, 0, -46, 0), what, 13)
        self._words(row, value, 13, weight=_MEDIUM, align=_RIGHT)

    def _curve(
        self,
        area: QRectF,
        values: Sequence[float | None],
        *,
        lowest: float | None,
        highest: float | None = None,
        dots: bool = False,
    ) -> None:
        known = [value for value in values if value is not None]
        if len(known) < 2 and not dots:
            return
        low = min(known, default=0.0) if lowest is None else lowest
        high = max(known, default=0.0) if highest is None else highest
        runs: list[list[QPointF]] = [[]]
        for number, value in enumerate(values):
            if value is None:
                runs.append([])
                continue
            up = (value - low) / (high - low) if high > low else 0.5
            across = area.left() + area.width() * _share(number, len(values))
            runs[-1].append(QPointF(across, area.bottom() - area.height() * up))
        for run in filter(None, runs):
            line = QPainterPath(run[0])
            for point in run[1:] or [run[0] + _DOT]:
                line.lineTo(point)
            under = QPainterPath(line)
            under.lineTo(run[-1].x(), area.bottom())
            under.lineTo(run[0].x(), area.bottom())
            self.painter.fillPath(under, _UNDER)
            self.painter.strokePath(line, QPen(_ACCENT, 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            if dots:
                self.painter.setPen(Qt.PenStyle.NoPen)
                self.painter.setBrush(_ACCENT)
                for point in run:
                    self.painter.drawEllipse(point, 2.6, 2.6)

    def _words(
        self,
        box: QRectF,
        said: str,
        size: int,
        shade: QColor = _TEXT,
        *,
        weight: QFont.Weight = QFont.Weight.Normal,
        align: Qt.AlignmentFlag = _LEFT,
    ) -> float:
        """One line that never leaves its box: smaller where it must be, cut where even that is too long. Its width."""
        said = plain(said)
        while size > 9 and QFontMetricsF(_face(size, weight)).horizontalAdvance(said) > box.width():
            size -= 1
        metrics = QFontMetricsF(_face(size, weight))
        said = metrics.elidedText(said, Qt.TextElideMode.ElideRight, box.width() + 0.5)
        self.painter.setFont(_face(size, weight))
        self.painter.setPen(shade)
        self.painter.drawText(box, align | Qt.TextFlag.TextDontClip | Qt.TextFlag.TextSingleLine, said)
        return metrics.horizontalAdvance(said)


def _face(size: int, weight: QFont.Weight) -> QFont:
    face = font(size, weight)
    # The window writes all figures equally broad; so drawn, nobody could copy a number out of the PDF.
    face.setFeature(QFont.Tag("tnum"), 0)
    return face


def _row(box: QRectF, down: float, height: float) -> QRectF:
    return QRectF(box.left(), box.top() + down, box.width(), height)


def _begun(said: str) -> str:
    return said[:1].upper() + said[1:]


def _share(number: int, of: int) -> float:
    return number / (of - 1) if of > 1 else 0.5
