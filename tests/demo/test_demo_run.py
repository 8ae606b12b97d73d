"""The demo from end to end."""

from __future__ import annotations

import io
import json
import shutil
import stat
from pathlib import Path

import pytest
from demo_kept import REQUESTS, Kept
from git import Repo
from rich.console import Console

from remit.demo import DemoError, _run, _sample, _steps, run
from remit.demo._sample import DAY, REPORT, recorded_traffic, settle
from remit.demo._show import Screen
from remit.demo._targets import plan_at
from remit.render.report_facts import Step
from remit.testing import TestReport


def test_every_step_goes_well(kept: Kept) -> None:
    """Check, test, plan, apply and replay succeed and say what came of them."""
    assert kept.code == 0
    for words in ("0 errors, 0 warnings", "% of rules and branches covered", "to create on 2 targets"):
        assert words in kept.said
    assert "22 of 22 values in files of mode 0600, a second plan is empty" in kept.said
    assert "✗" not in kept.said


def test_the_story_is_plain_in_a_pipe(kept: Kept) -> None:
    """No escape codes, no progress bar; reasons, spend, times and what to do next."""
    assert "\x1b" not in kept.said
    for words in ("are made up", "decisions by reason", "spend by team", "p50", "slowest", f"cd {kept.place}", REPORT):
        assert words in kept.said


def test_what_is_kept_is_a_clean_repository(kept: Kept) -> None:
    """Policies are committed; state and report are there and are ignored."""
    with Repo(kept.place) as repository:
        assert not repository.is_dirty(untracked_files=True)
        assert len(list(repository.iter_commits())) == 1
        tracked = {str(entry) for entry in repository.git.ls_files().splitlines()}
    assert {".gitignore", "policies/organization.yaml"} <= tracked
    assert (kept.place / REPORT).is_file()
    files = [path for path in (kept.place / ".remit" / "keys").rglob("*") if path.is_file()]
    assert len(files) == 22
    assert {0o600} == {stat.S_IMODE(path.stat().st_mode) for path in files}


def test_no_value_of_a_key_is_told(kept: Kept) -> None:
    """Neither the story nor the report holds what was delivered."""
    page = (kept.place / REPORT).read_text(encoding="utf-8")
    for path in (kept.place / ".remit" / "keys").rglob("*"):
        if path.is_file():
            value = path.read_text(encoding="utf-8").strip()
            assert value not in page
            assert value not in kept.said


def test_the_commit_is_the_same_each_time(kept: Kept, tmp_path: Path) -> None:
    """Nobody's name, clock or settings are in it."""
    settle(tmp_path / "again")
    with Repo(kept.place) as first, Repo(tmp_path / "again") as second:
        assert first.head.commit.hexsha == second.head.commit.hexsha


def test_a_directory_in_use_is_refused(kept: Kept) -> None:
    """Nothing is ever overwritten."""
    with pytest.raises(DemoError, match="is in use already"):
        settle(kept.place)


def test_a_directory_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    """One sentence, with the cause."""
    (tmp_path / "file").write_text("")
    with pytest.raises(DemoError, match="cannot write to"):
        settle(tmp_path / "file" / "below")


