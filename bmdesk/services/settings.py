"""Reading and changing a setting of the company. They live in the store, so that all stations agree."""

from __future__ import annotations

from bmdesk.services.desk import Desk
from bmdesk.services.setting_table import (
    COMPANY_COLUMNS,
    SETTINGS,
    BadSetting,
    Setting,
    UnknownSetting,
    setting,
)
from bmdesk.store.engine import Connection
from bmdesk.store.queries import people
from bmdesk.store.transaction import Tx

__all__ = ["SETTINGS", "BadSetting", "Setting", "UnknownSetting", "get", "put", "setting"]


def get(desk: Desk, name: str) -> str:
    """The value as text: the stored one or the default. Raises UnknownSetting."""
    spec = setting(name)

    def work(connection: Connection) -> str:
        if name in COMPANY_COLUMNS:
            return str(getattr(people.company(connection, desk.company), COMPANY_COLUMNS[name]))
        return people.settings(connection, desk.company).get(name, spec.default)

    return desk.read(work)


def put(desk: Desk, name: str, value: str) -> None:
    """Set it, for all stations at once. Raises UnknownSetting, or BadSetting with what would fit."""
    spec = setting(name)
    try:
        spec.read(value)
    except ValueError:
        raise BadSetting(name=name, given=value[:60], expected=spec.expected) from None

    def work(tx: Tx) -> None:
        if name in COMPANY_COLUMNS:
            people.set_company(tx, **{COMPANY_COLUMNS[name]: spec.read(value)})
        else:
            people.set_setting(tx, name, value.strip())
        people.raise_stamp(tx, judged=spec.judged)

    desk.write(work)
