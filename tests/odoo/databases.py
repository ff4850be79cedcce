"""Databases of a real Odoo 19 for one test or one file of tests; `tests/odoo/peer` makes them and takes them away.

`BMDESK_TEST_ODOO` is what `peer start` printed. `BMDESK_ODOO_FOLDER`, if it was set then, must say the same now.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SERVER = os.environ.get("BMDESK_TEST_ODOO", "").rstrip("/")
_PEER = Path(__file__).with_name("peer")

# Of a user who works at the bench: lots, transfers, sale orders; no products, no accounting, no settings.
BENCH_GROUPS = ("base.group_user", "stock.group_stock_user", "sales_team.group_sale_salesman_all_leads")


@dataclass(frozen=True, slots=True)
class Account:
    """Who may log in: by the password, or by the API key in its place."""

    user_id: int
    login: str
    password: str
    key: str


@dataclass(frozen=True, slots=True)
class Database:
    """One database, cloned from the template: its modules, no data but Odoo's own, admin with the password admin."""

    server: str
    name: str

    def shell(self, code: str) -> str:
        """What this Python printed in Odoo's own shell, beside the running server; takes 3 s.

        `env` is the superuser's. Only what the code commits is kept; code that raises is an error here.
        """
        return _peer("shell", self.name, stdin=code)

    def admin(self) -> Account:
        """The administrator, with an API key that nobody had before."""
        return self._with_key("user = env.ref('base.user_admin')", "admin")

    def add_user(self, login: str, *groups: str) -> Account:
        """Another user, of these groups alone (external ids: `stock.group_stock_user`)."""
        password = secrets.token_urlsafe(12)
        return self._with_key(
            f"groups = [env.ref(name).id for name in {groups!r}]\n"
            f"user = env['res.users'].create({{'name': {login!r}, 'login': {login!r}, 'password': {password!r},"
            " 'group_ids': [(6, 0, groups)]})",
            password,
        )

    def _with_key(self, user: str, password: str) -> Account:
        said = self.shell(
            f"import json\n{user}\n"
            # As superuser: a key of others may not live longer than their groups allow.
            "key = env['res.users.apikeys'].with_user(user).sudo()._generate('rpc', 'tests', None)\n"
            "env.cr.commit()\n"
            "print(json.dumps([user.id, user.login, key]))\n"
        )
        user_id, login, key = json.loads(said.splitlines()[-1])
        return Account(user_id, login, password, key)


@contextmanager
def fresh_database() -> Iterator[Database]:
    """A database of the caller alone; about a second, and another one when it is first asked."""
    database = Database(SERVER, f"test_{secrets.token_hex(4)}")
    _peer("clone", database.name)
    try:
        yield database
    finally:
        _peer("drop", database.name)


def _peer(*words: str, stdin: str = "") -> str:
    done = subprocess.run(
        [_PEER, *words], input=stdin, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, f"peer {' '.join(words)}: {done.stderr}"
    return done.stdout
