"""Where values go: addresses, whose a secret is, and what each service keeps besides the value."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import boto3
import pytest
from botocore.client import BaseClient
from fakes import Fake, Reply, Request, Stale
from fakes._faults import Serve
from fakes.vault import TOKEN as VAULT_TOKEN
from fakes.vault import Vault
from hypothesis import given
from hypothesis import strategies as st
from sink_subjects import AWS, VALUE, Bench

from remit.resources import Delivery
from remit.secrets import SINKS, DeliveryFailed, DeliveryInvalid, Secret, _aws
from remit.targets import PluginInvalid, Registry

Open = Callable[[str], Bench]


@dataclass(frozen=True)
class Refusal:
    """An answer as it is."""

    status: int
    body: object
    headers: Mapping[str, str] = field(default_factory=dict)

    def play(self, request: Request, serve: Serve) -> Reply:
        """Answer."""
        return Reply.of(self.status, self.body).also(self.headers)


REPOSITORY = {"repository": "acme/ranker"}

ADDRESSES = [
    ("github-actions", REPOSITORY, "github-actions:acme/ranker#RANKER_PROD"),
    ("github-actions", {"repository": "ACME/Ranker"}, "github-actions:acme/ranker#RANKER_PROD"),
    ("github-actions", {**REPOSITORY, "name": "llm_Key"}, "github-actions:acme/ranker#LLM_KEY"),
    ("github-actions", {**REPOSITORY, "environment": "Prod/x"}, "github-actions:acme/ranker@prod/x#RANKER_PROD"),
    ("github-actions", {**REPOSITORY, "credentials_from": "BOT"}, "github-actions:acme/ranker#RANKER_PROD"),
    ("aws-secrets-manager", {}, "aws-secrets-manager:remit/ranker-prod"),
    ("aws-secrets-manager", {"path": "Team/Key"}, "aws-secrets-manager:Team/Key"),
    ("vault", {}, "vault:secret/remit/ranker-prod#value"),
    ("vault", {"path": "kv/Team/key"}, "vault:kv/Team/key#value"),
    ("vault", {"name": "token"}, "vault:secret/remit/ranker-prod#token"),
    ("keyring", {}, "keyring:remit#ranker-prod"),
    ("keyring", {"path": "Acme/LLM", "name": "Ana"}, "keyring:acme/llm#ana"),
]


@pytest.mark.parametrize(("sink", "settings", "address"), ADDRESSES)
def test_addresses(sink: str, settings: dict[str, str], address: str) -> None:
    """Capitals count where the service tells them apart, and nowhere else; credentials are no part of a place."""
    assert SINKS.load(sink).address(Delivery(sink=sink, **settings), "ranker-prod") == address


INVALID = [
    ("github-actions", {}, "needs `deliver_to.repository`"),
    ("github-actions", {**REPOSITORY, "path": "x"}, "takes no `deliver_to.path`"),
    ("github-actions", {"repository": "../ranker"}, "cannot be the name of a repository"),
    ("github-actions", {"repository": "acme/.."}, "cannot be the name of a repository"),
    ("github-actions", {"repository": "acme/ranker.git"}, "cannot be the name of a repository"),
    ("github-actions", {**REPOSITORY, "name": "github_key"}, "keeps `GITHUB_` for itself"),
    ("aws-secrets-manager", {"name": "X"}, "takes no `deliver_to.name`"),
    ("aws-secrets-manager", REPOSITORY, "takes no `deliver_to.repository`"),
    ("aws-secrets-manager", {"credentials_from": "X"}, "takes no `deliver_to.credentials_from`"),
    ("aws-secrets-manager", {"path": "a//b"}, "leaves the directory"),
    ("vault", {"path": "secret"}, "names no secret of Vault"),
    ("vault", {"path": "secret/../sys/x"}, "leaves the directory"),
    ("vault", {"environment": "prod"}, "takes no `deliver_to.environment`"),
    ("keyring", {"credentials_from": "X"}, "takes no `deliver_to.credentials_from`"),
    ("file", {"environment": "prod"}, "takes no `deliver_to.environment`"),
    ("env-file", {"credentials_from": "X"}, "takes no `deliver_to.credentials_from`"),
]


@pytest.mark.parametrize(("sink", "settings", "message"), INVALID)
def test_invalid(sink: str, settings: dict[str, str], message: str) -> None:
    """What a sink lacks, cannot use or does not take is said before anything is created."""
    with pytest.raises(DeliveryInvalid, match=message):
        SINKS.load(sink).address(Delivery(sink=sink, **settings), "ranker-prod")


names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,9}", fullmatch=True)


@given(names, names)
def test_github_does_not_tell_capitals(one: str, other: str) -> None:
    """Two names have one address exactly when GitHub takes them for one."""
    sink = SINKS.load("github-actions")
    addresses = [_address_or_refusal(sink.address, name) for name in (one, other)]
    assert (addresses[0] == addresses[1]) == (one.upper() == other.upper()) or addresses.count("refused") == 2


def _address_or_refusal(address: Callable[[Delivery, str], str], name: str) -> str:
    try:
        return address(Delivery(sink="github-actions", repository="acme/ranker", name=name), "key")
    except DeliveryInvalid:
        return "refused"


EXTRAS = [
    ("github-actions", "github", "github", REPOSITORY),
    ("aws-secrets-manager", "boto3", "aws", {}),
    ("vault", "hvac", "vault", {}),
    ("keyring", "keyring", "keyring", {}),
]


@pytest.mark.parametrize(("sink", "module", "extra", "settings"), EXTRAS)
def test_missing_extras(
    sink: str, module: str, extra: str, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A library that is not installed is known when planning, in a sentence that can be pasted."""
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(DeliveryInvalid) as caught:
        SINKS.load(sink).address(Delivery(sink=sink, **settings), "key")
    expected = f"the sink `{sink}` needs a library that is not installed: `pip install 'remit[{extra}]'`"
    assert caught.value.message == expected


