"""What is wrong with a command line is said in one sentence with a remedy, and ends with 64."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from command_line import Run

from remit.cli import ExitCode

pytest_plugins = ("command_fixtures",)

_ASK = ("evaluate", "--key", "ranker-prod", "--model", "mini")
_CHOICES = "it is not one of"
MISUSES: Sequence[tuple[str, Sequence[str], str]] = (
    ("command", ("chekc",), "no such command `chekc`: did you mean `check`?"),
    ("strange command", ("zzz",), "no such command `zzz`: see `remit --help`"),
    ("option", ("check", "--formt", "json"), "no such option `--formt`: did you mean `--format`?"),
    ("option of root", ("--bogus",), "no such option `--bogus`: see `remit --help`"),
    ("choice", ("check", "--format", "xml"), "invalid value for `--format`: `xml` is not one of `text`, `json`"),
    ("two formats", ("check", "--format", "sarif", "--json"), "`--json` is short for `--format json`: give one"),
    ("two formats of a test", ("test", "--format", "junit", "--json"), "`--json` is short for `--format json`"),
    ("two formats of a plan", ("plan", "--format", "markdown", "--json"), "`--json` is short for `--format json`"),
    ("missing option", ("evaluate", "--key", "x"), "missing option `--model`: see `remit evaluate --help`"),
    ("missing argument", ("resolve",), "missing argument `KEY`: see `remit resolve --help`"),
    ("missing file", ("bundle",), "missing option `--out`: see `remit bundle --help`"),
    ("too many arguments", ("resolve", "a", "b"), "got unexpected extra argument"),
    ("negative", (*_ASK, "--input-tokens", "-3"), "invalid value for `--input-tokens`: it should be greater than or"),
    ("no number", (*_ASK, "--input-tokens", "many"), "invalid value for `--input-tokens`: it should be a valid"),
    ("percent", ("test", "--fail-under", "101"), "invalid value for `--fail-under`: it should be less than or equal"),
    ("naive now", (*_ASK, "--now", "2026-01-01T00:00:00"), "invalid value for `--now`: not an instant with its zone"),
    ("no now", ("check", "--now", "today"), "invalid value for `--now`: not an instant with its zone"),
    ("counter", (*_ASK, "--usage", "requests_tody=1"), "nothing counts `requests_tody`: did you mean"),
    ("strange counter", (*_ASK, "--usage", "x=1"), "nothing counts `x`: use `parallel_requests`"),
    ("count", (*_ASK, "--usage", "requests_today=-1"), "`requests_today` is not a count: write a whole number"),
    ("amount", (*_ASK, "--usage", "spent.key.daily=5"), "`spent.key.daily` is not an amount"),
    ("currency", (*_ASK, "--usage", "spent.key.daily=5 EUR"), "`spent.key.daily` is in EUR"),
    ("no pair", (*_ASK, "--usage", "requests_today"), "`--usage` takes `name=value`"),
    ("no tag", (*_ASK, "--tag", "=x"), "`--tag` takes `name=value`"),
    ("target", ("plan", "--target", "stroe"), "no Target is called `stroe`: did you mean `store`?"),
    ("target of drift", ("drift", "--target", "x"), "no Target is called `x`"),
    ("target of a plan file", ("apply", "p.json", "--target", "store"), "a plan file says itself what it is for"),
    ("kind", ("show", "kees"), "no kind is called `kees`: did you mean `Key`?"),
    ("strange kind", ("schema", "zzz"), "no kind is called `zzz`: use `Organization`"),
    ("write and check", ("schema", "--write", "a", "--check", "a"), "`--write` and `--check` exclude each other"),
    ("suite", ("test", "--suite", "everydy"), "no policy test or suite is called `everydy`: did you mean `everyday`?"),
    ("no yaml", ("fmt", "README.md"), "`README.md` holds no YAML: name a directory, or a file that ends in `.yaml`"),
    ("organization", ("init", "new", "--organization", "A_B"), "`--organization` takes lower-case letters"),
    ("owner", ("init", "new", "--owner", "x\ny: z"), "`--owner` takes a login"),
    ("control characters", ("check\x1b[2J",), "no such command"),
)


@pytest.mark.parametrize(("words", "start"), [each[1:] for each in MISUSES], ids=[each[0] for each in MISUSES])
def test_misuse(run: Run, place: Path, words: Sequence[str], start: str) -> None:
    """One line on stderr, nothing on stdout, no escape codes, 64."""
    (place / "README.md").touch()
    ran = run(*words)
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert ran.err.startswith(f"error: {start}")
    assert ran.err.count("\n") == 1
    assert "\x1b" not in ran.err
    assert not ran.err.endswith(".\n")


FAILURES: Sequence[tuple[str, Sequence[str], str]] = (
    ("no policies", ("check", "nowhere"), "error: `nowhere`: there is no such file or directory: check the path\n"),
    ("no policies to load", ("resolve", "x", "-p", "nowhere"), "error: "),
    ("no repository", ("check", "--ref", "main"), "error: `policies`: "),
    ("no bundle", ("resolve", "x", "-p", "policies/keys.yaml"), "error: `keys.yaml` is not a bundle: "),
    ("key", ("resolve", "ranker-prd"), "error: no Key is called `ranker-prd`: did you mean `ranker-prod`?\n"),
    ("strange key", ("resolve", "x"), "error: no Key is called `x`: `remit show` lists what is declared\n"),
    ("resource", ("show", "team", "serch"), "error: no Team is called `serch`: did you mean `search`?\n"),
    ("no plan file", ("apply", "none.json"), "error: `none.json`: no such file or directory\n"),
    ("no plan", ("apply", "policies/keys.yaml"), "error: `policies/keys.yaml` is not a plan: make one with"),
    ("a list", ("apply", "list.json"), "error: the plan file cannot be read: not a JSON object\n"),
    ("no directory", ("bundle", "--out", "policies/keys.yaml/x"), "error: `policies/keys.yaml"),
    ("nothing to format", ("fmt", "nowhere"), "error: `nowhere`: there is no such file or directory"),
    ("no side", ("diff", "main"), "error: "),
)


@pytest.mark.parametrize(("words", "start"), [each[1:] for each in FAILURES], ids=[each[0] for each in FAILURES])
def test_failure(run: Run, place: Path, words: Sequence[str], start: str) -> None:
    """What cannot be done is said in one line on stderr, and ends with 1."""
    (place / "list.json").write_text("[]")
    ran = run(*words)
    assert (ran.code, ran.out) == (ExitCode.ERROR, "")
    assert ran.err.startswith(start)
    assert ran.err.count("\n") == 1


def test_broken_policies(run: Run, place: Path) -> None:
    """A command that needs sound policies names the first fault, where it is, and how many there are."""
    (place / "policies/keys.yaml").write_text("a: [\n")
    ran = run("evaluate", "--key", "x", "--model", "y")
    assert ran.code == ExitCode.ERROR
    assert "keys.yaml:" in ran.err


def test_unexpected_error(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that nothing foresees shows its kind and never its text; `REMIT_DEBUG` shows where it was."""

    def fail(*_: object) -> None:
        raise RuntimeError("the value of a key")

    monkeypatch.setattr("remit.cli._place.open_bundle", fail)
    ran = run("show")
    assert ran.code == ExitCode.ERROR
    assert ran.err == "error: unexpected `RuntimeError`: set `REMIT_DEBUG=1` to see where, and report it\n"
    monkeypatch.setenv("REMIT_DEBUG", "1")
    assert "Traceback" in run("show").err


