"""Reconcile as a process: what it does turn after turn, and what it says of itself."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from organisation import KEY, ORGANIZATION
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from remit.reconcile import State
from remit.schedule import ListenFailed, Log, Loop, Policies, Settings, Standing, listening, turn

BROKEN = "apiVersion: remit/v1\nkind: Key\nmetadata: {name: x}\nspec: {}\n"
LASTING = KEY.replace("2027-02-01", "2030-02-01")


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    place = tmp_path / "policies"
    place.mkdir()
    (place / "organization.yaml").write_text(ORGANIZATION)
    (place / "keys.yaml").write_text(LASTING)
    return place


@pytest.fixture
def settings(policies: Path, tmp_path: Path) -> Settings:
    state = tmp_path / "state"
    return Settings(Policies(policies, None, state), state, Log(io.StringIO()))


def said(settings: Settings) -> list[dict[str, object]]:
    """The lines so far."""
    stream = settings.log.stream
    assert isinstance(stream, io.StringIO)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def loop_of(settings: Settings) -> Loop:
    began = datetime.now(UTC)
    return Loop(settings, Standing(timedelta(hours=1), began), timedelta(minutes=5), lambda: 0.0)


def test_turns_settle(settings: Settings) -> None:
    """The first turn makes everything as declared, the second finds nothing to do; no value is said."""
    loop = loop_of(settings)
    assert [loop.once(), loop.once()] == [True, True]
    lines = said(settings)
    assert [line["pending"] for line in lines if line["event"] == "plan"] == [1, 0]
    assert [line["in_sync"] for line in lines if line["event"] == "target"] == ["yes", "yes"]
    value = (settings.state_dir / "keys/ranker-prod").read_text().strip()
    assert value not in json.dumps(lines)


def test_last_good_holds(settings: Settings, policies: Path) -> None:
    """Policies that do not check change nothing, and what was good before is still put back."""
    loop = loop_of(settings)
    loop.once()
    (policies / "broken.yaml").write_text(BROKEN)
    (settings.state_dir / "store.db").unlink()
    assert not loop.once()
    last = loop.standing.last
    assert last is not None
    assert (last.ending, [each.in_sync for each in last.targets]) == ("ok", ["yes"])
    assert last.rejected.startswith("the policies have errors: broken.yaml:")


def test_last_good_outlives_the_process(settings: Settings, policies: Path) -> None:
    """A process that begins while the policies are broken goes on with those before."""
    loop_of(settings).once()
    (policies / "broken.yaml").write_text(BROKEN)
    again = replace(settings, policies=Policies(policies, None, settings.state_dir))
    assert turn(again).ending == "ok"


def test_nothing_good(settings: Settings, policies: Path) -> None:
    """Without any policies that ever checked nothing is done, and the process is not ready."""
    (policies / "broken.yaml").write_text(BROKEN)
    loop = loop_of(settings)
    assert not loop.once()
    assert not loop.standing.ready
    assert said(settings)[-2]["event"] == "no-policies"


def test_damaged_ledger(settings: Settings) -> None:
    """A turn that cannot be made is told, and does not end the process."""
    settings.state_dir.mkdir()
    (settings.state_dir / "ledger.db").write_text("no database " * 200)
    loop = loop_of(settings)
    assert not loop.once()
    assert loop.standing.last is not None
    assert loop.standing.last.ending == "failed"


def test_lease_decides(settings: Settings) -> None:
    """While another run has the target this one leaves it alone, and takes its turn later."""
    state = State(settings.state_dir)
    state.lease("store", "the other", datetime.now(UTC), timedelta(minutes=10))
    loop = loop_of(settings)
    assert not loop.once()
    assert "is being applied by `the other`" in str(next(each for each in said(settings) if each["event"] == "held"))
    state.release("store", "the other")
    assert loop.once()


def test_limit_forbids(settings: Settings, policies: Path) -> None:
    """A plan over its limits is not applied, and that is said."""
    loop = loop_of(settings)
    loop.once()
    (policies / "keys.yaml").unlink()
    assert not loop.once()
    assert loop.standing.last is not None
    assert loop.standing.last.ending == "blocked"
    assert (settings.state_dir / "keys/ranker-prod").exists()


def test_stopped_between_steps(settings: Settings, policies: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once asked to stop, a run ends the step at hand, gives its leases back, and the next goes on from there."""
    (policies / "more.yaml").write_text(LASTING.replace("ranker-prod", "ranker-dev"))
    original = Log.info

    def info(log: Log, event: str, **facts: object) -> None:
        original(log, event, **facts)
        if event == "step":
            settings.stop.set()

    monkeypatch.setattr(Log, "info", info)
    loop = loop_of(settings)
    loop.forever()
    assert [line["event"] for line in said(settings)][-2:] == ["stopped", "ended"]
    assert len(list((settings.state_dir / "keys").iterdir())) == 1
    assert State(settings.state_dir).ledger.leases() == ()
    settings.stop.clear()
    assert not loop.standing.ready
    monkeypatch.setattr(Log, "info", original)
    assert loop.once()


