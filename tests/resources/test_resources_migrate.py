"""From v1alpha1 to v1: as edits, so that everything else in a file stays as it is."""

from __future__ import annotations

from typing import Any

import pytest

from remit.resources import API_VERSION, MIGRATIONS, plan_migration, validate
from remit.source import Delete, Document, Set, edit, read_documents

OLD = """\
# keys of the router
apiVersion: remit/v1alpha1
kind: Key
metadata: {name: router-prod, team: dispatch, project: router}
spec:
  environment: prod  # the real one
  models: [gpt-4o-mini]
  rpm: 600
  limits:
    parallel_requests: 8  # agreed with the vendor
  monthly_budget: 500 USD
  expiry: 2027-02-01
---
apiVersion: remit/v1
kind: Group
metadata: {name: finance}
spec: {members: [ana]}
---
apiVersion: remit/v1alpha1
kind: Waiver
metadata: {name: late}
spec:
  policy: keys
  rule: expiry
  subject: {kind: Key, name: router-prod}
  reason: the vendor is late
  ticket: GOV-13
  expiry: 2026-12-01
"""


def read(text: str) -> tuple[Document, ...]:
    parsed = read_documents(text.encode(), "k.yaml")
    assert parsed.errors == ()
    return parsed.documents


def migrate(text: str) -> str:
    return edit(text, [change for document in read(text) for change in plan_migration(document)])


def spec_of(kind: str, spec: Any) -> Document:
    [document] = read(f"apiVersion: remit/v1alpha1\nkind: {kind}\nspec: {spec}\n")
    return document


def test_an_old_document_is_refused_with_the_way_out() -> None:
    """A document of an older version is not half understood: the finding says to run `remit migrate`."""
    resource, [finding] = validate(read(OLD)[0])
    assert resource is None
    assert str(finding) == (
        "k.yaml:2:13: error: `remit/v1alpha1` is an older version than `remit/v1`: run `remit migrate` [old-version]"
    )


def test_a_migrated_file_is_valid_and_keeps_its_comments() -> None:
    """Every document passes, the moved values are the old ones, and comments stand where they stood."""
    text = migrate(OLD)
    documents = read(text)
    assert [validate(document)[1] for document in documents] == [()] * 3
    spec = documents[0].data["spec"]
    assert spec["limits"] == {"parallel_requests": 8, "requests_per_minute": 600}
    assert spec["budget"] == {"monthly": "500 USD"}
    assert spec["expires"] == "2027-02-01"
    assert documents[2].data["spec"]["expires"] == "2026-12-01"
    for comment in ("# keys of the router", "# the real one", "# agreed with the vendor"):
        assert comment in text


def test_migrating_twice_changes_nothing() -> None:
    """A file of the current version needs no edits."""
    text = migrate(OLD)
    assert [plan_migration(document) for document in read(text)] == [()] * 3


def test_a_taken_place_is_not_overwritten() -> None:
    """A value in the new place stays, and so does the old field, for validation to refuse."""
    document = spec_of("Key", "{rpm: 600, limits: {requests_per_minute: 60}}")
    assert [Set(("apiVersion",), API_VERSION)] == list(plan_migration(document))


@pytest.mark.parametrize("spec", ["", "[]", "{limits: [], rpm: 5}", "{budget: , monthly_budget: 5 USD}", "{other: 1}"])
def test_nothing_is_moved_where_it_cannot_go(spec: str) -> None:
    """A spec of another shape only gets its version, and validation says what is wrong with it."""
    assert [Set(("apiVersion",), API_VERSION)] == list(plan_migration(spec_of("Key", spec)))


def test_only_kinds_that_had_a_field_lose_it() -> None:
    """`expiry` of a team was never a field, so it is not taken for one."""
    document = spec_of("Team", "{expiry: 2027-02-01, tpm: 5k}")
    assert [
        Set(("apiVersion",), API_VERSION),
        Set(("spec", "limits", "tokens_per_minute"), "5k"),
        Delete(("spec", "tpm")),
    ] == list(plan_migration(document))


def test_resources_inside_policy_tests_are_migrated_too() -> None:
    """They are documents of their own, with a version of their own."""
    [document] = read(
        "apiVersion: remit/v1\nkind: PolicyTest\n"
        "spec:\n  resources: [1, {apiVersion: remit/v1alpha1, kind: Waiver, spec: {expiry: 2026-12-01}}]\n"
    )
    path = ("spec", "resources", 1)
    assert [
        Set((*path, "apiVersion"), API_VERSION),
        Set((*path, "spec", "expires"), "2026-12-01"),
        Delete((*path, "spec", "expiry")),
    ] == list(plan_migration(document))


@pytest.mark.parametrize("text", ["- 1", "apiVersion: remit/v0", "kind: Key", "apiVersion: remit/v1\nkind: PolicyTest"])
def test_what_is_no_older_version_is_left_alone(text: str) -> None:
    """No edits without a version that a migration starts from."""
    [document] = read(text)
    assert plan_migration(document) == ()


def test_migrations_lead_to_the_current_version() -> None:
    """From every older version there is a way, step by step, to the current one."""
    steps = {each.from_version: each.to_version for each in MIGRATIONS}
    for version in steps:
        seen = []
        while version != API_VERSION:
            assert version not in seen
            seen.append(version)
            version = steps[version]