def test_no_library_is_imported_before_a_delivery() -> None:
    """Neither `import remit` nor asking each sink for an address imports what only deliveries need."""
    program = (
        "import sys, remit.secrets as s; from remit.resources import Delivery\n"
        "for name in s.SINKS.names():\n"
        "    s.SINKS.load(name).address(Delivery(sink=name, **({'repository': 'a/b'} if 'git' in name else {})), 'k')\n"
        "heavy = {'github', 'nacl', 'boto3', 'botocore', 'hvac', 'keyring', 'requests', 'urllib3'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_plugins_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A distribution adds a sink through the group `remit.secrets`; one without `deliver` is named and refused."""
    (tmp_path / "invented.py").write_text("class Half:\n    def address(self, delivery, key): return 'half:' + key\n")
    information = tmp_path / "invented-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: invented\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[remit.secrets]\nhalf = invented:Half\n")
    monkeypatch.syspath_prepend(tmp_path)
    registry = Registry(noun=SINKS.noun, group=SINKS.group, built_in=SINKS.built_in, methods=SINKS.methods)
    assert "half" in registry.names()
    with pytest.raises(PluginInvalid, match="the sink plugin `half` cannot be used: it has no `deliver`"):
        registry.load("half")


# GitHub


def asked(fake: Fake) -> list[tuple[str, str]]:
    return [(entry.request.method, entry.request.path) for entry in fake.journal]


def test_github_gets_a_sealed_box(open_bench: Open) -> None:
    """What travels is encrypted for the repository; the fake, which has the key, reads the value."""
    bench = open_bench("github-actions")
    receipt = bench.deliver()
    assert bench.stored(receipt.address) == VALUE
    assert bench.fake is not None
    assert asked(bench.fake) == [
        ("GET", "/repos/acme/ranker"),
        ("GET", "/repos/acme/ranker/actions/secrets/public-key"),
        ("PUT", "/repos/acme/ranker/actions/secrets/RANKER_PROD"),
        ("GET", "/repos/acme/ranker/actions/secrets/RANKER_PROD"),
    ]
    assert all(VALUE not in str(entry) for entry in bench.fake.journal)


def test_github_environments(open_bench: Open) -> None:
    """A secret of an environment is another than that of the repository, also where its name has a slash."""
    bench = open_bench("github-actions")
    for number, environment in enumerate(("production", "review/pull")):
        bench.deliver(Secret(f"{VALUE}{number}"), environment=environment)
    bench.deliver()
    assert [bench.stored(f"acme/ranker{each}#RANKER_PROD") for each in ("", "@production", "@review/pull")] == [
        VALUE,
        f"{VALUE}0",
        f"{VALUE}1",
    ]


MISSING = [
    ({"repository": "acme/other"}, "GitHub has no repository `acme/other`, or does not show it"),
    ({"environment": "staging"}, "GitHub has no repository `acme/ranker` with an environment `staging`, or"),
]


@pytest.mark.parametrize(("settings", "message"), MISSING)
def test_github_does_not_know_the_place(settings: dict[str, str], message: str, open_bench: Open) -> None:
    """A repository or environment that is not there is not created."""
    bench = open_bench("github-actions")
    with pytest.raises(DeliveryFailed) as caught:
        bench.deliver(**settings)
    assert caught.value.message.startswith(message)
    assert bench.fake is not None
    assert bench.fake.journal.writes == ()


