"""Everything that goes wrong on the way to a service: one sentence, and no value in it or in any log."""

from __future__ import annotations

import logging
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest import mock

import keyring.errors
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fakes import Dropped, Fault, Faults, Html, Loopback, Refused, Reply, Request, Status, Timeout
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from sink_subjects import VALUE, Bench, Echo, one_secret, using

from remit.secrets import DeliveryFailed, _aws, _github, _vault
from remit.secrets._remote import checked, when

REMOTE = {"github-actions": "GITHUB_API_URL", "vault": "VAULT_ADDR", "aws-secrets-manager": "AWS_ENDPOINT_URL"}
SINK_ADDRESS = {
    "github-actions": "github-actions:acme/ranker#RANKER_PROD",
    "vault": "vault:secret/remit/ranker-prod#value",
    "aws-secrets-manager": "aws-secrets-manager:remit/ranker-prod",
}
SERVICE = {"github-actions": "GitHub", "vault": "Vault", "aws-secrets-manager": "AWS Secrets Manager"}
CREDENTIALS = {"github-actions": "GITHUB_TOKEN", "vault": "VAULT_TOKEN", "aws-secrets-manager": "AWS_ACCESS_KEY_ID"}

NOT_VALID = "{service} refuses (401), because the credentials in `{credentials}` are not valid: replace them"
NOT_ALLOWED = "{service} refuses (403), because the credentials in `{credentials}` do not allow this: replace them"
LATER = "{service} takes no more requests for now (429): try again "
BROKEN = "{service} answered with an error ({status}): try again, and look at its own logs when it stays"
NOT_API = "{service} gives answers that are not those of its API: check that `{url}` leads to it"
RESET = "{service} cannot be reached: Connection reset by peer"
GONE = "{service} cannot be reached: the connection broke"
LATE = "{service} did not answer in time: whether it kept the value is not known, deliver it again"

FAULTS: list[tuple[Fault, str]] = [
    (Status(401), NOT_VALID),
    (Status(403), NOT_ALLOWED),
    (Status(429, retry_after=30), f"{LATER}in 30 s"),
    (Status(429), f"{LATER}later"),
    (Status(403, retry_after=9), "{service} takes no more requests for now (403): try again in 9 s"),
    (Status(503, retry_after=9), "{service} takes no more requests for now (503): try again in 9 s"),
    (Status(500), BROKEN.replace("{status}", "500")),
    (Html(502), BROKEN.replace("{status}", "502")),
    (Html(200), NOT_API),
    (Refused(), RESET),
    (Dropped(after_effect=False), GONE),
    (Timeout(), LATE),
    (Echo(400), BROKEN.replace("{status}", "400")),
    (Echo(413), BROKEN.replace("{status}", "413")),
]


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long, and no pause between two attempts is made."""
    for module in (_github, _vault, _aws):
        monkeypatch.setattr(module, "SECONDS", 1)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)


@pytest.fixture
def failing(open_bench: Callable[[str], Bench]) -> Iterator[Callable[[str], tuple[Bench, Faults]]]:
    """The bench of a sink by name, and what goes wrong with it.

    AWS, which moto plays within the process, gets a place on the network, which knows one secret.
    """
    with ExitStack() as stack:

        def opened(name: str) -> tuple[Bench, Faults]:
            bench, faults = open_bench(name), Faults()
            if bench.fake is not None:
                return bench, bench.fake.faults
            bench.environ["AWS_ENDPOINT_URL"] = stack.enter_context(Loopback(breaking(faults))).url
            return bench, faults

        yield opened


def breaking(faults: Faults) -> Callable[[Request], Reply]:
    """AWS asks everything with POST: for the choice of a fault, asking about a secret is reading."""

    def exchange(request: Request) -> Reply:
        reads = request.headers["x-amz-target"].endswith(".DescribeSecret")
        fault = faults.pick(replace(request, method="GET") if reads else request)
        return fault.play(request, lambda ago: one_secret(request)) if fault else one_secret(request)

    return exchange


def message(bench: Bench, caplog: pytest.LogCaptureFixture) -> str:
    """What the failing delivery says; nothing else may say the value."""
    loggers = ("urllib3", "botocore", "boto3", "hvac", "github", "requests", "keyring")
    for name in [None, *loggers, *(each for each in logging.root.manager.loggerDict if each.startswith(loggers))]:
        caplog.set_level(logging.DEBUG, logger=name)
    with pytest.raises(DeliveryFailed) as caught:
        bench.deliver()
    assert VALUE not in caplog.text
    assert VALUE not in str(caught.getrepr(showlocals=True, chain=True))
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    return caught.value.message


@pytest.mark.parametrize("methods", ["*", "P*"], ids=["at once", "when writing"])
@pytest.mark.parametrize(("fault", "expected"), FAULTS, ids=[str(fault) for fault, _ in FAULTS])
@pytest.mark.parametrize("name", REMOTE)
def test_each_fault_has_its_sentence(
    name: str,
    fault: Fault,
    expected: str,
    methods: str,
    failing: Callable[[str], tuple[Bench, Faults]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whatever the library and whenever it happens, a fault reads the same."""
    bench, faults = failing(name)
    bench.deliver() if methods == "P*" and bench.fake else None
    faults.fail_next(methods, "*", fault, times=100)
    words = {"service": SERVICE[name], "credentials": CREDENTIALS[name], "url": REMOTE[name]}
    assert message(bench, caplog) == expected.format(**words)


