"""The contract: objects by property, markers, capabilities, secrets, registration of plugins."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, asdict
from datetime import UTC, datetime
from importlib.metadata import EntryPoint

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.resources import Money
from remit.targets import (
    TARGET_TYPES,
    Capabilities,
    Capability,
    Created,
    Marker,
    PluginInvalid,
    Registry,
    Secret,
    TargetObject,
    TargetType,
    UnknownType,
)

EXPIRES = datetime(2027, 1, 1, tzinfo=UTC)
FULL = TargetObject(
    alias="ranker-prod",
    id="k1",
    marker="remit:meridian/ranker-prod#k1",
    team="search",
    models=("b", "a"),
    scopes=(),
    caps={"requests_per_minute": 0},
    budgets={"key.monthly": Money(5, "USD")},
    expires=EXPIRES,
)

names = st.sampled_from(["requests_per_minute", "tokens_per_day"])
words = st.lists(st.sampled_from(["a", "b", "c"]), unique=True).map(lambda found: tuple(sorted(found)))
money = st.builds(Money, st.integers(0, 2**63 - 1), st.sampled_from(["USD", "EUR"]))
objects = st.builds(
    TargetObject,
    alias=st.just("x"),
    team=st.none() | st.just("search"),
    models=st.none() | words,
    scopes=st.none() | words,
    caps=st.dictionaries(names, st.integers(0, 2**63 - 1)),
    user_caps=st.dictionaries(names, st.integers(0, 9)),
    budgets=st.dictionaries(st.sampled_from(["key.monthly", "team.daily"]), money),
    expires=st.none() | st.datetimes(timezones=st.just(UTC)),
    enabled=st.booleans(),
)


def test_properties() -> None:
    """Missing is left out, empty and zero are not; lists are sets in order; groups are flat."""
    assert FULL.properties == {
        "team": "search",
        "models": ("a", "b"),
        "scopes": (),
        "expires": EXPIRES,
        "enabled": True,
        "caps.requests_per_minute": 0,
        "budgets.key.monthly": Money(5, "USD"),
    }


@given(objects)
def test_properties_round_trip(key: TargetObject) -> None:
    """An object is its properties, and goes through JSON unchanged."""
    assert TargetObject("x").with_properties(key.properties) == key
    assert TargetObject.from_json(key.to_json()) == key


@given(objects, objects)
def test_overlay(one: TargetObject, other: TargetObject) -> None:
    """Overlaying every property gives the other object, overlaying none gives the same."""
    everything = {*one.properties, *other.properties}
    assert one.overlaid(other, everything) == other
    assert one.overlaid(other, ()) == one


def test_objects_are_ordered_and_frozen() -> None:
    """Objects sort by alias and id, and cannot be changed."""
    assert sorted([TargetObject("b"), TargetObject("a", "2"), TargetObject("a", "1")])[0] == TargetObject("a", "1")
    with pytest.raises(FrozenInstanceError):
        FULL.alias = "x"  # type: ignore[misc]


MARKERS = [
    ("remit:meridian/ranker-prod#obj-1", Marker("meridian", "ranker-prod", "obj-1")),
    ("remit:meridian/ranker-prod#~00ff", Marker("meridian", "ranker-prod", "~00ff")),
    ("", None),
    ("remit:meridian/ranker-prod", None),
    ("remit:meridian/ranker-prod#", None),
    ("remit:meridian/ranker-prod#a b", None),
    ("remit:meridian/ranker/prod#a", None),
    (" remit:meridian/ranker-prod#a", None),
    ("remit:meridian/ranker-prod#a\n", None),
    ("REMIT:meridian/ranker-prod#a", None),
]


@pytest.mark.parametrize(("text", "marker"), MARKERS)
def test_marker(text, marker) -> None:
    """A marker is read exactly or not at all, and writes itself back."""
    assert Marker.parse(text) == marker
    if marker is not None:
        assert str(marker) == text


def test_pending_marker() -> None:
    """A pending marker tells its nonce, a final one has none."""
    pending = Marker.pending("meridian", "ranker-prod", "00ff")
    assert (pending.nonce, Marker.parse(str(pending))) == ("00ff", pending)
    assert Marker("meridian", "ranker-prod", "obj-1").nonce is None


CAPABILITIES = Capabilities(
    {
        "caps": Capability("native"),
        "caps.requests_per_day": Capability("unsupported"),
        "budgets.team": Capability("approximated"),
        "models": Capability("evaluate-only", kept=True),
        "scopes": Capability("evaluate-only"),
        "purposes": Capability("manual"),
    }
)
WRITTEN = [
    ("caps.requests_per_minute", "native", True),
    ("caps.requests_per_day", "unsupported", False),
    ("budgets.team.monthly", "approximated", True),
    ("budgets.key.monthly", "unsupported", False),
    ("models", "evaluate-only", True),
    ("scopes", "evaluate-only", False),
    ("purposes", "manual", False),
    ("unheard-of", "unsupported", False),
]


@pytest.mark.parametrize(("name", "support", "written"), WRITTEN)
def test_capabilities(name, support, written) -> None:
    """The most exact entry holds, then its group's; what is not listed is unsupported."""
    assert (CAPABILITIES.of(name).support, CAPABILITIES.of(name).written) == (support, written)


