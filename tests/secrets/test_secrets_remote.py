"""Sinks that keep values elsewhere: one table of what goes wrong for all of them, and what each does with a value."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path

import keyring
import pytest
from botocore.exceptions import ClientError
from fakes import Dropped, Html, Loopback, Status, Timeout
from fakes.github_secrets import TOKEN as GITHUB_TOKEN
from fakes.github_secrets import GitHubSecrets
from fakes.vault import TOKEN as VAULT_TOKEN
from fakes.vault import Vault
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from remit.resources import Delivery
from remit.secrets import SINKS, DeliveryFailed, DeliveryInvalid, Receipt, Secret, SinkContext
from remit.secrets._remote import safe_address

VALUE = "sk-invented-value-0123456789"
REPOSITORY = "northwind/ranker"


class Ring(KeyringBackend):
    """A key ring in memory."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], str] = {}
        self.locked = self.forgetful = False

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked(password)
        if not self.forgetful:
            self.held[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


@pytest.fixture
def github() -> Iterator[tuple[GitHubSecrets, Mapping[str, str]]]:
    fake = GitHubSecrets(REPOSITORY)
    with Loopback(fake.exchange) as there:
        yield fake, {"GITHUB_API_URL": there.url, "GITHUB_TOKEN": GITHUB_TOKEN}


@pytest.fixture
def vault() -> Iterator[tuple[Vault, Mapping[str, str]]]:
    fake = Vault()
    with Loopback(fake.exchange) as there:
        yield fake, {"VAULT_ADDR": there.url, "VAULT_TOKEN": VAULT_TOKEN}


@pytest.fixture
def ring() -> Iterator[Ring]:
    before, mine = keyring.get_keyring(), Ring()
    keyring.set_keyring(mine)
    yield mine
    keyring.set_keyring(before)


def deliver(
    sink: str, environ: Mapping[str, str], value: str = VALUE, key: str = "ranker-prod", **fields: str
) -> Receipt:
    context = SinkContext(key, Path("unused"), environ)
    return SINKS.load(sink).deliver(Delivery(sink=sink, **fields), Secret(value), context)


ADDRESSES = [
    ("github-actions", {"repository": "Northwind/Ranker"}, "github-actions:northwind/ranker#RANKER_PROD"),
    ("github-actions", {"repository": REPOSITORY, "name": "Llm_Key"}, "github-actions:northwind/ranker#LLM_KEY"),
    ("vault", {}, "vault:secret/remit/ranker-prod#value"),
    ("vault", {"path": "kv/teams/search", "name": "LLM_KEY"}, "vault:kv/teams/search#LLM_KEY"),
    ("aws-secrets-manager", {}, "aws-secrets-manager:remit/ranker-prod"),
    ("aws-secrets-manager", {"path": "search/llm"}, "aws-secrets-manager:search/llm"),
    ("keyring", {}, "keyring:remit#ranker-prod"),
    ("keyring", {"path": "work", "name": "ana"}, "keyring:work#ana"),
]


@pytest.mark.parametrize(("sink", "fields", "address"), ADDRESSES)
def test_addresses(sink, fields, address) -> None:
    """Where a value goes is known before, without a connection; spellings that are one secret have one address."""
    assert SINKS.load(sink).address(Delivery(sink=sink, **fields), "ranker-prod") == address


def test_keys_do_not_share_an_address() -> None:
    """Two keys that say nothing of a name go to two places."""
    for sink, fields in (("github-actions", {"repository": REPOSITORY}), ("vault", {}), ("keyring", {})):
        assert len({SINKS.load(sink).address(Delivery(sink=sink, **fields), key) for key in ("a", "b", "2c")}) == 3


INVALID = [
    ("github-actions", {}, "needs `deliver_to.repository`"),
    ("github-actions", {"repository": REPOSITORY, "path": "x"}, "takes no `deliver_to.path`"),
    (
        "github-actions",
        {"repository": REPOSITORY, "name": "GITHUB_TOKEN"},
        "cannot have a secret called",
    ),
    ("vault", {"repository": REPOSITORY}, "takes no `deliver_to.repository`"),
    ("vault", {"path": "secret"}, "names a store and no secret"),
    ("vault", {"path": "../x/y"}, "relative path"),
    ("aws-secrets-manager", {"name": "X"}, "takes no `deliver_to.name`"),
    ("aws-secrets-manager", {"repository": REPOSITORY}, "takes no `deliver_to.repository`"),
    ("keyring", {"repository": REPOSITORY}, "takes no `deliver_to.repository`"),
]


@pytest.mark.parametrize(("sink", "fields", "words"), INVALID)
def test_invalid(sink, fields, words) -> None:
    """What a sink cannot use is refused before anything is created."""
    with pytest.raises(DeliveryInvalid, match=words):
        SINKS.load(sink).address(Delivery(sink=sink, **fields), "ranker-prod")


@pytest.mark.parametrize(
    ("sink", "extra"),
    [("github-actions", "github"), ("vault", "vault"), ("aws-secrets-manager", "aws"), ("keyring", "keyring")],
)
def test_missing_library(monkeypatch, sink, extra) -> None:
    """A library that is not installed is named by the extra that brings it, before anything is created."""
    monkeypatch.setattr("remit.secrets._remote.find_spec", lambda name: None)
    with pytest.raises(DeliveryInvalid, match=rf"run `pip install 'remit\[{extra}\]'`"):
        SINKS.load(sink).address(Delivery(sink=sink, repository=REPOSITORY), "a")


def test_github(github) -> None:
    """The value arrives sealed, and only the repository can open it; delivered again, it is replaced."""
    fake, environ = github
    for value in (VALUE, "second"):
        assert deliver("github-actions", environ, value, repository=REPOSITORY).address.endswith("#RANKER_PROD")
        assert fake.values == {(REPOSITORY, "RANKER_PROD"): value}
    assert not any(VALUE.encode() in entry.request.content for entry in fake.journal.writes)


def test_vault(vault) -> None:
    """A new version each time; other fields of the same secret stay."""
    fake, environ = vault
    fake.versions["remit/ranker-prod"] = [{"note": "by hand"}]
    assert deliver("vault", environ).version == "2"
    assert deliver("vault", environ, "second").version == "3"
    assert fake.versions["remit/ranker-prod"][-1] == {"note": "by hand", "value": "second"}


def test_vault_new_and_deleted(vault) -> None:
    """A secret that does not exist is made; one whose latest version was deleted gets a new one."""
    fake, environ = vault
    assert deliver("vault", environ).version == "1"
    fake.soft_delete("remit/ranker-prod")
    assert deliver("vault", environ).version == "3"


def test_vault_written_at_the_same_time(vault, monkeypatch) -> None:
    """What somebody else wrote between reading and writing stays."""
    fake, environ = vault
    fake.versions["remit/ranker-prod"] = [{"note": "one"}]
    read, meanwhile = fake._read, [{"note": "two"}]

    def late(path: str):
        reply = read(path)
        if meanwhile:
            fake.versions[path].append(meanwhile.pop())
        return reply

    monkeypatch.setattr(fake, "_read", late)
    deliver("vault", environ)
    assert fake.versions["remit/ranker-prod"][-1] == {"note": "two", "value": VALUE}


def test_keyring(ring) -> None:
    """The password of the service, replaced when delivered again."""
    for value in (VALUE, "second"):
        deliver("keyring", {}, value)
        assert ring.held == {("remit", "ranker-prod"): value}


@pytest.mark.parametrize(
    ("trouble", "words"), [("locked", "cannot be used: `KeyringLocked`"), ("forgetful", "does not hold it")]
)
def test_keyring_that_does_not_keep(ring, trouble, words) -> None:
    """A ring that is locked, or says yes and forgets, has not taken the value; its words are not repeated."""
    setattr(ring, trouble, True)
    with pytest.raises(DeliveryFailed, match=words) as caught:
        deliver("keyring", {})
    assert VALUE not in str(caught.value)


FAULTS = [
    (Status(401), "does not accept the credential"),
    (Status(403), "does not accept the credential"),
    (Status(429, retry_after=30), "is busy"),
    (Status(500), "failed|refused"),
    (Html(), "answered|failed|refused|reached"),
    (Dropped(after_effect=False), "cannot be reached"),
    (Timeout(after_effect=True), "cannot be reached"),
]


@pytest.mark.parametrize("sink", ["github-actions", "vault"])
@pytest.mark.parametrize(("fault", "words"), FAULTS, ids=[repr(fault) for fault, _ in FAULTS])
def test_faults(request, monkeypatch, caplog, sink, fault, words) -> None:
    """Whatever goes wrong ends in one sentence about the sink, and the value is in no text and no log."""
    fake, environ = request.getfixturevalue("github" if sink == "github-actions" else "vault")
    for module in ("_github", "_vault"):
        monkeypatch.setattr(f"remit.secrets.{module}.SECONDS", 1)
    caplog.set_level(logging.DEBUG)
    fake.faults.fail_next("GET", "*", fault)
    fake.faults.fail_next("PUT", "*", fault)
    fake.faults.fail_next("POST", "*", fault)
    with pytest.raises(DeliveryFailed, match=words) as caught:
        deliver(sink, environ, repository=REPOSITORY) if sink == "github-actions" else deliver(sink, environ)
    assert f"`{sink}`" in caught.value.message
    assert VALUE not in caught.value.message
    assert VALUE not in caplog.text


WRONG = [
    ("github-actions", {"GITHUB_TOKEN": "ghp_other"}, {"repository": REPOSITORY}, "does not accept the credential"),
    ("github-actions", {}, {"repository": "northwind/other"}, "does not know"),
    ("github-actions", {"GITHUB_TOKEN": ""}, {"repository": REPOSITORY}, "`REMIT_GITHUB_TOKEN` or `GITHUB_TOKEN`"),
    ("github-actions", {"GITHUB_API_URL": "http://far.invalid"}, {"repository": REPOSITORY}, "not reached by https"),
    ("vault", {"VAULT_TOKEN": "hvs.other"}, {}, "does not accept the credential"),
    ("vault", {}, {"path": "other/x"}, "does not know"),
    ("vault", {"VAULT_ADDR": ""}, {}, "needs the environment variable `VAULT_ADDR`"),
    ("vault", {"VAULT_ADDR": "http://far.invalid:8200"}, {}, "not reached by https"),
]


@pytest.mark.parametrize(("sink", "changed", "fields", "words"), WRONG)
def test_wrong_settings(request, sink, changed, fields, words) -> None:
    """A wrong credential, place or address is told as what it is."""
    _, environ = request.getfixturevalue("github" if sink == "github-actions" else "vault")
    with pytest.raises(DeliveryFailed, match=words) as caught:
        deliver(sink, {**environ, **changed}, **fields)
    assert "other" not in caught.value.message.replace("northwind/other", "").replace("vault:other/x", "")


AWS_REFUSALS = [
    ("AccessDeniedException", 400, "does not accept the credential"),
    ("ExpiredToken", 403, "does not accept the credential"),
    ("ThrottlingException", 400, "is busy"),
    ("InvalidRequestException", 400, "scheduled for deletion"),
    ("InternalServiceError", 500, "failed: HTTP 500"),
]


@pytest.mark.parametrize(("code", "status", "words"), AWS_REFUSALS)
def test_refusals_of_aws(monkeypatch, code, status, words) -> None:
    """What AWS answers is told by its code; its text may hold the request, and is not repeated."""
    answer = {"Error": {"Code": code, "Message": VALUE}, "ResponseMetadata": {"HTTPStatusCode": status}}

    class Client:
        def put_secret_value(self, **_: str) -> None:
            raise ClientError(answer, "PutSecretValue")

        class exceptions:
            class ResourceNotFoundException(Exception):
                pass

    monkeypatch.setattr("remit.secrets._aws._client", lambda environ: Client())
    with pytest.raises(DeliveryFailed, match=words) as caught:
        deliver("aws-secrets-manager", {})
    assert VALUE not in caught.value.message


ADDRESSED = [("https://vault.example", True), ("http://127.0.0.1:1", True), ("http://[::1]:1", True)]
ADDRESSED += [("http://localhost", True), ("http://127.0.0.1.evil.example", False), ("ftp://x", False), ("x", False)]


@pytest.mark.parametrize(("address", "safe"), ADDRESSED)
def test_only_https_leaves_this_machine(address, safe) -> None:
    """A value is sent in the clear to this machine itself at most."""
    if safe:
        assert safe_address("vault", address + "/") == address
    else:
        with pytest.raises(DeliveryFailed):
            safe_address("vault", address)