def test_interrupted(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends with 130 and without a word."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("remit.cli._place.open_bundle", interrupt)
    ran = run("show")
    assert (ran.code, ran.out, ran.err) == (ExitCode.INTERRUPTED, "", "")


_PASTED = "sk-" + "ant-api03-abcdefghijklmnop"


@pytest.mark.parametrize(
    "words",
    [
        ("evaluate", "--key", _PASTED, "--model", "mini"),
        ("evaluate", "--key", "ranker-prod", "--model", _PASTED),
        ("evaluate", "--key", _PASTED, "--model", "mini", "--json"),
        ("explain", "--key", _PASTED, "--model", "mini"),
        ("resolve", _PASTED),
        ("show", "key", _PASTED),
        ("show", _PASTED),
        ("check", _PASTED),
        ("plan", "--target", _PASTED),
        ("test", "--suite", _PASTED),
        (*_ASK, "--usage", f"{_PASTED}=1"),
        (*_ASK, "--input-tokens", _PASTED),
        (_PASTED,),
    ],
)
def test_a_key_value_in_the_place_of_a_name_is_not_repeated(run: Run, words: Sequence[str]) -> None:
    """Somebody who pastes the value of a key does not find it in the scrollback or in a log of CI."""
    ran = run(*words)
    assert ran.code != ExitCode.OK
    assert "abcdefghijklmnop" not in ran.out + ran.err
