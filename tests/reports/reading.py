"""Reads back what was drawn, as a scanner would: from dots."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import zxingcpp
from PySide6.QtGui import QImage

CODE128 = "Code 128"
DATA_MATRIX = "Data Matrix"

needs_pdftoppm = pytest.mark.skipif(
    shutil.which("pdftoppm") is None, reason="pdftoppm (poppler-utils) draws the PDF's pages"
)


def read(picture: QImage) -> set[tuple[str, str]]:
    """Every barcode on the picture as (kind, text)."""
    return {(str(code.format), code.text) for code in zxingcpp.read_barcodes(picture)}


def pages(pdf: Path, dpi: int) -> list[QImage]:
    """The pages as a printer of this resolution draws them."""
    folder = pdf.with_suffix(f".{dpi}")
    folder.mkdir()
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", str(pdf), str(folder / "page")], check=True)
    return [QImage(str(page)) for page in sorted(folder.iterdir())]


def thermal(picture: QImage, threshold: int = 128) -> QImage:
    """As a thermal head burns it: every dot black or white, nothing between."""
    grey = picture.convertToFormat(QImage.Format.Format_Grayscale8)
    return _each_dot(grey, lambda value: 0 if value < threshold else 255)


def _each_dot(grey: QImage, change: Callable[[int], int]) -> QImage:
    table = bytes(change(value) for value in range(256))
    dots = bytes(grey.constBits()).translate(table)
    return QImage(
        dots, grey.width(), grey.height(), grey.bytesPerLine(), QImage.Format.Format_Grayscale8
    ).copy()
