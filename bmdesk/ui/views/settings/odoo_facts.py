"""What is shown of the company's Odoo, and what a person has done there by the set-up; off the window's thread.

The packages that speak to Odoo are imported when somebody is sent there, not when the window starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bmdesk.domain.rights import Right
from bmdesk.services import rights
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.odoo import choices, decisions, key_end, odoo_account, odoo_settings
from bmdesk.services.odoo.decisions import Decision
from bmdesk.store.kept import failure_of
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.texts import Failure, Text
from bmdesk.ui.errands import Errand
from bmdesk.ui.views.settings.account_facts import secrets_of

if TYPE_CHECKING:
    from bmdesk.connectors.odoo.setting_up.setup_steps import Done, Progress
    from bmdesk.sync.odoo_setup import Administrator, Plan, Said


@dataclass(frozen=True, slots=True)
class OdooFacts:
    """`account`: None where there never was an Odoo. `key`: where it is kept, None where there is none.

    `key_ends`: said where it ends soon.
    """

    account: AccountRow | None
    blocked: Failure | None
    key_ends: Failure | None
    key: Text | None
    decisions: tuple[Decision, ...]


def facts(desk: Desk) -> OdooFacts:
    """What is so now."""
    row = desk.read(lambda connection: odoo_account.of(connection, desk.company))
    return OdooFacts(
        row,
        failure_of(row.block_text) if row is not None else None,
        desk.read(lambda c: key_end.warning(c, row.id, desk.clock.now())) if row is not None else None,
        secrets_of(desk).kept_in(odoo_settings.key_of(desk)),
        decisions.kept(choices.read(desk)),
    )


def keep_key(desk: Desk, key: str) -> Text | None:
    """Keep the password or key; a notice where it is not in a keyring. Raises SecretRefused, FileNotWritten."""
    rights.require(desk, Right.TOKEN)
    return secrets_of(desk).set(odoo_settings.key_of(desk), key)


def forget_key(desk: Desk) -> None:
    """Forget the password or key. Raises FileNotWritten."""
    rights.require(desk, Right.TOKEN)
    secrets_of(desk).delete(odoo_settings.key_of(desk))


def said(**given: object) -> Said:
    """What a person says in the set-up so far."""
    from bmdesk.sync.odoo_setup import Said

    return Said({}, **given)  # type: ignore[arg-type]


def administrator(user: str, secret: str) -> Administrator | None:
    """Who runs the set-up; None for bmdesk's own user."""
    from bmdesk.sync.odoo_setup import Administrator

    return Administrator(user, secret) if user else None


def look(desk: Desk, admin: Administrator | None, wishes: Said) -> Plan:
    """What the set-up would do. Raises a Failure of the connection, of rights or of the settings."""
    from bmdesk.sync import odoo_connection, odoo_setup

    rights.require(desk, Right.ACCOUNTS)
    endpoint = odoo_connection.endpoint_of(desk, secrets_of(desk))
    with odoo_setup.opened(endpoint, admin) as wizard:
        return wizard.look(desk, wishes)


def planned_again(desk: Desk, plan: Plan, wishes: Said) -> Plan:
    """The same look, for what a person says now."""
    from bmdesk.sync import odoo_setup

    return odoo_setup.planned_from(desk, plan.company, plan.survey, wishes)


def carry_out(
    desk: Desk, actor: Actor, admin: Administrator | None, plan: Plan, progress: Progress, errand: Errand
) -> tuple[Done, ...]:
    """Do what was shown. Raises as `look` does; what a step was refused for stands beside it."""
    from bmdesk.sync import odoo_connection, odoo_setup

    endpoint = odoo_connection.endpoint_of(desk, secrets_of(desk))
    with odoo_setup.opened(endpoint, admin) as wizard:
        return wizard.carry_out(desk, actor, plan, progress, errand.goes_on)
