"""Every built-in sink with a store of its own, and ways to break it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import boto3
import keyring
import keyring.errors
from fakes import Fake, Loopback, Reply, Request, vault
from fakes import github_secrets as github
from fakes._faults import Serve
from keyring.backend import KeyringBackend
from moto import mock_aws

from remit.resources import Delivery
from remit.secrets import SINKS, Receipt, Secret, SinkContext
from remit.secrets.testing import Subject

VALUE = "rk_invented_0123456789"
SECRET = Secret(VALUE)
AWS = {"AWS_ACCESS_KEY_ID": "AKIAINVENTED", "AWS_SECRET_ACCESS_KEY": "invented", "AWS_REGION": "eu-west-1"}


@dataclass(frozen=True)
class Echo:
    """An error whose page repeats what was sent, headers and all."""

    status: int = 400

    def play(self, request: Request, serve: Serve) -> Reply:
        """Say it all again."""
        return echoed(request, self.status)


def echoed(request: Request, status: int = 400) -> Reply:
    """A page that repeats the request."""
    sent = request.content.decode()
    return Reply.of(status, {"message": sent, "errors": [sent], "__type": sent}).also({"x-echo": repr(sent)})


@dataclass
class Bench:
    """A sink, what it may know, and a look into its store. `environ` can be changed between deliveries."""

    name: str
    delivery: Delivery
    environ: dict[str, str]
    state_dir: Path
    stored: Callable[[str], str | None]
    fake: Fake | None = None
    broken: Callable[[], AbstractContextManager[object]] = field(default=lambda: mock.patch("os.fsync", full_disk))

    def context(self, key: str) -> SinkContext:
        return SinkContext(key, self.state_dir, self.environ)

    def deliver(self, secret: Secret = SECRET, key: str = "ranker-prod", **settings: str) -> Receipt:
        delivery = self.delivery.model_copy(update=settings)
        return SINKS.load(self.name).deliver(delivery, secret, self.context(key))

    @property
    def subject(self) -> Subject:
        return Subject(SINKS.load(self.name), self.delivery, self.context, self.stored, self.broken)


def full_disk(descriptor: int) -> None:
    raise OSError(28, "No space left on device")


@contextmanager
def echoing(fake: Fake) -> Iterator[None]:
    """All answers are errors that hold the request."""
    fake.faults.fail_next("P*", "*", Echo(), times=1_000)
    yield
    fake.faults.heal()


@contextmanager
def file_bench(place: Path) -> Iterator[Bench]:
    def stored(address: str) -> str | None:
        path = place / address.removeprefix("file:")
        return path.read_text() if path.is_file() else None

    yield Bench("file", Delivery(sink="file"), {}, place, stored)


@contextmanager
def env_file_bench(place: Path) -> Iterator[Bench]:
    def stored(address: str) -> str | None:
        path, _, name = address.removeprefix("env-file:").partition("#")
        text = (place / path).read_text() if (place / path).is_file() else ""
        found = [line.partition("=")[2] for line in text.splitlines() if line.startswith(f"{name}=")]
        return unquoted(found[0]) if found else None

    yield Bench("env-file", Delivery(sink="env-file"), {}, place, stored)


def unquoted(text: str) -> str:
    """What a dotenv reader makes of a value."""
    if text.startswith("'"):
        return text[1:-1]
    if not text.startswith('"'):
        return text
    plain, escaped = "", False
    for character in text[1:-1]:
        escaped = character == "\\" and not escaped
        plain += "" if escaped else character
    return plain


@contextmanager
def github_bench(place: Path) -> Iterator[Bench]:
    fake = github.GitHubSecrets()
    with Loopback(fake.exchange) as there:
        environ = {"GITHUB_API_URL": there.url, "GITHUB_TOKEN": github.TOKEN}
        delivery = Delivery(sink="github-actions", repository="acme/ranker")
        stored = lambda address: fake.value(address.removeprefix("github-actions:"))  # noqa: E731
        yield Bench("github-actions", delivery, environ, place, stored, fake, lambda: echoing(fake))


@contextmanager
def vault_bench(place: Path) -> Iterator[Bench]:
    fake = vault.Vault()

    def stored(address: str) -> str | None:
        path, _, field = address.removeprefix("vault:").partition("#")
        return (fake.value(path) or {}).get(field)

    with Loopback(fake.exchange) as there:
        environ = {"VAULT_ADDR": there.url, "VAULT_TOKEN": vault.TOKEN}
        yield Bench("vault", Delivery(sink="vault"), environ, place, stored, fake, lambda: echoing(fake))


@contextmanager
def aws_bench(place: Path) -> Iterator[Bench]:
    environ = dict(AWS)
    with mock_aws():
        client = boto3.client("secretsmanager", region_name=AWS["AWS_REGION"])

        def stored(address: str) -> str | None:
            try:
                return client.get_secret_value(SecretId=address.partition(":")[2])["SecretString"]
            except client.exceptions.ResourceNotFoundException:
                return None

        @contextmanager
        def broken() -> Iterator[None]:
            with Loopback(one_secret) as there, mock.patch.dict(environ, AWS_ENDPOINT_URL=there.url):
                yield

        yield Bench("aws-secrets-manager", Delivery(sink="aws-secrets-manager"), environ, place, stored, None, broken)


def one_secret(request: Request) -> Reply:
    """Knows of a secret that is Remit's, and refuses each write with what was sent."""
    operation = request.headers["x-amz-target"].partition(".")[2]
    if operation != "DescribeSecret":
        return echoed(request)
    tag = {"Key": "managed-by", "Value": "remit"}
    return Reply.of(200, {"Name": request.json()["SecretId"], "Tags": [tag]})


class Memory(KeyringBackend):
    """A keyring that does not tell capitals, as that of Windows."""

    priority = 1.0  # type: ignore[assignment]

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.fault: Exception | None = None

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.fault:
            raise self.fault
        self.kept[f"{service}#{username}".lower()] = password

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get(f"{service}#{username}".lower())


@contextmanager
def using(backend: KeyringBackend) -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    yield
    keyring.set_keyring(before)


@contextmanager
def keyring_bench(place: Path) -> Iterator[Bench]:
    backend = Memory()

    def broken() -> AbstractContextManager[object]:
        return mock.patch.object(backend, "fault", keyring.errors.PasswordSetError(f"cannot keep {VALUE}"))

    with using(backend):
        stored = lambda address: backend.kept.get(address.removeprefix("keyring:"))  # noqa: E731
        yield Bench("keyring", Delivery(sink="keyring"), {}, place, stored, None, broken)


BENCHES: Mapping[str, Callable[[Path], AbstractContextManager[Bench]]] = {
    "aws-secrets-manager": aws_bench,
    "env-file": env_file_bench,
    "file": file_bench,
    "github-actions": github_bench,
    "keyring": keyring_bench,
    "vault": vault_bench,
}
