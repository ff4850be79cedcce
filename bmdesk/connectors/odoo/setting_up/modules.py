"""Which modules of Odoo are there, and what it costs where one is not.

Asked by presence: a model, or a field of one, that the module brings. The list of modules itself is for administrators.
"""

from __future__ import annotations

from dataclasses import dataclass

from bmdesk.connectors.odoo.failures import OdooRejected, UnknownThere
from bmdesk.connectors.odoo.transport import OdooTransport
from bmdesk.texts import Failure, Text, msg


class ModuleAbsent(Failure):
    """Params: `module`, `costs` (Text)."""

    code = "odoo.module_absent"


class EnterpriseAbsent(ModuleAbsent):
    """A module that only Odoo Enterprise has. Params: `module`, `costs` (Text)."""

    code = "odoo.enterprise_absent"


@dataclass(frozen=True, slots=True)
class Module:
    """One module of Odoo and how to see it: a model, and a field of it where the model alone says nothing."""

    name: str
    model: str
    field: str
    costs: Text
    needed: bool = False
    """Nothing works without it."""
    enterprise: bool = False

    def absent(self) -> ModuleAbsent:
        kind = EnterpriseAbsent if self.enterprise else ModuleAbsent
        return kind(module=self.name, costs=self.costs)


MODULES = (
    Module("stock", "stock.lot", "id", msg("odoo.without.stock"), needed=True),
    Module("sale_stock", "sale.order", "picking_ids", msg("odoo.without.sale_stock")),
    Module("account", "account.move", "id", msg("odoo.without.account")),
    Module("stock_delivery", "stock.picking", "carrier_tracking_ref", msg("odoo.without.stock_delivery")),
    Module("repair", "repair.order", "id", msg("odoo.without.repair")),
    Module("quality_control", "quality.check", "id", msg("odoo.without.quality_control"), enterprise=True),
    Module("helpdesk", "helpdesk.ticket", "id", msg("odoo.without.helpdesk"), enterprise=True),
)


def absent(remote: OdooTransport) -> tuple[Module, ...]:
    """The modules that are not there. Raises RemoteFailure."""
    return tuple(module for module in MODULES if not has_field(remote, module.model, module.field))


def has_field(remote: OdooTransport, model: str, field: str) -> bool:
    """Whether this model is there with this field. Needs no right on it. Raises RemoteFailure."""
    try:
        found = remote.call(model, "fields_get", [[field], ["type"]])
    except (OdooRejected, UnknownThere):  # a model that is not there; which of the two depends on the version
        return False
    return isinstance(found, dict) and field in found
