"""Names of models in git and OpenAI's own ids: there and back, also where two names are one id."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes import Clock
from fakes.openai_admin import OpenAIAdmin
from hypothesis import given
from hypothesis import strategies as st
from openai_place import Place, wish

from remit.targets import TargetObject, Value
from remit.targets.openai._models import Models

UPSTREAM = {"swift": "gpt-4o-mini", "small": "gpt-4o-mini", "big": "gpt-4o", "gpt-4o": "gpt-4o-2024-11-20"}
IDS = {"gpt-4o-mini": (500, 200_000), "gpt-4o": (500, 30_000), "gpt-4o-2024-11-20": (500, 30_000), "o9": (500, 30_000)}
RATE = "model_caps.requests_per_minute"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(OpenAIAdmin(models=IDS, clock=Clock(datetime.now(UTC))), tmp_path, upstream=UPSTREAM)


def project(place: Place, **flat: Value) -> TargetObject:
    made = place.create(wish("ranker", "project", {"project": "ranker", "enabled": True}, flat), "n1")
    return place.found(made.id)


def listed(place: Place, project_id: str) -> list[str]:
    answer = place.admin.get(f"organization/projects/{project_id}/model_permissions").json()
    return list(answer["model_ids"])


def requests(place: Place, project_id: str) -> dict[str, int]:
    return {row["model"]: row["max_requests_per_1_minute"] for row in place.rows(f"/{project_id}/rate_limits")}


CASES: list[tuple[dict[str, Value], list[str], dict[str, int]]] = [
    ({"models": ("big",)}, ["gpt-4o"], {}),
    ({"models": ("gpt-4o",)}, ["gpt-4o-2024-11-20"], {}),
    ({"models": ("swift",)}, ["gpt-4o-mini"], {}),
    ({"models": ("small", "swift")}, ["gpt-4o-mini"], {}),
    ({"models": ("o9",)}, ["o9"], {}),
    ({"models": ("big",), f"{RATE}.big": 60}, ["gpt-4o"], {"gpt-4o": 60}),
    ({"models": ("swift",), f"{RATE}.swift": 60}, ["gpt-4o-mini"], {"gpt-4o-mini": 60}),
    (
        {"models": ("small", "swift"), f"{RATE}.small": 40, f"{RATE}.swift": 60},
        ["gpt-4o-mini"],
        {"gpt-4o-mini": 100},
    ),
]


@pytest.mark.parametrize(("flat", "ids", "rates"), CASES, ids=repr)
def test_there_and_back(place: Place, flat: dict[str, Value], ids: list[str], rates: dict[str, int]) -> None:
    """OpenAI gets its own ids, each once, with the sum of the limits; we read our names again."""
    made = project(place, **flat)
    assert made.properties == {"project": "ranker", "enabled": True, **flat}
    assert listed(place, made.id) == ids
    expected = {**dict.fromkeys(IDS, 500), **rates}
    assert requests(place, made.id) == expected


def test_two_names_of_one_id(place: Place) -> None:
    """A limit of one of them is the other's too, so that there is none once one of them has none."""
    made = project(place, **{"models": ("small", "swift"), f"{RATE}.small": 40, f"{RATE}.swift": 60})
    less = place.changed(made, {f"{RATE}.small": 10})
    assert (requests(place, made.id)["gpt-4o-mini"], less.model_caps["requests_per_minute.small"]) == (70, 10)
    alone = place.changed(less, {"models": ("swift",), f"{RATE}.small": None})
    assert requests(place, made.id)["gpt-4o-mini"] == 60
    assert (alone.models, alone.model_caps) == (("swift",), {"requests_per_minute.swift": 60})
    place.changed(alone, {"models": ("small", "swift")})
    assert requests(place, made.id)["gpt-4o-mini"] == 500


def test_ids_of_none_of_ours(place: Place) -> None:
    """What somebody allowed by hand is read by OpenAI's id, and never as a model of ours that is called the same."""
    made = project(place, models=("big",))
    ids = ["gpt-4o", "o9"]
    place.post(f"/{made.id}/model_permissions", mode="allow_list", model_ids=ids)
    assert place.found(made.id).models == ("big", "o9")
    place.upstream = {"gpt-4o": "gpt-4o-2024-11-20"}
    place.opened()
    assert place.found(made.id).models == ("o9", "openai/gpt-4o")


def test_a_model_that_is_another_one_upstream(place: Place) -> None:
    """Git moves a name to the next release: the list follows, and the limit of the former one is as before."""
    made = project(place, **{"models": ("gpt-4o",), f"{RATE}.gpt-4o": 60})
    place.upstream = {**UPSTREAM, "gpt-4o": "o9"}
    place.opened()
    seen = place.found(made.id)
    assert seen.models == ("gpt-4o-2024-11-20",)
    after = place.changed(seen, {"models": ("gpt-4o",), f"{RATE}.gpt-4o": 60})
    assert after.properties == made.properties
    assert listed(place, made.id) == ["o9"]
    assert requests(place, made.id) == {**dict.fromkeys(IDS, 500), "o9": 60}


_NAMES = st.sampled_from("abcdef")
_UPSTREAM = st.dictionaries(_NAMES, st.sampled_from(["x", "y", "a", "b"]))


@given(_UPSTREAM, st.frozensets(_NAMES), st.data())
def test_what_is_sent_is_read(upstream: dict[str, str], names: frozenset[str], data: st.DataObject) -> None:
    """Of names of the catalogue nothing is lost and nothing comes of it, whatever they have in common."""
    ours = tuple(sorted(names & upstream.keys()))
    caps = {f"requests_per_minute.{name}": data.draw(st.integers(0, 9)) for name in ours}
    wanted, models = TargetObject("p", kind="project", models=ours, model_caps=caps), Models(upstream)
    sent, (told, parts) = models.sent(wanted), models.told(wanted)
    assert sent.models is not None
    assert models.names_of(sent.models, told) == ours
    assert models.caps_of(sent.model_caps, parts) == caps
