"""Words from outside in a tooltip: shown as they are, whatever they look like."""

from __future__ import annotations

import html


class Hint(str):
    """Words that are ready for a tooltip."""

    __slots__ = ()


def hint(words: str) -> Hint:
    """The words for a tooltip; Qt would read what looks like markup as markup. Once is enough."""
    if isinstance(words, Hint) or "<" not in words:
        return Hint(words)
    return Hint(f"<qt>{html.escape(words)}</qt>".replace("\n", "<br>"))
