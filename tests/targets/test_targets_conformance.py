"""Every built-in target, and one that others might write, does what the contract says; and broken ones are caught."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from example_target import ExampleTarget
from fakes import Clock
from fakes._inprocess import InProcess
from fakes.litellm import LiteLLM

from remit.resources import Target
from remit.targets import Context
from remit.targets.litellm._target import LiteLLMTarget
from remit.targets.local import TYPE as LOCAL
from remit.targets.testing import CHECKS, Case, Check

MASTER = "sk-master-1234"


def declared(kind: str, **spec: object) -> Target:
    envelope = {"apiVersion": "remit/v1", "kind": "Target", "metadata": {"name": "main"}}
    return Target.model_validate({**envelope, "spec": {"type": kind, **spec}})


def local(directory: Path) -> Case:
    return Case(LOCAL, declared("local"), Context("meridian", directory))


def litellm(directory: Path) -> Case:
    """The adapter of LiteLLM on a fake of it."""
    fake = LiteLLM(clock=Clock(), master_key=MASTER)

    def by_hand() -> None:
        with fake.client(headers={"Authorization": f"Bearer {MASTER}"}) as client:
            assert client.post("/key/generate", json={"key_alias": "by-hand", "rpm_limit": 3}).is_success
            assert client.post("/team/new", json={"team_alias": "by-hand"}).is_success

    target = declared("litellm", url="http://fake.test", credentials_from="LITELLM_KEY")
    context = Context("meridian", directory, {"LITELLM_KEY": MASTER})
    return Case(LiteLLMTarget(InProcess(fake.exchange)), target, context, by_hand=by_hand, many=101)


def example(directory: Path) -> Case:
    made = ExampleTarget()
    return Case(made, declared("example"), Context("meridian", directory), by_hand=made.by_hand)


CASES: dict[str, Callable[[Path], Case]] = {"local": local, "litellm": litellm, "example": example}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", CASES)
def test_conformance(name: str, check: Check, tmp_path: Path) -> None:
    """Each check holds on each target."""
    check(CASES[name](tmp_path))
