"""One call as a handler sees it, and what it answers; the error envelopes of the contract.

Nothing here knows a socket.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

HTML_BLOCK = (
    "<!DOCTYPE html><html><head><title>Attention Required!</title></head><body><h1>Sorry, you have been blocked"
    "</h1><p>You are unable to access this website.</p></body></html>"
)
HTML_BAD_GATEWAY = (
    "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
)
HTML_TOO_MANY = (
    "<html><head><title>Access denied</title></head><body>You are being rate limited</body></html>"
)


@dataclass(frozen=True, slots=True)
class Call:
    """A request whose headers were accepted."""

    number: int
    method: str
    path: str
    query: dict[str, str]
    market: str
    content_type: str
    body: bytes
    base: str
    """Scheme and host of this server, for absolute links."""
    request_id: str

    def document(self) -> dict[str, Any]:
        """The body, a JSON object. Raises Refused."""
        try:
            body = json.loads(self.body.decode("utf-8"))
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise Refused(400, "the body is not a JSON object")
        return body


@dataclass(slots=True)
class Answer:
    """`document` is sent as JSON; else `text`, or the bytes of a file, as they stand."""

    status: int = 200
    document: Any = None
    text: str | None = None
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    file: bytes | None = None

    def payload(self) -> bytes:
        if self.file is not None:
            return self.file
        if self.text is not None:
            return self.text.encode("utf-8", "backslashreplace")
        return json.dumps(self.document).encode("ascii")


class Refused(Exception):
    """A handler's way out: the call is answered with an error and changes nothing."""

    def __init__(self, status: int, message: str, code: str = "bad_request") -> None:
        super().__init__(message)
        self.status, self.message, self.code = status, message, code


def html(status: int, page: str) -> Answer:
    return Answer(status, text=page, content_type="text/html; charset=utf-8")


def error(envelope: str, status: int, message: str, code: str, request_id: str) -> Answer:
    """An error in one of the contract's envelopes: V1, V2, V3, text (a bare JSON string), bare, or nothing."""
    one = {"code": code, "message": message}
    if envelope == "V2":
        return Answer(status, {"errors": [one], "requestId": request_id})
    if envelope == "V3":
        document = {
            "type": f"/errors/{code.replace('_', '-')}",
            "title": message,
            "status": status,
            "error": one,
            "requestId": request_id,
        }
        return Answer(status, document, content_type="application/problem+json")
    if envelope == "text":
        return Answer(status, message)
    if envelope == "bare":
        return Answer(status, {"error": message})
    if envelope == "nothing":
        return Answer(status, text="", content_type="text/plain")
    return Answer(status, {"error": one, "requestId": request_id})
