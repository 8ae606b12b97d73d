"""A small organisation in memory, for tests of the runner of policy tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256

import pytest

from remit.source import SourceError
from remit.testing import TestReport, run_tests

BASE = """
apiVersion: remit/v1
kind: Organization
metadata: {name: acme}
spec:
  environments: [dev, prod]
  purposes: [search, support]
  data_classes: [public, internal]
  channels: {finops: {url_from: FINOPS_URL}}
---
apiVersion: remit/v1
kind: Group
metadata: {name: finance}
spec: {members: [ana]}
---
apiVersion: remit/v1
kind: Target
metadata: {name: local}
spec: {type: local}
---
apiVersion: remit/v1
kind: Team
metadata: {name: search}
spec: {owners: [ana]}
---
apiVersion: remit/v1
kind: Project
metadata: {name: ranker, team: search}
spec: {owners: [ana], purposes: [search], data_classes: [public]}
---
apiVersion: remit/v1
kind: Model
metadata: {name: small}
spec: {provider: openai, upstream: gpt-4o-mini, tier: economy, data_classes: [public], aliases: [tiny]}
---
apiVersion: remit/v1
kind: Model
metadata: {name: large}
spec: {provider: openai, upstream: gpt-4o, tier: premium, data_classes: [public]}
---
apiVersion: remit/v1
kind: Key
metadata: {name: ranker-prod, team: search, project: ranker}
spec:
  environment: prod
  purposes: [search]
  data_classes: [public]
  models: [small, large]
  targets: [local]
  limits: {requests_per_minute: 100}
  budget: {monthly: 500 USD}
"""


class MemoryTree:
    """A tree of the given files."""

    root = "memory"
    commit = None

    def __init__(self, content: Mapping[str, str]) -> None:
        self._content = {name: text.encode() for name, text in sorted(content.items())}

    def files(self) -> tuple[str, ...]:
        return tuple(self._content)

    def read(self, path: str) -> bytes:
        return self._content[path]

    def digest(self, path: str) -> str:
        return sha256(self._content[path]).hexdigest()

    def problems(self) -> tuple[SourceError, ...]:
        return ()


def policy(spec: str, name: str = "rules") -> str:
    """A Policy with the given spec, indented by two spaces."""
    return f"apiVersion: remit/v1\nkind: Policy\nmetadata: {{name: {name}}}\nspec:\n{spec}"


def suite(spec: str, name: str = "checks") -> str:
    """A PolicyTest with the given spec, indented by two spaces."""
    return f"apiVersion: remit/v1\nkind: PolicyTest\nmetadata: {{name: {name}}}\nspec:\n{spec}"


@pytest.fixture
def make_tree() -> Callable[..., MemoryTree]:
    """The organisation with a policy and a test: `make_tree(policy_spec, test_spec, more="…")`."""

    def make(rules: str = "", tests: str = "", **more: str) -> MemoryTree:
        files = {"base.yaml": BASE, **{f"{name}.yaml": text for name, text in more.items()}}
        if rules:
            files["policy.yaml"] = policy(rules)
        if tests:
            files["test.yaml"] = suite(tests)
        return MemoryTree(files)

    return make


@pytest.fixture
def run(make_tree: Callable[..., MemoryTree]) -> Callable[..., TestReport]:
    """Run the tests of `make_tree(…)`."""

    def runner(rules: str = "", tests: str = "", only: tuple[str, ...] | None = None, **more: str) -> TestReport:
        return run_tests(make_tree(rules, tests, **more), only=only)

    return runner
