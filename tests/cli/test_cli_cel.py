"""`remit cel`: an expression, its variables, and what is said about it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from command_line import NOW, Run
from syrupy.assertion import SnapshotAssertion

from remit.cli import ExitCode

pytest_plugins = ("command_fixtures",)

AS_RULE = ("--key", "ranker-prod", "--model", "small", "--purpose", "product-search", "--now", NOW)
SECRET = "sk-" + "ant-api03-abcdefghijklmnop"

VALUES: Sequence[tuple[str, Sequence[str], str]] = (
    ("n + 1", ("n=2",), "3"),
    ("n + 1u", ("n:uint=2",), "3u"),
    ("n", ("n=2.5",), "2.5"),
    ("n", ("n=NaN",), '"NaN"'),
    ("n", ("n=1e999",), '"1e999"'),
    ("n", ("n=",), '""'),
    ("n", ("n=a=b",), '"a=b"'),
    ("n", ("n=true",), "true"),
    ("n == null", ("n=null",), "true"),
    ("n == null", ("n:null=null",), "true"),
    ("n", ('n="5"',), '"5"'),
    ("n", ("n:string=5",), '"5"'),
    ("n", ("n:dyn=[1, a]",), '[1, "a"]'),
    ("n", ("n:bytes=a",), 'b"a"'),
    ("n", ("n:bool=false",), "false"),
    ("n", ("n:money=12.50 USD",), 'money("12.50")'),
    ("n * 2", ("n:money=12.50 USD",), 'money("25.00")'),
    ("l[0] + l[1]", ("l=[1, 2]",), "3"),
    ("l[0] + l[1]", ("l:list(uint)=[1, 2]",), "3u"),
    ("l.size()", ("l=[1, a]",), "2"),
    ("m.a.b", ("m={a: {b: x}}",), '"x"'),
    ("m[1u]", ('m:map(uint,duration)={"1": "90s"}',), 'duration("90s")'),
    ("at + wait", ("at:timestamp=2026-01-01T00:00:00Z", "wait:duration=1h"), 'timestamp("2026-01-01T01:00:00Z")'),
    ("n", ("n=1", "n=2"), "2"),
)


@pytest.mark.parametrize(("source", "variables", "expected"), VALUES)
def test_a_value(run: Run, source: str, variables: Sequence[str], expected: str) -> None:
    """Variables are JSON, YAML lists and maps, text as it is, or what their type says."""
    ran = run("cel", source, *(word for each in variables for word in ("--var", each)))
    assert (ran.code, ran.out, ran.err) == (ExitCode.OK, f"{expected}\n", "")


MISUSED: Sequence[tuple[Sequence[str], str]] = (
    (("n", "--var", "n"), "`--var` takes `name=value` or `name:type=value`"),
    (("n", "--var", "1n=2"), "`--var` takes"),
    (("n", "--var", "n:foo=2"), "no type `foo`: write one as in"),
    (("n", "--var", "n:int=a"), "`n` is no int: this string cannot be read as int"),
    (("n", "--var", "n:int=1.5"), "`n` is no int: "),
    (("n", "--var", "n:uint=-1"), "`n` is no uint: "),
    (("n", "--var", "n:money=5"), "`n` is no money: is not an amount"),
    (("n", "--var", "n:timestamp=today"), "`n` is no timestamp: "),
    (("n", "--var", "n:list(int)=5"), "`n` is no list(int): it is written in another form"),
    (("n", "--var", "n:list(int)=[1.5]"), "`n` is no list(int): "),
    (("n", "--var", "n:null=5"), "`n` is no null_type: it is written in another form"),
    (("n", "--var", "n={a: 1"), "`n` is neither JSON nor a YAML list or map"),
    (("n", "--var", "n=" + "[" * 100_000), "`n` is neither JSON nor a YAML list or map"),
    (("n", "--var", f"n={2**63}"), "`n` is too large for an int"),
    (("1", "--user", "ana"), "`--user` describes a request: add `--key` and `--model`"),
    (("1", "--usage", "requests_today=1"), "`--usage` describes a request"),
    (("1", "--key", "ranker-prod"), "what a rule sees depends on both: give `--key` and `--model`"),
    (("1", *AS_RULE, "--var", "key=1"), "`key` is what the rule sees: choose another name"),
    ((), "there is no expression: give one, or `-`"),
)


@pytest.mark.parametrize(("words", "start"), MISUSED, ids=range(len(MISUSED)))
def test_misuse(run: Run, words: Sequence[str], start: str) -> None:
    """A variable that cannot be read, or options that make no sense together, end with 64."""
    ran = run("cel", *words)
    assert (ran.code, ran.out, ran.err.count("\n")) == (ExitCode.USAGE, "", 1)
    assert ran.err.startswith(f"error: {start}")


FAULTY: Sequence[tuple[Sequence[str], str, str, str]] = (
    (("1 +",), "the expression ends too early", "1 +", "   ^"),
    (("n",), "unknown name `n`: give it with `--var name=value`", "n", "^"),
    (("requst.user == 'a'", *AS_RULE), "unknown name `requst`: did you mean `request`?", "requst.user == 'a'", "^"),
    (
        ("request.usr == 'a'", *AS_RULE),
        "no field `usr` on remit.Request: did you mean `user`?",
        "request.usr == 'a'",
        "        ^",
    ),
    (("request.user == 'a'", *AS_RULE), "no such key: `user`", "request.user == 'a'", "        ^"),
    (("1 / 0",), "divided by zero", "1 / 0", "  ^"),
    (("true &&\n  n",), "unknown name `n`", "  n", "  ^"),
    (("1 + 1u",), "`+` does not take (int, uint)", "1 + 1u", "  ^"),
)


@pytest.mark.parametrize(("words", "start", "line", "caret"), FAULTY)
def test_a_fault_has_its_place(run: Run, words: Sequence[str], start: str, line: str, caret: str) -> None:
    """What does not parse, check or evaluate ends with 1, and a caret stands under the column."""
    ran = run("cel", *words)
    said, shown, below = ran.err.splitlines()
    assert (ran.code, ran.out) == (ExitCode.ERROR, "")
    assert said.startswith(f"error: {start}")
    assert (shown[8:], below[8:]) == (line, caret)


def test_a_fault_as_json(run: Run) -> None:
    """`--json` is one document, also of a fault."""
    ran = run("cel", "1 / 0", "--json")
    assert (ran.code, ran.err) == (ExitCode.ERROR, "")
    assert json.loads(ran.out)["error"] == {
        "message": "divided by zero",
        "code": "divide_by_zero",
        "line": 1,
        "column": 3,
    }
    assert json.loads(run("cel", "1 +", "--json").out)["error"]["code"] is None


AS_SEEN: Sequence[tuple[str, str]] = (
    ("request.model", '"small"'),
    ("model.name", '"mini"'),
    ("request.purpose in key.purposes", "true"),
    ("limits.requests_per_minute", "600"),
    ("usage.requests_last_minute", "0"),
    ("key.budget.monthly", 'usd("500.00")'),
    ("project.name + team.name + organization.name", '"rankersearchacme"'),
    ("now", 'timestamp("2026-11-23T12:00:00Z")'),
    ("has(request.user)", "false"),
)


@pytest.mark.parametrize(("source", "expected"), AS_SEEN)
def test_as_a_rule_sees_it(run: Run, source: str, expected: str) -> None:
    """With a key and a model the variables are those of a rule on requests."""
    assert run("cel", source, *AS_RULE).out == f"{expected}\n"


def test_own_variables_beside_those_of_a_rule(run: Run) -> None:
    """A threshold can be tried against real usage."""
    words = ("--usage", "requests_last_minute=50", "--var", "share=8")
    assert run("cel", "usage.requests_last_minute * share > 300", *AS_RULE, *words).out == "true\n"


def test_unknown_names(run: Run) -> None:
    """A key or model that nothing has is an error with a suggestion."""
    ran = run("cel", "1", "--key", "ranker-prd", "--model", "mini")
    assert (ran.code, ran.err) == (1, "error: no Key is called `ranker-prd`: did you mean `ranker-prod`?\n")
    ran = run("cel", "1", "--key", "ranker-prod", "--model", "grnd")
    assert (ran.code, ran.err) == (1, "error: no Model is called `grnd`: did you mean `grand`?\n")


def test_standard_input(run: Run) -> None:
    """`-` reads the expression from stdin."""
    assert run("cel", "-", stdin="1 +\n  2\n").out == "3\n"


def test_variables_of_a_file(run: Run, place: Path) -> None:
    """A file holds a mapping, as JSON or as YAML; `--var` goes before it."""
    (place / "v.json").write_text('{"n": 2, "l": [{"a": 1}]}')
    (place / "v.yaml").write_text("n: 2\nl:\n  - a: 1\n")
    for name in ("v.json", "v.yaml"):
        assert run("cel", "n + l[0].a", "--vars", name).out == "3\n"
    assert run("cel", "n", "--vars", "v.json", "--var", "n=3").out == "3\n"


def test_files_without_variables(run: Run, place: Path) -> None:
    """A file that cannot be read, is no YAML, or holds something else is an error."""
    for text, said in {
        "- 1\n": "holds no variables",
        "a: [\n": "v.yaml:",
        "1a: 2\n": "holds no variables",
        "": "holds no",
    }.items():
        (place / "v.yaml").write_text(text)
        ran = run("cel", "1", "--vars", "v.yaml")
        assert (ran.code, said in ran.err) == (ExitCode.ERROR, True)
    assert run("cel", "1", "--vars", "none.yaml").code == ExitCode.ERROR
    (place / "v.yaml").write_text("key: 1\n")
    assert run("cel", "1", "--vars", "v.yaml", *AS_RULE).code == ExitCode.USAGE


def test_everything_about_an_expression(run: Run, snapshot: SnapshotAssertion) -> None:
    """The parts, the cost and the tree, as lines and as JSON."""
    source = "key.budget.monthly > usd(400) && [1, 2].exists(i, i > 1) || request.stream"
    words = ("cel", source, *AS_RULE, "--trace", "--cost", "--ast")
    assert run(*words).out == snapshot
    assert json.loads(run(*words, "--json").out) == snapshot


def test_a_trace_of_a_failure(run: Run) -> None:
    """What led to an error is shown before it."""
    ran = run("cel", "1 / n", "--var", "n=0", "--trace")
    assert (ran.code, ran.out) == (1, "└─ n = 0\n")


@pytest.mark.parametrize(
    ("source", "type_"),
    [
        ("1 / 0", "int"),
        ("[now]", "list(timestamp)"),
        ("key.expires - now", "duration"),
        ("request.tags", "map(string, string)"),
    ],
)
def test_only_the_type(run: Run, source: str, type_: str) -> None:
    """`--type` checks and does not evaluate."""
    assert run("cel", source, *AS_RULE, "--type").out == f"{type_}\n"
    assert json.loads(run("cel", source, *AS_RULE, "--type", "--json").out)["type"] == type_


def test_values_as_json(run: Run) -> None:
    """What JSON has is itself; amounts, times, bytes and numbers that are none are text."""
    source = "[null, true, 1, 1u, 1.5, 'a', key.budget, now, b'a', 1.0 / 0.0, key.name]"
    found = json.loads(run("cel", source, *AS_RULE, "--json").out)["value"]
    at = 'timestamp("2026-11-23T12:00:00Z")'
    assert found == [None, True, 1, 1, 1.5, "a", {"monthly": 500_000_000}, at, 'b"a"', "inf", "ranker-prod"]
    assert json.loads(run("cel", "key.budget", *AS_RULE, "--json").out)["value"] == {"monthly": 'usd("500.00")'}


@pytest.mark.parametrize(
    "words",
    [
        (f"'{SECRET}'",),
        (f"'{SECRET}' + 1",),
        (f"'{SECRET}' == 'a' ? 1 : 1 / 0",),
        ("x", "--var", f"x={SECRET}"),
        ("x", "--var", f"x={{a: [{SECRET}]}}"),
        ("x", "--var", f"x:int={SECRET}"),
        ("x", "--var", f"x:{SECRET}=1"),
        ("x.a", "--var", f'x={{"{SECRET}": 1}}'),
        ("request.user", *AS_RULE, "--user", SECRET),
        ("request", *AS_RULE, "--tag", f"a={SECRET}"),
        ("request.user", "--model", "mini", "--key", SECRET),
        (SECRET,),
    ],
)
def test_a_secret_is_never_repeated(run: Run, words: Sequence[str]) -> None:
    """Neither a value, nor a part, nor a fault, nor an excerpt repeats the value of a key."""
    for more in ((), ("--json",)):
        ran = run("cel", *words, "--trace", "--ast", *more)
        assert "abcdefghijklmnop" not in ran.out + ran.err
