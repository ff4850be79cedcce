"""What can go wrong at a remote system: classed once, here, and said in words.

The engine knows the classes (domain.effects.Fault) only, and sync.retry what follows of each; a person reads the three
texts. What a remote says itself is a parameter of the text, shortened and without control characters (see `plain`):
never a text of ours, never trusted.
"""

from __future__ import annotations

from typing import ClassVar

from bmdesk.domain.effects import Fault
from bmdesk.texts import Failure

# An edge that blocked us for its own reasons does not stop within seconds; asking on makes it worse.
_EDGE_PAUSE = 900.0


class RemoteFailure(Failure):
    """Root of all failures of a remote. All params: `remote` (its name), `host`, `what` (the call), `detail`.

    `after`: seconds before which asking again makes no sense, None where nobody knows. `request_id`, `cf_ray`: what the
    remote's support asks for. `field`: what was rejected, where the remote says it. `aloud`: a person must hear of it
    although no attempt is lost.
    """

    code = "remote.failure"
    fault: ClassVar[Fault] = Fault.TRANSIENT
    aloud: ClassVar[bool] = False

    def __init__(
        self,
        *,
        after: float | None = None,
        request_id: str = "",
        cf_ray: str = "",
        field: str = "",
        status: int = 0,
        **params: object,
    ) -> None:
        known = {"remote": "Back Market", "host": "", "what": "", "detail": "", **params}
        super().__init__(status=status, field=field, cf_ray=cf_ray, request_id=request_id, **known)
        self.after = after
        self.request_id = request_id
        self.cf_ray = cf_ray
        self.field = field
        self.status = status


class Unreachable(RemoteFailure):
    """No connection to the host; nothing was sent."""

    code = "remote.unreachable"
    fault = Fault.OFFLINE


class NameNotFound(Unreachable):
    """The host's name has no address: no internet, or a mistyped name."""

    code = "remote.name_not_found"


class ConnectionRefused(Unreachable):
    """The machine is there and nothing listens on that port."""

    code = "remote.connection_refused"


class CertificateRefused(Unreachable):
    """The secure connection could not be made: certificate, clock, or something that listens in between."""

    code = "remote.certificate"


class NoAnswer(RemoteFailure):
    """A read was sent and no answer came in time."""

    code = "remote.no_answer"


class AnswerCutOff(NoAnswer):
    """A read was sent and its answer broke off."""

    code = "remote.answer_cut_off"


class ServerTrouble(RemoteFailure):
    """The remote itself failed (500, 502, 503, 504, or a page of its gateway)."""

    code = "remote.server_trouble"


class TooManyRequests(RemoteFailure):
    """429, or our own limit says that the wait would be too long. Surely not applied."""

    code = "remote.too_many_requests"
    fault = Fault.RATE_LIMITED


class TokenRefused(RemoteFailure):
    """401. Params: `region`, `environment`."""

    code = "remote.token_refused"
    fault = Fault.AUTH
    aloud = True


class NotMerchant(RemoteFailure):
    """403 in JSON: the account may not do this. Params: `reason`."""

    code = "remote.not_merchant"
    fault = Fault.AUTH
    aloud = True


class Firewall(RemoteFailure):
    """403 as a web page: the edge blocked the request before it came anywhere. Surely not applied."""

    code = "remote.firewall"
    aloud = True

    def __init__(self, *, after: float | None = _EDGE_PAUSE, **details: object) -> None:
        super().__init__(after=after, **details)  # type: ignore[arg-type]


class BotChallenge(Firewall):
    """403: the edge takes us for a robot and wants a challenge solved. Surely not applied."""

    code = "remote.bot_challenge"


class Rejected(RemoteFailure):
    """The remote understood and says no (400, 409, 422 ...). Params: `reason`."""

    code = "remote.rejected"
    fault = Fault.REJECTED


class OffContract(Rejected):
    """Refused here, before anything was sent, because the contract does not allow it. Params: `reason` (a Text)."""

    code = "remote.off_contract"


class AnswerLost(RemoteFailure):
    """A write whose answer did not come or cannot be read: it may have happened.

    `after`: seconds after which the call surely has ended over there, so that reading tells the truth.
    """

    code = "remote.answer_lost"
    fault = Fault.AMBIGUOUS


class GoneAtRemote(RemoteFailure):
    """404: it is not there, or not ours."""

    code = "remote.gone"
    fault = Fault.GONE


class UnreadableAnswer(RemoteFailure):
    """A read whose answer is not what the contract says."""

    code = "remote.unreadable"
    fault = Fault.DRIFT


class NotTheApi(UnreadableAnswer):
    """A web page or a redirection where JSON must be: a wrong address, a portal, a proxy."""

    code = "remote.not_the_api"
    aloud = True


def plain(text: object, limit: int = 300) -> str:
    """Words of a remote as one bounded line without control characters."""
    shown = "".join(sign if sign.isprintable() else " " for sign in str(text)[: limit * 4])
    shown = " ".join(shown.split())
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"
