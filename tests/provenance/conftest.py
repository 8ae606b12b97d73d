"""A place to plan and apply in, and one where that has begun."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from clone import KEYS, ORG, SIGNERS, Clone, key, with_provenance
from provenance_place import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(Clone(tmp_path / "clone", tmp_path / "keys"), tmp_path / "state")


@pytest.fixture
def begun(place: Place) -> Callable[[str], Place]:
    """A place where something was applied that requires approvals from then on; `ana` may sign."""

    def begin(require: str) -> Place:
        files = {ORG: with_provenance(require), KEYS: key(), SIGNERS: place.clone.signers("ana")}
        commit = place.clone.commit(files)
        place.environ["REMIT_PROVENANCE"] = "recorded"
        place.approve(commit)
        assert place.apply().ok
        del place.environ["REMIT_PROVENANCE"]
        return place

    return begin
