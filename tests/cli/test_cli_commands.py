"""Every command on a small organisation: what it prints, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from command_line import NOW, Run, changed, committed, undated
from syrupy.assertion import SnapshotAssertion

from remit.bundle import load_bundle

pytest_plugins = ("command_fixtures",)

ASKED = ("--key", "ranker-prod", "--purpose", "product-search", "--data-class", "public", "--now", NOW)
ALLOWED = (*ASKED, "--model", "mini")
DENIED = (*ASKED, "--model", "grand")
SHOWN: Sequence[tuple[str, int, Sequence[str]]] = (
    ("check", 0, ("check", "--now", NOW)),
    ("test", 0, ("test", "--verbose")),
    ("show-kinds", 0, ("show",)),
    ("show-keys", 0, ("show", "keys")),
    ("show-none", 0, ("show", "waivers")),
    ("show-team", 0, ("show", "team", "search")),
    ("allow", 0, ("evaluate", *ALLOWED)),
    ("throttle", 0, ("evaluate", *ALLOWED, "--usage", "requests_last_minute=501")),
    ("deny", 3, ("evaluate", *DENIED)),
    ("deny-budget", 3, ("evaluate", *ALLOWED, "--usage", "spent.key.monthly=500 USD")),
    ("explain", 3, ("explain", *DENIED)),
    ("resolve", 0, ("resolve", "ranker-prod", "--now", NOW)),
    ("plan", 2, ("plan", "--now", NOW)),
    ("drift", 0, ("drift",)),
    ("fmt", 0, ("fmt", "--check", "policies/tests.yaml")),
)


@pytest.mark.parametrize(("code", "words"), [each[1:] for each in SHOWN], ids=[each[0] for each in SHOWN])
def test_rendered(run: Run, snapshot: SnapshotAssertion, code: int, words: Sequence[str]) -> None:
    """What a command prints in a pipe is stable, holds no escape codes, and says nothing on stderr."""
    ran = run(*words)
    assert (ran.code, ran.err) == (code, "")
    assert "\x1b" not in ran.out
    assert undated(ran.out) == snapshot


def test_plan_as_markdown(run: Run) -> None:
    """A plan can be a comment on a pull request."""
    ran = run("plan", "--format", "markdown")
    assert ran.code == 2
    assert ran.out.startswith("### 1 to create\n\n**`store`**")


DOCUMENTS: Sequence[tuple[int, Sequence[str]]] = (
    (0, ("check", "--now", NOW)),
    (0, ("test",)),
    (0, ("show",)),
    (0, ("show", "keys")),
    (0, ("show", "key", "ranker-prod")),
    (0, ("evaluate", *ALLOWED)),
    (3, ("evaluate", *DENIED)),
    (3, ("evaluate", "--key", "nobody", "--model", "mini")),
    (3, ("explain", *DENIED)),
    (0, ("resolve", "ranker-prod", "--now", NOW)),
    (2, ("plan",)),
    (0, ("apply", "--yes")),
    (0, ("drift",)),
    (0, ("fmt",)),
    (0, ("migrate",)),
    (0, ("schema", "--write", "schemas")),
    (3, ("schema", "--check", "elsewhere")),
    (0, ("schema", "key")),
    (0, ("bundle", "--out", "saved.bundle")),
    (0, ("init", "new")),
)


@pytest.mark.parametrize(("code", "words"), DOCUMENTS, ids=[" ".join(each[1][:2]) for each in DOCUMENTS])
def test_json(run: Run, code: int, words: Sequence[str]) -> None:
    """With `--json` stdout is one JSON document, and stderr is silent."""
    ran = run(*words, "--json")
    assert (ran.code, ran.err) == (code, "")
    assert isinstance(json.loads(ran.out), dict)


def test_decision_json(run: Run) -> None:
    """The document of a decision says what an application would be told."""
    document = json.loads(run("evaluate", *DENIED, "--json").out)
    assert document["effect"] == "deny"
    assert [reason["rule"] for reason in document["reasons"]] == ["base/premium-by-name"]


def test_entitlement_json(run: Run) -> None:
    """Quantities, instants and places of an entitlement are written as in YAML and in findings."""
    document = json.loads(run("resolve", "ranker-prod", "--json").out)
    entitlement = document["entitlement"]
    assert document["in_force"] is True
    assert entitlement["expires"] == "2030-01-31T23:00:00Z"
    assert entitlement["caps"]["requests_per_minute"]["origin"]["at"] == "keys.yaml:12:33"
    assert entitlement["budgets"][-1]["amount"] == "500 USD"


@pytest.mark.parametrize(
    ("words", "code", "effect"),
    [
        ((*DENIED, "--user", "ana"), 0, "allow"),
        ((*ALLOWED, "--scope", "embeddings"), 3, "deny"),
        ((*ALLOWED, "--usage", "requests_last_minute=1k"), 3, "deny"),
        ((*ALLOWED, "--tag", "app=shop", "--stream", "--input-tokens", "5", "--output-tokens", "9"), 0, "allow"),
    ],
)
def test_evaluate_options(run: Run, words: Sequence[str], code: int, effect: str) -> None:
    """Each option of a request reaches the engine."""
    ran = run("evaluate", *words, "--json")
    assert (ran.code, json.loads(ran.out)["effect"]) == (code, effect)


@pytest.mark.parametrize(
    ("option", "name", "remedy"),
    [("--key", "ranker-prd", "`ranker-prod`"), ("--model", "smal", "`small`")],
)
def test_evaluate_suggests(run: Run, option: str, name: str, remedy: str) -> None:
    """A mistyped key or model is denied, and stderr says what may have been meant; so does `explain`."""
    asked = {"--key": "ranker-prod", "--model": "mini", option: name}
    words = [word for pair in asked.items() for word in pair]
    for command in ("evaluate", "explain"):
        ran = run(command, *words)
        assert ran.code == 3
        assert f"did you mean {remedy}?" in ran.err


def test_evaluate_from_bundle(run: Run, place: Path) -> None:
    """A saved bundle decides as its policies do, without them."""
    saved = run("bundle", "--out", "saved.bundle")
    assert saved.out == f"{load_bundle(place / 'saved.bundle').digest}  saved.bundle\n"
    (place / "policies").rename(place / "gone")
    assert run("evaluate", *ALLOWED, "--policies", "saved.bundle").code == 0
    assert run("evaluate", *DENIED, "--policies", "saved.bundle").code == 3


def test_policies_from_environment(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`REMIT_POLICIES` names the policies for every command that is not told otherwise."""
    (place / "policies").rename(place / "other")
    assert run("check").code == 1
    monkeypatch.setenv("REMIT_POLICIES", "other")
    assert [run(*words).code for words in (("check",), ("test",), ("resolve", "ranker-prod"))] == [0, 0, 0]
    assert run("fmt", "--check").out == "0 to rewrite, 4 as they should be\n"