def test_github_repositories_that_were_renamed(open_bench: Open) -> None:
    """Two names of one repository must not give two keys one place: only the present one is taken."""
    bench = open_bench("github-actions")
    bench.fake.renamed["acme/former"] = "acme/ranker"  # type: ignore[union-attr]
    with pytest.raises(DeliveryFailed, match="the repository `acme/former` is now called `acme/ranker`"):
        bench.deliver(repository="acme/former")
    assert bench.stored("acme/ranker#RANKER_PROD") is None


def test_github_token_of_another_variable(open_bench: Open) -> None:
    """`credentials_from` names the variable of the token, and messages name it too."""
    bench = open_bench("github-actions")
    bench.environ["BOT_TOKEN"] = bench.environ["GITHUB_TOKEN"]
    bench.environ |= {"REMIT_GITHUB_TOKEN": bench.environ["GITHUB_TOKEN"], "GITHUB_TOKEN": "ghs_of_the_workflow"}
    bench.deliver()
    del bench.environ["REMIT_GITHUB_TOKEN"]
    bench.deliver(credentials_from="BOT_TOKEN")
    bench.environ["BOT_TOKEN"] = "ghs_expired"
    with pytest.raises(DeliveryFailed, match="`BOT_TOKEN` are not valid"):
        bench.deliver(credentials_from="BOT_TOKEN")


def test_github_rate_limits_are_not_waited_for(open_bench: Open) -> None:
    """The end of an hour is told, and nobody sleeps until then."""
    bench = open_bench("github-actions")
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "4102444800"}
    limit = Refusal(403, {"message": "API rate limit exceeded for invented"}, headers)
    bench.fake.faults.fail_next("*", "*", limit)  # type: ignore[union-attr]
    with pytest.raises(DeliveryFailed, match=r"requests for now \(403\): try again after 2100-01-01T00:00:00Z"):
        bench.deliver()


# AWS


@pytest.fixture
def aws(open_bench: Open) -> tuple[Bench, BaseClient]:
    """The sink, and a client of the same account."""
    return open_bench("aws-secrets-manager"), boto3.client("secretsmanager", region_name=AWS["AWS_REGION"])


def held(client: BaseClient, name: str = "remit/ranker-prod") -> tuple[str, dict[str, str]]:
    """The value and the tags of a secret."""
    tags = {tag["Key"]: tag["Value"] for tag in client.describe_secret(SecretId=name).get("Tags", ())}
    return client.get_secret_value(SecretId=name)["SecretString"], tags


def test_aws_creates_and_updates(aws: tuple[Bench, BaseClient]) -> None:
    """A new secret carries the tag; the receipt has the version that is current."""
    bench, client = aws
    for value in ("first", "second"):
        receipt = bench.deliver(Secret(value))
        assert held(client) == (value, {"managed-by": "remit"})
        assert client.get_secret_value(SecretId="remit/ranker-prod")["VersionId"] == receipt.version


def test_aws_leaves_the_secrets_of_others_alone(aws: tuple[Bench, BaseClient]) -> None:
    """Without the tag nothing is replaced; with it, put there by a person, it is, and other tags stay."""
    bench, client = aws
    client.create_secret(Name="remit/ranker-prod", SecretString="theirs", Tags=[{"Key": "team", "Value": "search"}])
    expected = (
        "`aws-secrets-manager:remit/ranker-prod` exists and is not marked as Remit's: mark it with `managed-by=remit`"
    )
    with pytest.raises(DeliveryFailed, match=expected):
        bench.deliver()
    assert held(client) == ("theirs", {"team": "search"})
    client.tag_resource(SecretId="remit/ranker-prod", Tags=[{"Key": "managed-by", "Value": "remit"}])
    bench.deliver()
    assert held(client) == (VALUE, {"team": "search", "managed-by": "remit"})


def test_aws_secrets_that_are_being_deleted(aws: tuple[Bench, BaseClient]) -> None:
    """A secret in its recovery window is not brought back by a delivery."""
    bench, client = aws
    bench.deliver()
    client.delete_secret(SecretId="remit/ranker-prod")
    with pytest.raises(DeliveryFailed, match="is being deleted: restore it"):
        bench.deliver()


