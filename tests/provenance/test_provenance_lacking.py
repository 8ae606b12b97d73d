"""What approvals need and is not there: one sentence says which and what to do, and what gives more is held."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from clone import KEYS, ORG, Clone, key, with_provenance
from organisation import ORGANIZATION
from provenance_place import Place

from remit.bundle import Bundle, load_bundle, save_bundle
from remit.decide import bundle_at
from remit.provenance import Provenance, ProvenanceFailed, Repository
from remit.reconcile import apply_plan, plan_bundle

Begun = Callable[[str], Place]
ADDRESS = "store/ranker-prod"


@pytest.fixture
def only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Leaves these programs on the PATH, and no other."""

    def leave(*programs: str) -> None:
        directory = tmp_path / "programs"
        directory.mkdir()
        for name in programs:
            found = shutil.which(name)
            assert found is not None
            (directory / name).symlink_to(found)
        monkeypatch.setenv("PATH", str(directory))

    return leave


def held(place: Place, bundle: Bundle, policies: Path) -> dict[str, str]:
    """Why, by address, as planned; applying holds the same and changes nothing."""
    options = {"state_dir": place.state, "environ": place.environ, "policies": policies}
    store, made = place.state / "store.db", plan_bundle(bundle, **options)
    before = store.read_bytes() if store.exists() else b""
    outcome = apply_plan(made, bundle, **options)
    assert {each.address for each in outcome.results if each.status == "held"} == {
        f"{target.name}/{change.key}" for target in made.targets for change in target.held
    }
    assert (store.read_bytes() if store.exists() else b"") == before
    return {each.address: each.message for each in made.problems if each.code == "unapproved"}


def cut_off(place: Place, *options: str) -> Place:
    """The same policies in a clone of the clone."""
    other = place.clone.place.parent / "cut-off"
    place.clone.git("clone", "-q", *options, f"file://{place.clone.place}", str(other))
    return replace(place, clone=Clone(other, place.clone.keys))


def saved(place: Place) -> tuple[Bundle, Path]:
    """As it comes out of a file far from any clone, and the file."""
    file = place.state.parent / "elsewhere" / "policies.bundle"
    file.parent.mkdir(exist_ok=True)
    save_bundle(bundle_at(place.policies, "HEAD"), file)
    return load_bundle(file), file


def test_no_git(begun: Begun, only: Callable[..., None]) -> None:
    """Without git nobody knows what was approved."""
    place = begun("signed")
    place.clone.commit({KEYS: key(rate=200)}, by="ana")
    bundle = bundle_at(place.policies, "HEAD")
    only("ssh-keygen")
    message = "held, because the history cannot be read: `git` is not installed: install it where this runs"
    assert held(place, bundle, place.policies) == {ADDRESS: message}


def test_git_goes_away(begun: Begun, only: Callable[..., None]) -> None:
    """The same where it was there a moment ago."""
    place = begun("recorded")
    repository = Repository.around(place.policies)
    assert repository is not None
    judge = Provenance(repository, place.clone.head, None, lambda commit: (), {})
    only()
    assert "`git` is not installed" in judge.cover("c0ffee").missing
    with pytest.raises(ProvenanceFailed, match="install it"):
        Repository.around(place.policies)


RUNS: list[tuple[Sequence[str], int, str]] = [
    (("plan",), 2, ""),
    (
        ("plan", "--ref", "HEAD"),
        1,
        "`git` is not installed, and without it no commit can be read: install it, or leave the reference out\n",
    ),
]


@pytest.mark.parametrize(("words", "code", "said"), RUNS)
def test_no_git_on_the_command_line(place: Place, words: Sequence[str], code: int, said: str) -> None:
    """Where nothing needs git nothing misses it; what needs it says so in one sentence."""
    place.clone.commit({ORG: with_provenance("recorded").replace("provenance", "# provenance"), KEYS: key()})
    command = [sys.executable, "-m", "remit", *words, "--state", str(place.state)]
    environ = {**os.environ, "PATH": str(place.state), "REMIT_CACHE_DIR": str(place.state)}
    ran = subprocess.run(command, cwd=place.clone.place, env=environ, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr.partition(": ")[2].partition(": ")[2]) == (code, said)


@pytest.mark.parametrize("require", ["signed", "any"])
def test_no_keygen(begun: Begun, only: Callable[..., None], require: str) -> None:
    """A signature that nobody can check counts for nothing."""
    place = begun(require)
    place.clone.commit({KEYS: key(rate=200)}, by="ana")
    only("git")
    message = "held, because signatures cannot be checked: install `ssh-keygen` of OpenSSH 8.2 or newer"
    assert held(place, bundle_at(place.policies, "HEAD"), place.policies) == {ADDRESS: message}


def test_no_ssh_keygen_and_an_approval_in_the_ledger(begun: Begun, only: Callable[..., None]) -> None:
    """Where either will do, what the ledger knows needs no signature that can be checked."""
    place = begun("any")
    place.approve(place.clone.commit({KEYS: key(rate=200)}, by="ana"))
    only("git")
    assert place.apply().ok