VALUE = "rk_test_" + "v" * 20


@pytest.mark.parametrize(
    "show", [repr, str, format, "{:>40}".format, "{!r}".format, lambda s: repr([s]), lambda s: repr(Created("1", s))]
)
def test_secret_is_hidden(show) -> None:
    """No text form of a secret shows it."""
    assert VALUE not in show(Secret(VALUE))
    assert "<secret>" in show(Secret(VALUE))


@pytest.mark.parametrize(
    "take",
    [
        pickle.dumps,
        Secret.__getstate__,
        copy.copy,
        copy.deepcopy,
        hash,
        vars,
        lambda s: asdict(Created("1", s)),
        iter,
        len,
    ],
)
def test_secret_is_not_copied(take) -> None:
    """Whatever would spread a secret is refused."""
    with pytest.raises(TypeError):
        take(Secret(VALUE))


def test_secret_reveals_and_compares() -> None:
    """The value comes only when asked for; equal secrets are equal."""
    assert Secret(VALUE).reveal() == VALUE
    assert Secret(VALUE) == Secret(VALUE)
    assert Secret(VALUE) != Secret("é")
    assert Secret(VALUE) != VALUE
    assert Secret(VALUE).hidden_in(f"a {VALUE} b") == "a <secret> b"
    assert Secret("").hidden_in("ab") == "ab"


def test_built_in_types() -> None:
    """`local` is there without any plugin."""
    assert "local" in TARGET_TYPES.names()
    assert isinstance(TARGET_TYPES.load("local"), TargetType)


class Odd:
    """A type whose spaces are a list."""

    spaces = ("team",)

    def open_reader(self) -> None: ...

    def open_writer(self) -> None: ...


ODD = Odd()


def registry(*points: tuple[str, str]) -> Registry[TargetType]:
    installed = tuple(EntryPoint(name, value, "remit.targets") for name, value in points)
    built_in = {"local": "remit.targets.local:TYPE"}
    return Registry(
        "target type",
        "remit.targets",
        built_in,
        ("open_reader", "open_writer"),
        {"spaces": frozenset},
        lambda group: installed,
    )


def test_plugin() -> None:
    """An entry point is loaded by its name."""
    assert registry(("other", "remit.targets.local:TYPE")).load("other") is TARGET_TYPES.load("local")


REFUSED = [
    (
        "lacking",
        "json:dumps",
        PluginInvalid,
        "`lacking` cannot be used: it has no `open_reader`, `open_writer`, `spaces`",
    ),
    ("odd", "test_targets_contract:ODD", PluginInvalid, "`odd` cannot be used: its `spaces` is not a `frozenset`"),
    ("absent", "no_such_module:X", PluginInvalid, "`absent` cannot be loaded: ModuleNotFoundError"),
    ("empty", "json:nothing", PluginInvalid, "`empty` cannot be loaded: AttributeError"),
]


@pytest.mark.parametrize(("name", "value", "error", "words"), REFUSED)
def test_bad_plugin(name, value, error, words) -> None:
    """A plugin that cannot be used is refused when it is asked for, by name."""
    with pytest.raises(error) as caught:
        registry((name, value)).load(name)
    assert words in caught.value.message


def test_unknown_type() -> None:
    """An unknown type is refused with the known ones."""
    with pytest.raises(UnknownType, match="no target type is called `nowhere`: known are `local`"):
        registry().load("nowhere")


def test_name_twice() -> None:
    """Nobody may take the name of a built-in, or of another plugin."""
    for points in ([("local", "json:dumps")], [("x", "json:dumps"), ("x", "json:loads")]):
        with pytest.raises(PluginInvalid, match="offered more than once"):
            registry(*points).names()
