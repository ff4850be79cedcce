"""Test connection: what stands between bmdesk and this Odoo, each thing in words that say what to do.

Reads only. What makes everything else pointless (no connection, no login) is said alone; otherwise all is asked, so
that an administrator needs to be called once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from bmdesk.connectors.odoo import companies
from bmdesk.connectors.odoo.endpoint import OdooEndpoint
from bmdesk.connectors.odoo.failures import CompanyNotChosen, CompanyUnknown
from bmdesk.connectors.odoo.prices import pricelists
from bmdesk.connectors.odoo.prices.pricelist_doubts import NoPricelistOfTheirs
from bmdesk.connectors.odoo.records import Records
from bmdesk.connectors.odoo.setting_up import keys, modules, rights
from bmdesk.connectors.odoo.transport import JsonRpcTransport, OdooTransport
from bmdesk.connectors.odoo.versions import Dialect, dialect_of
from bmdesk.connectors.verdict import ClockOff, Finding, Verdict
from bmdesk.system.clock import MOST_SKEW
from bmdesk.texts import Failure, msg

Details = dict[str, str | int]


class NotEncrypted(Failure):
    """Plain HTTP beyond this machine was allowed. Params: `host`."""

    code = "odoo.not_encrypted"


class NotVerified(Failure):
    """The certificate is not looked at. Params: `host`."""

    code = "odoo.not_verified"


def try_connection(
    endpoint: OdooEndpoint,
    *,
    with_prices: bool = False,
    opened: Callable[[OdooEndpoint], OdooTransport] = lambda one: JsonRpcTransport(one, retry_pauses=()),
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Verdict:
    """Never raises for what can go wrong out there. `with_prices`: pricelists are sent there, too."""
    details: Details = {"host": endpoint.host, "database": endpoint.database, "user": endpoint.user}
    try:
        # Without the company: in one that is not the user's, Odoo would refuse the very questions about it.
        remote = opened(replace(endpoint, company=None))
        try:
            findings = list(_findings(remote, endpoint, details, now, with_prices=with_prices))
        finally:
            remote.close()
    except Failure as failure:
        return _verdict((Finding.of(failure),), details)
    return _verdict(tuple(sorted(findings, key=lambda one: not one.blocks)), details)


def _findings(
    remote: OdooTransport,
    endpoint: OdooEndpoint,
    details: Details,
    now: Callable[[], datetime],
    *,
    with_prices: bool,
) -> Iterator[Finding]:
    begun = time.monotonic()
    version = remote.version()
    details["version"] = version.text
    details["milliseconds"] = round((time.monotonic() - begun) * 1000)
    dialect = dialect_of(version, endpoint.host)
    user = remote.login()
    if not endpoint.secure:
        yield Finding.of(NotEncrypted(host=endpoint.host), blocks=False)
    elif not endpoint.verify:
        yield Finding.of(NotVerified(host=endpoint.host), blocks=False)
    yield from _clock(remote, endpoint, details)
    yield from _company(remote, endpoint, user, details)
    yield from _key(remote, dialect, user, details, now())
    for module in modules.absent(remote):
        yield Finding.of(module.absent(), blocks=module.needed)
    for work, failure in rights.missing(remote, dialect, with_prices=with_prices):
        yield Finding.of(failure, blocks=work.needed)
    if with_prices:
        yield from _pricelists(remote, details)


def _clock(remote: OdooTransport, endpoint: OdooEndpoint, details: Details) -> Iterator[Finding]:
    if remote.skew is None:
        return
    details["clock_ahead_seconds"] = round(remote.skew.total_seconds())
    if abs(remote.skew) > MOST_SKEW:
        minutes = round(abs(remote.skew.total_seconds()) / 60)
        yield Finding.of(ClockOff(minutes=minutes, host=endpoint.host))


def _company(remote: OdooTransport, endpoint: OdooEndpoint, user: int, details: Details) -> Iterator[Finding]:
    """Which companies the user has, and whether the one of the settings is among them."""
    theirs = companies.of_user(remote, user)
    details["companies"] = companies.listed(theirs)
    try:
        number, details["company"] = companies.chosen(endpoint, theirs)
        details["company_number"], details["company_founded"] = number, companies.founded(remote, number)
    except (CompanyNotChosen, CompanyUnknown) as failure:
        yield Finding.of(failure)


def _key(
    remote: OdooTransport, dialect: Dialect, user: int, details: Details, now: datetime
) -> Iterator[Finding]:
    key = keys.first_to_end(remote, dialect, user, now)
    if key is None:
        return
    details["key_name"], details["key_ends"] = key.name, key.ends.isoformat()
    details["key_days_left"] = key.days_left(now)
    warning = key.warning(remote.endpoint.user, now)
    if warning is not None:
        yield Finding.of(warning, blocks=False)


def _pricelists(remote: OdooTransport, details: Details) -> Iterator[Finding]:
    """Whether Odoo has pricelists of its own, beside which bmdesk's may stand."""
    company = details.get("company_number")
    if isinstance(company, int) and not pricelists.has_usual(Records(remote, company)):
        yield Finding.of(NoPricelistOfTheirs(pricelist="Back Market"), blocks=False)


def _verdict(findings: tuple[Finding, ...], details: Details) -> Verdict:
    if findings and findings[0].blocks:
        gravest = findings[0]
        return Verdict(False, gravest.code, gravest.title, gravest.happened, gravest.todo, details, findings)
    if findings:
        return Verdict(
            True,
            "odoo.trial.remarks",
            msg("odoo.trial.remarks.title"),
            msg("odoo.trial.remarks.happened", count=len(findings), **_shown(details)),
            msg("odoo.trial.remarks.todo"),
            details,
            findings,
        )
    return Verdict(
        True,
        "odoo.trial.ok",
        msg("odoo.trial.ok.title"),
        msg("odoo.trial.ok.happened", **_shown(details)),
        msg("odoo.trial.ok.todo"),
        details,
    )


def _shown(details: Details) -> dict[str, object]:
    return {name: details[name] for name in ("host", "version", "database", "user", "company")}
