"""Every built-in sink keeps the contract, and the suite that says so sees one that does not."""

from __future__ import annotations

from pathlib import Path

import keyring
import pytest
from fakes import Loopback
from fakes.github_secrets import TOKEN as GITHUB_TOKEN
from fakes.github_secrets import GitHubSecrets
from fakes.vault import TOKEN as VAULT_TOKEN
from fakes.vault import Vault
from test_secrets_remote import Ring

from remit.resources import Delivery
from remit.secrets import SINKS, Receipt, SinkContext
from remit.secrets.testing import NotConforming, Trial, conform
from remit.targets import PluginInvalid


def test_files(tmp_path: Path) -> None:
    """A file of its own, and a line of a dotenv file."""
    context = SinkContext("ranker-prod", tmp_path)
    file, env = tmp_path / "keys/ranker-prod", tmp_path / "env/.env"
    conform(Trial(SINKS.load("file"), Delivery(sink="file"), context, lambda: _text(file)))
    conform(Trial(SINKS.load("env-file"), Delivery(sink="env-file"), context, lambda: _line(env)))


def _text(path: Path) -> str | None:
    return path.read_text() if path.exists() else None


def _line(path: Path) -> str | None:
    text = _text(path)
    return text.strip().removeprefix("RANKER_PROD=") if text else None


def test_github(tmp_path: Path) -> None:
    """A secret of a repository."""
    fake = GitHubSecrets("a/b")
    with Loopback(fake.exchange) as there:
        context = SinkContext("ranker-prod", tmp_path, {"GITHUB_API_URL": there.url, "GITHUB_TOKEN": GITHUB_TOKEN})
        delivery = Delivery(sink="github-actions", repository="a/b")
        conform(Trial(SINKS.load("github-actions"), delivery, context, lambda: fake.values.get(("a/b", "RANKER_PROD"))))


def test_vault(tmp_path: Path) -> None:
    """A field of a secret."""
    fake = Vault()

    def held() -> str | None:
        versions = fake.versions.get("remit/ranker-prod")
        return None if versions is None else str(versions[-1]["value"])

    with Loopback(fake.exchange) as there:
        context = SinkContext("ranker-prod", tmp_path, {"VAULT_ADDR": there.url, "VAULT_TOKEN": VAULT_TOKEN})
        conform(Trial(SINKS.load("vault"), Delivery(sink="vault"), context, held))


def test_keyring(tmp_path: Path) -> None:
    """A password."""
    before, ring = keyring.get_keyring(), Ring()
    keyring.set_keyring(ring)
    try:
        context = SinkContext("ranker-prod", tmp_path)
        held = lambda: ring.held.get(("remit", "ranker-prod"))  # noqa: E731
        conform(Trial(SINKS.load("keyring"), Delivery(sink="keyring"), context, held))
    finally:
        keyring.set_keyring(before)


class Broken:
    """A sink in memory that breaks its contract in one way."""

    def __init__(self, how: str) -> None:
        self.how = how
        self.kept: str | None = "before" if how == "something was kept" else None
        self.asked = 0

    def address(self, delivery: Delivery, key: str) -> str:
        self.asked += 1
        if self.how == "another each time":
            return f"broken:{self.asked}"
        return "broken:x" if self.how == "two keys share it" else f"broken:{key}"

    def deliver(self, delivery: Delivery, secret, context: SinkContext) -> Receipt:
        if self.how != "not the value" or self.kept is None:
            self.kept = secret.reveal()
        if self.how == "another address":
            return Receipt("broken:elsewhere")
        return Receipt(f"broken:{context.key}", self.kept if self.how == "can be read" else "")


WAYS = [
    "something was kept",
    "another each time",
    "two keys share it",
    "not the value",
    "another address",
    "can be read",
]


@pytest.mark.parametrize("how", WAYS)
def test_broken_sinks(tmp_path: Path, how: str) -> None:
    """Each way of breaking the contract is seen, and named."""
    sink = Broken(how)
    with pytest.raises(NotConforming, match=how):
        conform(Trial(sink, Delivery(sink="broken"), SinkContext("k", tmp_path), lambda: sink.kept))


def test_what_is_no_sink(tmp_path: Path) -> None:
    """What lacks a method is refused as it is at registration."""
    with pytest.raises(PluginInvalid):
        conform(Trial(object(), Delivery(sink="nothing"), SinkContext("k", tmp_path), lambda: None))