def test_ref(run: Run, place: Path) -> None:
    """`--ref` looks at the policies of a commit, whatever lies there now."""
    commit = committed(place)
    changed(place / "policies/keys.yaml", "ranker-prod", "ranker-live")
    assert run("resolve", "ranker-prod", "--ref", commit).code == 0
    assert run("resolve", "ranker-prod").code == 1


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "junit"])
def test_check_formats(run: Run, place: Path, form: str) -> None:
    """A finding is told in every format, on stdout and in a file alike, and ends with 3."""
    changed(place / "policies/keys.yaml", "models: [mini, grand]", "models: [mini, gradn]")
    ran = run("check", "--format", form)
    filed = run("check", "--format", form, "--output", "out/findings")
    assert (ran.code, filed.code) == (3, 3)
    assert "keys.yaml" in ran.out
    assert (place / "out/findings").read_text() == ran.out
    assert filed.out == ("" if form == "json" else "1 error, written to `out/findings`\n")


def test_check_annotates_from_the_root(run: Run, place: Path) -> None:
    """Annotations name files as the repository does, not as the tree does."""
    committed(place)
    changed(place / "policies/keys.yaml", "owner: ana", "owner: 7")
    assert "file=policies/keys.yaml" in run("check", "--format", "github").out
    assert "file=policies/keys.yaml" in run("check", str(place / "policies"), "--format", "github").out


def test_check_strict(run: Run, place: Path) -> None:
    """A warning fails only when asked to."""
    changed(place / "policies/keys.yaml", "monthly: 500 USD", "monthly: 5_000 USD")
    assert [run("check", *words).code for words in ((), ("--strict",), ("--strict", "--no-cache"))] == [0, 3, 3]


def test_check_now(run: Run) -> None:
    """`--now` moves the clock."""
    assert "expired" in run("check", "--now", "2031-01-01T00:00:00+01:00").out


def test_failing_tests(run: Run, place: Path, snapshot: SnapshotAssertion) -> None:
    """A test that fails is told with what was expected, and ends with 4, in every format."""
    changed(place / "policies/tests.yaml", "request: search, effect: allow", "request: search, effect: deny")
    ran = run("test")
    assert (ran.code, ran.err) == (4, "")
    assert ran.out == snapshot
    assert "<failure" in run("test", "--format", "junit").out


@pytest.mark.parametrize(
    ("words", "code"), [((), 0), (("everyday",), 0), (("everyday/models",), 0), (("nothing",), 64)]
)
def test_chosen_suites(run: Run, words: Sequence[str], code: int) -> None:
    """Suites are chosen by the name of the test, or of both."""
    assert run("test", *(option for word in words for option in ("--suite", word))).code == code


def test_coverage_bound(run: Run, place: Path) -> None:
    """Too little coverage ends with 4 though every test passes."""
    assert run("test", "--fail-under", "100").code == 0
    changed(place / "policies/tests.yaml", "models: [mini, grand]", "models: [mini]")
    changed(
        place / "policies/tests.yaml", "        - {key: ranker-prod, model: grand, request: named, effect: allow}\n", ""
    )
    ran = run("test", "--fail-under", "100")
    assert ran.code == 4
    assert ran.err == "error: coverage is 50.0%, under the 100% asked for\n"