def test_aws_region_and_session_of_the_environment(aws: tuple[Bench, BaseClient]) -> None:
    """The region of the run decides, not that of the machine."""
    bench, _ = aws
    del bench.environ["AWS_REGION"]
    bench.environ |= {"AWS_DEFAULT_REGION": "us-east-2", "AWS_SESSION_TOKEN": "invented"}
    bench.deliver()
    assert held(boto3.client("secretsmanager", region_name="us-east-2"))[0] == VALUE


def test_aws_stand_in_must_be_replaced(aws: tuple[Bench, BaseClient], monkeypatch: pytest.MonkeyPatch) -> None:
    """Should botocore write requests differently one day, the stand-in is not delivered in the place of the value."""
    bench, client = aws
    monkeypatch.setattr(_aws, "json", SimpleNamespace(dumps=lambda value: "something else", loads=json.loads))
    with pytest.raises(DeliveryFailed):
        bench.deliver()
    assert client.list_secrets()["SecretList"] == []


# Vault


def test_vault_marks_and_versions(open_bench: Open) -> None:
    """A secret is marked before the value comes; each delivery is the next version, and sets the field asked for."""
    bench = open_bench("vault")
    receipts = [bench.deliver(name=name) for name in ("value", "value", "token")]
    assert [receipt.version for receipt in receipts] == ["1", "2", "3"]
    fake = bench.fake
    assert isinstance(fake, Vault)
    assert fake.value("secret/remit/ranker-prod") == {"value": VALUE, "token": VALUE}
    assert fake.metadata("secret/remit/ranker-prod")["custom_metadata"] == {"managed-by": "remit"}
    assert asked(fake)[:4] == [
        ("GET", "/v1/sys/internal/ui/mounts/secret/remit/ranker-prod"),
        ("GET", "/v1/secret/metadata/remit/ranker-prod"),
        ("POST", "/v1/secret/metadata/remit/ranker-prod"),
        ("POST", "/v1/secret/data/remit/ranker-prod"),
    ]


def test_vault_versions_that_were_deleted(open_bench: Open) -> None:
    """Numbers go on where the last version was deleted, and nothing of that comes back."""
    bench = open_bench("vault")
    fake = bench.fake
    assert isinstance(fake, Vault)
    bench.deliver(name="former")
    fake.delete("secret/remit/ranker-prod")
    assert bench.deliver().version == "2"
    assert fake.value("secret/remit/ranker-prod") == {"value": VALUE}


def test_vault_never_reads_values(open_bench: Open) -> None:
    """The token needs no right to read, and nobody else's value comes into memory."""
    bench = open_bench("vault")
    bench.deliver()
    bench.deliver()
    assert [entry.request.path for entry in bench.fake.journal.of("GET", "*/data/*")] == []  # type: ignore[union-attr]


def prepared(fake: Vault, **settings: object) -> None:
    """A secret that somebody wrote."""
    headers = {"x-vault-token": VAULT_TOKEN}
    for path, body in (("metadata", settings), ("data", {"data": {"value": "theirs"}, "options": {}})):
        fake.exchange(Request("POST", f"/v1/secret/{path}/remit/ranker-prod", {}, headers, json.dumps(body).encode()))


def test_vault_leaves_the_secrets_of_others_alone(open_bench: Open) -> None:
    """Without the mark nothing is replaced."""
    bench = open_bench("vault")
    prepared(bench.fake, custom_metadata={"team": "search"})  # type: ignore[arg-type]
    expected = "`vault:secret/remit/ranker-prod` exists and is not marked as Remit's: mark it with `managed-by=remit`"
    with pytest.raises(DeliveryFailed, match=expected):
        bench.deliver()
    assert bench.stored("vault:secret/remit/ranker-prod#value") == "theirs"


def test_vault_keeps_what_else_a_secret_has(open_bench: Open) -> None:
    """In a secret that was handed over, other fields, other metadata and all settings stay."""
    bench = open_bench("vault")
    fake = bench.fake
    assert isinstance(fake, Vault)
    settings = {"delete_version_after": "720h0m0s", "max_versions": 3, "cas_required": False}
    prepared(fake, custom_metadata={"managed-by": "remit", "team": "search"}, **settings)
    assert bench.deliver(name="token").version == "2"
    assert fake.value("secret/remit/ranker-prod") == {"value": "theirs", "token": VALUE}
    marks = {"managed-by": "remit", "team": "search"}
    assert fake.metadata("secret/remit/ranker-prod") == {**settings, "custom_metadata": marks, "current_version": 2}


