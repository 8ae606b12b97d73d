"""From YAML to a working key and back: the façade, with a compiled bundle and the local target."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from remit.bundle import Bundle, compile_tree
from remit.reconcile import Plan, PlanStale, Progress, apply_plan, drift_bundle, plan_bundle
from remit.source import open_tree
from remit.targets import TargetObject
from remit.targets.local import KeyStore, LocalWriter

SOON = datetime.now(UTC) + timedelta(days=30)

ORGANIZATION = """
apiVersion: remit/v1
kind: Organization
metadata: {name: meridian}
spec:
  environments: [dev, prod]
  purposes: [product-search]
  data_classes: [public, internal]
  budget: {monthly: 900 USD}
---
apiVersion: remit/v1
kind: Team
metadata: {name: search}
spec: {owners: [ana]}
---
apiVersion: remit/v1
kind: Project
metadata: {name: ranker, team: search}
spec: {owners: [ana], purposes: [product-search], data_classes: [public]}
---
apiVersion: remit/v1
kind: Model
metadata: {name: nimbus-small}
spec:
  provider: nimbus
  upstream: nimbus-small-1
  tier: economy
  scopes: [chat]
  data_classes: [public, internal]
  prices: {input_per_million: 1 USD, output_per_million: 2 USD}
---
apiVersion: remit/v1
kind: Target
metadata: {name: main}
spec:
  type: local
  limits: {delete: {max_percent: 100%}, revoke: {max_percent: 100%}}
---
apiVersion: remit/v1
kind: Target
metadata: {name: spare}
spec:
  type: local
  path: spare.db
  allow_empty: true
  limits: {delete: {max_percent: 100%}, revoke: {max_percent: 100%}}
---
apiVersion: remit/v1
kind: Target
metadata: {name: typo}
spec: {type: locla}
---
apiVersion: remit/v1
kind: Policy
metadata: {name: keys}
spec:
  rules:
    - name: has-owner
      on: key
      deny: '!has(key.owner)'
      message: '"nobody answers for it"'
    - name: dev-rate
      on: key
      cap: requests_per_minute
      value: 'key.environment == "dev" ? 6 : 60'
"""

KEY = """
apiVersion: remit/v1
kind: Key
metadata: {name: NAME, team: search, project: ranker}
spec:
  environment: dev
  owner: ana
  purposes: [product-search]
  data_classes: [public]
  models: [nimbus-small]
  expires: EXPIRES
  budget: {monthly: 50 USD}
  targets: [TARGETS]
"""


def key(name: str, targets: str = "main", **replaced: str) -> str:
    text = KEY.replace("NAME", name).replace("TARGETS", targets).replace("EXPIRES", f"{SOON:%Y-%m-%d}")
    for field, line in replaced.items():
        text = "\n".join(line if row.strip().startswith(f"{field}:") else row for row in text.split("\n"))
    return text


def bundle(directory: Path, *keys: str) -> Bundle:
    directory.mkdir(exist_ok=True)
    (directory / "all.yaml").write_text("---".join([ORGANIZATION, *keys]))
    compilation = compile_tree(open_tree(directory))
    assert compilation.bundle is not None, compilation.findings
    return compilation.bundle


@pytest.fixture
def here(tmp_path: Path):
    """(policies, state directory)."""
    return tmp_path / "policies", tmp_path / "state"


def settled(declared: Bundle, state: Path) -> Plan:
    made = plan_bundle(declared, state_dir=state, targets=["main", "spare"])
    assert apply_plan(made, declared, state_dir=state).ok
    return made


def test_from_yaml_to_a_working_key(here) -> None:
    """A declared key is planned, applied, delivered, works, and ends when git says so."""
    policies, state = here
    declared = bundle(policies, key("ranker-dev", "main, spare"), key("other"))
    made = plan_bundle(declared, state_dir=state, targets=["main", "spare"])
    assert {change.address for change in made.changes} == {"main/ranker-dev", "main/other", "spare/ranker-dev"}
    assert not state.exists()
    reviewed = Plan.from_json(json.loads(json.dumps(made.to_json())))
    told: list[Progress] = []
    outcome = apply_plan(reviewed, declared, state_dir=state, only_digest=made.digest, on_progress=told.append)
    assert (outcome.ok, len(told)) == (True, 3)
    value = (state / "keys" / "ranker-dev").read_text()
    found = KeyStore(state / "local.db").authenticate(value)
    assert (found.key, found.models, found.caps) == ("ranker-dev", ("nimbus-small",), {"requests_per_minute": 6})
    assert KeyStore(state / "spare.db").authenticate(value) is None
    spare = (state / "keys" / "ranker-dev.spare").read_text()
    assert KeyStore(state / "spare.db").authenticate(spare).key == "ranker-dev"
    assert plan_bundle(declared, state_dir=state, targets=["main", "spare"]).empty
    settled(bundle(policies, key("other")), state)
    assert KeyStore(state / "local.db").authenticate(value) is None
    assert KeyStore(state / "spare.db").authenticate(spare) is None


def test_origins(here) -> None:
    """Every property says which rule or line it comes from."""
    (change,) = plan_bundle(bundle(here[0], key("ranker-dev")), state_dir=here[1], targets=["main"]).changes
    origins = {each.name: each.origin for each in change.properties}
    assert origins["caps.requests_per_minute"].startswith("keys/dev-rate (all.yaml:")
    assert origins["budgets.key.monthly"].startswith("all.yaml:")


def test_violation_revokes(here) -> None:
    """A key that begins to break a rule is revoked, and the reason is the rule's own message."""
    policies, state = here
    settled(bundle(policies, key("ranker-dev")), state)
    value = (state / "keys" / "ranker-dev").read_text()
    made = settled(bundle(policies, key("ranker-dev", owner="")), state)
    (change,) = made.changes
    assert (change.action, [reason.message for reason in change.reasons]) == ("revoke", ["nobody answers for it"])
    assert KeyStore(state / "local.db").authenticate(value) is None
    settled(bundle(policies, key("ranker-dev")), state)
    assert KeyStore(state / "local.db").authenticate(value).key == "ranker-dev"


