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
from bmdesk.ui.palette import DARK, LIGHT, TINT, Palette, Scheme, Tone, contrast, mix, shades
from bmdesk.ui.theme import Theme, are_words_large, icon, px, set_icon

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


GROUNDS = ("page", "card", "stripe", "hover", "selected", "accent_soft", "ok_soft", "warn_soft", "bad_soft")
"""What ordinary words may stand on: pages, cards, rows of a table (also under the mouse, also chosen), banners."""


def written_on(palette: Palette) -> dict[tuple[str, str], str]:
    """Every colour of words with the ground they stand on, as the style sheet has them, by rule. What is off is left
    out: WCAG asks nothing of what cannot be used.
    """
    sheet = re.sub(
        r"/\*.*?\*/", "", (Path(theme.__file__).parent / "style.qss").read_text("utf-8"), flags=re.DOTALL
    )
    known = shades(palette)
    found: dict[tuple[str, str], str] = {}
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet):
        rules = dict(part.split(":", 1) for part in body.split(";") if ":" in part)
        rules = {name.strip(): value.strip() for name, value in rules.items()}
        if "disabled" in selector or "color" not in rules:
            continue
        ground = rules.get("background", "").removeprefix("$")
        grounds = [ground] if ground in known else ["rail"] if "#rail" in selector else ["page", "card"]
        ink = rules["color"].removeprefix("$")
        for one in grounds:
            found[(known.get(ink, ink), known[one])] = f"{selector.strip()}: {ink} on {one}"
    return found


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_all_words_of_the_style_sheet_stand_out_from_what_they_are_written_on(palette: Palette) -> None:
    pairs = written_on(palette)
    known = shades(palette)
    for ground in GROUNDS:
        pairs[(known["text"], known[ground])] = f"text on {ground}"
    for ground in ("page", "card", "stripe", "hover"):
        pairs[(known["muted"], known[ground])] = f"muted on {ground}"
    for tone in Tone:  # strips, flashes and the packing place write on the tone itself
        pairs[(known["card"], known[str(tone)])] = f"card on {tone}"
    assert len(pairs) > 30
    assert {what: round(contrast(*pair), 2) for pair, what in pairs.items() if contrast(*pair) < 4.5} == {}


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_drawings_and_the_edges_of_controls_stand_out(palette: Palette) -> None:
    known = shades(palette)
    for ink in ("muted", "accent", "ok", "warn", "bad", "prime", "text", "fill"):
        for ground in ("card", "page"):
            assert contrast(known[ink], known[ground]) >= 3, (ink, ground)
    assert contrast(known["off"], known["card"]) >= 2  # out of reach, and still to be seen


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


def test_larger_words_make_their_places_larger(dressed: QApplication) -> None:
    assert px(34) == 34 and not are_words_large()
    Theme.apply(dressed, Scheme.LIGHT, percent=150)
    try:
        assert px(34) == 51 and are_words_large()
        assert dressed.font().pixelSize() == 21
        assert "font-size: 18px" in dressed.styleSheet() and "font-size: 12px" not in dressed.styleSheet()
        Theme.apply(dressed, Scheme.DARK)  # another look leaves the words as large as they are
        assert px(20) == 30
    finally:
        Theme.apply(dressed, Scheme.LIGHT, percent=100)
    assert dressed.font().pixelSize() == 14
