"""A small organisation in front of a LiteLLM proxy, and the command line as its people run it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
from live.litellm_proxy import LiveProxy

from remit.ledger import open_ledger

ORGANIZATION = """\
apiVersion: remit/v1
kind: Organization
metadata: {name: acme}
spec:
  environments: [dev, prod]
  purposes: [product-search, support]
  data_classes: [public, internal]
  scopes: [chat, embeddings]
  budget: {monthly: 5_000 USD}
---
apiVersion: remit/v1
kind: Model
metadata: {name: gpt-4o}
spec: {provider: openai, upstream: gpt-4o, tier: premium, scopes: [chat, embeddings]}
---
apiVersion: remit/v1
kind: Model
metadata: {name: gpt-4o-mini}
spec: {provider: openai, upstream: gpt-4o-mini, tier: economy, scopes: [chat]}
"""
TARGET = """\
apiVersion: remit/v1
kind: Target
metadata: {{name: gateway}}
spec:
  type: litellm
  url: {url}
  credentials_from: LITELLM_MASTER_KEY
  adopt: {adopt}
  limits: {{delete: {{max_percent: 100%}}, revoke: {{max_percent: 100%}}}}
"""
TEAM = """\
apiVersion: remit/v1
kind: Team
metadata: {{name: {team}}}
spec: {{owners: [ana], budget: {{monthly: 900 USD}}}}
---
apiVersion: remit/v1
kind: Project
metadata: {{name: {team}-app, team: {team}}}
spec: {{owners: [ana], purposes: [product-search, support], data_classes: [public, internal]}}
"""
KEY = """\
apiVersion: remit/v1
kind: Key
metadata: {{name: {name}, team: {team}, project: {team}-app}}
spec:
  environment: prod
  owner: ana
  purposes: [product-search]
  data_classes: [public]
  targets: [gateway]
  expires: 2031-01-01
{more}"""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str


@dataclass
class Governed:
    """Policies in `place`/policies, state in `place`/.remit, for the proxy at hand."""

    place: Path
    proxy: LiveProxy

    def __post_init__(self) -> None:
        (self.place / "policies").mkdir()
        self.write("organization", ORGANIZATION)
        self.target()

    def target(self, *, adopt: bool = False) -> None:
        """Declare the proxy."""
        self.write("target", TARGET.format(url=self.proxy.url, adopt=str(adopt).lower()))

    def team(self, team: str) -> None:
        """Declare a team and its project."""
        self.write(team, TEAM.format(team=team))

    def key(self, name: str, team: str, **spec: str) -> None:
        """Declare a key, anew if it was; `spec` are lines of YAML."""
        self.write(f"key-{name}", KEY.format(name=name, team=team, more=_lines({"models": "[gpt-4o]", **spec})))

    def write(self, name: str, text: str) -> None:
        """Write a file of the tree."""
        (self.place / "policies" / f"{name}.yaml").write_text(text)

    def remove(self, name: str) -> None:
        """Take a file away."""
        (self.place / "policies" / f"{name}.yaml").unlink()

    def start(self, *words: str) -> subprocess.Popen[str]:
        """A command in a process of its own, in a session of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "remit", *words],
            cwd=self.place,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str) -> Ran:
        """A command, to its end."""
        process = self.start(*words)
        out, err = process.communicate(timeout=120)
        return Ran(process.returncode, out, err)

    @property
    def environ(self) -> dict[str, str]:
        """The environment of the commands."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("REMIT_")}
        cache = str(self.place.parent / "remit-cache")
        return {**kept, "LITELLM_MASTER_KEY": self.proxy.master_key, "REMIT_ACTOR": "ana", "REMIT_CACHE_DIR": cache}

    def value(self, key: str) -> str:
        """What was delivered."""
        return (self.place / ".remit" / "keys" / key).read_text()

    def values(self) -> dict[str, str]:
        """Every value that was delivered, by key."""
        return {file.name: file.read_text() for file in (self.place / ".remit" / "keys").glob("*") if file.is_file()}

    def texts(self) -> Iterator[tuple[str, bytes]]:
        """Every file that may hold no value."""
        for file in self.place.rglob("*"):
            if file.is_file() and "keys" not in file.relative_to(self.place).parts:
                yield str(file), file.read_bytes()

    def ledger_verifies(self) -> bool:
        """Whether the chain of the ledger is whole."""
        return open_ledger(self.place / ".remit" / "ledger.db").verify().ok


def _lines(spec: dict[str, str]) -> str:
    return "".join(f"  {name}: {text}\n" for name, text in spec.items())


def called(proxy: LiveProxy, value: str, model: str = "gpt-4o", route: str = "chat/completions", user: str = "") -> int:
    """The status of one call with a key, for a user where one is named."""
    named = {"user": user} if user else {}
    body = {"model": model, "messages": [{"role": "user", "content": "hi"}], "input": "hi", **named}
    headers = {"Authorization": f"Bearer {value}"}
    return httpx2.post(f"{proxy.url}/v1/{route}", json=body, headers=headers, timeout=60).status_code
