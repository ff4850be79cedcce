"""The question whether this copy of the store is the one that works; Sync and Settings ask it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from bmdesk.domain.changes import Change
from bmdesk.services.company import Saved
from bmdesk.services.desk import Desk
from bmdesk.texts import t
from bmdesk.ui.widgets.confirm import Confirm
from bmdesk.ui.workplace import Workplace


def ask_confirm_machine(parent: QWidget, workplace: Workplace, button: QWidget | None = None) -> None:
    """Ask, then this computer is the one that works with the store. `button` rests until that is kept."""
    Confirm(
        parent,
        t("sync_page.confirm_question"),
        t("sync_page.confirm_note"),
        t("sync_page.confirm_machine"),
        lambda _: workplace.write(_confirm, button=button),
        danger=True,
    ).open()


def _confirm(desk: Desk) -> Saved:
    from bmdesk.sync import opening  # with its HTTP only where somebody asks for it

    opening.confirm_machine(desk)
    return Saved("machine", frozenset({Change.SETTINGS, Change.ACCOUNTS, Change.SYNC}))
