"""Where the unit that was finished last goes from here: asked behind the bench's own view, never before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bmdesk.services.grading.bench import ScanResult
from bmdesk.services.selling import listing_view
from bmdesk.texts import Text
from bmdesk.ui.workplace import Workplace

_KEY = "bench.way"


class WayToMarket:
    """`show(sentences)` is called for a unit that was finished, unless something else was scanned meanwhile."""

    def __init__(self, place: Workplace, show: Callable[[Sequence[Text]], object]) -> None:
        self._place, self._show = place, show
        self._done = ""

    def note(self, result: ScanResult) -> None:
        """This was scanned: what was asked of an earlier unit counts no more."""
        self._place.bridge.forget(_KEY)
        self._done = result.unit if result.finished and result.unit and not result.todo else ""

    def ask(self) -> None:
        """The view of the bench is on screen: now there is time for it."""
        if self._done:
            self._place.read(listing_view.way_to_market, self._done, then=self._show, key=_KEY)
            self._done = ""
