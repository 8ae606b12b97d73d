"""Small organisations in memory, for tests of everything from the bundle on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256

from remit.bundle import Bundle, Compilation, compile_tree
from remit.source import SourceError, Tree

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

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
  channels: {finops: {url_from: FINOPS_URL}}
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
spec: {owners: [ana], purposes: [product-search], data_classes: [public, internal], limits: {requests_per_minute: 800}}
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
  purposes: [product-search, support]
  data_classes: [public, internal]
  scopes: [chat]
  models: [mini, grand]
  expires: 2027-02-01
  limits: {requests_per_minute: 600}
  budget: {monthly: 500 USD}
  targets: [store]
"""
BASE = f"{ORGANIZATION}---\n{KEY}"


class MemoryTree:
    """A tree of the given files."""

    root = "memory"
    commit = None

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self._content = {
            path: content.encode() if isinstance(content, str) else content for path, content in sorted(files.items())
        }

    def files(self) -> tuple[str, ...]:
        return tuple(self._content)

    def read(self, path: str) -> bytes:
        return self._content[path]

    def digest(self, path: str) -> str:
        return sha256(self._content[path]).hexdigest()

    def problems(self) -> tuple[SourceError, ...]:
        return ()


def policy(rules: str, *, name: str = "base", match: str = "{}", variables: str = "{}") -> str:
    """The text of a policy; `rules` are the items of a flow sequence, or an indented block."""
    return (
        f"apiVersion: remit/v1\nkind: Policy\nmetadata: {{name: {name}}}\n"
        f"spec:\n  match: {match}\n  variables: {variables}\n  rules:\n{rules}\n"
    )


def waiver(rule: str, subject: str, *, name: str = "w", expires: str = "2026-12-01", starts: str = "2026-11-01") -> str:
    """The text of a waiver; `subject` as `Key ranker-prod`, `rule` as `base/rule`."""
    kind, of = subject.split()
    owner, each = rule.split("/")
    return (
        f"apiVersion: remit/v1\nkind: Waiver\nmetadata: {{name: {name}}}\nspec:\n  policy: {owner}\n  rule: {each}\n"
        f"  subject: {{kind: {kind}, name: {of}}}\n  reason: a pilot\n  ticket: T-1\n"
        f"  starts: {starts}\n  expires: {expires}\n"
    )


def compiled(*documents: str, base: str = BASE) -> Compilation:
    """A compilation of the base and further documents, each a file `0.yaml`, `1.yaml`, …"""
    texts = {"base.yaml": base, **{f"{at}.yaml": text for at, text in enumerate(documents)}}
    tree: Tree = MemoryTree(texts)
    return compile_tree(tree)


def bundle_of(*documents: str, base: str = BASE) -> Bundle:
    """A sound bundle of the base and further documents."""
    compilation = compiled(*documents, base=base)
    assert compilation.bundle is not None, [str(each) for each in compilation.findings]
    return compilation.bundle