def test_jitter(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two turns lies the interval and up to a tenth of it."""
    waits: list[float] = []

    def wait(timeout: float) -> bool:
        waits.append(timeout)
        settings.stop.set()
        return True

    monkeypatch.setattr(settings.stop, "wait", wait)
    replace(loop_of(settings), chance=lambda: 0.5).forever()
    assert waits == pytest.approx([315.0])


def ask(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_asked_from_outside(settings: Settings) -> None:
    """Alive at once, ready after a turn, and every measurement is there for every target."""
    loop = loop_of(settings)
    with listening("127.0.0.1:0", loop.standing) as at:
        assert [ask(at.port, path)[0] for path in ("/healthz", "/readyz", "/else")] == [200, 503, 404]
        loop.once()
        assert ask(at.port, "/readyz?verbose") == (200, "ok\n")
        families = {each.name: each for each in text_string_to_metric_families(ask(at.port, "/metrics")[1])}
    values = {name: [sample.value for sample in each.samples] for name, each in families.items()}
    assert values["remit_target_in_sync"] == [1.0]
    assert values["remit_target_healthy"] == [1.0]
    assert values["remit_target_pending_changes"] == values["remit_target_held_changes"] == [0.0]
    assert values["remit_turns"] == [1.0]
    assert values["remit_target_last_applied_timestamp_seconds"][0] > 0
    assert {sample.labels["target"] for sample in families["remit_target_drifted"].samples} == {"store"}


def test_stuck() -> None:
    """A process without a turn for too long is not alive."""
    began = datetime(2026, 11, 23, tzinfo=UTC)
    standing = Standing(timedelta(hours=1), began)
    assert standing.alive(began + timedelta(minutes=59))
    assert not standing.alive(began + timedelta(minutes=61))


@pytest.mark.parametrize("address", ["here", "127.0.0.1:", ":80", "127.0.0.1:99999", ""])
def test_bad_address(address: str) -> None:
    """What is no address is refused with an example of one."""
    with (
        pytest.raises(ListenFailed, match=r"write `127\.0\.0\.1:9477`"),
        listening(address, Standing(timedelta(), datetime.now(UTC))),
    ):
        pass


def test_taken_port() -> None:
    """A port that another process has is said to be taken."""
    standing = Standing(timedelta(hours=1), datetime.now(UTC))
    with (
        listening("0", standing) as at,
        pytest.raises(ListenFailed, match="cannot listen on"),
        listening(f"127.0.0.1:{at.port}", standing),
    ):
        pass


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_process_ends_when_asked(policies: Path, number: signal.Signals) -> None:
    """The process itself: JSON lines on stderr, nothing on stdout, and 0 when it is asked to end."""
    command = [sys.executable, "-m", "remit", "reconcile", "--listen", "127.0.0.1:0", "--interval", "1h"]
    ran = subprocess.Popen(command, cwd=policies.parent, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    alarm = threading.Timer(60, ran.kill)
    alarm.start()
    assert ran.stderr is not None
    seen = []
    for line in ran.stderr:
        seen.append(json.loads(line))
        if seen[-1]["event"] == "turn":
            os.kill(ran.pid, number)
    out = ran.communicate()[0]
    alarm.cancel()
    assert (ran.returncode, out) == (0, "")
    assert [seen[0]["event"], seen[-1]["event"]] == ["began", "ended"]


def test_once(policies: Path) -> None:
    """`--once` is one turn, with an exit code for the scheduler that started it."""
    command = [sys.executable, "-m", "remit", "reconcile", "--once"]
    assert subprocess.run(command, cwd=policies.parent, capture_output=True, check=False).returncode == 0
    (policies / "broken.yaml").write_text(BROKEN)
    assert subprocess.run(command, cwd=policies.parent, capture_output=True, check=False).returncode == 1