@pytest.mark.parametrize("require", ["signed", "recorded"])
def test_shallow_clone(begun: Begun, require: str) -> None:
    """Where the history ends after the commit that was applied last, everything that gives more is held until the
    rest is fetched."""
    place = begun(require)
    base = place.clone.head
    for rate in (150, 200):
        commit = place.clone.commit({KEYS: key(rate=rate)}, by="ana")
        place.approve(commit)
    shallow = cut_off(place, "--depth", "1")
    message = f"held, because the clone does not hold `{base[:12]}`, it is shallow: run `git fetch --unshallow` in it"
    assert held(shallow, bundle_at(shallow.policies, "HEAD"), shallow.policies) == {ADDRESS: message}
    shallow.clone.git("fetch", "-q", "--unshallow")
    assert shallow.apply().ok


def test_deep_enough(begun: Begun) -> None:
    """A shallow clone that reaches back to what was applied last will do."""
    place = begun("signed")
    place.clone.commit({KEYS: key(rate=200)}, by="ana")
    assert cut_off(place, "--depth", "2").apply().ok


def test_clone_that_is_behind(begun: Begun) -> None:
    """A bundle of a newer commit than the clone beside it has."""
    place = begun("recorded")
    behind = cut_off(place)
    commit = place.clone.commit({KEYS: key(rate=200)})
    message = f"held, because the clone does not hold `{commit[:12]}`, it is older or another: run `git fetch` in it"
    assert held(place, bundle_at(place.policies, "HEAD"), behind.policies) == {ADDRESS: message}


NOWHERE = "held, because there is no clone here that holds the history of the policies: run where one is"


@pytest.mark.parametrize("require", ["signed", "recorded", "any"])
def test_saved_bundle(begun: Begun, require: str) -> None:
    """A bundle without the clone it came from cannot say what happened since it was applied last."""
    place = begun(require)
    place.approve(place.clone.commit({KEYS: key(rate=200)}, by="ana"))
    bundle, file = saved(place)
    assert held(place, bundle, file) == {ADDRESS: NOWHERE}


def test_saved_bundle_that_takes_away(begun: Begun) -> None:
    """What only takes away goes through from a saved bundle, too."""
    place = begun("signed")
    place.clone.commit({KEYS: key(rate=50)})
    bundle, file = saved(place)
    options = {"state_dir": place.state, "environ": place.environ, "policies": file}
    assert [each.status for each in apply_plan(plan_bundle(bundle, **options), bundle, **options).results] == [
        "in-force"
    ]


def test_first_bundle(place: Place) -> None:
    """Before anything was applied: an approval in the ledger will do, a signature that lies elsewhere will not."""
    place.environ["REMIT_ALLOWED_SIGNERS"] = str(place.state.parent / "signers")
    Path(place.environ["REMIT_ALLOWED_SIGNERS"]).write_text(place.clone.signers("ana"))
    commit = place.clone.commit({ORG: with_provenance("signed"), KEYS: key()}, by="ana")
    bundle, file = saved(place)
    assert held(place, bundle, file) == {ADDRESS: NOWHERE}
    place.environ["REMIT_PROVENANCE"] = "any"
    assert "run `remit audit approve` for it" in held(place, bundle, file)[ADDRESS]
    place.approve(commit)
    options = {"state_dir": place.state, "environ": place.environ, "policies": file}
    assert apply_plan(plan_bundle(bundle, **options), bundle, **options).ok


def applied_elsewhere(place: Place) -> dict[str, str]:
    """What is held, and why, when the bundle at HEAD is applied far from its clone."""
    bundle, file = saved(place)
    options = {"state_dir": place.state, "environ": place.environ, "policies": file}
    made = plan_bundle(bundle, **options)
    assert apply_plan(made, bundle, **options).ok is made.ok
    return {each.address: each.message for each in made.problems if each.code == "unapproved"}


def test_saved_bundles_where_nothing_is_required(place: Place) -> None:
    """Where the commit that was applied last asked for no approvals, bundles need no clone to give more; one that
    asks for them is still applied, and what follows it needs them, although the one after it asks for none."""
    for text in ({ORG: ORGANIZATION, KEYS: key(rate=100)}, {KEYS: key(rate=200)}, {ORG: with_provenance("any")}):
        place.clone.commit(text)
        assert applied_elsewhere(place) == {}
    place.clone.commit({ORG: ORGANIZATION, KEYS: key(rate=300)})
    assert applied_elsewhere(place) == {ADDRESS: NOWHERE}


def test_what_was_not_required_does_not_loosen_the_environment(place: Place) -> None:
    """`REMIT_PROVENANCE` asks for approvals whatever was declared."""
    place.clone.commit({ORG: ORGANIZATION, KEYS: key(rate=100)})
    assert applied_elsewhere(place) == {}
    place.environ["REMIT_PROVENANCE"] = "any"
    place.clone.commit({KEYS: key(rate=200)})
    assert applied_elsewhere(place) == {ADDRESS: NOWHERE}
