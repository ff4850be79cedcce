"""The way to an Odoo over real sockets: what is sent, what each mishap is, and what nobody may read in a log."""

from __future__ import annotations

import base64
import datetime as dt
import ipaddress
import logging
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bmdesk.connectors.failures import (
    AnswerCutOff,
    AnswerLost,
    NoAnswer,
    RemoteFailure,
    TooManyRequests,
    Unreachable,
)
from bmdesk.connectors.http import Exchange, Timeouts
from bmdesk.connectors.odoo.endpoint import BadOdooEndpoint, OdooEndpoint
from bmdesk.connectors.odoo.failures import (
    GatewayRefused,
    KeyRefused,
    LetOut,
    NobodyBehind,
    NoSuchDatabase,
    NotAllowed,
    NotAnOdoo,
    OdooBusy,
    OdooCertificate,
    OdooRefusedConnection,
    OdooRejected,
    OdooTrouble,
    OdooUnclear,
    OdooUnreadable,
    PasswordRefused,
    ProxyTrouble,
    RecordGone,
    UnknownThere,
)
from bmdesk.connectors.odoo.transport import JsonRpcTransport
from bmdesk.domain.effects import Fault
from bmdesk.texts import languages, render, use_language
from tests.odoo.databases import Account, Database
from tests.odoo.fake import (
    DATABASE,
    KEY,
    PASSWORD,
    USER,
    USER_ID,
    FakeOdoo,
    Raised,
    cut_off,
    drip,
    hang,
    reset,
    says,
    too_large,
)
from tests.odoo.fake import Fault as Mishap
from tests.odoo.fake_proxy import FakeProxy

PATIENT = Timeouts(connect=10.0, read=20.0, total=40.0, settle=300.0)
HASTY = Timeouts(connect=10.0, read=0.4, total=0.8, settle=300.0)

READ = ("stock.lot", "search_read", [[["name", "=", "SN1"]], ["name"]])
WRITE = ("stock.lot", "write", [[5], {"ref": "353"}])


def endpoint(url: str, **more: object) -> OdooEndpoint:
    settings: dict[str, object] = {"secret": PASSWORD, "timeouts": PATIENT, **more}
    return OdooEndpoint(url, DATABASE, USER, **settings)  # type: ignore[arg-type]


def opened(url: str, *, pauses: tuple[float, ...] = (), **more: object) -> JsonRpcTransport:
    return kept(JsonRpcTransport(endpoint(url, **more), retry_pauses=pauses, rest=lambda _: None))


def kept(remote: JsonRpcTransport) -> JsonRpcTransport:
    """To be closed at the end of the test."""
    _open.append(remote)
    return remote


_open: list[JsonRpcTransport] = []


@pytest.fixture(autouse=True)
def _all_closed() -> Iterator[None]:
    yield
    while _open:
        _open.pop().close()


@pytest.fixture
def odoo() -> Iterator[FakeOdoo]:
    with FakeOdoo() as running:
        yield running


def shown(failure: RemoteFailure) -> str:
    """All that a person may read of it, in every language."""
    words = []
    for language in languages():
        use_language(language)
        words += [render(failure.title), render(failure.happened), render(failure.todo)]
    use_language("en")
    assert "{" not in "".join(words)
    return " ".join(words)


# ---------------------------------------------------------------- what is sent


@pytest.mark.parametrize("version", ["17.0", "18.0", "19.0"])
def test_a_call_of_each_version_carries_company_and_language(version: str) -> None:
    with FakeOdoo(version) as odoo:
        odoo.answers["stock.lot", "search_read"] = [{"id": 5, "name": "SN1", "x_price": 1.5, "ref": False}]
        remote = opened(odoo.url, company=1)

        assert remote.version().major == int(version[:2])
        assert remote.login() == USER_ID
        assert remote.call(*READ, {"limit": 80}) == [{"id": 5, "name": "SN1", "x_price": 1.5, "ref": False}]
        remote.close()

    (asked,) = odoo.asked
    assert (asked.model, asked.method, asked.args) == READ
    assert asked.kwargs == {"limit": 80, "context": {"lang": "en_US", "allowed_company_ids": [1]}}


