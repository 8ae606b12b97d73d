"""What a target asks to be remembered is in the ledger, and only a writer can change it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fakes import Clock
from fakes.openai_admin import OpenAIAdmin

import remit.targets.openai
from remit.bundle import Bundle, compile_tree
from remit.reconcile import (
    State,
    StateFailed,
    apply_plan,
    coverage_bundle,
    drift_bundle,
    plan_bundle,
    revoke_key,
)
from remit.reconcile._inventory import ForgivingInventory, KeptInventory, ReadInventory
from remit.source import open_tree
from remit.targets.openai import OpenAITarget

ENVIRON = {"ADMIN": "sk-admin-1234"}
POLICIES = f"""
apiVersion: remit/v1
kind: Organization
metadata: {{name: meridian}}
spec:
  environments: [prod]
  purposes: [product-search]
  data_classes: [public]
  channels: {{mail: {{url_from: MAIL_URL}}}}
  budget: {{monthly: 900 USD}}
---
apiVersion: remit/v1
kind: Team
metadata: {{name: search}}
spec: {{owners: [ana], budget: {{monthly: 800 USD}}}}
---
apiVersion: remit/v1
kind: Project
metadata: {{name: ranker, team: search}}
spec:
  owners: [ana]
  purposes: [product-search]
  data_classes: [public]
  budget:
    monthly: 700 USD
    alerts: [{{at: 80%, notify: [mail]}}]
---
apiVersion: remit/v1
kind: Model
metadata: {{name: swift}}
spec: {{provider: openai, upstream: gpt-4o, tier: standard, scopes: [chat], data_classes: [public]}}
---
apiVersion: remit/v1
kind: Target
metadata: {{name: main}}
spec:
  type: openai
  credentials_from: ADMIN
  alert_recipients: [ana@example.org]
  limits: {{delete: {{max_percent: 100%}}, revoke: {{max_percent: 100%}}}}
---
apiVersion: remit/v1
kind: Key
metadata: {{name: ranker-prod, team: search, project: ranker}}
spec:
  environment: prod
  owner: ana
  purposes: [product-search]
  data_classes: [public]
  models: [swift]
  expires: {datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}
  limits: {{requests_per_minute: 60}}
  targets: [main]
"""


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> OpenAIAdmin:
    made = OpenAIAdmin(clock=Clock())
    monkeypatch.setattr(remit.targets.openai, "TYPE", OpenAITarget(made.transport(), interval=0))
    return made


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "all.yaml").write_text(POLICIES)
    compilation = compile_tree(open_tree(tmp_path / "policies"))
    assert compilation.bundle is not None, compilation.findings
    return compilation.bundle


def test_from_yaml_to_openai_and_back(fake: OpenAIAdmin, bundle: Bundle, tmp_path: Path) -> None:
    """Planning writes nothing, applying fills the inventory, and revoking empties what it says of the key."""
    where = {"state_dir": tmp_path / "state", "environ": ENVIRON}
    made = plan_bundle(bundle, **where)
    assert [change.action for change in made.changes] == ["create", "create"]
    assert fake.journal.writes == ()
    outcome = apply_plan(made, bundle, **where)
    assert outcome.ok, outcome
    assert plan_bundle(bundle, **where).empty
    assert drift_bundle(bundle, **where).ok
    kinds = sorted(name.partition(":")[0] for name in KeptInventory(State(where["state_dir"]), "main"))
    assert kinds == ["key", "project", "rate"]
    (alert,) = (row for _, row in fake.tables.rows("alerts"))
    assert alert["threshold_amount"] == 56_000
    assert [row["model_ids"] for _, row in fake.tables.rows("permissions")] == [["gpt-4o"]]
    assert [row for _, row in fake.tables.rows("rates")] == [{"max_requests_per_1_minute": 60}]
    assert coverage_bundle(bundle, ask=True, **where) == coverage_bundle(bundle, **where)
    assert [each.status for each in revoke_key(bundle, "ranker-prod", "leaked", **where)] == ["revoked"]
    assert list(fake.tables.rows("keys")) == []
    assert plan_bundle(bundle, **where).empty
    assert fake.violations == []


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path / "state")


def test_an_inventory_is_kept(state: State, tmp_path: Path) -> None:
    """What one process notes another one reads, of its own target only, and going through it reads anew."""
    kept, read = KeptInventory(state, "main"), ReadInventory(State(tmp_path / "state"), "main")
    assert (dict(read), len(kept)) == ({}, 0)
    kept["a"], kept["b"] = "1", "2"
    del kept["b"]
    assert (dict(read), read["a"], read.get("b")) == ({"a": "1"}, "1", None)
    assert dict(KeptInventory(state, "other")) == {}
    with pytest.raises(KeyError):
        del kept["b"]


def test_a_reader_cannot_change_it(state: State) -> None:
    """Neither set nor drop."""
    read = ReadInventory(state, "main")
    with pytest.raises(TypeError, match="inventory of `main` is only read here"):
        read["a"] = "1"
    with pytest.raises(TypeError, match="change it from a writer"):
        del read["a"]


class Broken(State):
    """A ledger that fails."""

    def memory(self):
        raise StateFailed("it is gone")

    note = unnote = lambda self, *arguments: self.memory()


def test_a_broken_ledger_does_not_keep_from_revoking(tmp_path: Path) -> None:
    """Where a key must be revoked, nothing is remembered and nothing is raised; else it is."""
    broken = Broken(tmp_path / "state")
    forgiving = ForgivingInventory(broken, "main")
    forgiving["a"] = "1"
    assert (dict(forgiving), forgiving.pop("a", None)) == ({}, None)
    kept = KeptInventory(broken, "main")
    with pytest.raises(StateFailed):
        kept["a"] = "1"
    with pytest.raises(StateFailed):
        dict(kept)