def test_an_installation_without_the_sample_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing else can be demonstrated then."""
    monkeypatch.setattr(_sample, "_PACKAGED", tmp_path)
    monkeypatch.setattr(_sample, "_CHECKOUT", tmp_path)
    assert recorded_traffic() is None
    with pytest.raises(DemoError, match="sample organisation is not installed"):
        settle(tmp_path / "new")


def test_the_installed_sample_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A wheel brings its own copy; a recorded day lies beside a checkout, if anywhere."""
    (tmp_path / "organization.yaml").write_text("")
    monkeypatch.setattr(_sample, "_PACKAGED", tmp_path)
    assert tmp_path == _sample.sample()
    day = tmp_path / "shared" / "data" / "servegen_events_24h.csv.gz"
    day.parent.mkdir(parents=True)
    day.write_bytes(b"")
    monkeypatch.setattr(_sample, "_CHECKOUT", tmp_path / "main")
    assert day == recorded_traffic()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the policy tests, which the kept demo has run."""
    monkeypatch.setattr(_steps, "run_tests", lambda _: TestReport(()))


@pytest.mark.usefixtures("hurried")
def test_json_is_one_document_and_only_the_report_stays(recording: Path) -> None:
    """Programs get everything that people get, and a failed step is an exit code."""
    said = io.StringIO()
    code = run(traffic=recording, as_json=True, console=Console(file=said, width=40))
    told = json.loads(said.getvalue())
    assert (code, told["ok"]) == (1, False)
    assert [step["name"] for step in told["steps"]] == ["check", "test", "plan", "apply", "replay"]
    assert abs(told["traffic"]["requests"] - REQUESTS) < 100
    assert sum(told["traffic"]["effects"].values()) == told["traffic"]["requests"]
    assert told["kept"] is None
    place = Path(told["report"])
    assert [place] == list(place.parent.iterdir())
    shutil.rmtree(place.parent)


@pytest.mark.parametrize(
    ("recorded", "fast", "origin", "least", "most"),
    [
        (True, False, "a recorded day of traffic", 2_900, 3_100),
        (True, True, "a recorded day of traffic, thinned out", 900, 1_100),
        (False, True, "a generated day of traffic", 900, 1_100),
        (False, False, "a generated day of traffic", 2_900, 3_100),
    ],
)
def test_traffic_is_recorded_or_generated_and_fast_is_less(
    recorded: bool,
    fast: bool,
    origin: str,
    least: int,
    most: int,
    recording: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A recorded day is taken where there is one."""
    monkeypatch.setattr(_run, "FAST", 1_000)
    monkeypatch.setattr(_run, "recorded_traffic", lambda: recording if recorded else None)
    if not fast:
        whole = _run.generate
        monkeypatch.setattr(_run, "generate", lambda: whole(3_000))
    events, words = _run._events(None, fast=fast)
    assert origin == words
    assert least <= len(events) <= most


def test_policies_that_do_not_compile_end_the_demo(
    recording: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One step, one failure, no report of nothing."""
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "organization.yaml").write_text("kind: nothing\n")
    monkeypatch.setattr(_sample, "_PACKAGED", tmp_path / "broken")
    monkeypatch.setattr(_sample, "_PILOT", "pilot.yaml")
    said = io.StringIO()
    assert run(keep=tmp_path / "kept", traffic=recording, console=Console(file=said)) == 1
    assert "✗ check" in said.getvalue()
    assert not (tmp_path / "kept" / REPORT).exists()


def test_a_report_that_cannot_be_written_is_told(kept: Kept, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One sentence, with the cause."""
    current = _steps.Run(kept.place / "policies", tmp_path, lambda _: None)
    current.check()
    monkeypatch.setattr(_run, "report_html", lambda _: "page")
    with pytest.raises(DemoError, match="cannot write to"):
        _run._written(current, tmp_path / "nowhere" / REPORT)


def test_a_terminal_sees_a_bar_and_colours() -> None:
    """Progress is for people who wait."""
    said = io.StringIO()
    screen = Screen(Console(file=said, force_terminal=True, width=80), as_json=False)
    screen.step(Step("check", "look", "nothing", 0.1, ok=False))
    with screen.progress(10) as on_decided:
        on_decided(10)
    assert "deciding" in said.getvalue()
    assert "\x1b[" in said.getvalue()


def test_a_second_plan_is_empty_as_of_the_day(kept: Kept) -> None:
    """What was applied is what is declared."""
    current = _steps.Run(kept.place / "policies", kept.place / ".remit", lambda _: None)
    current.check()
    assert current.bundle is not None
    assert plan_at(current.bundle, DAY, kept.place / ".remit").empty


def test_a_demo_that_keeps_nothing_says_how_to_keep(kept: Kept) -> None:
    """The report's place is told all the same."""
    said = io.StringIO()
    current = _steps.Run(kept.place / "policies", kept.place / ".remit", lambda _: None)
    Screen(Console(file=said, width=200), as_json=False).end(current, kept.place / REPORT, None)
    assert str(kept.place / REPORT) in said.getvalue()
    assert "remit demo --keep DIR" in said.getvalue()
