"""What every command shares: which data folder, which company, and the way into a session.

Knows no window: whoever starts the command line brings what stands above it as `Outside`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import typer

from bmdesk.cli.output import complain
from bmdesk.system.paths import DataDir
from bmdesk.texts import Failure

if TYPE_CHECKING:
    from bmdesk.services.session import Session
    from bmdesk.system.machine import MachineSettings

ACCOUNT = "default"
DEFAULT_COMPANY = "default"


class NotHere(Failure):
    """This way of starting bmdesk cannot do that (a build without a window, say). Params: `what`."""

    code = "cli.not_here"


class SettingsUnread(Failure):
    """The machine's settings cannot be read, so nobody knows which store is meant. Params: `what` (a Text)."""

    code = "cli.settings_unread"


_UNREAD = {"machine.settings_damaged", "machine.settings_unreadable"}


def _no_window(_scope: Scope) -> int:
    raise NotHere(what="bmdesk")


def _no_demo(**_options: Any) -> int:
    raise NotHere(what="demo")


@dataclass(frozen=True)
class Outside:
    """What stands above the command line, brought by app.py: the window, the demo, and whether a window can open."""

    open_window: Callable[[Scope], int] = _no_window
    run_demo: Callable[..., int] = _no_demo
    display_trouble: Callable[[], Failure | None] = lambda: None


@dataclass(frozen=True)
class Scope:
    """The global options of this call."""

    data: DataDir
    company: str = DEFAULT_COMPANY
    company_named: bool = False
    """Whether a person named it; the window opens the one it had last, else."""
    account: str = ACCOUNT
    hidden: bool = False
    """Whether the window, if one opens, waits as an icon of the desktop."""
    outside: Outside = field(default_factory=Outside)

    @contextmanager
    def session(self, *, reassess: bool = True, new_account: bool = False) -> Iterator[Session]:
        """The opened data folder, closed at the end. Raises UnknownAccount unless `new_account`."""
        from bmdesk.services.selling import accounts
        from bmdesk.services.session import open_session

        # The store's address stands there: what cannot be read must not send scans to another store in silence.
        for notice in self.machine().notices:
            if notice.code in _UNREAD:
                raise SettingsUnread(what=notice)
        with open_session(self.data, self.company, reassess=reassess) as session:
            if self.account != ACCOUNT and not new_account:
                accounts.ensure(session.desk)
                accounts.the_account(session.desk, self.account)
            yield session

    def machine(self) -> MachineSettings:
        """The settings of this machine, without opening the store. What is wrong with them is said on stderr."""
        from bmdesk.system.machine import MachineSettings

        found = MachineSettings(self.data.settings)
        for notice in found.notices:
            if notice.code not in _UNREAD:
                complain(notice)
        return found


def scope(ctx: typer.Context) -> Scope:
    """The scope of the running command."""
    return cast(Scope, ctx.find_root().obj)


def make_scope(
    data: Path | None, company: str, account: str, outside: Outside, *, hidden: bool = False
) -> Scope:
    """The scope of these options. That the account exists is checked when a session is opened."""
    return Scope(DataDir.choose(data), company or DEFAULT_COMPANY, bool(company), account, hidden, outside)


def named_account(ctx: typer.Context) -> str:
    """The account that was named in this call, "" for none: its default is a real account's name too."""
    source = ctx.find_root().get_parameter_source("account")
    return scope(ctx).account if source is not None and source.name != "DEFAULT" else ""