def test_expired_at(here) -> None:
    """Planned for a later instant, the key has expired by then; applied now, that plan does not hold."""
    policies, state = here
    declared = bundle(policies, key("ranker-dev"))
    settled(declared, state)
    later = plan_bundle(declared, at=SOON + timedelta(days=1), state_dir=state, targets=["main"])
    assert [(change.action, change.reasons[0].code) for change in later.changes] == [("revoke", "expired")]
    with pytest.raises(PlanStale):
        apply_plan(later, declared, state_dir=state)


def test_unknown_type_is_unreadable(here) -> None:
    """A target of an unknown type is told with the known ones, and keeps no other from being planned."""
    made = plan_bundle(bundle(here[0], key("ranker-dev")), state_dir=here[1])
    assert "no target type is called `locla`" in made.unreadable["typo"]
    assert made.counts["create"] == 1
    outcome = apply_plan(made, bundle(here[0], key("ranker-dev")), state_dir=here[1])
    assert {each.name: each.status for each in outcome.targets} == {
        "main": "applied",
        "spare": "unchanged",
        "typo": "unreadable",
    }
    assert not outcome.ok


def test_wrong_plan(here) -> None:
    """Another digest than the approved one, or another bundle, is refused before anything is opened."""
    policies, state = here
    declared = bundle(policies, key("ranker-dev"))
    made = plan_bundle(declared, state_dir=state)
    with pytest.raises(PlanStale, match="only `sha256:approved` may be applied"):
        apply_plan(made, declared, state_dir=state, only_digest="sha256:approved")
    with pytest.raises(PlanStale, match="another bundle"):
        apply_plan(made, bundle(policies, key("other")), state_dir=state)
    assert not state.exists()


def test_unknown_target(here) -> None:
    """Asking for a target that is not declared is a mistake."""
    with pytest.raises(KeyError):
        plan_bundle(bundle(here[0]), state_dir=here[1], targets=["nowhere"])


def test_drift(here) -> None:
    """An edit by hand is drift, until the next run takes it back."""
    policies, state = here
    declared = bundle(policies, key("ranker-dev"))
    settled(declared, state)
    assert drift_bundle(declared, state_dir=state, targets=["main"]).ok
    writer = LocalWriter(state / "local.db", "local.db", "meridian")
    found = KeyStore(state / "local.db").authenticate((state / "keys" / "ranker-dev").read_text())
    (observed,) = [change for change in _keys(state) if change.alias == found.key]
    richer = replace(observed, caps={"requests_per_minute": 999})
    writer.update(observed, richer, frozenset({"caps.requests_per_minute"}))
    (drifted,) = drift_bundle(declared, state_dir=state).drifted
    assert (drifted.address, drifted.properties) == ("main/ranker-dev", ("caps.requests_per_minute",))
    settled(declared, state)
    assert drift_bundle(declared, state_dir=state, targets=["main"]).ok


def _keys(state: Path) -> tuple[TargetObject, ...]:
    from remit.targets.local import LocalReader

    return LocalReader(state / "local.db", "local.db").read()


def test_entitlement_is_what_the_target_gets(here) -> None:
    """The models on the target are exactly those of the entitlement that `evaluate` decides by."""
    policies, state = here
    declared = bundle(policies, key("a"), key("b", models="  models: []"))
    settled(declared, state)
    for found in _keys(state):
        assert found.models == declared.resolve(found.alias).models
