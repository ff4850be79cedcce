"""How the window looks: Fusion, Inter, one palette a scheme, one style sheet, icons tinted as they are
loaded.

`Theme.apply(app, scheme)` may be called again at any time. Widgets ask `colour(role)` while painting, hand
their icons to `set_icon`, and connect to `Theme.now().changed` only if they keep something tinted.
"""

from __future__ import annotations

import re
import string
import tempfile
import weakref
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

import shiboken6
from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from bmdesk.system.paths import resources_dir
from bmdesk.ui.palette import DARK, LIGHT, TINT, Palette, Scheme, Tone, mix, off, shades

__all__ = [
    "Scheme",
    "Theme",
    "Tone",
    "are_words_large",
    "colour",
    "icon",
    "pixmap",
    "px",
    "set_icon",
    "set_pixmap",
    "tint",
]

FONT = "Inter"
# What of the style sheet grows with the words.
_SIZED = re.compile(r"(font-size|min-height): (\d\d+)px")
_SIZES = (16, 20, 24, 32, 48)
_FONT_FILES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "Inter-Bold.otf")
# Drawings that the style sheet names by url(): (icon, palette role)
_DRAWINGS = {
    "down": ("chevron-down", "muted"),
    "up": ("chevron-up", "muted"),
    "down_off": ("chevron-down", "line"),
    "up_off": ("chevron-up", "line"),
    "check": ("check", "on_fill"),
    "dash": ("minus", "on_fill"),
    "dot": ("dot", "on_fill"),
}


_FUSION = "bmdesk_fusion"


class Theme(QObject):
    """The look in use. There is one; `Theme.now()` finds it, before `apply` too (light, without a style
    sheet).
    """

    changed = Signal()
    _now: ClassVar[Theme | None] = None

    def __init__(self) -> None:
        super().__init__()
        self.scheme = Scheme.SYSTEM
        self.palette: Palette = LIGHT
        self.percent = 100
        self._cache: Path | None = None
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._follows_system = False

    @classmethod
    def now(cls) -> Theme:
        """The one theme of this process."""
        if cls._now is None or not shiboken6.isValid(cls._now):
            cls._now = cls()
        return cls._now

    @classmethod
    def apply(
        cls,
        app: QApplication,
        scheme: Scheme | str = Scheme.SYSTEM,
        cache: Path | None = None,
        percent: int | None = None,
    ) -> Theme:
        """Dress the application. `cache` is a folder for the tinted drawings (a temporary one if not
        given). `percent` is the size of all words; without it they stay as large as they are. It is for
        the start: what is built already keeps its measures.
        """
        self = cls.now()
        self.scheme = Scheme(scheme)
        if percent is not None:
            self.percent = percent
        if cache is not None:
            self._cache = cache
        # Style, font and palette each go through every widget there is: only what is new is set. Under a style sheet
        # the style does not tell its name.
        if not app.property(_FUSION):
            app.setStyle("Fusion")
            app.setProperty(_FUSION, True)
        _load_fonts()
        if app.font() != _font():
            app.setFont(_font())
        self._ask_qt_for(app, self.scheme)
        self._dress(app)
        return self

    @property
    def is_dark(self) -> bool:
        return self.palette is DARK

    def _ask_qt_for(self, app: QApplication, scheme: Scheme) -> None:
        hints = app.styleHints()
        if not self._follows_system:
            hints.colorSchemeChanged.connect(self._system_changed)
            self._follows_system = True
        wanted = {Scheme.LIGHT: Qt.ColorScheme.Light, Scheme.DARK: Qt.ColorScheme.Dark}.get(scheme)
        if wanted is None:
            hints.unsetColorScheme()
            dark = hints.colorScheme() == Qt.ColorScheme.Dark
        else:
            hints.setColorScheme(wanted)
            dark = scheme is Scheme.DARK
        self.palette = DARK if dark else LIGHT

    def _system_changed(self) -> None:
        app = QApplication.instance()
        if self.scheme is not Scheme.SYSTEM or not isinstance(app, QApplication):
            return
        dark = app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        if dark != self.is_dark:
            self.palette = DARK if dark else LIGHT
            self._dress(app)

    def _dress(self, app: QApplication) -> None:
        app.setPalette(_qt_palette(self.palette))
        # The old sheet comes off first: with 2,000 widgets Qt takes six times as long to put one sheet over another.
        app.setStyleSheet("")
        app.setStyleSheet(_style_sheet(self.palette, self._drawings()))
        _tinted.cache_clear()
        _picture.cache_clear()
        _retint()
        self.changed.emit()

    def _drawings(self) -> dict[str, str]:
        """Write the style sheet's drawings in this scheme's colours; their names hold the colour, because Qt
        caches by name.
        """
        folder = self._folder()
        made = {}
        for key, (name, role) in _DRAWINGS.items():
            shade = self.palette[role]
            path = folder / f"{name}-{shade[1:]}.svg"
            if not path.exists():
                path.write_bytes(_svg(name, shade))
            made[f"svg_{key}"] = path.as_posix()
        return made

    def _folder(self) -> Path:
        if self._cache is not None:
            try:
                self._cache.mkdir(parents=True, exist_ok=True)
                probe = self._cache / ".probe"
                probe.touch()
                probe.unlink()
                return self._cache
            except OSError:
                self._cache = None  # a read-only or full data folder must not cost the arrows
        if self._temporary is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="bmdesk-look-", ignore_cleanup_errors=True)
        return Path(self._temporary.name)