def test_a_context_joins_the_accounts_and_cannot_leave_its_company(odoo: FakeOdoo) -> None:
    odoo.answers["stock.picking", "button_validate"] = True
    remote = opened(odoo.url, company=1)

    remote.call(
        "stock.picking",
        "button_validate",
        [[3]],
        {"context": {"skip_sms": True, "allowed_company_ids": [1, 2]}},
    )

    assert odoo.asked[0].kwargs["context"] == {
        "skip_sms": True, "lang": "en_US", "allowed_company_ids": [1]
    }  # fmt: skip


def test_without_a_company_odoo_takes_the_users(odoo: FakeOdoo) -> None:
    odoo.answers["stock.lot", "search_read"] = []

    opened(odoo.url).call(*READ)

    assert odoo.asked[0].kwargs["context"] == {"lang": "en_US"}


def test_the_first_call_logs_in_once(odoo: FakeOdoo) -> None:
    odoo.answers["stock.lot", "search_read"] = []
    remote = opened(odoo.url)

    remote.call(*READ)
    remote.call(*READ)

    assert odoo.requests == 2 + 2, "login and the user's context, then the two calls"


def test_an_argument_that_is_no_json_is_our_own_mistake(odoo: FakeOdoo) -> None:
    remote = opened(odoo.url)
    remote.login()

    with pytest.raises(TypeError):
        remote.call("stock.lot", "write", [[5], {"ref": object()}])
    assert odoo.asked == []


# ---------------------------------------------------------------- who is let in


def test_a_wrong_password_a_dead_key_and_no_database_are_three_things(odoo: FakeOdoo) -> None:
    with pytest.raises(PasswordRefused) as password:
        opened(odoo.url, secret="wrong").login()
    with pytest.raises(KeyRefused) as key:
        opened(odoo.url, secret="0" * 40).login()
    with pytest.raises(NoSuchDatabase) as database:
        kept(JsonRpcTransport(OdooEndpoint(odoo.url, "nothing", USER, PASSWORD))).login()

    assert USER in shown(password.value)
    assert "90" in shown(key.value)
    assert "nothing" in shown(database.value)
    assert [one.value.fault for one in (password, key)] == [Fault.AUTH] * 2
    assert database.value.fault is Fault.OFFLINE, "its PostgreSQL may be starting"


def test_a_key_that_dies_between_two_calls_is_said(odoo: FakeOdoo) -> None:
    odoo.answers["stock.lot", "search_read"] = []
    remote = opened(odoo.url, secret=KEY)
    remote.call(*READ)
    odoo.logins.clear()

    with pytest.raises(LetOut) as raised:
        remote.call(*WRITE)

    assert raised.value.fault is Fault.AUTH
    assert USER in shown(raised.value)


# ---------------------------------------------------------------- what Odoo raises


@pytest.mark.parametrize("version", ["17.0", "18.0", "19.0"])
@pytest.mark.parametrize(
    ("name", "failure", "fault"),
    [
        ("odoo.exceptions.AccessError", NotAllowed, Fault.REJECTED),
        ("odoo.exceptions.ValidationError", OdooRejected, Fault.REJECTED),
        ("odoo.exceptions.UserError", OdooRejected, Fault.REJECTED),
        ("odoo.exceptions.RedirectWarning", OdooRejected, Fault.REJECTED),
        ("odoo.exceptions.MissingError", RecordGone, Fault.GONE),
        ("odoo.exceptions.AccessDenied", LetOut, Fault.AUTH),
        ("odoo.exceptions.LockError", OdooBusy, Fault.TRANSIENT),
        ("psycopg2.errors.SerializationFailure", OdooBusy, Fault.TRANSIENT),
        ("builtins.ValueError", UnknownThere, Fault.DRIFT),
        ("builtins.AttributeError", UnknownThere, Fault.DRIFT),
        ("psycopg2.OperationalError", OdooUnclear, Fault.AMBIGUOUS),
        ("requests.exceptions.ConnectionError", OdooUnclear, Fault.AMBIGUOUS),
        ("", OdooUnclear, Fault.AMBIGUOUS),
    ],
)
def test_an_error_is_told_by_its_name_in_every_version(
    version: str, name: str, failure: type[RemoteFailure], fault: Fault
) -> None:
    with FakeOdoo(version) as odoo:
        odoo.answers["stock.lot", "write"] = Raised(name, "Ein \x00Grund\n in\tWorten")
        remote = opened(odoo.url)
        remote.login()

        with pytest.raises(failure) as raised:
            remote.call(*WRITE)

    assert (type(raised.value), raised.value.fault) == (failure, fault)
    assert "\n" not in shown(raised.value)
    assert "Traceback" not in shown(raised.value)
    if fault in {Fault.REJECTED, Fault.GONE, Fault.DRIFT, Fault.AMBIGUOUS}:
        assert "Ein Grund in Worten" in shown(raised.value)
    assert raised.value.__cause__ is None, "the server's traceback goes no further"