def test_vault_somebody_else_writes_meanwhile(open_bench: Open) -> None:
    """Check-and-set: a version that came in between is not overwritten."""
    bench = open_bench("vault")
    bench.deliver()
    bench.fake.faults.fail_next("GET", "*/metadata/*", Stale(1))  # type: ignore[union-attr]
    with pytest.raises(DeliveryFailed, match="was changed by somebody else meanwhile: nothing was written"):
        bench.deliver(Secret("late"))
    assert bench.stored("vault:secret/remit/ranker-prod#value") == VALUE


MOUNTS = [
    ({"secret": "1"}, "is not below a key-value mount of version 2"),
    ({"secret": "transit"}, "is not below a key-value mount of version 2"),
    ({"kv": "2"}, "Vault refuses (403)"),
]


@pytest.mark.parametrize(("mounts", "message"), MOUNTS)
def test_vault_mounts_of_other_sorts(mounts: dict[str, str], message: str, open_bench: Open) -> None:
    """A mount of version 1 would take the value at another path: it is recognised before anything is written."""
    bench = open_bench("vault")
    bench.fake.mounts = mounts  # type: ignore[union-attr]
    with pytest.raises(DeliveryFailed) as caught:
        bench.deliver()
    assert message in caught.value.message
    assert bench.fake.journal.writes == ()  # type: ignore[union-attr]


def test_vault_mounts_of_several_steps(open_bench: Open) -> None:
    """A mount can be a path itself; Vault is asked where it ends."""
    bench = open_bench("vault")
    bench.fake.mounts = {"kv": "1", "kv/teams": "2"}  # type: ignore[union-attr]
    address = bench.deliver(path="kv/teams/search/key").address
    assert (address, bench.stored(address)) == ("vault:kv/teams/search/key#value", VALUE)


DENIED = ["secret/metadata", "secret/data", "sys"]


@pytest.mark.parametrize("path", DENIED)
def test_vault_tokens_that_may_too_little(path: str, open_bench: Open) -> None:
    """Whatever the token may not do, it is the token that is named."""
    bench = open_bench("vault")
    bench.fake.denied = (path,)  # type: ignore[union-attr]
    with pytest.raises(DeliveryFailed, match=r"Vault refuses \(403\), because the credentials in `VAULT_TOKEN`"):
        bench.deliver()


def test_vault_mount_that_goes_away(open_bench: Open) -> None:
    """A mount that is unmounted between two requests is missing, not empty."""
    bench = open_bench("vault")
    gone = Refusal(404, {"errors": ["no handler for route"]})
    bench.fake.faults.fail_next("GET", "*/metadata/*", gone)  # type: ignore[union-attr]
    with pytest.raises(DeliveryFailed, match=r"Vault has no secret `secret/remit/ranker-prod`, or does not show it"):
        bench.deliver()


def test_vault_namespace_and_redirects(open_bench: Open) -> None:
    """The namespace of the environment is sent; a redirect, which would take the token along, is not followed."""
    bench = open_bench("vault")
    bench.environ["VAULT_NAMESPACE"] = "search"
    bench.deliver()
    assert {entry.request.headers.get("x-vault-namespace") for entry in bench.fake.journal} == {"search"}  # type: ignore[union-attr]
    moved = Refusal(307, {}, {"location": "http://127.0.0.1:1/v1/elsewhere"})
    bench.fake.faults.fail_next("*", "*", moved)  # type: ignore[union-attr]
    with pytest.raises(DeliveryFailed, match="Vault redirects, which is not followed with a secret: set `VAULT_ADDR`"):
        bench.deliver()


def test_the_fake_vault_is_strict() -> None:
    """It refuses what a real one silently drops, and requires check-and-set where a secret does."""
    fake, headers = Vault(), {"x-vault-token": VAULT_TOKEN}

    def post(path: str, body: object) -> int:
        return fake.exchange(Request("POST", f"/v1/secret/{path}", {}, headers, json.dumps(body).encode())).status

    assert post("data/a", {"data": {}, "options": {}, "more": 1}) == 400
    assert post("data/a", {"data": {}, "options": {"csa": 0}}) == 400
    assert post("metadata/a", {"marks": {}}) == 400
    assert post("metadata/a", {"cas_required": True}) == 204
    assert [post("data/a", {"data": {}, "options": options}) for options in ({}, {"cas": 1}, {"cas": 0})] == [
        400,
        400,
        200,
    ]
    assert post("undelete/a", {}) == 405


# the keyring


def test_keyring_replaces_what_differs_in_capitals(open_bench: Open) -> None:
    """One entry under every spelling, as on Windows: one address."""
    bench = open_bench("keyring")
    addresses = {bench.deliver(name=name).address for name in ("Key", "KEY", "key")}
    assert addresses == {"keyring:remit#key"}
