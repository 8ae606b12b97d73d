"""Some hundreds of the runs that `make fuzz` makes by the ten thousand, and that the watch sees what it should."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from reconcile.simulated import Vault

from fuzz import reconcile
from fuzz.farside import MASTER, Simulated
from fuzz.watch import Log, Watch
from remit.reconcile import State
from remit.targets import Marker, TargetObject

# long, and what it runs is covered by shorter tests: counting its branches would only make it longer
pytestmark = pytest.mark.no_cover

STORIES = 10
OURS = TargetObject("a", "1", str(Marker("meridian", "a", "1")), caps={"requests_per_minute": 6})


@pytest.mark.parametrize("seed", range(0, 40, STORIES))
def test_stories_end_as_declared(seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Faults, crashes and meddling end; soon all is as declared, and nothing was lost, leaked or touched on the way."""
    assert reconcile.main(STORIES, seed) == 0, capsys.readouterr().out


@pytest.mark.parametrize("side", reconcile.SIDES)
def test_a_seed_is_a_story(side: reconcile.Side) -> None:
    """The same seed tells the same story, so that one which ends badly can be told again."""
    assert reconcile.run(3, side) == reconcile.run(3, side)


def watch(directory: Path) -> Watch:
    """One that has seen nothing yet."""
    return Watch(directory, Simulated(), Vault())


def looser(caps: int) -> TargetObject:
    return replace(OURS, caps={"requests_per_minute": caps})


def _foreign(seen: Watch) -> None:
    seen.effect({"1": replace(OURS, marker="")}, {})


def _unknown(seen: Watch) -> None:
    seen.effect({"1": OURS}, {})


def _order(seen: Watch) -> None:
    seen.effect({"1": OURS}, {"1": looser(60)})
    seen.effect({"1": looser(60)}, {"1": looser(1)})


def _leak(seen: Watch) -> None:
    seen.said(ValueError(f"no such key: {MASTER}"))
    seen.at_end(Log())


SEEN: list[tuple[Callable[[Watch], None], str]] = [
    (_foreign, "`a` was not ours, and was touched"),
    (_unknown, "`a` was deleted, and the ledger did not know before"),
    (_order, "`a` was tightened after `a` was loosened"),
    (_leak, "a value was leaked"),
]


@pytest.mark.parametrize(("happens", "words"), SEEN)
def test_the_watch_sees(tmp_path: Path, happens: Callable[[Watch], None], words: str) -> None:
    """What must not happen is told when it does."""
    seen = watch(tmp_path)
    happens(seen)
    assert words in seen.broken


def test_the_watch_sees_a_lost_value(tmp_path: Path) -> None:
    """A value that was delivered and belongs to nothing in use is lost."""
    from remit.reconcile._memory import Applied

    seen = watch(tmp_path)
    seen.far.by_hand(OURS, "1")
    State(tmp_path).record("gateway", "a", Applied(OURS, "sha256:0", None))
    seen.after_run()
    assert seen.broken == ["the value of `a` that was delivered last is not the one in use"]


def test_faults_really_happen(tmp_path: Path) -> None:
    """All far sides fail, each in more than one way, when they are told to."""
    for far in (make(tmp_path) for make in reconcile.SIDES.values()):
        far.break_(1, 1.0)
        found = set()
        for _ in range(60):
            try:
                far.read()
            except Exception as error:
                found.add(str(error))
        assert len(found) >= 2
        far.heal()
        assert far.read() == ()
