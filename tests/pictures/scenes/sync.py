"""Syncing: accounts, the queue, the log, and what Odoo knows otherwise."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.pictures.open_window import OpenWindow, Scene, first


def _sync_tab(key: str, _house: OpenWindow, page: Any) -> None:
    page.show_tab(key)


def _effect(house: OpenWindow, page: Any) -> None:
    page.show_tab("queue")
    page.queue.show_state(None)
    house.settle()
    first(house, page.queue.table)


def _pause_account(_house: OpenWindow, page: Any) -> None:
    page.pause(next(iter(page.cards)))


def _odoo_import(house: OpenWindow, page: Any) -> None:
    from bmdesk.ui.views.sync.odoo_import_dialog import OdooImportDialog

    # The story has no Odoo: what its card in the room opens.
    OdooImportDialog(page, house.place).open()


def _odoo_drift(house: OpenWindow, page: Any) -> None:
    from bmdesk.services.odoo.units.drift import Difference, Drift, Kind, Repair
    from bmdesk.ui.views.sync.drift_dialog import DriftDialog

    found = tuple(
        Difference(
            kind,
            list(Repair)[n % 3],
            f"3569380356438{n:02}",
            "Apple iPhone 13 256 GB",
            "MAIN/A-1",
            "WH/Stock",
        )
        for n, kind in enumerate(Kind)
    )
    dialog = DriftDialog(page, house.place, house.place.syncing)
    dialog.open()
    house.wait(lambda: dialog._errand is None)  # there is no Odoo to ask: what it would show is shown
    dialog.problem.hide()
    dialog.show_drift(Drift(found, 24, 23))


SCENES: tuple[Scene, ...] = (
    *(Scene(f"sync-{key}", "sync", partial(_sync_tab, key)) for key in ("accounts", "queue", "log")),
    Scene("sync-effect", "sync", _effect),
    Scene("sync-dry-run", "sync", lambda _h, page: page.dry_run(), dialog=True),
    Scene("sync-pause", "sync", _pause_account, dialog=True),
    Scene("sync-odoo-import", "sync", _odoo_import, dialog=True),
    Scene("sync-odoo-drift", "sync", _odoo_drift, dialog=True),
)