def test_an_error_of_a_read_leaves_nothing_unclear_and_is_asked_again(odoo: FakeOdoo) -> None:
    odoo.answers["stock.lot", "search_read"] = Raised("psycopg2.OperationalError", "the database restarts")
    remote = opened(odoo.url, pauses=(0.5, 2.0))
    remote.login()

    with pytest.raises(OdooTrouble) as raised:
        remote.call(*READ)

    assert raised.value.fault is Fault.TRANSIENT
    assert len(odoo.asked) == 3


def test_a_very_long_reason_is_shortened(odoo: FakeOdoo) -> None:
    odoo.answers["stock.lot", "write"] = Raised("odoo.exceptions.UserError", "x" * 100_000)

    with pytest.raises(OdooRejected) as raised:
        opened(odoo.url).call(*WRITE)

    assert len(str(raised.value.params["reason"])) == 300


# ---------------------------------------------------------------- what the network does

PAGE = b"<!DOCTYPE html><html>Please log in to the guest network</html>"
MISHAPS: list[tuple[str, Mishap, type[RemoteFailure], type[RemoteFailure]]] = [
    ("reset", reset, AnswerCutOff, AnswerLost),
    ("hang", hang, NoAnswer, AnswerLost),
    ("drip", drip, NoAnswer, AnswerLost),
    ("cut off", cut_off, AnswerCutOff, AnswerLost),
    ("too large", too_large, OdooUnreadable, AnswerLost),
    ("500", says(500), OdooTrouble, AnswerLost),
    ("502", says(502), NobodyBehind, AnswerLost),
    ("503", says(503, retry_after="7"), NobodyBehind, AnswerLost),
    ("504", says(504), NobodyBehind, AnswerLost),
    ("portal", says(200, PAGE), NotAnOdoo, AnswerLost),
    ("no JSON", says(200, b"{", "application/json"), OdooUnreadable, AnswerLost),
    ("a list", says(200, b"[]", "application/json"), OdooUnreadable, AnswerLost),
    ("odd error", says(200, b'{"error": "no"}', "application/json"), OdooUnreadable, AnswerLost),
    ("no UTF-8", says(200, b'{"result": "\xff"}', "application/json"), OdooUnreadable, AnswerLost),
    ("bad gzip", says(200, b"xx", content_encoding="gzip"), AnswerCutOff, AnswerLost),
    ("redirection", says(301, b"", location="https://elsewhere.example/"), NotAnOdoo, NotAnOdoo),
    ("not found", says(404), NotAnOdoo, NotAnOdoo),
    ("too much to send", says(413), OdooRejected, OdooRejected),
    ("a door before", says(401), GatewayRefused, GatewayRefused),
    ("forbidden", says(403), GatewayRefused, GatewayRefused),
    ("slower", says(429, retry_after="42"), TooManyRequests, TooManyRequests),
]


@pytest.mark.parametrize(("mishap", "of_read"), [pytest.param(m, r, id=n) for n, m, r, _ in MISHAPS])
def test_a_mishap_in_a_read_has_its_class(
    odoo: FakeOdoo, mishap: Mishap, of_read: type[RemoteFailure]
) -> None:
    remote = opened(odoo.url, timeouts=HASTY if mishap in (hang, drip) else PATIENT)
    remote.login()
    odoo.faults.append(mishap)

    with pytest.raises(of_read) as raised:
        remote.call(*READ)

    assert type(raised.value) is of_read
    assert raised.value.fault is not Fault.AMBIGUOUS
    shown(raised.value)


