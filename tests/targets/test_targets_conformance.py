"""Every built-in target, and one that others might write, does what the contract says; and broken ones are caught."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from example_target import CAPABILITIES, ExampleReader, ExampleTarget, ExampleWriter
from fakes import Clock
from fakes._inprocess import InProcess
from fakes.litellm import LiteLLM
from fakes.openai_admin import OpenAIAdmin

from remit.resources import Target
from remit.targets import TARGET_TYPES, Capability, Context, Created, Secret, TargetObject
from remit.targets.litellm._target import LiteLLMTarget
from remit.targets.local import TYPE as LOCAL
from remit.targets.openai import OpenAITarget
from remit.targets.testing import CHECKS, Case, Check, violations

MASTER = "sk-master-1234"
MODELS = ("model-a", "model-b")


def declared(kind: str, **spec: object) -> Target:
    envelope = {"apiVersion": "remit/v1", "kind": "Target", "metadata": {"name": "main"}}
    return Target.model_validate({**envelope, "spec": {"type": kind, **spec}})


def local(directory: Path) -> Case:
    return Case(LOCAL, declared("local"), Context("meridian", directory))


def litellm(directory: Path) -> Case:
    """The adapter of LiteLLM on a fake of it."""
    fake = LiteLLM(clock=Clock(), master_key=MASTER, models=dict.fromkeys(MODELS, 0.001))

    def by_hand() -> None:
        with fake.client(headers={"Authorization": f"Bearer {MASTER}"}) as client:
            assert client.post("/key/generate", json={"key_alias": "by-hand", "rpm_limit": 3}).is_success
            assert client.post("/team/new", json={"team_alias": "by-hand"}).is_success

    target = declared("litellm", url="http://fake.test", credentials_from="LITELLM_KEY")
    context = Context("meridian", directory, {"LITELLM_KEY": MASTER})
    return Case(LiteLLMTarget(InProcess(fake.exchange)), target, context, by_hand=by_hand, many=101)


def openai(directory: Path) -> Case:
    """The adapter of OpenAI on a fake of it. A key without any scope cannot be made there."""
    fake = OpenAIAdmin(clock=Clock(), admin_key=MASTER, models=dict.fromkeys(MODELS, (1_000, 100_000)))

    def by_hand() -> None:
        with fake.client(headers={"Authorization": f"Bearer {MASTER}"}, base_url="http://fake.test/v1/") as client:
            made = client.post("organization/projects", json={"name": "by hand"}).json()
            within = f"organization/projects/{made['id']}"
            assert client.post(f"{within}/service_accounts", json={"name": "by hand"}).is_success
            limit = {"threshold_amount": 5, "currency": "USD", "interval": "month"}
            assert client.post(f"{within}/spend_limit", json=limit).is_success

    target = declared("openai", credentials_from="ADMIN", alert_recipients=["ana@example.org"])
    context, own = Context("meridian", directory, {"ADMIN": MASTER}), {"scopes": (("chat",), ("chat", "embeddings"))}
    return Case(OpenAITarget(InProcess(fake.exchange), 0), target, context, own=own, by_hand=by_hand, many=101)


def example(directory: Path) -> Case:
    made = ExampleTarget()
    return Case(made, declared("example"), Context("meridian", directory), by_hand=made.by_hand)


CASES: dict[str, Callable[[Path], Case]] = {"local": local, "litellm": litellm, "openai": openai, "example": example}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", CASES)
def test_conformance(name: str, check: Check, tmp_path: Path) -> None:
    """Each check holds on each target."""
    check(CASES[name](tmp_path))


def test_installed_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A type that a distribution offers is found by its name, and conforms; nothing about it is known in advance."""
    point = EntryPoint("example", "example_target:TYPE", "remit.targets")
    types = replace(TARGET_TYPES, installed=lambda group: (point,))
    assert "example" in types.names()

    def make() -> Case:
        found = types.load("example")
        found.shelf.objects.clear()
        return Case(found, declared("example"), Context("meridian", tmp_path))

    assert violations(make) == {}


def overridden(part: str, **methods: object) -> Callable[[Path], Case]:
    """The example with other methods in its reader or writer."""
    base = {"reader": ExampleReader, "writer": ExampleWriter}[part]
    broken = type(f"Broken{part}", (base,), methods)

    def make(directory: Path) -> Case:
        made = ExampleTarget()
        if part == "reader":
            made.open_reader = lambda target, context: broken(made.shelf, "example:main")
        if part == "writer":
            made.open_writer = lambda target, context: broken(made.shelf, context.organization)
        context = Context("meridian", directory, {"EXAMPLE_TOKEN": "token-1234"})
        return Case(made, declared("example"), context, by_hand=made.by_hand)

    return make


def reader_with(**fields: object) -> Callable[[Path], Case]:
    """The example, whose reader says something else."""

    def make(directory: Path) -> Case:
        case = example(directory)
        case.reader = replace(case.reader, **fields)
        return case

    return make


