"""What the databases of a run are copied from: people and fields take Odoo seconds, so they are made once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace

from bmdesk.connectors.odoo.endpoint import OdooEndpoint
from bmdesk.connectors.odoo.transport import JsonRpcTransport
from tests.odoo.databases import BENCH_GROUPS, Database, fresh_database
from tests.odoo.shops import add_fields

SELLER_GROUPS = (*BENCH_GROUPS, "base.group_partner_manager")
_CAST = {
    "admin": (),
    "bench": BENCH_GROUPS,
    "seller": SELLER_GROUPS,
    "clerk": (*SELLER_GROUPS, "account.group_account_invoice"),
}


@dataclass(frozen=True, slots=True)
class Templates:
    """Both have the same people in them. `ready`: lots have bmdesk's fields, which its own set-up made."""

    bare: Database
    ready: Database


@contextmanager
def templates() -> Iterator[Templates]:
    """For one run; about ten seconds. Nobody asks them anything: what is in use cannot be copied."""
    with fresh_database() as made:
        people = {(one.login, frozenset(_CAST[one.login])): one for one in made.with_keys(_CAST)}
        bare = replace(made, cast=people)
        with fresh_database(bare) as ready:
            admin = ready.admin()
            endpoint = OdooEndpoint(ready.server, ready.name, admin.login, admin.key, company=1)
            with closing(JsonRpcTransport(endpoint)) as remote:
                add_fields(remote)
            yield Templates(bare, ready)
