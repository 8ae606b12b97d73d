"""A small organisation in memory, for tests of the runner of policy tests."""

from __future__ import annotations

from collections.abc import Callable

import organisation
import pytest
from organisation import MemoryTree

from remit.testing import TestReport, run_tests

# what a key that expires comes to depends on the time, which is a subject of its own here
BASE = organisation.BASE.replace("  expires: 2027-02-01\n", "")


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
