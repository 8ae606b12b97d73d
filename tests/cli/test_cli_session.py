"""A session of `remit cel`: what it answers, what it completes, and how it ends."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest

from remit.bundle import variables
from remit.cel import DYN, INT, STRING, list_of, map_of
from remit.cli.cel import Scope
from remit.cli.cel import _prompt as prompt
from remit.cli.cel._completion import candidates
from remit.cli.cel._session import Session, is_unfinished

_START = "from remit.cli import main; main()"
pytest_plugins = ("command_fixtures",)

SECRET = "sk-" + "ant-api03-abcdefghijklmnop"
SCOPE = Scope().having("n", INT, 3).having("s", STRING, "x").having("l", list_of(INT), [1, 2])
RULE = Scope(variables("request"), {"request": {"user": "ana"}, "now": datetime(2026, 1, 1, tzinfo=UTC)}, "USD")


def _told(session: Session, text: str) -> str:
    return "\n".join("".join(part for part, _ in line) for line in session.answer(text))


ANSWERS: Sequence[tuple[str, str]] = (
    ("n + 1", "4"),
    ("", ""),
    ("  ", ""),
    (":type l", "list(int)"),
    (":trace n > 2", "true\n└─ n = 3"),
    (":cost n", "3\ncosts 1 to 1"),
    (":let y = n + 1", "y: int = 4"),
    (":let y=\n1", "y: int = 1"),
    (":let n = 'a'", 'n: string = "a"'),
    (":let y == 1", "error: `:let` takes `name = expression`"),
    (":let", "error: `:let` takes `name = expression`"),
    (":let y = m", "error: unknown name `m`\n    1 | m\n      | ^"),
    (":vars", 'l: list(int) = [1, 2]\nn: int = 3\ns: string = "x"'),
    (":type", "error: `:type` takes an expression"),
    (":typ n", "error: no such command `:typ`: did you mean `:type`?"),
    (":zzz", "error: no such command `:zzz`: `:help` lists them"),
    (":", "error: no such command `:`: `:help` lists them"),
    (
        "n +",
        "error: the expression ends too early: an operand or a closing bracket is missing\n    1 | n +\n      |    ^",
    ),
    ("n / 0", "error: divided by zero\n    1 | n / 0\n      |   ^"),
    (
        "!(" * 600 + "n" + ")" * 600,
        "error: the expression nests too deep: at most 500 levels are read, split it with `variables`",
    ),
    (f"'{SECRET}'", '"[an Anthropic key]"'),
    (f":{SECRET}", "error: no such command `:[an Anthropic key]`: `:help` lists them"),
)


@pytest.mark.parametrize(("text", "expected"), ANSWERS, ids=range(len(ANSWERS)))
def test_answers(text: str, expected: str) -> None:
    """Every text has an answer, and none ends the session."""
    session = Session(SCOPE)
    assert _told(session, text).startswith(expected)
    assert not session.ended


def test_help_names_every_order() -> None:
    """What `:help` lists works."""
    session = Session(SCOPE)
    listed = [line.split()[0] for line in _told(session, ":help").splitlines()]
    assert listed == ["EXPR", ":type", ":trace", ":cost", ":let", ":vars", ":help", ":quit"]
    assert not any("no such command" in _told(session, f"{order} 1") for order in listed[1:])


def test_values_are_remembered() -> None:
    """What `:let` names can be read afterwards; what a rule sees stays as it is."""
    session = Session(RULE)
    assert _told(session, ":let limit = usd(5)") == 'limit: money = usd("5.00")'
    assert _told(session, ":let limit = limit * 2") == 'limit: money = usd("10.00")'
    assert _told(session, ":let request = 1") == "error: `request` is what the rule sees: choose another name"
    assert _told(session, "request.user") == '"ana"'
    assert _told(session, ":vars").startswith("key: remit.Key = null\n")


def test_an_error_that_nothing_foresees_is_told() -> None:
    """A value that breaks the machine is an answer too, and names only the kind of the error."""

    class Broken(dict):
        def __contains__(self, key: object) -> bool:
            raise ValueError(SECRET)

    session = Session(Scope().having("m", map_of(STRING, DYN), Broken()))
    assert _told(session, "'a' in m") == "error: this could not be evaluated: `ValueError`"


def test_quitting() -> None:
    """`:quit` ends it."""
    session = Session(SCOPE)
    assert _told(session, ":quit") == ""
    assert session.ended


UNFINISHED: Sequence[tuple[str, bool]] = (
    ("n +", True),
    ("[1,", True),
    ("(n", True),
    ("n &&", True),
    ('"""a', True),
    (":let x = [1,", True),
    (":type (", True),
    (":trace n +", True),
    ("n", False),
    ("", False),
    ("'a", False),
    ("n)", False),
    ("n $ n", False),
    (":type", False),
    (":let x", False),
    ("n " * 40_000, False),
)


