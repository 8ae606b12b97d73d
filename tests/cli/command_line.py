"""A small organisation for tests of the command line, and what a command did."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import organisation
from organisation import ORGANIZATION

__all__ = ["KEY", "NOW", "ORGANIZATION", "RULES", "TEST", "Ran", "Run", "changed", "committed", "undated"]
NOW = "2026-11-23T12:00:00Z"
# commands that take no instant go by the clock, so this key must not expire soon
KEY = organisation.KEY.replace("2027-02-01", "2030-02-01")
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
