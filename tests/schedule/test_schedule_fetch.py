"""A process that fetches: it sees new commits of a repository elsewhere, and keeps what it has when it cannot."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from organisation import KEY, ORGANIZATION

from remit.schedule import Clone, FetchFailed, Log, Loop, Policies, Settings, Standing

BROKEN = "apiVersion: remit/v1\nkind: Key\nmetadata: {name: x}\nspec: {}\n"
HOOKS = ("post-merge", "post-checkout", "reference-transaction", "pre-auto-gc", "post-index-change")


def key(name: str) -> str:
    return KEY.replace("2027-02-01", "2030-02-01").replace("ranker-prod", name)


def git(place: Path, *words: str) -> str:
    who = {f"GIT_{role}_{what}": "ana" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environ = {**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    ran = subprocess.run(["git", *words], cwd=place, env=environ, capture_output=True, text=True, check=True)
    return ran.stdout.strip()


@dataclass
class Places:
    """`origin` is bare, `author` pushes to it, `clone` is what the process has."""

    origin: Path
    author: Path
    clone: Path

    def push(self, files: dict[str, str], *options: str) -> str:
        """Commit these files in `policies/`, and push; gives the id."""
        (self.author / "policies").mkdir(exist_ok=True)
        for name, text in files.items():
            (self.author / "policies" / name).write_text(text)
        git(self.author, "add", "-A")
        git(self.author, "commit", "-q", "-m", "a change")
        git(self.author, "push", "-q", *options, "origin", "main")
        return git(self.author, "rev-parse", "HEAD")

    @property
    def head(self) -> str:
        return git(self.clone, "rev-parse", "HEAD")


@pytest.fixture
def places(tmp_path: Path) -> Places:
    found = Places(tmp_path / "origin.git", tmp_path / "author", tmp_path / "clone")
    git(tmp_path, "init", "-q", "--bare", "-b", "main", str(found.origin))
    git(tmp_path, "init", "-q", "-b", "main", str(found.author))
    git(found.author, "remote", "add", "origin", str(found.origin))
    found.push({"organization.yaml": ORGANIZATION, "one.yaml": key("one")})
    git(tmp_path, "clone", "-q", str(found.origin), str(found.clone))
    return found


@dataclass
class Process:
    """Turn after turn over the clone."""

    loop: Loop
    state: Path

    def turn(self) -> tuple[bool, list[str]]:
        """(whether all is as declared by the newest policies, the keys that have a value)."""
        ended = self.loop.once()
        return ended, sorted(path.name for path in (self.state / "keys").iterdir())

    def said(self, event: str) -> list[str]:
        stream = self.loop.settings.log.stream
        assert isinstance(stream, io.StringIO)
        lines = [json.loads(line) for line in stream.getvalue().splitlines()]
        return [line["message"] for line in lines if line["event"] == event]


def process(places: Places, state: Path, ref: str = "HEAD") -> Process:
    policies = places.clone / "policies"
    settings = Settings(Policies(policies, ref, state), state, Log(io.StringIO()), clone=Clone(policies, ref))
    standing = Standing(timedelta(hours=1), datetime.now(UTC))
    return Process(Loop(settings, standing, timedelta(minutes=5), lambda: 0.0), state)


@pytest.fixture
def running(places: Places, tmp_path: Path) -> Process:
    """After its first turn."""
    made = process(places, tmp_path / "state")
    assert made.turn() == (True, ["one"])
    return made


@pytest.mark.parametrize("ref", ["HEAD", "main", "origin/main"])
def test_new_commits_are_seen(places: Places, tmp_path: Path, ref: str) -> None:
    """What is pushed is applied by the next turn, wherever the policies are read that were fetched."""
    running = process(places, tmp_path / "state", ref)
    assert running.turn() == (True, ["one"])
    commit = places.push({"two.yaml": key("two")})
    assert running.turn() == (True, ["one", "two"])
    last = running.loop.standing.last
    assert last is not None
    assert (last.commit, last.unfetched) == (commit, "")
    assert (places.head == commit) == (ref != "origin/main")


def test_no_branch_is_needed_where_none_moves(places: Places, tmp_path: Path) -> None:
    """A clone at a detached commit follows what it fetches, if that is what is read."""
    git(places.clone, "switch", "-q", "--detach")
    running = process(places, tmp_path / "state", "origin/main")
    places.push({"two.yaml": key("two")})
    assert running.turn() == (True, ["one", "two"])


def test_no_hook_runs(places: Places, running: Process, tmp_path: Path) -> None:
    """Nothing that lies in the clone is run."""
    for name in HOOKS:
        hook = places.clone / ".git" / "hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran-{name}\n")
        hook.chmod(0o755)
    git(places.clone, "config", "core.fsmonitor", f"touch {tmp_path}/ran-fsmonitor; false")
    places.push({"two.yaml": key("two")})
    assert running.turn() == (True, ["one", "two"])
    assert list(tmp_path.glob("ran-*")) == []


def _gone(places: Places) -> None:
    places.origin.rename(places.origin.with_name("elsewhere"))


def _rewritten(places: Places) -> None:
    git(places.author, "commit", "-q", "--amend", "-m", "another")
    places.push({"two.yaml": key("two")}, "--force")


def _diverged(places: Places) -> None:
    git(places.clone, "commit", "-q", "--allow-empty", "-m", "local")
    places.push({"two.yaml": key("two")})


def _in_the_way(places: Places) -> None:
    (places.clone / "policies/two.yaml").write_text("somebody's own")
    places.push({"two.yaml": key("two")})


def _detached(places: Places) -> None:
    git(places.clone, "switch", "-q", "--detach")


def _no_upstream(places: Places) -> None:
    git(places.clone, "branch", "--unset-upstream")


FAILURES: list[tuple[Callable[[Places], None], str]] = [
    (_gone, "the policies could not be fetched, so what is here goes on to hold: run `git fetch` in the clone"),
    (
        _rewritten,
        "`main` cannot be moved forward to what was fetched, so what is here goes on to hold: see `git status`",
    ),
    (_diverged, "`main` cannot be moved forward"),
    (_in_the_way, "`main` cannot be moved forward"),
    (_detached, "no branch with an upstream is checked out"),
    (_no_upstream, "no branch with an upstream is checked out"),
]


@pytest.mark.parametrize(("spoil", "words"), FAILURES)
def test_what_is_here_holds(places: Places, running: Process, spoil: Callable[[Places], None], words: str) -> None:
    """A fetch that fails is told, is nothing that `--once` passes over, changes no commit, and what was there is put
    back all the same."""
    spoil(places)
    before = places.head
    (running.state / "store.db").unlink()
    assert running.turn() == (False, ["one"])
    assert [words in message for message in running.said("not-fetched")] == [True]
    last = running.loop.standing.last
    assert last is not None
    assert (last.ending, [each.in_sync for each in last.targets], places.head) == ("ok", ["yes"], before)
    assert last.unfetched.startswith(words)


def test_fetched_again(places: Places, running: Process) -> None:
    """Once the other side is back, the next turn catches up."""
    _gone(places)
    assert running.turn() == (False, ["one"])
    places.origin.with_name("elsewhere").rename(places.origin)
    places.push({"two.yaml": key("two")})
    assert running.turn() == (True, ["one", "two"])


def test_commit_that_does_not_check(places: Places, running: Process) -> None:
    """It is fetched and not used: the last good one holds until another does check."""
    places.push({"two.yaml": key("two")})
    assert running.turn() == (True, ["one", "two"])
    places.push({"three.yaml": key("three"), "broken.yaml": BROKEN})
    assert running.turn() == (False, ["one", "two"])
    assert running.said("rejected")[0].startswith("the policies have errors: broken.yaml:")
    places.push({"broken.yaml": "# nothing\n"})
    assert running.turn() == (True, ["one", "three", "two"])


def test_files_that_were_never_committed(places: Places, running: Process) -> None:
    """Somebody's work in the clone is not applied."""
    (places.clone / "policies/mine.yaml").write_text(key("mine"))
    places.push({"two.yaml": key("two")})
    assert running.turn() == (True, ["one", "two"])


