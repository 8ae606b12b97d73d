"""The command as people start it: a process of its own, in a pipe and on a terminal."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from remit.cli.commands import COMMANDS

pytest_plugins = ("command_fixtures",)

_START = "from remit.cli import main; main()"
_HEAVY = ("jinja2", "sqlalchemy", "lark", "git", "rich", "remit.source", "remit.bundle", "remit.resources")
_LOADED = f"print([name for name in {_HEAVY} if name in sys.modules])"


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    return {**kept, "PYTHONPATH": os.pathsep.join(sys.path), "TERM": "xterm-256color", **extra}


def _start(*words: str, code: str = _START, **extra: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        text=True,
        env=_environment(extra),
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )


def _on_a_terminal(words: Sequence[str], **extra: str) -> tuple[int, str]:
    """(exit code, everything shown) of a command whose three streams are a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", _START, *words], stdin=theirs, stdout=theirs, stderr=theirs, env=_environment(extra)
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # how Linux says that the other side is closed
            break
        if not part:
            break
        shown += part
    os.close(ours)
    return process.wait(60), shown.decode()


def test_help_without_arguments(place: Path) -> None:
    """`remit` alone shows every command, and is no error."""
    ran = _start()
    assert (ran.returncode, ran.stderr) == (0, "")
    assert all(f"\n  {name} " in ran.stdout for name in COMMANDS)
    assert ran.stdout == _start("--help").stdout


def test_help_loads_little(place: Path) -> None:
    """Help and completion load nothing that a command needs only when it runs."""
    code = f"import sys; from remit.cli._app import app; app(['--help'], standalone_mode=False); {_LOADED}"
    assert _start(code=code).stdout.endswith("\n[]\n")


def test_version(place: Path) -> None:
    """`--version` names the version."""
    assert _start("--version").stdout == "remit 0.1.0\n"


def test_pipe(place: Path) -> None:
    """In a pipe there are no colours, no boxes and no progress."""
    ran = _start("show", "teams")
    assert ran.stdout == "Name    Declared at             Description\nsearch  organization.yaml:19:1  Finds things\n"
    assert ran.stderr == ""


def test_forced_colour(place: Path) -> None:
    """FORCE_COLOR colours a pipe too, unless NO_COLOR says otherwise."""
    assert "\x1b[" in _start("resolve", "ranker-prod", FORCE_COLOR="1").stdout


def test_ascii_stream(place: Path) -> None:
    """A stream that cannot hold a character gets its escape."""
    (place / "policies/team.yaml").write_text(
        "apiVersion: remit/v1\nkind: Team\nmetadata: {name: maps, description: Straße}\nspec: {owners: [ana]}\n"
    )
    assert "Stra\\xdfe" in _start("show", "teams", PYTHONIOENCODING="ascii").stdout


def test_closed_pipe(place: Path) -> None:
    """A reader that goes away ends the command quietly."""
    process = subprocess.Popen(
        [sys.executable, "-c", _START, "schema", "policytest"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment({}),
    )
    assert process.stdout is not None
    process.stdout.close()
    _, error = process.communicate(timeout=60)
    assert (process.returncode, error) == (141, b"")


@pytest.mark.parametrize(
    ("words", "extra", "code", "colours"),
    [
        (("check",), {}, 0, True),
        (("evaluate", "--key", "nobody", "--model", "mini"), {}, 3, True),
        (("evaluate", "--key", "nobody", "--model", "mini"), {"NO_COLOR": "1"}, 3, False),
    ],
)
def test_terminal(place: Path, words: Sequence[str], extra: dict[str, str], code: int, colours: bool) -> None:
    """On a terminal there are colours, unless NO_COLOR is set."""
    ended, shown = _on_a_terminal(words, **extra)
    assert ended == code
    assert bool(re.search(r"\x1b\[[0-9;]*3[0-7]m", shown)) == colours


def test_completion(place: Path) -> None:
    """Commands and names complete in a shell, also of policies that do not compile."""
    (place / "policies/broken.yaml").write_text("a: [\n")
    for line, expected in {
        "remit resolve ra": "ranker-prod",
        "remit show team s": "search",
        "remit che": "check",
    }.items():
        count = str(len(line.split()) - 1)
        ran = _start(_REMIT_COMPLETE="complete_bash", COMP_WORDS=line, COMP_CWORD=count)
        assert ran.stdout.strip() == expected, line


def test_completion_without_policies(place: Path) -> None:
    """Where there is nothing to complete from, nothing is said."""
    ran = _start(_REMIT_COMPLETE="complete_bash", COMP_WORDS="remit resolve -p nowhere x", COMP_CWORD="4")
    assert (ran.stdout.strip(), ran.stderr) == ("", "")
