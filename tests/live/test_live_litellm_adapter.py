"""The claims about the LiteLLM adapter hold on a real proxy."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from litellm_claims import *  # noqa: F403 - the tests in there are tests of this module
from litellm_place import TEAM, Place, emptied
from live.litellm_proxy import LiveProxy

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def cleared(live_litellm: LiveProxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with live_litellm.client() as admin:
        emptied(admin)
        place = Place(admin, live_litellm.url, tmp_path_factory.mktemp("state"))
        place.writer.create(TEAM, uuid4().hex)
        yield place
        emptied(admin)


@pytest.fixture
def place(cleared: Place) -> Place:
    return cleared