def test_tags_come_too(places: Places, running: Process) -> None:
    """A signed tag that is put on a commit later counts as an approval, and one that moved keeps nothing back."""
    git(places.author, "tag", "good")
    git(places.author, "push", "-q", "origin", "good")
    running.turn()
    commit = places.push({"two.yaml": key("two")})
    git(places.author, "tag", "--force", "good")
    git(places.author, "push", "-q", "--force", "origin", "good")
    assert running.turn()[0]
    assert git(places.clone, "rev-parse", "good") == commit


def test_no_clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A directory in no clone, or no git, is said to be that; policies that are gone do not hide their clone."""
    with pytest.raises(FetchFailed, match="finds no clone"):
        Clone(tmp_path / "nowhere" / "policies").update()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FetchFailed, match="`git` is not installed"):
        Clone(tmp_path).update()


def test_far_side_that_never_answers(places: Places, tmp_path: Path) -> None:
    """It is waited for so long and no longer, and nothing that git started goes on."""
    slow = tmp_path / "slow"
    slow.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 600\n")
    slow.chmod(0o755)
    git(places.clone, "config", "remote.origin.uploadpack", str(slow))
    with pytest.raises(FetchFailed, match=r"did not end within 0\.2 seconds"):
        replace(Clone(places.clone / "policies"), seconds=0.2).update()
    deadline = time.monotonic() + 10
    while _runs(tmp_path / "pid") and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _runs(tmp_path / "pid")


def _runs(file: Path) -> bool:
    """Whether the process of this id is there and has not ended."""
    if not file.exists():
        return False
    status = Path(f"/proc/{file.read_text().strip()}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_command(places: Places, tmp_path: Path) -> None:
    """The command itself: one turn over what it fetched; a file cannot be fetched."""
    places.push({"two.yaml": key("two")})
    command = [sys.executable, "-m", "remit", "reconcile", "--once", "--fetch", "--state", str(tmp_path / "state")]
    ran = subprocess.run(command, cwd=places.clone, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "")
    assert sorted(path.name for path in (tmp_path / "state/keys").iterdir()) == ["one", "two"]
    file = tmp_path / "state" / "last-good.bundle"
    ran = subprocess.run([*command, "-p", str(file)], cwd=places.clone, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr.count("\n"), "`--fetch`" in ran.stderr) == (64, 1, True)
