"""Databases of a real Odoo 19 for one test or one file of tests; `tests/odoo/peer` makes them and takes them away.

`BMDESK_TEST_ODOO` is what `peer start` printed. `BMDESK_ODOO_FOLDER`, if it was set then, must say the same now.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
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
    """One database: Odoo's modules, no data but its own, admin with the password admin. `cast`: who has an API key
    there, by login and groups.
    """

    server: str
    name: str
    cast: Mapping[tuple[str, frozenset[str]], Account] = field(
        default_factory=dict, repr=False, compare=False
    )

    def shell(self, code: str) -> str:
        """What this Python printed in Odoo's own shell, beside the running server; takes 3 s.

        `env` is the superuser's. Only what the code commits is kept; code that raises is an error here.
        """
        return _peer("shell", self.name, stdin=code)

    def admin(self) -> Account:
        """The administrator, with an API key."""
        return self.cast["admin", frozenset()]

    def add_user(self, login: str, *groups: str) -> Account:
        """Another user, of these groups alone (external ids: `stock.group_stock_user`): of the cast, or made in 3 s."""
        known = self.cast.get((login, frozenset(groups)))
        return self.with_keys({login: groups})[0] if known is None else known

    def with_keys(self, users: Mapping[str, Sequence[str]]) -> list[Account]:
        """Each of these, by login and groups, with an API key that nobody had before; who is not there is made."""
        passwords = {login: "admin" if login == "admin" else secrets.token_urlsafe(12) for login in users}
        said = self.shell(
            "import json\n"
            "from passlib.hash import pbkdf2_sha512\n"
            f"for login, groups, password in {[(one, list(users[one]), passwords[one]) for one in users]!r}:\n"
            "    user = env['res.users'].search([('login', '=', login)]) or env['res.users'].create({\n"
            "        'name': login, 'login': login, 'password': password,\n"
            "        'group_ids': [(6, 0, [env.ref(group).id for group in groups])]})\n"
            # Odoo takes what it is given for the password first, which costs half a second each time. Kept like this it
            # costs nothing, until the user comes with the password itself: then Odoo keeps it in its own way again.
            "    user._set_encrypted_password(user.id, pbkdf2_sha512.using(rounds=1).hash(password))\n"
            # As superuser: a key of others may not live longer than their groups allow.
            "    key = env['res.users.apikeys'].with_user(user).sudo()._generate('rpc', 'tests', None)\n"
            "    print(json.dumps([user.id, login, key]))\n"
            "\n"
            "env.cr.commit()\n"
        )
        rows = [json.loads(line) for line in said.splitlines()[-len(users) :]]
        return [Account(number, login, passwords[login], key) for number, login, key in rows]


@contextmanager
def fresh_database(template: Database | None = None) -> Iterator[Database]:
    """A database of the caller alone, a copy of this one or of the one that nobody has touched; about a second, and
    another one when it is first asked.
    """
    made = Database(SERVER, f"test_{secrets.token_hex(4)}", template.cast if template else {})
    _peer("clone", made.name, *([template.name] if template else []))
    try:
        yield made
    finally:
        _peer("drop", made.name)


def _peer(*words: str, stdin: str = "") -> str:
    done = subprocess.run(
        [_PEER, *words], input=stdin, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, f"peer {' '.join(words)}: {done.stderr}"
    return done.stdout
