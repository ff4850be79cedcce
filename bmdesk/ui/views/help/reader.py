"""A page of help as it is read: our own Markdown in the window's type and colours. Loads nothing from anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import (
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QTextBrowser, QTextEdit

from bmdesk.ui.theme import Theme, colour, tint
from bmdesk.ui.views.help.pages import HelpText

_DIALECT = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
_HEADINGS = {1: 1.7, 2: 1.3, 3: 1.1}
"""Of each level, how many times as large as the text."""

_LINE = 145  # percent: a page is read, a list is looked through
_MARGIN = 26
_INDENT = 22
_FIRST_COLUMN = 30  # percent of a table: its first column names, the second explains


class HelpReader(QTextBrowser):
    """`followed(address)` when a link is pressed: nothing is ever opened by the reader itself."""

    followed = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.document().setDocumentMargin(_MARGIN)
        self.document().setIndentWidth(_INDENT)
        self.anchorClicked.connect(lambda link: self.followed.emit(link.toString()))
        self._text: HelpText | None = None
        self._sought: tuple[str, ...] = ()
        Theme.now().changed.connect(self._draw_again)

    def show_text(self, text: HelpText, number: int = 0, sought: tuple[str, ...] = ()) -> None:
        """Show this page, beginning with the section of this number; `sought` are the words to mark."""
        if text is not self._text or sought != self._sought:
            self._text, self._sought = text, sought
            self._draw()
        self.scroll_to(number)

    def scroll_to(self, number: int) -> None:
        """Put the section of this number at the top."""
        bar = self.verticalScrollBar()
        block = next((one for at, one in enumerate(self._headings()) if at == number), None)
        if number and block is not None:
            top = self.document().documentLayout().blockBoundingRect(block).top()
            bar.setValue(round(top) - _MARGIN // 2)
        else:
            bar.setValue(bar.minimum())

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """No picture and no file is fetched, whatever a page names."""
        return None

    def _draw_again(self) -> None:
        if self._text is not None:
            before = self.verticalScrollBar().value()
            self._draw()
            self.verticalScrollBar().setValue(before)

    def _draw(self) -> None:
        assert self._text is not None
        document = self.document()
        document.setMarkdown(self._text.markdown, _DIALECT)
        for block in _blocks(document):
            self._space(block)
        for frame in document.rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                _dress(frame)
        for start, length in _code(document):
            _over(document, start, length).mergeCharFormat(self._key())
        self._mark()

    def _space(self, block: QTextBlock) -> None:
        """Room around this block, and the size of its letters where it is a heading."""
        spaced = QTextBlockFormat()
        level = block.blockFormat().headingLevel()
        listed = block.textList() is not None
        cursor = QTextCursor(block)
        if level:
            spaced.setTopMargin(0 if block.position() == 0 else 22 if level < 3 else 14)
            spaced.setBottomMargin(8)
            font = QFont(self.font())
            font.setPixelSize(round(self._size() * _HEADINGS.get(level, 1.0)))
            font.setWeight(QFont.Weight.Bold if level == 1 else QFont.Weight.DemiBold)
            letters = QTextCharFormat()
            letters.setFont(font)
            _over(self.document(), block.position(), block.length() - 1).setCharFormat(letters)
        else:
            close = listed or cursor.currentTable() is not None
            after_list = block.previous().isValid() and block.previous().textList() is not None
            spaced.setTopMargin(2 if listed else 8 if after_list else 0)
            spaced.setBottomMargin((2 if listed else 0) if close else 9)
            spaced.setLineHeight(_LINE, int(QTextBlockFormat.LineHeightTypes.ProportionalHeight.value))
        cursor.mergeBlockFormat(spaced)

    def _key(self) -> QTextCharFormat:
        """What is typed, pressed or scanned."""
        letters = QTextCharFormat()
        letters.setBackground(tint("text", "card", 0.09))
        letters.setFontWeight(QFont.Weight.DemiBold)
        letters.setFontFamilies([self.font().family()])
        letters.setFontFixedPitch(False)
        return letters

    def _mark(self) -> None:
        found: list[QTextEdit.ExtraSelection] = []
        for word in self._sought:
            cursor = QTextCursor(self.document())
            while not (cursor := self.document().find(word, cursor)).isNull():
                selection = QTextEdit.ExtraSelection()
                selection.cursor = cursor
                selection.format.setBackground(tint("warn", "card", 0.35))
                found.append(selection)
        self.setExtraSelections(found)

    def _headings(self) -> Iterator[QTextBlock]:
        return (block for block in _blocks(self.document()) if block.blockFormat().headingLevel())

    def _size(self) -> int:
        size = self.font().pixelSize()
        return size if size > 0 else round(self.fontInfo().pixelSize())


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _code(document: QTextDocument) -> list[tuple[int, int]]:
    """Where something stands that was written as code: position and length."""
    return [
        (block.position() + run.start, run.length)
        for block in _blocks(document)
        for run in block.textFormats()
        if run.format.fontFixedPitch()
    ]


def _over(document: QTextDocument, start: int, length: int) -> QTextCursor:
    cursor = QTextCursor(document)
    cursor.setPosition(start)
    cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
    return cursor


def _dress(table: QTextTable) -> None:
    """As calm as the other tables of the window: lines between the rows, room around the words."""
    shape = table.format()
    shape.setBorder(0)
    shape.setCellPadding(6)
    shape.setCellSpacing(0)
    shape.setTopMargin(4)
    shape.setBottomMargin(12)
    share = QTextLength.Type.PercentageLength
    shape.setWidth(QTextLength(share, 100))
    if table.columns() == 2:
        shape.setColumnWidthConstraints(
            [QTextLength(share, _FIRST_COLUMN), QTextLength(share, 100 - _FIRST_COLUMN)]
        )
    table.setFormat(shape)
    edge = colour("line")
    for row in range(table.rows()):
        for column in range(table.columns()):
            cell = table.cellAt(row, column)
            whole = cell.format().toTableCellFormat()
            whole.setBottomBorder(1)
            whole.setBottomBorderBrush(edge)
            whole.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
            if row == 0:
                whole.setFontWeight(QFont.Weight.DemiBold)
                whole.setForeground(colour("muted"))
            cell.setFormat(whole)
