"""Whole runs over a fake OpenAI organisation: plan, apply, nothing left to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fakes import Clock, Dropped, Stale, Status, Timeout
from fakes.openai_admin import OpenAIAdmin
from openai_place import ADMIN, ORGANIZATION, Place
from simulated import World, actions, entitlement, statuses

from remit.bundle import Entitlement
from remit.reconcile import State
from remit.reconcile._inventory import KeptInventory
from remit.reconcile._usage import usage
from remit.targets import Marker
from remit.targets.openai._names import KeyPlace

NOW = datetime.now(UTC).replace(microsecond=0)
OVERLAP = timedelta(hours=2)


class Office(World):
    """A world whose only target is OpenAI; its clock is the fake's."""

    fake: OpenAIAdmin
    place: Place

    def pass_time(self, **by: float) -> None:
        self.now += timedelta(**by)
        self.fake.clock.advance(**by)

    def settle(self) -> dict[str, str]:
        """Apply, and check that there is nothing left to do."""
        outcome = self.apply()
        assert set(statuses(outcome).values()) <= {"in-force"}, outcome
        assert self.plan().targets[0].pending == ()
        return statuses(outcome)

    def value(self, key: str = "ranker-prod") -> str:
        """What the sink was given last."""
        return self.vault.values[f"vault:{key}"]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    fake = OpenAIAdmin(clock=Clock(NOW))
    directory = tmp_path / "state"
    made = Office(directory, now=NOW, spaces={"gateway": ("project",)})
    inventory = KeptInventory(State(directory), "gateway")
    made.fake, made.place = fake, Place(fake, tmp_path, inventory=inventory)  # type: ignore[arg-type]
    made.gateways = {"gateway": made.place}  # type: ignore[dict-item]
    yield made
    assert fake.violations == []


def wish(key: str = "ranker-prod", **changes: object) -> Entitlement:
    usual: dict[str, object] = {
        "models": ("gpt-4o", "gpt-4o-mini"),
        "expires": NOW + timedelta(days=60),
        "caps": {"requests_per_minute": 60},
        "budgets": {"key.monthly": 500, "project.monthly": 900},
    }
    return entitlement(key, **{**usual, **changes})


def test_from_nothing_to_in_sync(office: Office) -> None:
    """A project and its keys are made, values go to their sinks, and the second plan is empty."""
    office.declare(wish(), wish("ranker-dev"))
    assert actions(office.plan()) == {
        "gateway/project:ranker": "create",
        "gateway/ranker-dev": "create",
        "gateway/ranker-prod": "create",
    }
    office.settle()
    assert actions(office.plan()) == {}
    assert [office.place.call(office.value(key)).status_code for key in ("ranker-prod", "ranker-dev")] == [200, 200]
    (project,) = office.place.rows("")
    rates = office.place.rows(f"/{project['id']}/rate_limits")
    assert [row["max_requests_per_1_minute"] for row in rates] == [120, 120]
    office.place.opened()
    assert office.plan().targets[0].pending == ()


def test_budgets_and_caps_change_both_ways(office: Office) -> None:
    """What is taken is taken before what is given is given."""
    office.declare(wish())
    office.settle()
    office.fake.journal.clear()
    office.declare(wish(models=("gpt-4o",), budgets={"project.monthly": 2000}))
    office.settle()
    written = [entry.request.path.rsplit("/", 1)[1] for entry in office.fake.journal.effective]
    assert written == ["model_permissions", "rl-gpt-4o-mini", "spend_limit"]
    assert office.place.call(office.value(), "gpt-4o-mini").status_code == 403


def test_drift_is_put_right(office: Office) -> None:
    """What somebody changed by hand is as declared again."""
    office.declare(wish())
    office.settle()
    (project,) = (row["id"] for row in office.place.rows(""))
    office.place.post(f"/{project}", name="Ranking")
    office.place.post(f"/{project}/model_permissions", mode="allow_list", model_ids=["gpt-4o"])
    office.place.admin.delete(f"organization/projects/{project}/spend_limit")
    (drifted,) = office.plan().targets[0].drift
    assert drifted.properties == ("alias", "budgets.project.monthly", "models")
    office.settle()
    assert str(Marker(ORGANIZATION, "project:ranker", project)) == office.place.rows("")[0]["name"]


