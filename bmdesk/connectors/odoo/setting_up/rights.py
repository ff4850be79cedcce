"""What bmdesk does in Odoo, and which rights its user needs for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bmdesk.connectors.odoo.failures import OdooRejected, UnknownThere
from bmdesk.connectors.odoo.transport import OdooTransport
from bmdesk.connectors.odoo.versions import Dialect
from bmdesk.texts import Failure, Text, msg


class RightsMissing(Failure):
    """The user may not do something. Params: `user`, `work` (Text), `rights` (model and operations), `group` (Text)."""

    code = "odoo.rights_missing"


@dataclass(frozen=True, slots=True)
class Work:
    """Something that bmdesk does there. `needs`: operations by model. `group`: who may do it, as Odoo calls them."""

    says: Text
    needs: tuple[tuple[str, tuple[str, ...]], ...]
    group: Text
    needed: bool = False
    """Nothing works without it."""


_ALL = ("read", "create", "write")

WORKS = (
    Work(
        msg("odoo.work.units"),
        (
            ("stock.lot", _ALL),
            ("stock.quant", ("read",)),
            ("stock.location", ("read",)),
            ("product.product", ("read",)),
        ),
        msg("odoo.group.inventory"),
        needed=True,
    ),
    Work(
        msg("odoo.work.moves"),
        (("stock.picking", _ALL), ("stock.move", _ALL), ("stock.move.line", _ALL)),
        msg("odoo.group.inventory"),
        needed=True,
    ),
    Work(
        msg("odoo.work.orders"),
        (("sale.order", _ALL), ("sale.order.line", _ALL)),
        msg("odoo.group.sales"),
    ),
    Work(msg("odoo.work.customers"), (("res.partner", _ALL),), msg("odoo.group.contacts")),
    Work(
        msg("odoo.work.products"),
        (("product.template", _ALL), ("product.product", _ALL)),
        msg("odoo.group.products"),
    ),
    Work(
        msg("odoo.work.photos"),
        (("ir.attachment", ("read", "create", "unlink")),),
        msg("odoo.group.internal"),
    ),
    Work(msg("odoo.work.tasks"), (("mail.activity", _ALL),), msg("odoo.group.internal")),
    Work(msg("odoo.work.repairs"), (("repair.order", _ALL),), msg("odoo.group.inventory")),
    Work(msg("odoo.work.invoices"), (("account.move", _ALL),), msg("odoo.group.billing")),
)

PRICELISTS = Work(
    msg("odoo.work.pricelists"),
    (("product.pricelist", _ALL), ("product.pricelist.item", (*_ALL, "unlink"))),
    msg("odoo.group.pricelists"),
)
"""Only where prices are sent."""


def works(*, with_prices: bool) -> tuple[Work, ...]:
    """All that bmdesk is to do there."""
    return (*WORKS, PRICELISTS) if with_prices else WORKS


def missing(
    remote: OdooTransport, dialect: Dialect, *, with_prices: bool = False
) -> Iterator[tuple[Work, RightsMissing]]:
    """What the user may not do, in the order of WORKS; pricelists only where prices are sent. Models that are not there
    are nobody's missing right: `modules` says what they cost. Raises RemoteFailure.
    """
    known: dict[tuple[str, str], bool] = {}
    for work in works(with_prices=with_prices):
        lacking = []
        for model, operations in work.needs:
            for operation in operations:
                if (model, operation) not in known:
                    known[model, operation] = _may(remote, dialect, model, operation)
            without = [operation for operation in operations if not known[model, operation]]
            if without:
                lacking.append(f"{model} ({', '.join(without)})")
        if lacking:
            user = remote.endpoint.user
            yield work, RightsMissing(user=user, work=work.says, rights=", ".join(lacking), group=work.group)


def _may(remote: OdooTransport, dialect: Dialect, model: str, operation: str) -> bool:
    method, args, kwargs = dialect.access_call(operation)
    try:
        return remote.call(model, method, args, kwargs) is not False
    except (OdooRejected, UnknownThere):
        return True
