"""The sections of the settings, and the dialogs over them."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QScrollArea

from bmdesk.ui.views.settings.odoo_setup import OdooSetupDialog
from tests.odoo.surveys import SURVEY
from tests.pictures import files
from tests.pictures.open_window import OpenWindow, Scene


def show_section(key: str, _house: OpenWindow, page: Any) -> None:
    page.show_section(key)


def _of_section(key: str, act: str, house: OpenWindow, page: Any) -> None:
    section = page.show_section(key)
    house.settle()
    getattr(section, act)()


def _odoo(house: OpenWindow, page: Any) -> Any:
    """The set-up over its section."""
    page.show_section("odoo").set_up()
    house.settle()
    return house.dialogs()[0]


def _odoo_plan(house: OpenWindow, page: Any) -> None:
    from bmdesk.sync import odoo_setup

    dialog, said = _odoo(house, page), odoo_setup.Said({})
    dialog.show_plan(odoo_setup.planned_from(house.place.desk, "Blaue Telefone", SURVEY, said))


def _odoo_choices(house: OpenWindow, page: Any) -> None:
    _odoo_plan(house, page)
    house.settle()
    dialog = house.dialogs()[0]
    assert isinstance(dialog, OdooSetupDialog)
    dialog.area.ensureWidgetVisible(dialog.choices_card)


def _odoo_data(house: OpenWindow, page: Any) -> None:
    """Which way each kind of data goes."""
    section = page.show_section("odoo")
    house.settle()
    area = section.parentWidget()
    while not isinstance(area, QScrollArea):
        area = area.parentWidget()
    area.grab()  # words that wrap get their height when they are drawn
    house.settle()
    area.ensureWidgetVisible(section.fields["prices.direction"], 0, 40)


def _odoo_left(house: OpenWindow, page: Any) -> None:
    section = page.show_section("odoo")
    house.settle()
    section.look_at_orders()


DIALOGS: tuple[Scene, ...] = (
    Scene("settings-odoo-data", "settings", _odoo_data),
    Scene("settings-odoo-setup", "settings", _odoo, dialog=True),
    Scene("settings-odoo-plan", "settings", _odoo_plan, dialog=True),
    Scene("settings-odoo-choices", "settings", _odoo_choices, dialog=True),
    Scene("settings-odoo-left", "settings", _odoo_left, dialog=True),
    Scene("settings-log", "settings", partial(_of_section, "support", "show_log"), dialog=True),
    *(
        Scene(f"settings-file-{name}", "settings", partial(files.shown_over_prices, name), dialog=True)
        for name in ("rates", "rules", "prices")
    ),
)
