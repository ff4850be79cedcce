"""Words from outside in a tooltip: shown as they are, whatever they look like."""

from __future__ import annotations

import html


def hint(words: str) -> str:
    """The words for a tooltip; Qt would read what looks like markup as markup. The columns of a table do it by
    themselves.
    """
    return f"<qt>{html.escape(words)}</qt>".replace("\n", "<br>") if "<" in words else words
