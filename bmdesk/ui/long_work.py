"""What takes minutes for a person who waits: on a thread of its own, so that scans and lists go on.

The bridge has one thread that reads: whoever kept it busy for so long would show nobody a list, and let nobody sign in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject

from bmdesk.services.desk import Desk
from bmdesk.texts import Failure
from bmdesk.ui.syncing import Errand
from bmdesk.ui.workplace import Workplace


def beside(
    parent: QObject,
    workplace: Workplace,
    work: Callable[[], Any],
    then: Callable[[Any], object],
    *,
    failed: Callable[[Failure], object] | None = None,
    ended: Callable[[], object] = lambda: None,
) -> None:
    """Do this work; `ended` first, whatever came of it, then `then` or `failed`. What it writes goes through the bridge
    (`Desk.through`), a transaction at a time.

    A Failure nobody takes becomes a banner, a bug a crash report. Where `parent` is gone nobody is told.
    """
    errand = _errand(parent, workplace, lambda _: work(), then, failed)
    errand.ended.connect(ended)
    errand.start()


def sent(
    parent: QObject,
    workplace: Workplace,
    work: Callable[[Errand], Any],
    then: Callable[[Any], object],
    failed: Callable[[Failure], object] | None = None,
) -> Errand:
    """`beside` for work that asks its errand whether it still goes on; it is under way."""
    errand = _errand(parent, workplace, work, then, failed)
    errand.start()
    return errand


def desk_beside(workplace: Workplace) -> Desk:
    """The desk as such work uses it: it writes through the bridge, in turn with everybody."""
    return replace(workplace.desk, through=workplace.bridge.run)


def _errand(
    parent: QObject,
    workplace: Workplace,
    work: Callable[[Errand], Any],
    then: Callable[[Any], object],
    failed: Callable[[Failure], object] | None,
) -> Errand:
    errand = Errand(work, parent)
    errand.done.connect(then)
    errand.failed.connect(failed or workplace.bridge.failure.emit)
    errand.crashed.connect(workplace.bridge.crashed.emit)
    return errand
