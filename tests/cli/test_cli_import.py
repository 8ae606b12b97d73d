"""Keys that exist already become declarations, and adopting them changes nothing that anybody feels."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
import yaml
from command_line import Run, changed
from fakes import Clock
from fakes.litellm import LiteLLM

from remit.targets import TargetObject
from remit.targets.litellm._target import LiteLLMTarget
from remit.targets.local import KeyStore
from remit.targets.local._target import LocalWriter

pytest_plugins = ("command_fixtures",)
MASTER = {"Authorization": "Bearer sk-master-1234"}
ADOPT = ("{type: local, path: store.db}", "{type: local, path: store.db, adopt: true}")


def made_by_hand(place: Path, *keys: TargetObject) -> list[str]:
    """Keys in the store without a marker; gives their values."""
    (place / ".remit").mkdir(exist_ok=True)
    writer = LocalWriter(place / ".remit/store.db", "store.db", "acme")
    values = []
    for key in keys:
        created = writer.create(key, "n")
        assert created.value is not None
        values.append(created.value.reveal())
        found = TargetObject(key.alias, created.id)
        writer.update(found, TargetObject(key.alias), frozenset(("marker",)))
    return values


FULL = TargetObject(
    "old-one",
    team="search",
    project="ranker",
    environment="prod",
    models=("mini",),
    scopes=("chat",),
    purposes=("product-search",),
    data_classes=("public",),
    caps={"requests_per_minute": 30},
    expires=datetime(2030, 1, 1, tzinfo=UTC),
)


def test_import_and_adopt(run: Run, place: Path) -> None:
    """What is written checks, the plan that adopts it changes no bound, and the value in use stays in use."""
    (value,) = made_by_hand(place, FULL)
    ran = run("import", "store", "--out", "policies/imported")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("1 key written: run `remit check`")
    document = yaml.safe_load((place / "policies/imported/old-one.yaml").read_text())
    assert document["metadata"] == {"name": "old-one", "team": "search", "project": "ranker"}
    assert document["spec"]["limits"] == {"requests_per_minute": 30}
    changed(place / "policies/organization.yaml", *ADOPT)
    assert run("check").code == 0
    plan = json.loads(run("plan", "--json").out)
    (change,) = [each for each in plan["resource_changes"] if each["address"] == "store/old-one"]
    assert change["change"]["actions"] == ["adopt"]
    assert {each["direction"] for each in change["change"]["properties"] if each["name"] == "models"} <= {"neutral"}
    assert run("apply", "--yes").code == 0
    assert run("plan").code == 0
    found = KeyStore(place / ".remit/store.db").authenticate(value)
    assert found is not None
    assert found.key == "old-one"


def test_import_to_stdout(run: Run, place: Path) -> None:
    """Without a directory it is one file; what is not bounded is spelt out, and a remark says so."""
    made_by_hand(place, TargetObject("bare"), FULL)
    out = run("import", "store", "--project", "ranker", "--environment", "dev").out
    bare, full = yaml.safe_load_all(out)
    assert bare["spec"]["models"] == ["grand", "mini"]
    assert "# models: not bounded on the target; what is declared today is listed\n" in out
    assert full["metadata"]["name"] == "old-one"


LEFT = [
    (TargetObject("Old Key", project="ranker", environment="dev"), "its name on the target is no name of a key"),
    (TargetObject("strange", environment="dev", team="sales"), "nothing says which project it belongs to, and `sales`"),
    (TargetObject("lost", project="ranker", environment="moon"), "environment it is used, and `moon` is not declared"),
]


@pytest.mark.parametrize(("key", "why"), LEFT)
def test_import_leaves_out(run: Run, place: Path, key: TargetObject, why: str) -> None:
    """What cannot be declared is a comment with its remedy."""
    made_by_hand(place, key)
    ran = run("import", "store")
    assert yaml.safe_load(ran.out) is None
    assert why in ran.out
    assert run("import", "store", "--out", "left").out.startswith("0 keys written, 1 that cannot be declared")
    assert why in (place / "left/not-imported.txt").read_text()


def test_import_remarks(run: Run, place: Path) -> None:
    """What no key can declare, and words that the organisation does not have, are remarks; no line is lost."""
    more = TargetObject(
        "odd\u2028",
        project="ranker",
        environment="dev",
        models=("mini", "gone"),
        model_caps={"requests_per_minute.mini": 3},
        enabled=False,
    )
    made_by_hand(place, TargetObject(**{**{n: getattr(more, n) for n in TargetObject.__slots__}, "alias": "odd"}), more)
    out = run("import", "store").out
    assert "# models: `gone` on the target, not declared here, so left out\n" in out
    assert "# `model_caps.requests_per_minute.mini`: on the target, and no key can declare it\n" in out
    assert "\u2028" not in out
    assert [each["spec"]["suspended"] for each in yaml.safe_load_all(out) if each] == [True]


def test_import_overwrites_nothing(run: Run, place: Path) -> None:
    """A file that is there keeps all from being written."""
    made_by_hand(place, FULL)
    (place / "out").mkdir()
    (place / "out/old-one.yaml").write_text("mine")
    ran = run("import", "store", "--out", "out")
    assert ran.code == 1
    assert "would be overwritten" in ran.err
    assert (place / "out/old-one.yaml").read_text() == "mine"


def test_import_of_the_unreadable(run: Run, place: Path) -> None:
    """A target that cannot be read is an error, not an empty answer."""
    (place / ".remit").mkdir()
    (place / ".remit/store.db").write_text("no database " * 100)
    assert run("import", "store").code == 1
    assert run("import", "nowhere").code == 64


@pytest.fixture
def proxy(place: Path, monkeypatch: pytest.MonkeyPatch) -> LiteLLM:
    """The fake of LiteLLM as the target `gateway`."""
    fake = LiteLLM(clock=Clock(datetime.now(UTC)), models={"mini": 0.5, "grand": 0.0})
    spec = "{type: litellm, url: 'http://fake.test', credentials_from: MASTER_KEY, adopt: true}"
    text = f"apiVersion: remit/v1\nkind: Target\nmetadata: {{name: gateway}}\nspec: {spec}\n"
    (place / "policies/gateway.yaml").write_text(text)
    monkeypatch.setenv("MASTER_KEY", "sk-master-1234")
    monkeypatch.setattr("remit.targets.litellm.TYPE", LiteLLMTarget(transport=fake.transport()))
    return fake


def generated(proxy: LiteLLM, **body: object) -> str:
    with proxy.client(headers=MASTER) as admin:
        return admin.post("/key/generate", json=body).json()["key"]


def test_import_from_litellm(run: Run, place: Path, proxy: LiteLLM) -> None:
    """A key of a proxy becomes a declaration, and is adopted with the value and the limits it has."""
    value = generated(proxy, key_alias="hand-made", models=["mini"], rpm_limit=7, max_budget=20, budget_duration="1mo")
    out = run("import", "gateway", "--project", "ranker", "--environment", "prod").out
    (document,) = yaml.safe_load_all(out)
    assert document["spec"]["limits"] == {"requests_per_minute": 7}
    assert document["spec"]["budget"] == {"monthly": "20 USD"}
    (place / "policies/imported.yaml").write_text(out)
    assert run("check").code == 0
    plan = json.loads(run("plan", "--json", "--target", "gateway").out)
    (change,) = [each for each in plan["resource_changes"] if each["address"] == "gateway/hand-made"]
    assert change["change"]["actions"] == ["adopt"]
    touched = {each["name"] for each in change["change"]["properties"]}
    assert touched & {"models", "caps.requests_per_minute", "budgets.key.monthly"} == set()
    assert run("apply", "--yes", "--target", "gateway").code == 0
    assert proxy.key(value) is not None
    assert run("plan", "--target", "gateway").code == 0


def test_unused_keys(run: Run, place: Path, proxy: LiteLLM) -> None:
    """A proxy knows when a key was last used and what it cost; a store that keeps no account is named."""
    changed(place / "policies/keys.yaml", "targets: [store]", "targets: [gateway]")
    assert run("apply", "--yes").code == 0
    assert "never" in run("keys").out
    value = (place / ".remit/keys/ranker-prod").read_text().strip()
    with proxy.client(headers={"Authorization": f"Bearer {value}"}) as client:
        reply: httpx2.Response = client.post(
            "/v1/chat/completions", json={"model": "mini", "messages": [], "user": "ana"}
        )
        assert reply.status_code == 200
    today = datetime.now(UTC)
    soon, late = ((today + timedelta(days=days)).isoformat() for days in (5, 50))
    rows = json.loads(run("keys", "--json", "--now", soon).out)
    assert [(each["key"], each["spend"]) for each in rows["keys"]] == [("ranker-prod", "0.50 USD")]
    assert rows["silent"] == {"store": "it does not say when a key was last used"}
    assert "ranker-prod" not in run("keys", "--unused", "30d", "--now", soon).out
    assert f"ranker-prod  {today:%Y-%m}" in run("keys", "--unused", "30d", "--now", late).out


def test_unused_slip_of_the_pen(run: Run) -> None:
    """What is no duration is refused."""
    assert run("keys", "--unused", "a while").code == 64
