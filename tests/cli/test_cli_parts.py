"""Parts of the command line that a whole command shows only in a process of its own."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import typer
from command_line import Ran, Run

import remit.demo
from remit.cli import main
from remit.cli._complete import key_names, kind_names, model_names, resource_names, target_names
from remit.cli._group import ended
from remit.cli._json import jsonable
from remit.cli._output import progress, write_file, write_rows
from remit.cli._place import inside_repository, state_directory
from remit.resources import Limits, Money
from remit.source import Position

pytest_plugins = ("command_fixtures",)


@dataclass
class _Context:
    """What completion looks at."""

    params: dict[str, object] = field(default_factory=dict)


@pytest.mark.parametrize(
    ("complete", "params", "incomplete", "expected"),
    [
        (key_names, {}, "ran", ["ranker-prod"]),
        (key_names, {}, "x", []),
        (model_names, {}, "", ["grand", "mini"]),
        (target_names, {}, "st", ["store"]),
        (kind_names, {}, "p", ["Project", "Policy", "PolicyTest"]),
        (resource_names, {"kind": "team"}, "", ["search"]),
        (resource_names, {}, "", []),
        (key_names, {"policies": "nowhere"}, "", []),
    ],
)
def test_completion(
    place: Path, complete: Callable[..., list[str]], params: dict[str, object], incomplete: str, expected: list[str]
) -> None:
    """Names that begin so, from the files as they are; none where there are no files."""
    (place / "policies/odd.yaml").write_text(
        "- a list\n---\nkind: Key\nmetadata: none\n---\nkind: Key\nmetadata: {name: 7}\n"
    )
    assert complete(_Context(params), incomplete) == expected


def test_main(place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The entry point runs the command of the process and exits with its code."""
    monkeypatch.setattr(sys, "argv", ["remit", "resolve", "nobody"])
    with pytest.raises(SystemExit) as ended_with:
        main()
    assert ended_with.value.code == 1
    assert capsys.readouterr().err.startswith("error: no Key is called `nobody`")


def test_main_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C before any command began ends with 130 too."""

    def interrupt(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("remit.cli._app.app", interrupt)
    with pytest.raises(SystemExit) as ended_with:
        main()
    assert ended_with.value.code == 130


def test_root(run: Run) -> None:
    """Without a command there is help, with `--version` the version."""
    assert run().out.startswith("Usage: remit [OPTIONS] COMMAND")
    assert run("--version") == Ran(0, f"remit {remit.__version__}\n", "")


def _raise(error: BaseException) -> Callable[[], object]:
    def action() -> object:
        raise error

    return action


@pytest.mark.parametrize(
    ("action", "code", "said"),
    [
        (lambda: 3, 3, ""),
        (lambda: None, 0, ""),
        (_raise(typer.Abort()), 130, ""),
        (_raise(typer.TyperException("no such thing")), 1, "error: no such thing: see `remit --help`\n"),
        (_raise(PermissionError(13, "Permission denied", "x.yaml")), 1, "error: `x.yaml`: permission denied\n"),
        (_raise(OSError("odd")), 1, "error: the operating system refused\n"),
    ],
)
def test_ended(capsys: pytest.CaptureFixture[str], action: Callable[[], object], code: int, said: str) -> None:
    """What a command returns or raises becomes an exit code and at most one sentence."""
    assert ended(action) == code
    assert capsys.readouterr().err == said


def test_ended_without_a_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that went away ends with 141, also when standard output has no descriptor."""
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert ended(_raise(BrokenPipeError())) == 141


def test_command_without_a_reader(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe that breaks inside a command ends the command with 141."""
    monkeypatch.setattr("remit.cli._place.open_bundle", lambda *_: _raise(BrokenPipeError())())
    assert run("show").code == 141


def test_demo(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """`remit demo` hands its options to the demo, and ends as it does."""
    seen: list[dict[str, object]] = []

    def demo(**options: object) -> int:
        seen.append(options)
        return 1

    monkeypatch.setattr(remit.demo, "run", demo)
    assert run("demo", "--keep", "there", "--fast", "--json").code == 1
    assert seen == [{"keep": Path("there"), "fast": True, "traffic": None, "as_json": True}]


class _Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_table_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table has a frame on a terminal only, and shows data as data."""
    monkeypatch.setenv("TERM", "dumb")
    for stream, framed in ((_Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stdout", stream)
        write_rows(("Name",), [("[bold]a\x1b[0m",)])
        shown = stream.getvalue()
        assert "[bold]a\\x1b[0m" in shown
        assert ("│" in shown or "|" in shown) == framed


def test_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress appears where somebody watches, and nowhere else."""
    monkeypatch.setattr(sys, "stderr", _Terminal())
    with progress("looking") as status:
        assert status is not None
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with progress("looking") as status:
        assert status is None


def test_write_file_whole_or_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that cannot be put in place stays what it was, and nothing is left beside it."""
    target = tmp_path / "x"
    write_file(target, b"one")
    assert target.stat().st_mode & 0o777 == 0o666 & ~_mask()

    def refuse(*_: object) -> None:
        raise PermissionError(13, "no")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(PermissionError):
        write_file(target, b"two")
    assert [each.name for each in tmp_path.iterdir()] == ["x"]
    assert target.read_bytes() == b"one"


def _mask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def test_jsonable() -> None:
    """Values of the library become what YAML would hold."""
    value = {
        "at": datetime(2026, 11, 23, 13, tzinfo=UTC),
        "day": date(2026, 11, 23),
        "every": timedelta(days=30),
        "money": Money(5, "USD"),
        "position": Position("a.yaml", 1, 2),
        "share": Decimal("0.5"),
        "limits": Limits(requests_per_day=5),
        "other": {3},
        "plain": [None, True, 1, 0.5, "x", ("y",)],
    }
    assert jsonable(value) == {
        "at": "2026-11-23T13:00:00Z",
        "day": "2026-11-23",
        "every": "30d",
        "money": "0.000005 USD",
        "position": "a.yaml:1:2",
        "share": "0.5",
        "limits": {"requests_per_day": 5},
        "other": "{3}",
        "plain": [None, True, 1, 0.5, "x", ["y"]],
    }


def test_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The state stands beside the policies; annotations are relative to the repository, if there is one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a/policies").mkdir(parents=True)
    assert state_directory(None, Path("a/policies")) == tmp_path / "a/.remit"
    assert state_directory(None, Path("a/policies/../policies")) == tmp_path / "a/.remit"
    assert state_directory(Path("s"), Path("a")) == Path("s")
    if not any((parent / ".git").exists() for parent in tmp_path.parents):
        assert inside_repository(Path("a/policies")) == "a/policies"
        assert inside_repository(tmp_path / "a") == ""
    (tmp_path / "a/.git").mkdir()
    assert inside_repository(Path("a/policies")) == "policies"