@pytest.mark.parametrize("name", REMOTE)
def test_a_fault_that_passes_is_got_over(name: str, failing: Callable[[str], tuple[Bench, Faults]]) -> None:
    """A gateway that fails once does not cost a key."""
    bench, faults = failing(name)
    if bench.fake:
        faults.fail_next("*", "*", Html(502))
        assert bench.stored(bench.deliver().address) == VALUE


RETRY_AFTER = [
    ({"Retry-After": "120"}, "in 120 s"),
    ({"retry-after": " 5 "}, "in 5 s"),
    ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, "after 2026-10-21T07:28:00Z"),
    ({"X-RateLimit-Reset": "1793000000"}, "after 2026-10-26T07:33:20Z"),
    ({"Retry-After": "60", "X-RateLimit-Reset": "1793000000"}, "in 60 s"),
    ({"Retry-After": "rk_invented", "X-RateLimit-Reset": "9" * 40}, "later"),
    ({"Retry-After": "-1"}, "later"),
    ({"Retry-After": "9" * 5_000}, "in 999999999 s"),
    ({}, "later"),
]


@pytest.mark.parametrize(("headers", "expected"), RETRY_AFTER)
def test_when_to_try_again(headers: dict[str, str], expected: str) -> None:
    """Seconds, a date, or the end of GitHub's hour; what is none of them is not repeated."""
    assert when(headers) == expected


UNSAFE = [
    "http://vault.example.org",
    "http://10.0.0.1",
    "http://localhost.example.org",
    "http://127.0.0.1.example.org",
    "https://user:word@vault.example.org",
    "https://user@vault.example.org",
    "ftp://127.0.0.1",
    "file:///etc/passwd",
    "vault.example.org",
    "https://",
    "https://[::1",
    "https://vault.example.org:port",
]


@pytest.mark.parametrize("url", UNSAFE)
@pytest.mark.parametrize("name", REMOTE)
def test_unsafe_addresses(name: str, url: str, open_bench: Callable[[str], Bench]) -> None:
    """No value travels readable, and the message does not repeat an address that may hold a password."""
    bench = open_bench(name)
    bench.environ[REMOTE[name]] = url
    with pytest.raises(DeliveryFailed) as caught:
        bench.deliver()
    assert "word" not in caught.value.message.replace("password", "")
    assert bench.stored(SINK_ADDRESS[name]) is None


@pytest.mark.parametrize(
    "url", ["https://vault.example.org", "http://localhost:8200", "http://[::1]:1", "HTTP://127.9.9.9"]
)
def test_safe_addresses(url: str) -> None:
    """`https` to anywhere, `http` to this machine."""
    assert checked(url, "VAULT_ADDR") == url


@pytest.mark.parametrize("name", REMOTE)
def test_nobody_listens(name: str, open_bench: Callable[[str], Bench], caplog: pytest.LogCaptureFixture) -> None:
    """A refused connection says so."""
    bench = open_bench(name)
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    bench.environ[REMOTE[name]] = f"http://127.0.0.1:{port}"
    assert message(bench, caplog) == f"{SERVICE[name]} cannot be reached: Connection refused"


@pytest.mark.parametrize("name", REMOTE)
def test_no_such_host(name: str, open_bench: Callable[[str], Bench], caplog: pytest.LogCaptureFixture) -> None:
    """A name that does not exist says so, without the value."""
    bench = open_bench(name)
    bench.environ[REMOTE[name]] = "https://nowhere.invalid"
    assert message(bench, caplog).startswith(f"{SERVICE[name]} cannot be reached: ")


@pytest.fixture(scope="module")
def untrusted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a server with a certificate that it gave itself."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path_factory.mktemp("tls") / "server.pem"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


