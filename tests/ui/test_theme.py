"""The look: legible in both schemes, and changed while the window is open."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from bmdesk.system.paths import resources_dir
from bmdesk.ui import theme
from bmdesk.ui.palette import DARK, LIGHT, TINT, Palette, Scheme, Tone, contrast, mix
from bmdesk.ui.theme import Theme, icon, set_icon

ICONS = sorted((resources_dir() / "icons").glob("*.svg"))


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("role", ["text", "muted", "accent", "ok", "warn", "bad", "prime"])
def test_every_text_colour_can_be_read_where_it_is_written(palette: Palette, role: str) -> None:
    for under in (palette["page"], palette["card"], mix(palette[role], palette["card"], TINT)):
        assert contrast(palette[role], under) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_buttons_and_the_rail_can_be_read(palette: Palette) -> None:
    assert contrast(palette["on_fill"], palette["fill"]) >= 4.5
    assert contrast(palette["rail_text"], palette["rail"]) >= 4.5
    assert contrast(palette["text"], mix(palette["fill"], palette["card"], 0.18)) >= 4.5
    for tone in ("ok", "warn", "bad"):
        assert contrast(palette["card"], palette[tone]) >= 4.5  # a chosen segment


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_focus_ring_stands_out(palette: Palette) -> None:
    assert contrast(palette["accent"], palette["card"]) >= 3
    assert contrast(palette["accent"], palette["page"]) >= 3


def test_both_schemes_name_the_same_colours() -> None:
    assert set(LIGHT) == set(DARK)
    assert {str(tone) for tone in Tone} <= set(LIGHT)


@pytest.mark.parametrize("path", ICONS, ids=lambda path: path.stem)
def test_every_icon_is_drawn_with_one_pen_and_no_colour_of_its_own(path: Path) -> None:
    text = path.read_text("utf-8")
    assert 'viewBox="0 0 24 24"' in text
    assert 'stroke="currentColor"' in text
    assert 'stroke-width="1.75"' in text
    assert not re.search(r"#[0-9a-fA-F]{3}", text)


def test_every_icon_named_in_the_code_was_drawn() -> None:
    drawn = {path.stem for path in ICONS}
    seen = 0
    for source in Path(theme.__file__).parent.rglob("*.py"):
        named = re.findall(r"(?:set_icon|set_pixmap)\(\s*[\w.]+,\s*\"([a-z-]+)\"", source.read_text("utf-8"))
        named += re.findall(r"(?<![\w.])icon=\"([a-z-]+)\"", source.read_text("utf-8"))
        assert set(named) <= drawn, source
        seen += len(named)
    assert seen > 30, "the code names its icons in another way now"


def test_an_icon_changes_its_colour_with_the_scheme(dressed: QApplication, qtbot: QtBot) -> None:
    button = QPushButton()
    qtbot.addWidget(button)
    set_icon(button, "check", "ok")

    def shade() -> str:
        picture = button.icon().pixmap(QSize(16, 16)).toImage()
        points = [picture.pixelColor(x, y) for x in range(picture.width()) for y in range(picture.height())]
        return max(points, key=lambda colour: colour.alpha()).name()

    assert shade() == LIGHT["ok"]
    Theme.apply(dressed, Scheme.DARK)
    assert shade() == DARK["ok"]
    assert Theme.now().is_dark


def test_icons_are_sharp_on_a_double_density_screen(dressed: QApplication) -> None:
    picture = icon("scan").pixmap(QSize(24, 24), 2.0)
    assert (picture.width(), picture.devicePixelRatio()) == (48, 2.0)


def test_the_bundled_font_is_used(dressed: QApplication) -> None:
    assert QFontInfo(dressed.font()).family() == "Inter"


def test_a_read_only_cache_costs_no_arrows(qapp: QApplication, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    Theme.apply(qapp, Scheme.LIGHT, cache=blocked)
    sheet = qapp.styleSheet()
    drawings = re.findall(r"url\(([^)]+)\)", sheet)
    assert drawings
    assert all(Path(drawing).is_file() for drawing in drawings)


def test_drawings_go_to_the_folder_that_was_given(qapp: QApplication, tmp_path: Path) -> None:
    Theme.apply(qapp, Scheme.LIGHT, cache=tmp_path / "look")
    assert list((tmp_path / "look").glob("chevron-down-*.svg"))
    Theme.now()._cache = None
    Theme.apply(qapp, Scheme.LIGHT)  # the folder goes with this test, the look does not
