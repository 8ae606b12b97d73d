"""The names that the fakes know are those of the vendors' descriptions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakes._openapi import described

pytestmark = pytest.mark.live

FAKES = Path(__file__).parents[1] / "fakes"
DESCRIBED = [("litellm", "litellm.json"), ("openai_admin", "openai-admin.sdk-derived.json")]


@pytest.mark.parametrize(("fake", "description"), DESCRIBED)
def test_a_fake_knows_the_names_of_its_description(fake: str, description: str) -> None:
    """Every body that a fake judges has exactly the fields that the vendor describes."""
    known = described(description)
    assert known is not None
    routes: dict[str, str] = json.loads((FAKES / fake / "fields.json").read_text())
    bodies = [route.split(" ") for route in routes if not route.startswith("GET ")]
    expected = {f"{method} {path}": known.fields(path, method) for method, path in bodies}
    assert {route: frozenset(routes[route].split()) for route in expected if expected[route]} == {
        route: fields for route, fields in expected.items() if fields
    }