def test_a_rate_above_the_organizations(office: Office) -> None:
    """It is held to that of the organisation, and is not tried at every run."""
    office.declare(*(wish(f"k{number}", caps={"requests_per_minute": 400}) for number in range(2)))
    office.settle()
    (project,) = office.place.rows("")
    rates = office.place.rows(f"/{project['id']}/rate_limits")
    assert [row["max_requests_per_1_minute"] for row in rates] == [500, 500]


def test_a_cap_that_is_dropped_restores_the_limit(office: Office) -> None:
    """As it was before the first change, which the ledger remembers."""
    office.declare(wish())
    office.settle()
    office.place.inventory = KeptInventory(State(office.directory), "gateway")  # type: ignore[assignment]
    office.place.opened()
    office.declare(wish(caps={}))
    office.settle()
    (project,) = office.place.rows("")
    rates = office.place.rows(f"/{project['id']}/rate_limits")
    assert [row["max_requests_per_1_minute"] for row in rates] == [500, 500]


def test_expiry_is_sent_when_it_changes(office: Office) -> None:
    """Not at every run, for it would be counted anew."""
    office.declare(wish())
    office.settle()
    office.pass_time(days=3)
    office.settle()
    assert office.fake.journal.of("POST", "*/api_keys/*") == ()
    office.declare(wish(expires=NOW + timedelta(days=90)))
    office.settle()
    assert len(office.fake.journal.of("POST", "*/api_keys/*")) == 1
    office.pass_time(days=88)
    assert office.place.call(office.value()).status_code == 401


def test_rotation_overlaps(office: Office) -> None:
    """Both values work for a while, then the former does not; the account stays."""
    office.declare(wish(rotate_overlap=OVERLAP))
    office.settle()
    former = office.value()
    office.rotate = ("ranker-prod",)
    assert statuses(office.apply()) == {"gateway/ranker-prod": "in-force"}
    office.rotate = ()
    assert [office.place.call(value).status_code for value in (former, office.value())] == [200, 200]
    assert former != office.value()
    office.settle()
    office.pass_time(hours=3)
    office.settle()
    assert [office.place.call(value).status_code for value in (former, office.value())] == [401, 200]
    aliases = [each.alias for each in office.place.read() if each.kind == "key"]
    assert aliases == ["ranker-prod~2"]


NEW_VALUES = [{"expires": None}, {"project": "maps"}, {"project": "maps", "expires": None, "scopes": ("images",)}]


@pytest.mark.parametrize("changes", NEW_VALUES, ids=repr)
def test_what_only_a_new_key_can_have(office: Office, changes: dict[str, object]) -> None:
    """Without an end, or in another project, it is another key: the plan rotates, and both values work for a while."""
    office.declare(wish())
    office.settle()
    former = office.value()
    office.declare(wish(rotate_overlap=OVERLAP, **changes))
    made = office.plan()
    (rotation,) = (each for target in made.targets for each in target.changes if each.action == "rotate")
    assert "cannot be changed there, so it gets a new value" in rotation.reasons[0].message
    office.settle()
    assert [office.place.call(value).status_code for value in (former, office.value())] == [200, 200]
    office.pass_time(hours=3)
    office.apply()
    office.settle()
    assert [office.place.call(value).status_code for value in (former, office.value())] == [401, 200]
    (key,) = (each for each in office.place.read() if each.kind == "key")
    assert {name: getattr(key, name) for name in changes} == changes
    assert len(office.place.rows("")) == 1