@pytest.mark.parametrize(("mishap", "of_write"), [pytest.param(m, w, id=n) for n, m, _, w in MISHAPS])
def test_a_mishap_in_a_write_leaves_it_open_unless_it_surely_did_not_happen(
    odoo: FakeOdoo, mishap: Mishap, of_write: type[RemoteFailure]
) -> None:
    remote = opened(odoo.url, timeouts=HASTY if mishap in (hang, drip) else PATIENT, pauses=(0.1, 0.1))
    remote.login()
    before = odoo.requests
    odoo.faults.append(mishap)

    with pytest.raises(of_write) as raised:
        remote.call(*WRITE)

    assert type(raised.value) is of_write
    assert odoo.requests == before + 1, "a write is sent once"
    if mishap in (reset, hang):
        assert raised.value.after == 300.0, "it may be running over there still"
    shown(raised.value)


def test_a_method_that_nobody_knows_is_taken_for_a_write(odoo: FakeOdoo) -> None:
    remote = opened(odoo.url)
    remote.login()
    odoo.faults.append(reset)

    with pytest.raises(AnswerLost):
        remote.call("stock.picking", "action_assign", [[3]])


def test_a_read_survives_two_mishaps(odoo: FakeOdoo) -> None:
    odoo.answers["stock.lot", "search_read"] = [{"id": 5}]
    remote = opened(odoo.url, pauses=(0.1, 0.1))
    remote.login()
    odoo.faults.extend([reset, says(502)])

    assert remote.call(*READ) == [{"id": 5}]


def test_a_pause_that_was_asked_for_is_kept(odoo: FakeOdoo) -> None:
    remote = opened(odoo.url)
    remote.login()
    odoo.faults.append(says(429, retry_after="42"))

    with pytest.raises(TooManyRequests) as raised:
        remote.call(*WRITE)

    assert raised.value.after == 42.0


def test_nobody_there_is_no_ambiguity_even_for_a_write(odoo: FakeOdoo) -> None:
    remote = opened(odoo.url)
    remote.login()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with pytest.raises(OdooRefusedConnection) as raised:
        opened(f"http://127.0.0.1:{port}").call(*WRITE)

    assert raised.value.fault is Fault.OFFLINE
    assert "8069" in shown(raised.value)


# ---------------------------------------------------------------- TLS and proxies


def test_tls_to_a_port_that_speaks_plain_http_is_a_matter_of_the_secure_connection(odoo: FakeOdoo) -> None:
    with pytest.raises(OdooCertificate):
        opened(odoo.url.replace("http:", "https:")).version()


def test_plain_http_to_a_port_that_speaks_tls_is_no_odoo(certificate: Path) -> None:
    with FakeOdoo(tls=_server_side(certificate)) as odoo, pytest.raises(RemoteFailure) as raised:
        opened(odoo.url.replace("https:", "http:")).version()

    assert raised.value.fault is not Fault.AMBIGUOUS


