"""What can go wrong at an Odoo beyond what can at any remote, and the words that fit an Odoo better.

Which exception of Odoo is which failure: `answers`. All have `remote` = Odoo, `host`, `what` and `detail`.
"""

from __future__ import annotations

from typing import ClassVar

from bmdesk.connectors.failures import (
    AnswerLost,
    CertificateRefused,
    ConnectionRefused,
    GoneAtRemote,
    NotTheApi,
    Rejected,
    RemoteFailure,
    ServerTrouble,
    Unreachable,
    UnreadableAnswer,
)
from bmdesk.domain.effects import Fault


class OdooRefusedConnection(ConnectionRefused):
    """The machine is there and no Odoo listens on that port."""

    code = "odoo.connection_refused"


class OdooCertificate(CertificateRefused):
    """No secure connection: a certificate that nobody vouches for, a clock, or a port that speaks plain HTTP."""

    code = "odoo.certificate"


class ProxyTrouble(Unreachable):
    """The proxy of the account's settings cannot be used. Params: `proxy`."""

    code = "odoo.proxy"


class GatewayRefused(RemoteFailure):
    """A web server before Odoo wants a login of its own, or lets nobody pass. Surely not applied. Params: `status`."""

    code = "odoo.gateway"
    fault = Fault.AUTH
    aloud = True


class NotAnOdoo(NotTheApi):
    """Something else answers at this address. Surely not applied."""

    code = "odoo.not_an_odoo"


class OdooTrouble(ServerTrouble):
    """Odoo or its database failed in a read. Params: `detail`."""

    code = "odoo.server_trouble"


class NobodyBehind(OdooTrouble):
    """The web server before Odoo is there and says in a read that Odoo is not. Params: `status`."""

    code = "odoo.nobody_behind"
    fault = Fault.OFFLINE


class OdooBusy(RemoteFailure):
    """Others were writing the same records and Odoo gave up after trying several times. Surely not applied."""

    code = "odoo.busy"


class OdooUnclear(AnswerLost):
    """Odoo broke off a write by an error that does not say whether it was kept. Params: `detail`."""

    code = "odoo.unclear"


class OdooUnreadable(UnreadableAnswer):
    """A read whose answer is not what Odoo answers."""

    code = "odoo.unreadable"


class UnknownThere(UnreadableAnswer):
    """Odoo does not know this model, field or method. Surely not applied. Params: `detail`."""

    code = "odoo.unknown_there"


class OdooRejected(Rejected):
    """Odoo's rules or checks said no. Surely not applied. Params: `reason`."""

    code = "odoo.rejected"


class NotAllowed(Rejected):
    """The user lacks a right, or the record is another company's. Surely not applied. Params: `model`, `reason`."""

    code = "odoo.not_allowed"


class RecordGone(GoneAtRemote):
    """The record was deleted in Odoo."""

    code = "odoo.gone"


class NotLetIn(RemoteFailure):
    """Root of what must be mended in the account or in Odoo before anything works."""

    fault: ClassVar[Fault] = Fault.AUTH
    aloud = True


class NoSuchDatabase(NotLetIn):
    """Odoo cannot open it: there is none of this name, or its PostgreSQL is away or not up yet; Odoo says the same of
    both. Params: `database`.
    """

    code = "odoo.no_such_database"
    fault = Fault.OFFLINE


class PasswordRefused(NotLetIn):
    """Params: `user`, `database`."""

    code = "odoo.password_refused"


class KeyRefused(NotLetIn):
    """What looks like an API key is not taken: mistyped, expired, deleted. Params: `user`, `database`."""

    code = "odoo.key_refused"


class LetOut(NotLetIn):
    """The key expired or was deleted after login, or the password was changed. Params: `user`."""

    code = "odoo.let_out"


class VersionUnsupported(NotLetIn):
    """Params: `found`, `known`."""

    code = "odoo.version"


class CompanyUnknown(NotLetIn):
    """The company of the settings is not one of this user's. Params: `company`, `user`, `known`."""

    code = "odoo.company_unknown"


class CompanyNotChosen(NotLetIn):
    """The user has several companies and the settings name none. Params: `user`, `known`."""

    code = "odoo.company_not_chosen"


class NoWarehouse(NotLetIn):
    """The company has no warehouse, so nothing can lie anywhere. Params: `company`."""

    code = "odoo.no_warehouse"


class AnotherOdoo(NotLetIn):
    """What is linked here is linked to another Odoo, or to another company of it. Params: `known`, `found` (Text):
    the one that the links are to, and the one that answers. A person says which it is.
    """

    code = "odoo.another"


class CompanyTaken(NotLetIn):
    """Another company of this store works with the same company of the same Odoo. Params: `company`, `other`."""

    code = "odoo.company_taken"