def test_what_a_person_set_and_nothing_can_take_back(office: Office) -> None:
    """A key that somebody let expire is said, with what to do, and keeps nothing else from being made so."""
    office.declare(wish())
    office.settle()
    (key,) = (each for each in office.place.read() if each.kind == "key")
    where = KeyPlace.of(key.id)
    office.place.post(f"/{where.project}/api_keys/{where.key}", expires_in_seconds=86_400)
    office.pass_time(days=2)
    office.declare(wish(), wish("ranker-dev"))
    (problem,) = office.plan().problems
    assert (problem.code, problem.key) == ("fixed", "ranker-prod")
    assert problem.message == "`expires` was changed there, and cannot be changed back: rotate it"
    assert statuses(office.apply())["gateway/ranker-dev"] == "in-force"
    office.rotate = ("ranker-prod",)
    office.apply()
    office.rotate = ()
    office.pass_time(days=2)
    office.settle()
    assert office.plan().problems == ()


def test_an_expired_key_comes_back(office: Office) -> None:
    """OpenAI changes nothing on a key that has expired, so one that is declared for longer gets a new value."""
    office.declare(wish(expires=NOW + timedelta(days=2)), wish("ranker-dev"))
    office.settle()
    former = office.value()
    office.pass_time(days=3)
    office.declare(wish(expires=NOW + timedelta(days=60), scopes=("images",)), wish("ranker-dev"))
    office.settle()
    assert [office.place.call(value).status_code for value in (former, office.value())] == [401, 200]


def test_scopes_that_have_nothing_in_common(office: Office) -> None:
    """No moment without any, for to OpenAI that would be all of them."""
    office.declare(wish(scopes=("chat",)))
    office.settle()
    office.fake.journal.clear()
    office.declare(wish(scopes=("embeddings",)))
    office.settle()
    assert [entry.request.json()["scopes"] for entry in office.fake.journal.writes] == [["model.request"]]


def test_revoked_and_back(office: Office) -> None:
    """A key that is suspended is gone, and one that comes back has a new value; its project stays."""
    office.declare(wish(), wish("ranker-dev"))
    office.settle()
    former = office.value()
    office.declare(wish(suspended=True), wish("ranker-dev"))
    assert actions(office.plan())["gateway/ranker-prod"] == "revoke"
    office.settle()
    assert office.place.call(former).status_code == 401
    office.settle()
    office.declare(wish(), wish("ranker-dev"))
    office.settle()
    assert [office.place.call(value).status_code for value in (former, office.value())] == [401, 200]


def test_the_last_key_takes_its_project_along(office: Office) -> None:
    """Keys first, then the project is archived; a project that somebody uses is not."""
    office.specs = {"gateway": {"allow_empty": True}}
    office.declare(wish())
    office.settle()
    (project,) = (row["id"] for row in office.place.rows(""))
    account = office.place.post(f"/{project}/service_accounts", name="by hand")["id"]
    office.declare()
    assert statuses(office.apply()) == {"gateway/ranker-prod": "in-force", "gateway/project:ranker": "failed"}
    office.place.admin.delete(f"organization/projects/{project}/service_accounts/{account}")
    office.settle()
    assert office.place.rows("") == []
    assert dict(office.place.inventory) == {}


LOST = [Timeout(after_effect=True), Dropped(), Status(500, after_effect=True)]


@pytest.mark.parametrize("path", ["*/projects", "*/service_accounts", "*/service_accounts/*/api_keys"])
@pytest.mark.parametrize("fault", LOST, ids=repr)
def test_unknown_creations_end_well(office: Office, path: str, fault: object) -> None:
    """A run or two later there is one project and one key, and its value is known."""
    office.declare(wish())
    office.fake.faults.fail_next("POST", path, fault)  # type: ignore[arg-type]
    office.apply()
    office.place.opened()
    office.apply()
    office.settle()
    assert len(office.place.rows("")) == 1
    assert [each.alias for each in office.place.read() if each.kind == "key"] == ["ranker-prod"]
    assert office.place.call(office.value()).status_code == 200