def desks(directory: Path) -> Case:
    """A type with spaces that nobody can declare."""
    return replace(example(directory), type=ExampleTarget(spaces=frozenset({"desk"})))


def _changed(**changes: object) -> Callable[..., tuple[TargetObject, ...]]:
    """Objects are read otherwise than they are."""
    return lambda self: tuple(replace(each, **changes) for each in self.shelf.objects.values())


def _without(self: ExampleWriter, found: TargetObject, wanted: TargetObject, changed: frozenset[str]) -> None:
    """Zero is taken for nothing."""
    caps = {name: value for name, value in wanted.caps.items() if value}
    ExampleWriter.update(self, found, replace(wanted, caps=caps), changed)


def _never_cleared(self: ExampleWriter, found: TargetObject, wanted: TargetObject, changed: frozenset[str]) -> None:
    ExampleWriter.update(self, found, wanted, changed & {*wanted.properties, "alias", "marker"})


def _whole(self: ExampleWriter, found: TargetObject, wanted: TargetObject, changed: frozenset[str]) -> None:
    """What is on the shelf is replaced, whatever else it was; and put there again when it is gone."""
    self.shelf.objects[found.id] = replace(wanted, id=found.id)


def _same_value(self: ExampleWriter, wanted: TargetObject, nonce: str) -> Created:
    return replace(ExampleWriter.create(self, wanted, nonce), value=Secret("always-this"))


def _any_alias(self: ExampleWriter, wanted: TargetObject, nonce: str) -> Created:
    made = ExampleWriter.create(self, replace(wanted, alias=secrets.token_hex(4)), nonce)
    self.shelf.objects[made.id] = replace(self.shelf.objects[made.id], alias=wanted.alias)
    return made


def _forgotten(self: ExampleWriter, found: TargetObject) -> None:
    del self.shelf.objects[found.id]


def _with_keys(self: ExampleWriter, found: TargetObject) -> None:
    self.shelf.objects.pop(found.id, None)


def _greedy(self: ExampleWriter, found: TargetObject) -> None:
    self.shelf.objects.clear()


SETTLED = replace(CAPABILITIES, entries={**CAPABILITIES.entries, "team": Capability("native", changing="fixed")})
LASTING = replace(CAPABILITIES, entries={**CAPABILITIES.entries, "scopes": Capability("native", at_once=True)})

BROKEN: list[tuple[Callable[[Path], Case], str, str]] = [
    (overridden("reader", delete=_greedy), "reader_cannot_write", "the reader has `delete`"),
    (reader_with(identity=""), "says_what_it_is", "`identity` is empty"),
    (reader_with(version=7), "says_what_it_is", "`version` is not a text"),
    (overridden("reader", __repr__=lambda self: "token-1234"), "hides_credentials", "a credential shows in the repr"),
    (overridden("reader", read=_changed(models=None)), "created_as_wanted", "`models` is read otherwise"),
    (overridden("reader", read=_changed(marker="")), "created_as_wanted", "the marker is ``, and must be `remit:mer"),
    (overridden("reader", read=_changed(enabled=True)), "disabled", "a disabled key is read as enabled"),
    (
        overridden("reader", read=lambda self: tuple(self.shelf.objects.values())[:5]),
        "every_page_is_read",
        " of 12 new",
    ),
    (overridden("writer", create=_same_value), "values_differ", "two keys have the same value"),
    (overridden("writer", create=_any_alias), "taken_alias_is_refused", "an alias that is taken is accepted"),
    (overridden("writer", __repr__=lambda self: "ex-"), "values_are_hidden", ""),
    (overridden("writer", update=_without), "properties_there_and_back", "after changing `caps.requests_per_minute`"),
    (overridden("writer", update=_never_cleared), "properties_are_cleared", "after clearing `team`, `team` is read"),
    (overridden("writer", update=_whole), "update_of_what_is_gone_is_refused", "an update of a key that is gone"),
    (overridden("writer", delete=lambda self, found: None), "deleted", "`a` is still read after it was deleted"),
    (overridden("writer", delete=_with_keys), "spaces_hold_keys", "deleting a team with a key in it is accepted"),
    (overridden("writer", delete=_greedy), "others_are_untouched", "an object that was there before is not as it was"),
    (reader_with(capabilities=SETTLED), "properties_there_and_back", "changing `team` is accepted, and must be"),
    (reader_with(capabilities=LASTING), "properties_are_cleared", "changing `scopes` is accepted, and must be"),
    (reader_with(capabilities=replace(CAPABILITIES, renames=False)), "renamed_and_marked", "changing `alias` is"),
    (desks, "says_what_it_is", "`spaces` is not a set of"),
]


@pytest.mark.parametrize(("make", "check", "words"), BROKEN, ids=lambda each: each if isinstance(each, str) else "")
def test_broken_targets_are_caught(make: Callable[[Path], Case], check: str, words: str, tmp_path: Path) -> None:
    """Every way to break the contract is told by the check that is about it."""
    found = violations(lambda: make(tmp_path))
    assert (check in found, words in found.get(check, "")) == (bool(words), True)