def px(pixels: int) -> int:
    """So many pixels where words have their usual size, and as many more as words are larger: for fonts, and for
    whatever must hold words.
    """
    return round(pixels * Theme.now().percent / 100)


def are_words_large() -> bool:
    """Whether somebody asked for larger words than the window was made for."""
    return Theme.now().percent > 100


def colour(role: str | Tone) -> QColor:
    """The colour of this palette role or tone in the scheme in use."""
    return QColor(Theme.now().palette[str(role)])


def tint(role: str | Tone, under: str = "card", share: float = TINT) -> QColor:
    """The soft background that belongs to a tone: the tone at this opacity upon another role."""
    palette = Theme.now().palette
    return QColor(mix(palette[str(role)], palette[under], share))


def icon(name: str, role: str = "text") -> QIcon:
    """The icon of resources/icons in the colour of this role, sharp on every screen. Keep it with `set_icon`
    to follow a change of scheme.
    """
    palette = Theme.now().palette
    return _tinted(name, palette[role], off(palette))


def pixmap(name: str, size: int, role: str = "text", ratio: float = 1.0) -> QPixmap:
    """The icon as a picture of this many logical pixels."""
    return QPixmap(_picture(name, Theme.now().palette[role], size, ratio))  # whoever paints on it has a copy


def set_icon(button: QAbstractButton, name: str, role: str = "text", size: int = 18) -> None:
    """Give the button this icon, and tint it again whenever the scheme changes."""
    button.setIconSize(QSize(size, size))
    button.setIcon(icon(name, role))
    _buttons[button] = (name, role)


def set_pixmap(label: QLabel, name: str, role: str = "text", size: int = 18) -> None:
    """Show this icon on the label, and tint it again whenever the scheme changes."""
    label.setPixmap(pixmap(name, size, role, label.devicePixelRatioF()))
    _labels[label] = (name, role, size)


def mark(widget: QWidget, **properties: str | bool) -> None:
    """Set the style sheet's dynamic properties (kind, tone ...) and have the widget polished again."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


_buttons: weakref.WeakKeyDictionary[QAbstractButton, tuple[str, str]] = weakref.WeakKeyDictionary()
_labels: weakref.WeakKeyDictionary[QLabel, tuple[str, str, int]] = weakref.WeakKeyDictionary()


def _retint() -> None:
    for button, (name, role) in list(_buttons.items()):
        if shiboken6.isValid(button):
            button.setIcon(icon(name, role))
    for label, (name, role, size) in list(_labels.items()):
        if shiboken6.isValid(label):
            label.setPixmap(pixmap(name, size, role, label.devicePixelRatioF()))


@lru_cache(maxsize=512)
def _tinted(name: str, shade: str, off: str) -> QIcon:
    made = QIcon()
    drawing = _drawing(name, shade)
    for size in _SIZES:
        for ratio in (1.0, 2.0):
            picture = _painted(drawing, size, ratio)
            made.addPixmap(picture)
            made.addPixmap(_filled(picture, off), QIcon.Mode.Disabled)
    return made


def _filled(picture: QPixmap, shade: str) -> QPixmap:
    """The same drawing in another shade: what Qt makes of it for a button at rest is bright on a dark one."""
    made = QPixmap(picture)
    painter = QPainter(made)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(made.rect(), QColor(shade))
    painter.end()
    return made


@lru_cache(maxsize=512)
def _picture(name: str, shade: str, size: int, ratio: float) -> QPixmap:
    return _painted(_drawing(name, shade), size, ratio)


def _drawing(name: str, shade: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_svg(name, shade)))


def _painted(drawing: QSvgRenderer, size: int, ratio: float) -> QPixmap:
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    drawing.render(painter, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def _svg(name: str, shade: str) -> bytes:
    return (
        (resources_dir() / "icons" / f"{name}.svg").read_text("utf-8").replace("currentColor", shade).encode()
    )


def _load_fonts() -> None:
    if FONT in QFontDatabase.families():
        return
    for name in _FONT_FILES:
        QFontDatabase.addApplicationFont(str(resources_dir() / "fonts" / name))


def _font() -> QFont:
    font = QFont(FONT)
    font.setPixelSize(px(14))
    # Figures of one width: a column of numbers stays a column while it counts.
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def _style_sheet(palette: Palette, drawings: dict[str, str]) -> str:
    template = (Path(__file__).parent / "style.qss").read_text("utf-8")
    sized = _SIZED.sub(lambda found: f"{found[1]}: {px(int(found[2]))}px", template)
    return string.Template(sized).substitute(shades(palette), **drawings)


def _qt_palette(palette: Palette) -> QPalette:
    role = QPalette.ColorRole
    made = QPalette()
    for which, name in {
        role.Window: "page",
        role.WindowText: "text",
        role.Base: "card",
        role.AlternateBase: "page",
        role.Text: "text",
        role.Button: "card",
        role.ButtonText: "text",
        role.BrightText: "bad",
        role.Highlight: "fill",
        role.HighlightedText: "on_fill",
        role.ToolTipBase: "text",
        role.ToolTipText: "card",
        role.PlaceholderText: "muted",
        role.Link: "accent",
        role.LinkVisited: "accent",
        role.Mid: "line",
        role.Accent: "fill",
    }.items():
        made.setColor(which, QColor(palette[name]))
    faded = QColor(off(palette))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, faded)
    return made