def test_no_tests(run: Run, place: Path) -> None:
    """Nothing to run is no success."""
    (place / "policies/tests.yaml").unlink()
    ran = run("test")
    assert ran.code == 4
    assert ran.err == "error: no PolicyTest is declared: add one, since untested policy proves nothing\n"


def test_tests_of_a_broken_tree(run: Run, place: Path) -> None:
    """A tree that does not compile fails its tests, named or not."""
    changed(place / "policies/keys.yaml", "owner: ana", "owner: 7")
    assert [run("test").code, run("test", "--suite", "everyday").code] == [4, 4]


def test_diff(run: Run, place: Path, snapshot: SnapshotAssertion) -> None:
    """Two commits, a commit and what lies there, and saved bundles are compared by meaning."""
    first = committed(place)
    run("bundle", "--out", "first.bundle")
    changed(place / "policies/keys.yaml", "models: [mini, grand]", "models: [mini]")
    changed(place / "policies/organization.yaml", "monthly: 900 USD", "monthly: 1_200 USD")
    changed(place / "policies/rules.yaml", 'duration("2s")', 'duration("4s")')
    ran = run("diff", first, "--now", NOW)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == snapshot
    second = committed(place)
    assert run("diff", first, second, "--now", NOW).out == ran.out
    assert run("diff", "first.bundle", "--now", NOW).out == ran.out
    assert json.loads(run("diff", first, "--json").out)["pools"][0]["shift"]["after"] == "1200 USD"
    assert run("diff", first, "--exit-code").code == 2
    assert run("diff", second, "--exit-code").out == "no differences\n"
    assert run("diff", second, "--exit-code").code == 0


def test_diff_spells_every_value(run: Run, place: Path, snapshot: SnapshotAssertion) -> None:
    """Dates, lists of settings, long expressions, what is absent, and a new name are all told in words."""
    first = committed(place)
    waiver = (
        "---\napiVersion: remit/v1\nkind: Waiver\nmetadata: {name: pilot}\nspec:\n  policy: base\n"
        "  rule: near-the-cap\n  subject: {kind: Key, name: ranker-prod}\n"
        "  reason: a pilot\n  ticket: T-1\n  expires: 2026-12-01\n"
    )
    (place / "policies/waivers.yaml").write_text(waiver)
    second = committed(place)
    changed(place / "policies/waivers.yaml", "2026-12-01", "2026-12-24")
    changed(
        place / "policies/organization.yaml", "monthly: 900 USD", "monthly: 900 USD, alerts: [{at: 80%}, {at: 90%}]"
    )
    changed(place / "policies/rules.yaml", "> 500", "> 500 && " + " && ".join(["request.scope != 'chat'"] * 12))
    changed(place / "policies/keys.yaml", "expires: 2030-02-01", "expires: 2030-02-01T09:00:00Z")
    changed(place / "policies/keys.yaml", "name: ranker-prod,", "name: ranker-live, previously: ranker-prod,")
    changed(place / "policies/waivers.yaml", "ranker-prod", "ranker-live")
    changed(place / "policies/tests.yaml", "ranker-prod", "ranker-live")
    assert "+ Waiver pilot  waivers.yaml:4:18  loosens\n" in run("diff", first, second).out
    ran = run("diff", second, "--now", NOW)
    assert ran.err == ""
    assert ran.out == snapshot


def test_schema(run: Run, place: Path) -> None:
    """Schemas are printed, written, and found to be outdated, missing or strange."""
    assert json.loads(run("schema").out)["title"] == "Remit resource"
    assert json.loads(run("schema", "keys").out)["title"] == "Key"
    assert run("schema", "--write", "schemas").out == "11 schemas written to `schemas`\n"
    assert run("schema", "--check", "schemas").code == 0
    (place / "schemas/key.schema.json").write_text("{}")
    (place / "schemas/team.schema.json").unlink()
    (place / "schemas/old.schema.json").write_text("{}")
    ran = run("schema", "--check", "schemas")
    assert ran.code == 3
    assert ran.out == (
        "schemas/key.schema.json: differs\nschemas/old.schema.json: belongs to no kind\n"
        "schemas/team.schema.json: missing\n3 schemas are not current: run `remit schema --write schemas`\n"
    )


def test_migrate(run: Run, place: Path) -> None:
    """Files of the predecessor are found, shown, rewritten once, and stay as they are then."""
    path = place / "policies/keys.yaml"
    changed(path, "apiVersion: remit/v1", "apiVersion: remit/v1alpha1 # old")
    changed(path, "limits: {requests_per_minute: 600}", "rpm: 600")
    assert run("migrate", "--check").code == 3
    assert "+apiVersion: remit/v1 " in run("migrate", "--diff").out
    assert run("migrate").out == "rewrote policies/keys.yaml\n1 rewritten, 3 as they should be\n"
    assert "requests_per_minute: 600" in path.read_text()
    assert run("migrate", "--check").out == "0 to rewrite, 4 as they should be\n"