def self_signed(path: Path) -> Path:
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize("name", REMOTE)
def test_untrusted_certificates(
    name: str, untrusted: int, open_bench: Callable[[str], Bench], caplog: pytest.LogCaptureFixture
) -> None:
    """A certificate that nobody vouches for is not accepted."""
    bench = open_bench(name)
    bench.environ[REMOTE[name]] = f"https://localhost:{untrusted}"
    expected = (
        f"{SERVICE[name]} has no certificate that is trusted here: correct `{REMOTE[name]}`, or trust who issued it"
    )
    assert message(bench, caplog) == expected


NEEDED = [
    ("github-actions", "GITHUB_TOKEN", "GitHub"),
    ("vault", "VAULT_ADDR", "Vault"),
    ("vault", "VAULT_TOKEN", "Vault"),
    ("aws-secrets-manager", "AWS_REGION", "AWS Secrets Manager"),
    ("aws-secrets-manager", "AWS_SECRET_ACCESS_KEY", "AWS Secrets Manager"),
]


@pytest.mark.parametrize(("name", "variable", "service"), NEEDED)
def test_what_the_environment_must_say(
    name: str, variable: str, service: str, open_bench: Callable[[str], Bench], caplog: pytest.LogCaptureFixture
) -> None:
    """A variable that is missing is named."""
    bench = open_bench(name)
    del bench.environ[variable]
    named = variable.replace("GITHUB_TOKEN", "REMIT_GITHUB_TOKEN")
    assert message(bench, caplog) == f"the environment does not say how to reach {service}: set `{named}`"


def test_credentials_of_no_kind(open_bench: Callable[[str], Bench], caplog: pytest.LogCaptureFixture) -> None:
    """Without any credentials for AWS, the variable for them is named."""
    bench = open_bench("aws-secrets-manager")
    with mock.patch.dict(os.environ):
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            del bench.environ[name]
            os.environ.pop(name, None)
        assert message(bench, caplog).endswith("AWS Secrets Manager: set `AWS_ACCESS_KEY_ID`")


AWS_CODES = [
    ("AccessDeniedException", NOT_ALLOWED),
    ("UnrecognizedClientException", NOT_VALID),
    ("ExpiredTokenException", NOT_VALID),
    ("ThrottlingException", f"{LATER}later"),
    ("InternalServiceError", BROKEN.replace("{status}", "400")),
]


@pytest.mark.parametrize(("code", "expected"), AWS_CODES)
def test_aws_says_everything_with_400(
    code: str, expected: str, open_bench: Callable[[str], Bench], caplog: pytest.LogCaptureFixture
) -> None:
    """The code of an error tells what a status does elsewhere."""
    bench = open_bench("aws-secrets-manager")
    with Loopback(lambda request: Reply.of(400, {"__type": code, "message": "sorry"})) as there:
        bench.environ["AWS_ENDPOINT_URL"] = there.url
        told = message(bench, caplog)
    assert told == expected.format(service="AWS Secrets Manager", credentials="AWS_ACCESS_KEY_ID")


@dataclass
class Raising(KeyringBackend):
    """Fails with a word of its own, and with the value in it."""

    fault: type[Exception]
    priority = 1.0  # type: ignore[assignment]

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.fault(password)

    def get_password(self, service: str, username: str) -> str | None:
        return None


KEYRINGS = [
    (Raising(keyring.errors.KeyringLocked), "the keyring did not keep `keyring:remit#ranker-prod`: KeyringLocked"),
    (Raising(keyring.errors.InitError), "the keyring did not keep `keyring:remit#ranker-prod`: InitError"),
    (Raising(LookupError), "the value could not be delivered: LookupError"),
    (fail.Keyring(), "no keyring keeps values on this machine: install one, or deliver elsewhere"),
    (null.Keyring(), "no keyring keeps values on this machine: install one, or deliver elsewhere"),
]


@pytest.mark.parametrize(("backend", "expected"), KEYRINGS)
def test_keyrings_that_keep_nothing(
    backend: KeyringBackend, expected: str, open_bench: Callable[[str], Bench], caplog: pytest.LogCaptureFixture
) -> None:
    """Locked, missing, or switched off: a value that is not kept is not taken for delivered."""
    bench = open_bench("keyring")
    with using(backend):
        assert message(bench, caplog) == expected


def test_aws_answers_about_another_secret(open_bench: Callable[[str], Bench], caplog: pytest.LogCaptureFixture) -> None:
    """A name that AWS takes for a part of another's ARN is not that secret."""
    bench = open_bench("aws-secrets-manager")
    with Loopback(lambda request: Reply.of(200, {"Name": "other", "Tags": []})) as there:
        bench.environ["AWS_ENDPOINT_URL"] = there.url
        told = message(bench, caplog)
    assert told == NOT_API.format(service="AWS Secrets Manager", url="AWS_ENDPOINT_URL")
