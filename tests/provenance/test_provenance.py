"""What nobody approved is held, that change alone; in real clones, with real keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from clone import KEYS, ORG, SIGNERS, key, with_provenance
from organisation import ORGANIZATION
from provenance_place import Place

from remit.reconcile import Plan

Begun = Callable[[str], Place]
OTHER = "policies/other.yaml"


def test_first_commit_needs_approval(place: Place) -> None:
    """Before anything was applied, the commit itself must be approved, and says so itself."""
    commit = place.clone.commit({ORG: with_provenance("recorded"), KEYS: key()})
    assert place.held() == {
        "store/ranker-prod": f"held, because nobody approved `{commit[:12]}`: run `remit audit approve` for it"
    }
    place.approve(commit)
    assert place.apply().ok


def test_nothing_is_required_unless_declared(place: Place) -> None:
    """Without a declaration any commit is applied, and no approval is named."""
    place.clone.commit({ORG: ORGANIZATION, KEYS: key()})
    assert place.apply().ok
    assert {each.approval for each in place.events("created")} == {None}


def test_first_commit_cannot_name_its_signers(place: Place) -> None:
    """A signature is worth nothing where only the signed commit says who may sign; a file of the operator counts."""
    files = {ORG: with_provenance("signed"), KEYS: key(), SIGNERS: place.clone.signers("eve")}
    place.clone.commit(files, by="eve")
    assert list(place.held().values()) == [
        "held, because nothing trusted says who may sign: set `REMIT_ALLOWED_SIGNERS`"
    ]
    operator = place.state.parent / "signers"
    operator.write_text(place.clone.signers("eve"))
    place.environ["REMIT_ALLOWED_SIGNERS"] = str(operator)
    assert place.apply().ok


@pytest.mark.parametrize("require", ["signed", "any"])
def test_signed_commit(begun: Begun, require: str) -> None:
    """A commit signed by an allowed signer explains its changes, and the ledger says by whom."""
    place = begun(require)
    commit = place.clone.commit({KEYS: key(rate=200)}, by="ana")
    assert place.apply().ok
    assert place.events("updated")[-1].approval == f"{commit[:12]} signed by ana@example.invalid"


@pytest.mark.parametrize("by", [None, "eve"])
def test_unsigned_and_foreign(begun: Begun, by: str | None) -> None:
    """Neither no signature nor that of a stranger explains anything."""
    place = begun("signed")
    commit = place.clone.commit({KEYS: key(rate=200)}, by=by)
    why = f"held, because nobody approved `{commit[:12]}`: sign the commit, or put a signed tag on it"
    assert place.held() == {"store/ranker-prod": why}


def test_signed_tag(begun: Begun) -> None:
    """A tag that an allowed signer put on the commit explains it; a tag of a stranger does not."""
    place = begun("signed")
    commit = place.clone.commit({KEYS: key(rate=200)})
    place.clone.tag("wrong", commit, by="eve")
    place.clone.git("tag", "bare", commit)
    assert place.held()
    place.clone.tag("right", commit, by="ana")
    assert not place.held()


def test_signature_of_another_commit(begun: Begun) -> None:
    """A good signature moved to another commit is none."""
    place = begun("signed")
    place.clone.commit({KEYS: key(rate=150)}, by="ana")
    signed = place.clone.git("cat-file", "commit", "HEAD")
    place.clone.commit({KEYS: key(rate=900)})
    tree = place.clone.git("rev-parse", "HEAD^{tree}")
    forged = f"tree {tree}\n{signed.partition(chr(10))[2]}"
    file = place.state.parent / "forged"
    file.write_text(forged)
    made = place.clone.git("hash-object", "-t", "commit", "-w", str(file))
    place.clone.git("reset", "-q", "--hard", made)
    assert place.held()


def test_recorded(begun: Begun) -> None:
    """An approval in the ledger explains a commit where that is enough, and a signature then is not."""
    place = begun("recorded")
    commit = place.clone.commit({KEYS: key(rate=200)}, by="ana")
    assert place.held()
    place.approve(commit)
    assert place.apply().ok
    assert place.events("updated")[-1].approval == f"{commit[:12]} recorded by fay (event {_approval(place)})"


def _approval(place: Place) -> int:
    from remit.ledger import ledger_of

    return [each.seq for each in ledger_of({}, place.state).events(kind="approved")][-1]


def test_only_that_change(begun: Begun) -> None:
    """A change that was approved goes through beside one that was not, and both are told."""
    place = begun("recorded")
    place.clone.commit({KEYS: key(rate=900)})
    good = place.clone.commit({OTHER: key("ranker-dev")})
    place.approve(good)
    outcome = place.apply()
    assert {each.address: each.status for each in outcome.results} == {
        "store/ranker-dev": "in-force",
        "store/ranker-prod": "held",
    }
    assert not outcome.ok
    assert [(each.key, each.note) for each in place.events("blocked")] == [("ranker-prod", "update")]
    place.apply()
    assert len(place.events("blocked")) == 1


def test_held_in_the_document(begun: Begun) -> None:
    """A held change is part of the plan as such, survives a file, and is not among those to do."""
    place = begun("recorded")
    place.clone.commit({KEYS: key(rate=900)})
    plan = place.plan()
    read = Plan.from_json(json.loads(json.dumps(plan.to_json())))
    assert [each.address for target in read.targets for each in target.held] == ["store/ranker-prod"]
    assert read.changes == ()
    assert not read.ok


def test_tightening_goes_through(begun: Begun) -> None:
    """What takes away needs no approval; to give it back, both commits need one."""
    place = begun("recorded")
    first = place.clone.commit({KEYS: key(rate=50)})
    assert [each.status for each in place.apply().results] == ["in-force"]
    second = place.clone.commit({KEYS: key(rate=100)})
    place.approve(second)
    assert f"`{first[:12]}`" in place.held()["store/ranker-prod"]
    place.approve(first)
    assert not place.held()


def test_policy_of_all(begun: Begun) -> None:
    """What concerns everybody, such as a model, holds what it loosens until it is approved."""
    place = begun("recorded")
    more = ORGANIZATION.replace("limits: {requests_per_minute: 800}", "limits: {requests_per_minute: 900}")
    assert more != ORGANIZATION
    commit = place.clone.commit({ORG: more, KEYS: key(rate=850)})
    assert list(place.held()) == ["store/ranker-prod"]
    place.approve(commit)
    assert not place.held()


def test_removed_requirement(begun: Begun) -> None:
    """A commit cannot free itself, nor the next, by taking the requirement away."""
    place = begun("recorded")
    place.clone.commit({ORG: ORGANIZATION})
    place.apply()
    place.clone.commit({KEYS: key(rate=900)})
    assert list(place.held()) == ["store/ranker-prod"]


def test_added_signer(begun: Begun) -> None:
    """A commit cannot let somebody in who signs the next."""
    place = begun("signed")
    place.clone.commit({SIGNERS: place.clone.signers("ana", "eve")}, by="eve")
    place.apply()
    place.clone.commit({KEYS: key(rate=900)}, by="eve")
    assert list(place.held()) == ["store/ranker-prod"]


def test_new_signer(begun: Begun) -> None:
    """Once an allowed signer let somebody in, and that was applied, the newcomer signs."""
    place = begun("signed")
    place.clone.commit({SIGNERS: place.clone.signers("ana", "bo")}, by="ana")
    assert place.apply().ok
    place.clone.commit({KEYS: key(rate=900)}, by="bo")
    assert not place.held()


def test_older_commit(begun: Begun) -> None:
    """An older, approved commit does not come back as if nothing had happened since."""
    place = begun("recorded")
    old = place.clone.head
    place.approve(place.clone.commit({KEYS: key(rate=50)}))
    assert place.apply().ok
    place.clone.git("reset", "-q", "--hard", old)
    assert "revert with a new commit" in place.held()["store/ranker-prod"]


def test_merge(begun: Begun) -> None:
    """Who approves a merge approves what was merged."""
    place = begun("recorded")
    place.clone.git("checkout", "-q", "-b", "work")
    place.clone.commit({KEYS: key(rate=200)})
    place.clone.git("checkout", "-q", "main")
    place.clone.git("merge", "-q", "--no-ff", "-m", "merged", "work")
    assert list(place.held()) == ["store/ranker-prod"]
    place.approve(place.clone.head)
    assert not place.held()


def test_working_directory(begun: Begun) -> None:
    """Files that are at no commit were approved by nobody."""
    place = begun("recorded")
    (place.clone.place / KEYS).write_text(key(rate=900))
    (problem,) = place.plan(None).problems
    assert problem.message == "held, because the policies were not read at a commit: name one with `--ref`"


def test_drift_needs_no_approval(begun: Begun) -> None:
    """What was approved once is put back after somebody changed the target, whatever was committed since."""
    place = begun("recorded")
    place.clone.commit({OTHER: key("ranker-dev"), "policies/models.yaml": _model()})
    place.apply()
    from remit.targets.local import KeyStore  # the file of the target

    assert KeyStore(place.state / "store.db") is not None
    (place.state / "store.db").unlink()
    assert list(place.held()) == ["store/ranker-dev"]
    assert {each.address: each.action for each in place.plan().changes} == {"store/ranker-prod": "create"}


def _model() -> str:
    spec = "{provider: openai, upstream: gpt-4o, tier: economy, scopes: [chat]}"
    return f"apiVersion: remit/v1\nkind: Model\nmetadata: {{name: mid}}\nspec: {spec}\n"


@pytest.mark.parametrize("value", ["signd", "none"])
def test_slip_of_the_pen(place: Place, value: str) -> None:
    """A requirement that does not exist holds everything."""
    place.clone.commit({ORG: ORGANIZATION, KEYS: key()})
    place.environ["REMIT_PROVENANCE"] = value
    assert list(place.held().values()) == ["`REMIT_PROVENANCE` must be `signed`, `recorded` or `any`"]


def test_missing_signers_file(place: Place, tmp_path: Path) -> None:
    """A file of the operator that is not there lets nobody sign."""
    place.clone.commit({ORG: with_provenance("signed"), KEYS: key()}, by="ana")
    place.environ["REMIT_ALLOWED_SIGNERS"] = str(tmp_path / "nowhere")
    (message,) = place.held().values()
    assert message.endswith("cannot be read: set `REMIT_ALLOWED_SIGNERS`")