def test_a_project_that_was_made_twice(office: Office) -> None:
    """Its answer was lost, it did not show, and it was made again: one of both is finished, the other one goes."""
    office.declare(wish())
    office.fake.faults.fail_next("POST", "*/projects", Timeout(after_effect=True), times=2)
    office.apply()
    office.fake.faults.fail_next("GET", "*/projects", Stale(), times=3)
    office.apply()
    assert len(office.place.rows("")) == 2
    office.place.opened()
    office.apply()
    office.settle()
    assert len(office.place.rows("")) == 1
    assert office.place.call(office.value()).status_code == 200


def test_throttled(office: Office) -> None:
    """Patience, as long as it asks for."""
    office.declare(wish())
    for method, path in (("GET", "*/projects"), ("POST", "*/model_permissions"), ("POST", "*/service_accounts/*")):
        office.fake.faults.fail_next(method, path, Status(429, retry_after=7), times=2)
    assert {"in-force"} == set(statuses(office.apply()).values())
    assert office.sleeps.count(7.0) == 6


def test_reads_that_lag_behind(office: Office) -> None:
    """What was accepted and does not show yet is read again."""
    office.declare(wish())
    office.settle()
    office.declare(wish(expires=NOW + timedelta(days=90)))
    made = office.plan()
    office.on_write = lambda: office.fake.faults.fail_next("GET", "*/api_keys", Stale(), times=2)
    assert {"in-force"} == set(statuses(office.apply(made, on_progress=lambda progress: office.on_write())).values())
    assert office.sleeps[-2:] == [1.0, 2.0]


def test_an_unmarked_project_of_the_name(office: Office) -> None:
    """It is a conflict, and left alone; with `adopt` it becomes ours."""
    project = office.place.post("", name="ranker")["id"]
    before = dict(office.fake.project(project))
    office.declare(wish())
    assert [problem.code for problem in office.plan().problems] == ["conflict"]
    office.apply()
    assert before == dict(office.fake.project(project))
    office.place.spec = {"adopt": True}
    office.specs = {"gateway": {"adopt": True}}
    office.place.opened()
    assert actions(office.plan())["gateway/project:ranker"] == "adopt"
    office.settle()
    assert [project] == [row["id"] for row in office.place.rows("")]


def test_a_copied_marker_is_not_ours(office: Office) -> None:
    """Neither a project nor a key is taken over, or deleted, by its name."""
    office.declare(wish())
    office.settle()
    (project,) = office.place.rows("")
    copy = office.place.post("", name=project["name"])["id"]
    account = office.place.post(f"/{copy}/service_accounts", name="x", create_service_account_only=True)["id"]
    (key,) = office.place.rows(f"/{project['id']}/api_keys")
    office.place.post(f"/{copy}/service_accounts/{account}/api_keys", name=key["name"])
    office.specs = {"gateway": {"allow_empty": True}}
    office.declare()
    office.settle()
    assert [copy] == [row["id"] for row in office.place.rows("")]
    assert len(office.place.rows(f"/{copy}/api_keys")) == 1


def test_keys_that_nobody_uses(office: Office) -> None:
    """Found by the time that OpenAI tells, or by their age where nobody ever used them."""
    office.declare(wish(), wish("ranker-dev"))
    office.settle()
    office.pass_time(days=20)
    assert office.place.call(office.value()).status_code == 200
    office.pass_time(days=15)
    memory = State(office.directory).memory()
    found = usage({"gateway": office.place.reader}, memory, ORGANIZATION, office.now)
    assert [use.key for use in found.unused(timedelta(days=30))] == ["ranker-dev"]
    assert [use.key for use in found.unused(timedelta(days=15))] == ["ranker-dev", "ranker-prod"]
    assert found.silent == {}


def test_secrets_are_nowhere(office: Office) -> None:
    """Neither in plans and outcomes nor in the ledger."""
    office.declare(wish())
    made = office.plan()
    outcome = office.apply(made)
    everything = f"{made!r}{outcome!r}".encode() + b"".join(
        path.read_bytes() for path in office.directory.rglob("*") if path.is_file()
    )
    assert KeyPlace.of(next(iter(office.place.values))).key.encode() in everything
    for secret in (office.value(), ADMIN):
        assert secret.encode() not in everything