@pytest.mark.parametrize(("text", "expected"), UNFINISHED)
def test_what_goes_on(text: str, expected: bool) -> None:
    """An open bracket, a long text without an end and a missing operand wait for more; a mistake does not."""
    assert is_unfinished(text) == expected


COMPLETED: Sequence[tuple[str, Scope, dict[str, str]]] = (
    ("requ", RULE, {"request": "remit.Request"}),
    ("1 + nn", SCOPE.having("nnn", INT, 1), {"nnn": "int"}),
    ("request.pu", RULE, {"purpose": "string"}),
    ("request.?pu", RULE, {"purpose": "string"}),
    ("key.budget.m", RULE, {"monthly": "money"}),
    ("x > key.expi", RULE, {"expires": "timestamp"}),
    ("s.startsW", SCOPE, {"startsWith": "string.startsWith(string) → bool"}),
    ("l.exis", SCOPE, {"exists": "macro", "exists_one": "macro", "existsOne": "macro"}),
    ("math.greate", SCOPE, {"greatest": "math.greatest(int) → int"}),
    ("durat", SCOPE, {"duration": "duration(duration) → duration"}),
    (":t", SCOPE, {":trace": "", ":type": ""}),
    ("'requ", RULE, {}),
    ('"a" + "requ', RULE, {}),
    ("nothing.x", SCOPE, {}),
    ("request.none.x", RULE, {}),
)


@pytest.mark.parametrize(("before", "scope", "expected"), COMPLETED)
def test_completion(before: str, scope: Scope, expected: dict[str, str]) -> None:
    """Names, fields, methods and functions of a namespace, each with its type or signature."""
    found = {each.text: each.meaning for each in candidates(before, scope)}
    assert found.keys() == expected.keys() or before == "durat"
    assert all(found[name].startswith(about.split(" and ")[0][:12]) for name, about in expected.items())


def test_every_name_is_offered_at_the_beginning() -> None:
    """An empty line may begin with any variable or function."""
    found = {each.text for each in candidates("", SCOPE)}
    assert {"n", "s", "l", "size", "duration", "usd"} <= found
    assert {each.length for each in candidates("siz", SCOPE)} == {3}


def _reading(*texts: str | type[BaseException]) -> Callable[[str], str]:
    waiting = list(texts)

    def read(_: str) -> str:
        if not waiting:
            raise EOFError
        text = waiting.pop(0)
        if isinstance(text, str):
            return text
        raise text

    return read


def test_a_conversation(capsys: pytest.CaptureFixture[str]) -> None:
    """Lines are put together until an expression is finished; Ctrl-C drops them; Ctrl-D ends."""
    read = _reading("n +", "1", "[1,", KeyboardInterrupt, "n", "(n", "", "n * 2")
    prompt.converse(Session(SCOPE), read)
    told = capsys.readouterr().out.splitlines()
    assert told[1:4] == ["4", " interrupted", "3"]
    assert told[4].startswith("error: the expression ends too early")
    assert told[7:] == ["6", ""]


