"""A small organisation for tests of the command line, and what a command did."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

NOW = "2026-11-23T12:00:00Z"
ORGANIZATION = """\
apiVersion: remit/v1
kind: Organization
metadata: {name: acme}
spec:
  timezone: Europe/Berlin
  environments: [dev, prod]
  purposes: [product-search, support]
  data_classes: [public, internal, restricted]
  scopes: [chat, embeddings]
  limits: {requests_per_minute: 1000}
  budget: {monthly: 10_000 USD}
---
apiVersion: remit/v1
kind: Group
metadata: {name: finance}
spec: {members: [fay]}
---
apiVersion: remit/v1
kind: Team
metadata: {name: search, description: Finds things}
spec: {owners: [ana], approvers: [finance], budget: {monthly: 900 USD}}
---
apiVersion: remit/v1
kind: Project
metadata: {name: ranker, team: search}
spec: {owners: [ana], purposes: [product-search], data_classes: [public, internal]}
---
apiVersion: remit/v1
kind: Model
metadata: {name: mini}
spec: {provider: openai, upstream: gpt-4o-mini, tier: economy, scopes: [chat], aliases: [small]}
---
apiVersion: remit/v1
kind: Model
metadata: {name: grand}
spec: {provider: anthropic, upstream: claude-opus-4-1, tier: premium, scopes: [chat, embeddings]}
---
apiVersion: remit/v1
kind: Target
metadata: {name: store}
spec: {type: local, path: store.db}
"""
KEY = """\
apiVersion: remit/v1
kind: Key
metadata: {name: ranker-prod, team: search, project: ranker}
spec:
  environment: prod
  owner: ana
  purposes: [product-search]
  data_classes: [public, internal]
  scopes: [chat]
  models: [mini, grand]
  expires: 2030-02-01
  limits: {requests_per_minute: 600}
  budget: {monthly: 500 USD}
  targets: [store]
"""
RULES = """\
apiVersion: remit/v1
kind: Policy
metadata: {name: base}
spec:
  rules:
    - name: premium-by-name
      on: request
      deny: model.tier == "premium" && !has(request.user)
      message: '"say who asks"'
    - name: near-the-cap
      on: request
      throttle: usage.requests_last_minute > 500
      delay: duration("2s")
"""
TEST = """\
apiVersion: remit/v1
kind: PolicyTest
metadata: {name: everyday}
spec:
  requests:
    search: {purpose: product-search, data_class: public}
    named: {purpose: product-search, data_class: public, user: ana}
  usages:
    busy: {requests_last_minute: 501}
  suites:
    - name: models
      now: 2026-11-23T12:00:00Z
      keys: [ranker-prod]
      models: [mini, grand]
      requests: [search, named]
      expected:
        - {key: ranker-prod, model: mini, request: search, effect: allow}
        - {key: ranker-prod, model: mini, request: named, effect: allow}
        - {key: ranker-prod, model: mini, request: named, usage: busy, effect: throttle}
        - {key: ranker-prod, model: grand, request: named, effect: allow}
"""


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


def undated(text: str) -> str:
    """A text without digests, which change with everything they cover."""
    return re.sub(r"sha256:[0-9a-f]{64}", "sha256:…", text)


def changed(path: Path, old: str, new: str) -> None:
    """Replace a text that must be there."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def committed(place: Path, words: Sequence[str] = ("policies",)) -> str:
    """Commit what lies there; gives the id."""
    from git import Actor, Repo

    repo = Repo.init(place)
    repo.index.add(list(words))
    who = Actor("ana", "ana@example.invalid")
    return repo.index.commit("a change", author=who, committer=who).hexsha