def test_a_certificate_of_the_own_network_is_trusted_where_it_is_named(certificate: Path) -> None:
    with FakeOdoo(tls=_server_side(certificate)) as odoo:
        with pytest.raises(OdooCertificate) as raised:
            opened(odoo.url).version()
        assert "CA" in shown(raised.value)
        assert opened(odoo.url, ca_file=str(certificate)).version().major == 18
        assert opened(odoo.url, verify=False).version().major == 18


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_ca_file_that_is_none_is_a_bad_setting(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "ca.pem"
    if content:
        path.write_text(content)

    with pytest.raises(BadOdooEndpoint) as raised:
        opened("https://odoo.example", ca_file=str(path))

    assert str(path) in render(raised.value.happened)


def test_calls_go_through_the_proxy_of_the_settings(odoo: FakeOdoo) -> None:
    with FakeProxy() as proxy:
        assert opened(odoo.url, proxy=f"http://{proxy.host}").login() == USER_ID

    assert proxy.passed == [f"{odoo.url}/jsonrpc"] * 2


def test_a_proxy_may_want_a_password_and_nobody_reads_it(odoo: FakeOdoo) -> None:
    wants = "Basic " + base64.b64encode(b"me:proxy-secret").decode()
    with FakeProxy(wants) as proxy:
        here = opened(odoo.url, proxy=f"http://me:proxy-secret@{proxy.host}")
        assert here.version().major == 18
        with pytest.raises(ProxyTrouble) as raised:
            opened(odoo.url, proxy=f"http://me:wrong-secret@{proxy.host}").version()

    assert proxy.host in shown(raised.value)
    for text in (repr(here.endpoint), repr(raised.value), shown(raised.value)):
        assert "-secret" not in text


def test_a_proxy_that_refuses_or_is_not_there_is_not_odoos_fault() -> None:
    with FakeProxy() as proxy, pytest.raises(ProxyTrouble):
        opened("https://odoo.example", proxy=f"http://{proxy.host}").version()
    with pytest.raises(ProxyTrouble) as raised:
        opened("https://odoo.example", proxy=f"http://{proxy.host}").call(*WRITE)

    assert isinstance(raised.value, Unreachable), "nothing was sent"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1 and its key, in one file."""
    pytest.importorskip("cryptography", reason="comes along on Linux only")
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "odoo.example")])
    now = dt.datetime.now(dt.UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "odoo.pem"
    pem = serialization.Encoding.PEM
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(key.private_bytes(pem, *plain) + made.public_bytes(pem))
    return path


def _server_side(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


# ---------------------------------------------------------------- what nobody may read


def test_no_log_holds_a_secret_or_a_value_whatever_its_level(
    odoo: FakeOdoo, caplog: pytest.LogCaptureFixture
) -> None:
    odoo.answers["stock.lot", "write"] = Raised("odoo.exceptions.UserError", "no")
    odoo.answers["stock.lot", "search_read"] = [{"id": 5, "name": "SECRET-SERIAL"}]
    for name in ("odoorpc", "odoorpc.rpc.jsonrpclib", "odoorpc.rpc", "httpx", "httpcore"):
        caplog.set_level(logging.DEBUG, name)
    caplog.set_level(logging.DEBUG)
    remote = opened(odoo.url, secret=KEY)
    caplog.set_level(logging.DEBUG, "odoorpc.rpc.jsonrpclib")

    remote.version()
    remote.call(*READ)
    with pytest.raises(OdooRejected) as raised:
        remote.call("stock.lot", "write", [[5], {"ref": "SECRET-SERIAL"}])
    odoo.logins.clear()
    with pytest.raises(PasswordRefused) as refused:
        opened(odoo.url).login()

    everything = "\n".join([caplog.text, *(str(record.__dict__) for record in caplog.records)])
    assert "stock.lot.write" in everything, "what was called is logged"
    endpoints = (repr(remote.endpoint), repr(remote))
    for text in (everything, *endpoints, repr(raised.value), repr(refused.value), shown(refused.value)):
        assert KEY not in text
        assert PASSWORD not in text
    assert "SECRET-SERIAL" not in everything


def test_an_observer_hears_of_each_call_and_of_no_value(odoo: FakeOdoo) -> None:
    odoo.answers["stock.lot", "search_read"] = []
    seen: list[Exchange] = []
    remote = kept(JsonRpcTransport(endpoint(odoo.url), observe=seen.append, retry_pauses=()))
    remote.call(*READ)
    odoo.faults.append(says(502))
    with pytest.raises(AnswerLost):
        remote.call(*WRITE)

    assert [(one.path, one.status, one.fault) for one in seen] == [
        ("login", 200, ""),
        ("stock.lot.search_read", 200, ""),
        ("stock.lot.write", 502, "ambiguous"),
    ]


def test_no_cookie_is_kept(odoo: FakeOdoo) -> None:
    remote = opened(odoo.url)
    remote.version()

    assert not list(remote._wire._http.cookies.jar)


def test_the_library_is_not_brought_in_before_an_account_is_opened() -> None:
    code = (
        "import sys; import bmdesk.connectors.odoo.transport, bmdesk.connectors.odoo.setting_up.trial;"
        " sys.exit('odoorpc' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# ---------------------------------------------------------------- the endpoint


@pytest.mark.parametrize(
    "url",
    [
        "http://odoo.example",
        "https://odoo.example/web",
        "https://me:pw@odoo.example",
        "ftp://127.0.0.1",
        "odoo",
    ],
)
def test_an_address_is_scheme_and_host_and_never_plain_http_by_accident(url: str) -> None:
    with pytest.raises(BadOdooEndpoint) as raised:
        endpoint(url)

    assert "{" not in render(raised.value.happened)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8069", "http://localhost", "http://[::1]:8069/", "https://odoo.example"]
)
def test_this_computer_may_be_asked_without_https(url: str) -> None:
    assert endpoint(url).url == url.rstrip("/")
    assert endpoint(url).secure


def test_plain_http_in_the_house_must_be_wanted() -> None:
    found = endpoint("http://odoo.lan:8069", allow_http=True)

    assert not found.secure
    assert found.host == "odoo.lan:8069"


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": " "},
        {"secret": "a\nb"},
        {"company": 0},
        {"proxy": "socks5://proxy.example:1080"},
        {"proxy": "proxy.example"},
    ],
)
def test_settings_that_cannot_work_are_refused_before_anything_is_sent(wrong: dict[str, object]) -> None:
    with pytest.raises(BadOdooEndpoint) as raised:
        endpoint("https://odoo.example", **wrong)

    assert "{" not in render(raised.value.happened)


def test_database_and_user_must_be_given() -> None:
    for database, user in (("", USER), (DATABASE, " ")):
        with pytest.raises(BadOdooEndpoint):
            OdooEndpoint("https://odoo.example", database, user, PASSWORD)


# ---------------------------------------------------------------- a real Odoo 19


@pytest.mark.odoo
def test_a_real_odoo_answers_and_refuses_as_it_was_taken_down(
    odoo_database: Database, odoo_admin: Account
) -> None:
    real = OdooEndpoint(odoo_database.server, odoo_database.name, "admin", odoo_admin.key, company=1)
    remote = kept(JsonRpcTransport(real))

    assert remote.version().major == 19
    assert remote.login() == odoo_admin.user_id
    assert remote.call("res.company", "read", [[1], ["name"]]) == [{"id": 1, "name": "My Company"}]
    refusals: list[tuple[type[RemoteFailure], str, str, list[object]]] = [
        (UnknownThere, "stock.lot", "create", [[{"x_nobody": 1}]]),
        (UnknownThere, "stock.lot", "x_nobody", [[]]),
        (OdooRejected, "stock.lot", "create", [[{"name": "SN1"}]]),
        (RecordGone, "stock.lot", "write", [[999_999], {"ref": "1"}]),
        (NotAllowed, "stock.lot", "_private", [[]]),
        (OdooUnclear, "res.partner", "write", [["x"], {"name": "x"}]),
    ]
    for failure, model, method, args in refusals:
        with pytest.raises(failure):
            remote.call(model, method, args)
    remote.close()


@pytest.mark.odoo
def test_a_real_odoo_lets_nobody_in_without_the_right_secret(
    odoo_database: Database, odoo_admin: Account
) -> None:
    def as_who(secret: str, database: str = odoo_database.name) -> JsonRpcTransport:
        return kept(JsonRpcTransport(OdooEndpoint(odoo_database.server, database, "admin", secret)))

    with pytest.raises(PasswordRefused):
        as_who("wrong").login()
    with pytest.raises(KeyRefused):
        as_who("0" * 40).login()
    with pytest.raises(NoSuchDatabase):
        as_who(odoo_admin.key, "nothing_here").login()
    with pytest.raises(NotAllowed):
        elsewhere = OdooEndpoint(
            odoo_database.server, odoo_database.name, "admin", odoo_admin.key, company=999
        )
        kept(JsonRpcTransport(elsewhere)).call("stock.lot", "search", [[]])


@pytest.mark.odoo
def test_a_key_that_is_deleted_lets_out_who_works_with_it(own_odoo_database: Database) -> None:
    admin = own_odoo_database.admin()
    place = OdooEndpoint(own_odoo_database.server, own_odoo_database.name, "admin", admin.key)
    remote = kept(JsonRpcTransport(place))
    remote.login()
    # Odoo remembers who it let in until something clears that memory; a key that ends may go on for so long.
    own_odoo_database.shell(
        "env['res.users.apikeys'].search([]).sudo()._remove()\nenv.cr.commit()\n"
        "env.registry.clear_cache()\nenv.registry.signal_changes()\n"
    )

    with pytest.raises(LetOut):
        remote.call("stock.lot", "search", [[]])
    with pytest.raises(KeyRefused):
        remote.login()
