"""The colours of the window: one dictionary a scheme. Pure: no Qt, so that a test can compute every contrast.

`text`, `muted`, `accent`, `ok`, `warn`, `bad` and `prime` are written on `page`, `card` and on their own tint; each
such pair keeps a contrast of at least 4.5 (WCAG 2.2, 1.4.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Scheme(StrEnum):
    """What the person chose. SYSTEM follows the desktop, also while the window is open."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Tone(StrEnum):
    """What a pill, a note, a dot or a flash means. NEUTRAL means nothing."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    INFO = "accent"
    PRIME = "prime"  # the best of its kind
    NEUTRAL = "muted"


Palette = Mapping[str, str]

LIGHT: Palette = {
    "page": "#f3f4f7",
    "card": "#ffffff",
    "rail": "#151e31",
    "rail_text": "#c6cedb",
    "line": "#dcdfe6",
    "text": "#1a2130",
    "muted": "#5a6475",
    "accent": "#1a63d8",
    "fill": "#1f6feb",
    "on_fill": "#ffffff",
    "ok": "#167646",
    "warn": "#a35200",
    "bad": "#c2282f",
    "prime": "#8a2f9e",
}

DARK: Palette = {
    "page": "#12171f",
    "card": "#1b222c",
    "rail": "#0c1017",
    "rail_text": "#a9b3c1",
    "line": "#2f3845",
    "text": "#e9edf3",
    "muted": "#9ca7b6",
    "accent": "#6ba5ff",
    "fill": "#2b6be0",
    "on_fill": "#ffffff",
    "ok": "#46c17e",
    "warn": "#e3a33b",
    "bad": "#ff7b72",
    "prime": "#f0b4fb",
}

TINT = 0.13  # how much of a tone lies over the card in a pill


def mix(over: str, under: str, share: float) -> str:
    """The colour of `over` at this opacity (0..1) upon `under`, both #rrggbb."""
    pairs = zip(_parts(over), _parts(under), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def off(palette: Palette) -> str:
    """The shade of words and drawings that are out of reach now."""
    return mix(palette["muted"], palette["card"], 0.6)


def shades(palette: Palette) -> dict[str, str]:
    """Every colour that the style sheet may name: those of the palette, and those mixed from them."""
    return {
        **palette,
        "hover": mix(palette["text"], palette["card"], 0.05),
        "pressed": mix(palette["text"], palette["card"], 0.10),
        "stripe": mix(palette["text"], palette["card"], 0.025),
        "selected": mix(palette["fill"], palette["card"], 0.18),
        "fill_hover": mix("#000000", palette["fill"], 0.10),
        "off": off(palette),
        "handle": mix(palette["muted"], palette["card"], 0.45),
        "edge": mix(palette["muted"], palette["card"], 0.55),
        **{
            f"{tone}_soft": mix(palette[tone], palette["card"], TINT)
            for tone in ("accent", "ok", "warn", "bad")
        },
        **{
            f"{tone}_edge": mix(palette[tone], palette["card"], 0.4)
            for tone in ("accent", "ok", "warn", "bad")
        },
    }


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    linear = [
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in (p / 255 for p in _parts(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
