"""A whole shop: bench, marketplace and a real Odoo, as one company has them; orders come from the simulated marketplace
and end as deliveries at Odoo.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bmdesk.services import settings
from bmdesk.services.desk import Desk
from bmdesk.services.odoo import choices, odoo_account, odoo_settings
from bmdesk.services.odoo.choices import Candidate, Choice, Kind
from bmdesk.services.selling import accounts
from bmdesk.store.queries import accounts as account_rows
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.transaction import Tx
from bmdesk.sync.engine import Report
from bmdesk.sync.manner import Manner
from bmdesk.system.secrets import Secrets
from tests.markets import Shop
from tests.odoo.databases import Account, Database
from tests.odoo.eyes import Eyes

SURELY_OVER = timedelta(minutes=16)
"""After so long a call whose answer was lost has ended there, and it is looked at again."""


def parcel(number: int) -> str:
    """A parcel's number of its own (UPU S10, with its check digit)."""
    digits = f"{number:08d}"
    total = sum(int(one) * weight for one, weight in zip(digits, (8, 6, 4, 2, 3, 5, 9, 7), strict=True))
    check = {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)
    return f"RR{digits}{check}GB"


class OneKey(Secrets):
    """The same key for the Odoo of each company, and no other secret."""

    def __init__(self, key: str) -> None:
        super().__init__(Path("/nowhere"), {})
        self._key = key

    def get(self, name: str) -> str | None:
        return self._key if name.endswith(odoo_settings.key_name()) else None


class Keys(Secrets):
    """The marketplace's token as it was, and this key for the Odoo of every company."""

    def __init__(self, others: Secrets, key: str) -> None:
        super().__init__(Path("/nowhere"), {})
        self._others, self._key = others, key

    def get(self, name: str) -> str | None:
        return self._key if name.endswith(odoo_settings.key_name()) else self._others.get(name)


@dataclass
class OdooShop(Shop):
    """A shop that works with an Odoo; `eyes` see what stands there."""

    eyes: Eyes = field(kw_only=True)
    company: int = field(default=1, kw_only=True)
    apart: bool = field(default=False, kw_only=True)
    """Whether `sync` leaves Odoo alone."""

    @property
    def odoo(self) -> AccountRow:
        row = self.desk.read(lambda c: odoo_account.of(c, self.desk.company))
        assert row is not None
        return row

    def sync(self, **manner: Any) -> Report:
        """As any shop; where `apart`, with the marketplace alone."""
        with self._paused(not_odoo=False) if self.apart else nullcontext():
            return super().sync(**manner)

    def to_odoo(self, minutes: float = 1) -> Report:
        """A run of the engine as the worker makes it, with Odoo alone."""
        self.advance(minutes=minutes)
        with self.odoo_alone():
            return self.engine().run_once(Manner())

    def odoo_alone(self) -> AbstractContextManager[None]:
        """Meanwhile nothing is read from the marketplace, and nothing sent there."""
        return self._paused(not_odoo=True)

    @contextmanager
    def _paused(self, *, not_odoo: bool) -> Iterator[None]:
        rows = self.desk.read(lambda c: account_rows.of_company(c, self.desk.company))
        names = [row.name for row in rows if (row.system != odoo_account.SYSTEM) is not_odoo]
        for name in names:
            accounts.pause(self.desk, name)
        try:
            yield
        finally:
            for name in names:
                # As it was: `accounts.resume` would end what made the account wait, too.
                self.desk.write(lambda tx, n=name: _resume(tx, n))  # type: ignore[misc]

    def odoo_effects(self, *states: str) -> list[EffectRow]:
        return [one for one in self.effects(*states) if one.account_id == self.odoo.id]

    def waiting(self) -> list[EffectRow]:
        """What has not come to Odoo yet, and what a person must look at."""
        return self.odoo_effects("pending", "in_flight", "uncertain", "parked")

    def arrive(self, runs: int = 12) -> None:
        """Run after run, and time in between, until all has come to Odoo."""
        for _ in range(runs):
            self.to_odoo()
            if not self.waiting():
                return
            self.advance(SURELY_OVER)
        raise AssertionError([(one.kind, one.state, self.problem(one)) for one in self.waiting()])


def _resume(tx: Tx, name: str) -> None:
    for row in account_rows.of_company(tx.connection, tx.company):
        if row.name == name:
            account_rows.set_account(tx, row.id, pause_reason="")


def with_odoo(shop: Shop, database: Database, who: Account, *, url: str = "", company: int = 1) -> OdooShop:
    """The same shop, from now on with this Odoo, whose company sells in euros; `url`: by another way than its own."""
    eyes = Eyes(database)
    made = OdooShop(**{one.name: getattr(shop, one.name) for one in fields(Shop)}, eyes=eyes, company=company)
    made.story = None  # what an Odoo was told is not retold
    made.tools = replace(shop.tools, secrets=Keys(shop.tools.secrets, who.key))
    [euro] = eyes.ask("res.currency", "search", [("name", "=", "EUR")], context={"active_test": False})
    eyes.ask("res.currency", "write", [euro], {"active": True})
    eyes.ask("res.company", "write", [company], {"currency_id": euro})
    lists = eyes.ask("product.pricelist", "search", [("company_id", "in", [False, company])])
    eyes.ask("product.pricelist", "write", lists, {"currency_id": euro})
    tax = {"name": "none on the margin", "amount": 0, "type_tax_use": "sale", "company_id": company}
    groups = eyes.ask("account.tax.group", "search", [("company_id", "=", company)])
    group = (
        groups[0] if groups else eyes.ask("account.tax.group", "create", {"name": "T", "company_id": company})
    )
    tax_id = eyes.ask("account.tax", "create", {**tax, "tax_group_id": group})
    choices.keep(shop.desk, None, [Choice(Kind.TAX, "margin", Candidate(tax_id, "margin"))])
    connect(
        shop.desk,
        {"database": database.name, "user": who.login, "company": str(company)},
        url or database.server,
    )
    return made


def connect(desk: Desk, values: Mapping[str, str], url: str) -> None:
    """The company works with this Odoo from now on: the address comes last."""
    for name, value in {**values, "url": url}.items():
        settings.put(desk, f"odoo.{name}", value)
