"""Somebody who means harm writes the files, names the paths, and picks the git reference."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from organisation import BASE, NOW, MemoryTree
from scenario_secrets import BODY, SECRETS, leaks
from scenario_trees import ONE_THOUSAND, plant

from remit.check import Report, check_tree
from remit.render import findings_github, findings_json, findings_junit, findings_sarif, findings_text

SECONDS = 60
LETTERS = 300_000
KEY = """\
apiVersion: remit/v1
kind: Key
metadata: {name: crawler, team: search, project: ranker}
spec:
  environment: dev
  models: [mini]
"""


POLICY = "apiVersion: remit/v1\nkind: Policy\nmetadata: {name: case}\nspec:\n  rules:\n"


def _filled(unit: str, around: str = "{}") -> str:
    return around.format(unit * (LETTERS // len(unit)))


# So long that whatever is not linear takes minutes.
HEAVY: Mapping[str, str] = {
    "a comment of key beginnings": _filled("sk-", "# {}\n"),
    "a comment of names like keys": _filled("sk-a-a-a-a-a-a-a-a-a-a-", "# {}\n"),
    "a comment of project key beginnings": _filled("sk-proj-", "# {}\n"),
    "a comment of token beginnings": _filled("eyJ", "# {}\n"),
    "a comment of random tokens": _filled(f"{BODY}.", "# {}\n"),
    "lines of random tokens": _filled(f"# {BODY}\n"),
    "a comment of digests": _filled("sha256:" + "0af19be2" * 8 + " ", "# {}\n"),
    "a comment of address beginnings": _filled("a://", "# {}\n"),
    "a comment of addresses without end": _filled("a://" + "b" * 199, "# {}\n"),
    "a comment of key blocks": _filled("-----BEGIN ", "# {}PRIVATE KEY\n"),
    "a comment of web hooks": _filled("hooks.slack.com/services/", "# {}\n"),
    "one word": _filled("b", "a: {}\n"),
    "one key": _filled("b", "{}: 1\n"),
    "one key twice": _filled("b", "{0}: 1\n{0}: 2\n"),
    "a list of numbers": _filled("1,", "a: [{}1]\n"),
    "a list of lists": _filled("[],", "a: [{}1]\n"),
    "one key many times": _filled("a: 1\n"),
    "brackets that stay open": _filled("["),
    "braces that stay open": _filled("{{".format()),
    "nested list items": _filled("- "),
    "nested complex keys": _filled("? "),
    "a quote that stays open": _filled("a\n", 'a: "{}'),
    "escapes": _filled("\\x41", 'a: "{}"\n'),
    "empty documents": _filled("---\n"),
    "directives": _filled("%FOO bar\n"),
    "colons": _filled("a: "),
    "anchors": "".join(f"k{at}: &a{at} 1\n" for at in range(50_000)),
    "aliases": "a: &a [1]\nb: [" + "*a," * 45_000 + "]\n",
    "hidden characters": _filled("\u202e", "# {}\n"),
    "unknown fields": KEY + "".join(f"  f{at}: 1\n" for at in range(30_000)),
    "fields that are secrets": KEY + "".join(f"  {at}{BODY}: 1\n" for at in range(10_000)),
    "models that are not there": KEY.replace("[mini]", "[" + "m1," * 5_000 + "]"),
    "labels": KEY.replace("ranker}", "ranker, labels: {" + ", ".join(f"l{at}: x" for at in range(30_000)) + "}}"),
}


def _checked(text: str | bytes) -> Report:
    tree = MemoryTree({"base.yaml": BASE, "case.yaml": ""})
    tree._content["case.yaml"] = text.encode() if isinstance(text, str) else text
    return check_tree(tree, at=NOW)


@pytest.mark.parametrize("name", HEAVY)
def test_no_file_takes_long(name: str) -> None:
    """A long file, made to be slow to read, is judged without a wait."""
    before = time.process_time()
    report = _checked(HEAVY[name])
    assert time.process_time() - before < SECONDS
    assert len(report.findings) <= 30_000


@pytest.mark.parametrize(
    "name", ["lines of random tokens", "unknown fields", "one key many times", "hidden characters"]
)
def test_findings_of_one_sort_end_at_one_hundred(name: str) -> None:
    """Nobody reads more than a hundred times the same, and no log has to hold it."""
    assert 100 <= len(_checked(HEAVY[name]).findings) <= 102


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (b"\xed\xa0\x80", "case.yaml:7:11: error: the file is not UTF-8"),
        (b'"\\ud800"', "case.yaml:7:14: error: an escape that is no character"),
        (b'"\\0"', "case.yaml:7:11: error: control character U+0000"),
        (b"\xef\xbf\xbe", "case.yaml:7:11: error: control character U+FFFE"),
        (b'"\\x1b[2J"', "case.yaml:7:11: error: control character U+001B"),
        (b'"\\u2028"', "case.yaml:7:11: error: line break U+2028"),
        (b"\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9", "case.yaml:7:12: error: invisible or direction-changing"),
    ],
)
def test_letters_that_are_none_are_refused_where_they_stand(value: bytes, place: str) -> None:
    """Half characters, controls and what nobody sees: as bytes and as escapes."""
    (finding,) = _checked(KEY.encode() + b"  ticket: " + value + b"\n").findings
    assert str(finding).startswith(place)


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("'a`b'", "unknown field `a'b`"),
        ("'::error::x'", "unknown field `::error::x`"),
        ("\u043ewner", "unknown field `\\u043ewner`: did you mean `owner`?"),
        ("\uff4fwner", "unknown field `\\uff4fwner`: did you mean `owner`?"),
        ("'<script>'", "unknown field `<script>`"),
        ("constructor", "unknown field `constructor`"),
        ("__class__", "unknown field `__class__`"),
        ("model_config", "unknown field `model_config`"),
        ("'%0Aowner'", "unknown field `%0Aowner`"),
        ("x" * 41, "unknown field: remove it"),
    ],
)
def test_a_field_of_any_name_is_told_harmlessly(field: str, told: str) -> None:
    """No name breaks out of its backticks, reads like another, or commands a runner."""
    report = _checked(f"{KEY}  {field}: 1\n")
    (finding,) = report.findings
    assert told in str(finding)
    annotation = findings_github(report.findings)
    assert annotation.count("\n") == 1
    assert annotation.startswith("::error ")
    for render in (findings_text, findings_json, findings_sarif, findings_junit):
        assert render(report.findings).isprintable() or "\n" in render(report.findings)


@pytest.mark.parametrize(
    "timezone", ["localtime", "posixrules", "right/Europe/Berlin", "/etc/passwd", "../UTC", "UTC/"]
)
def test_the_timezone_is_the_same_on_every_machine(timezone: str) -> None:
    """Nothing but an IANA name: no file of the machine, no path."""
    report = _checked("")
    assert report.ok
    tree = MemoryTree({"base.yaml": BASE.replace("Europe/Berlin", timezone)})
    assert "`timezone` is not a timezone" in "".join(map(str, check_tree(tree, at=NOW).findings))


@pytest.mark.parametrize(
    "ref",
    [
        "",
        "--output=written",
        "-x",
        "--exec=id",
        "HEAD:policies",
        "HEAD:../..",
        "HEAD^{tree}",
        "HEAD..HEAD",
        "HEAD^@",
        ":0:policies/key.yaml",
        "@{-1}",
        "@{upstream}",
        "$(id)",
        "HEAD;id",
        "HEAD\nx",
        "\x1b[31mHEAD",
        "\u202eDAEH",
        "../../etc/passwd",
        "refs/heads/../../HEAD",
        "a" * 5_000,
        "0" * 40,
        "HEAD~1000000",
        "HEAD\0",
    ],
)
def test_a_reference_names_a_commit_or_nothing(ref: str, tmp_path: Path, remit: Callable) -> None:
    """What is no commit is refused in one harmless line, and nothing is written or run."""
    tree = plant("259-linked-file-at-commit", tmp_path)
    before = sorted(tmp_path.rglob("*"))
    ran = remit("check", tree, f"--ref={ref}", "--no-cache")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.endswith("names no commit: fetch it, or check its spelling\n")
    assert ran.err.count("\n") == 1
    assert ran.err.strip().isprintable()
    assert len(ran.err) < 200
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("end", ["", "/"])
def test_a_tree_that_is_a_link_is_refused(end: str, tmp_path: Path, remit: Callable) -> None:
    """A pull request cannot point the whole directory at files outside the repository."""
    plant("base", tmp_path)
    (tmp_path / "linked").symlink_to("policies", target_is_directory=True)
    ran = remit("check", f"{tmp_path}/linked{end}", "--no-cache")
    assert (ran.code, ran.out) == (1, "")
    assert "symbolic links are not followed: name the directory that the link points to" in ran.err


@pytest.mark.parametrize(
    "place", ["nowhere", "policies/nowhere.yaml", "/dev/zero", "/dev/null", "/proc/self/mem", "a\nb", "\x1b[2J"]
)
def test_any_path_ends_with_a_sentence(place: str, tmp_path: Path, remit: Callable) -> None:
    """What is no tree is an error or a finding, never a trace, and never waits."""
    ran = remit("check", place if place.startswith("/") else tmp_path / place, "--no-cache")
    assert ran.code in (1, 3)
    assert "error" in ran.out + ran.err
    assert "\x1b" not in ran.out + ran.err
    assert "unexpected" not in ran.err


def test_a_secret_in_one_file_hides_the_lines_of_none_but_that_file(tmp_path: Path, remit: Callable) -> None:
    """The excerpt of another finding in the file would show the secret; so the file is not shown at all."""
    tree = plant("base", tmp_path)
    secret = SECRETS["github"]
    (tree / "case.yaml").write_text(f"{KEY}  ticket: {secret}  # {secret}\n  rotate_evry: {secret}\n")
    (tree / "other.yaml").write_text(KEY.replace("crawler", "other") + "  rotate_evry: 30d\n")
    ran = remit("check", tree, "--no-cache")
    assert ran.code == 3
    assert not leaks(secret, ran.out + ran.err)
    assert "rotate_evry: 30d" in ran.out


@pytest.mark.parametrize("depth", [100, ONE_THOUSAND, 20_000])
@pytest.mark.parametrize("shape", ["(", "[", "!", "-", "{'a': ", "key.models.exists(m, ", "true ? true : ", "1 + "])
def test_an_expression_of_any_depth_ends_with_a_finding(shape: str, depth: int) -> None:
    """Whatever nests, and however deep: no recursion error, no crash, no wait."""
    before = time.process_time()
    report = _checked(f'{POLICY}    - {{name: r, on: key, deny: "{(shape * depth)[:64_000]}"}}\n')
    assert time.process_time() - before < SECONDS
    assert not report.ok
