"""What is done with a listing's markets and texts, from the menu of the chosen listings and by its keys."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from PySide6.QtWidgets import QMenu, QWidget

from bmdesk.domain.rights import Right
from bmdesk.texts import msg, render, t
from bmdesk.ui.shortcuts import bind
from bmdesk.ui.views.listings.actions import Actions, Ids
from bmdesk.ui.views.listings.publish_dialog import OfflineDialog, PublishDialog
from bmdesk.ui.views.listings.texts_dialog import TextsDialog
from bmdesk.ui.widgets.allowed import allow, permitted

WithChosen: TypeAlias = Callable[[Callable[[Ids], object]], object]
"""Gathers the chosen listings and goes on with their ids."""


def publish(acts: Actions, ids: Ids) -> None:
    """Ask for markets, show, publish."""
    acts.ask_dialog(PublishDialog, ids, lambda count: t("listings_page.published", count=count))


def take_offline(acts: Actions, ids: Ids) -> None:
    """Everywhere or in one market; show, then do."""
    acts.ask_dialog(OfflineDialog, ids, lambda count: t("listings_page.paused", count=count))


def texts(acts: Actions, ids: Ids) -> None:
    """Old and new texts, and earlier changes."""
    acts.ask_dialog(TextsDialog, ids, lambda count: t("listings_page.texts_written", count=count))


_ACTS = (
    ("U", msg("listings_page.publish"), publish),
    ("O", msg("listings_page.take_offline"), take_offline),
    ("T", msg("listings_page.texts"), texts),
)


def bind_keys(owner: QWidget, acts: Actions, with_chosen: WithChosen) -> None:
    """U publishes, O takes offline, T shows the texts."""
    for keys, words, act in _ACTS:
        bind(owner, keys, words, partial(_may, acts, with_chosen, act))


def fill(menu: QMenu, acts: Actions, with_chosen: WithChosen, *, enabled: bool) -> None:
    """The same in a menu."""
    for keys, words, act in _ACTS:
        action = menu.addAction(f"{render(words)}\t{keys}", partial(_may, acts, with_chosen, act))
        action.setEnabled(enabled)
        allow(action, acts.workplace, Right.MANAGEMENT)


def _may(acts: Actions, with_chosen: WithChosen, act: Callable[[Actions, Ids], object]) -> None:
    if permitted(acts.workplace, Right.MANAGEMENT):
        with_chosen(lambda ids: act(acts, ids))