def test_a_conversation_ends_by_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is read after `:quit`."""
    prompt.converse(Session(SCOPE), _reading(":quit", "n"))
    assert len(capsys.readouterr().out.splitlines()) == 1


@pytest.mark.parametrize("missing", [("prompt_toolkit",), ("prompt_toolkit", "readline")])
def test_without_an_extra(monkeypatch: pytest.MonkeyPatch, missing: Sequence[str]) -> None:
    """Without prompt_toolkit lines are read plainly."""
    monkeypatch.setattr(prompt, "find_spec", lambda name: None if name in missing else find_spec(name))
    assert prompt.reader(Session(SCOPE)) is input


_PATIENCE = 30
Turn = tuple[bytes, bytes]
"""(what is shown before anybody types on, the keys)."""


def _talk(place: Path, *turns: Turn, code: str = _START, words: Sequence[str] = ()) -> tuple[int, str]:
    """(exit code, everything shown) of a session on a terminal.

    The keys of a turn are sent once what it waits for was shown since the turn before, and the terminal is quiet.
    """
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", code, "cel", *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=place,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TERM": "xterm", "NO_COLOR": "1"},
        start_new_session=True,
        preexec_fn=_controlled,
    )
    os.close(theirs)
    shown, seen, waiting = b"", 0, list(turns)
    while True:
        due = bool(waiting) and waiting[0][0] in shown[seen:]
        ready, _, _ = select.select([ours], [], [], 0.3 if due else _PATIENCE)
        if not ready and not due:
            break
        if not ready:
            seen = len(shown)
            os.write(ours, waiting.pop(0)[1])
        try:
            part = os.read(ours, 4096) if ready else b""
        except OSError:  # how Linux says that the other side is closed
            break
        shown += part
        if b"\x1b[6n" in part:  # it asks where the cursor is
            os.write(ours, b"\x1b[1;1R")
    os.close(ours)
    process.kill()
    return process.wait(10), shown.decode()


def _controlled() -> None:
    """Make the terminal the one whose Ctrl-C is a signal to this process, which may run where that is ignored."""
    import fcntl
    import signal
    import termios

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


PLAINLY = "from remit.cli.cel import _prompt; _prompt.find_spec = lambda name: None\nfrom remit.cli import main; main()"
RULES = ("--key", "ranker-prod", "--model", "mini")


def test_on_a_terminal(place: Path) -> None:
    """Typing, completion, Ctrl-C, a mistake over two lines, and Ctrl-D: no traceback, and 0."""
    turns: Sequence[Turn] = (
        (b"cel>", b"key.na\t"),
        (b"me", b"\r"),
        (b"ranker-prod", b"1 + \x03"),
        (b"interrupted", b"n +\r"),
        (b"...>", b"1\r"),
        (b"unknown name", b":type now\r"),
        (b"timestamp", b"\x04"),
    )
    code, shown = _talk(place, *turns, words=RULES)
    assert code == 0, shown
    assert '"ranker-prod"' in shown
    assert "interrupted" in shown
    assert "unknown name" in shown
    assert "timestamp" in shown
    assert "Traceback" not in shown


def test_on_a_terminal_without_an_extra(place: Path) -> None:
    """The same, read plainly."""
    turns: Sequence[Turn] = (
        (b"cel>", b"key.name\n"),
        (b'"ranker-prod"', b"1 + \x03"),
        (b"interrupted", b"n +\n"),
        (b"...>", b"1\n"),
        (b"unknown name", b":quit\n"),
    )
    code, shown = _talk(place, *turns, code=PLAINLY, words=RULES)
    assert code == 0, shown
    assert '"ranker-prod"' in shown
    assert "interrupted" in shown
    assert "unknown name" in shown
    assert "Traceback" not in shown
