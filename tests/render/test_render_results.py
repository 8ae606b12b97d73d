"""Plans, decisions, explanations, entitlements, tables and test results."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from types import MappingProxyType
from xml.etree import ElementTree as xml

import pytest
from markdown_it import MarkdownIt
from rich.console import Console

from remit import render
from remit.bundle import BudgetPool, Cap, Entitlement, Exclusion, Origin, Violation
from remit.decide import Decision, Explanation, Reason
from remit.decide._explain import Step
from remit.reconcile import Change, Drifted, Note, Plan, Problem, PropertyChange, TargetPlan, Verdict, Withheld
from remit.reconcile import Reason as Why
from remit.render import terminal
from remit.render._values import counted, spell
from remit.resources import Money
from remit.source import Position
from remit.targets import TargetObject
from remit.testing import Case, Coverage, Gap, PolicyCoverage, Tally, TestReport

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
AT = Position("a.yaml", 3, 5)


def _shown(show: Callable, *values: object) -> str:
    out = StringIO()
    show(*values, console=Console(file=out, width=60))
    return out.getvalue()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "unbounded"),
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        (1_000_000, "1,000,000"),
        ((), "none"),
        (("a", "b"), "a, b"),
        (Money(12_500_000, "USD"), "12.50 USD"),
        (NOW, "2026-11-23 09:00 UTC"),
        (timedelta(days=30), "30d"),
        ("text", "text"),
        (1.5, "1.5"),
    ],
)
def test_values_as_people_read_them(value: object, expected: str) -> None:
    """Zero, none and unbounded are three different words."""
    assert spell(value) == expected


def test_counts_have_their_plural() -> None:
    """One key, two keys, no keys."""
    assert [counted(number, "key") for number in (0, 1, 2)] == ["0 keys", "1 key", "2 keys"]


OLD = TargetObject("remit/one", models=("large", "small"), caps={"requests_per_minute": 60})
NEW = TargetObject("remit/one", models=("small",), budgets={"key.monthly": Money(5_000_000, "USD")})
UPDATE = Change(
    "local",
    "one",
    "update",
    OLD,
    NEW,
    (
        PropertyChange("models", "tighten", "intent", "a.yaml:3:5"),
        PropertyChange("caps.requests_per_minute", "loosen", "both", "a.yaml:4:5"),
        PropertyChange("budgets.key.monthly", "tighten", "intent", ""),
    ),
)
CREATE = Change("local", "two|`x`", "create", None, NEW, (PropertyChange("models", "loosen", "intent", "b.yaml:1:1"),))
REVOKE = Change(
    "local", "three", "revoke", OLD, OLD, (), (Why("expired", "it expired, @ops <b>now</b>", "c.yaml:2:2"),)
)
LOCAL = TargetPlan(
    "local",
    "local",
    "ready",
    managed=1_200,
    unmanaged=3,
    changes=(UPDATE, CREATE, REVOKE, Change("local", "same", "no-op", OLD, OLD)),
    drift=(Drifted("local", "one", OLD, NEW, ("models",)), Drifted("local", "four", OLD, None, ())),
    withheld=(Withheld("local", "five", (Why("suspended", "it is suspended"),)),),
    notes=(Note("purposes", "evaluate-only", "only evaluate() asks", 2),),
)
FAR = TargetPlan("far", "gateway", "unreadable", error="refused the connection")
PARKED = TargetPlan("parked", "local", "suspended", managed=1)


def _plan(*targets: TargetPlan, blocked: bool = False, problem: bool = False) -> Plan:
    verdict = Verdict("local", "revoke", "max_count", "1", "0", True, "1 revocation, and at most 0 are allowed")
    trouble = Problem("unknown-sink", "local", "one", "no sink is called `flie`", "a.yaml:9:9")
    return Plan(
        "acme",
        "sha256:ab",
        "0123abcd",
        NOW,
        targets,
        (trouble,) if problem else (),
        (verdict,) if blocked else (),
    )


def test_what_exceeds_a_limit_all_the_same() -> None:
    """An override is shown with its reason, and the plan is not blocked by that limit."""
    verdict = Verdict("local", "revoke", "max_count", "1", "0", True, "over the limit", "the team was dissolved")
    plan = replace(_plan(LOCAL), verdicts=(verdict,))
    assert "override over the limit: the team was dissolved" in _shown(terminal.print_plan, plan).splitlines()
    assert not plan.blocked


def test_a_plan_on_the_terminal() -> None:
    """Per target what changes and why, then what has drifted, what is wrong, and whether it may be applied."""
    plan = _plan(LOCAL, FAR, PARKED, blocked=True, problem=True)
    assert _shown(terminal.print_plan, plan).splitlines() == [
        "local (local): 1,200 managed keys, 3 unmanaged and left alone",
        "  ~ local/one  update",
        "      models: large, small → small  tighten  a.yaml:3:5",
        "      caps.requests_per_minute: 60 → unbounded  loosen (the target had drifted)  a.yaml:4:5",
        "      budgets.key.monthly: unbounded → 5 USD  tighten",
        "  + local/two|`x`  create",
        "      models: small  loosen  b.yaml:1:1",
        "  ! local/three  revoke",
        "      it expired, @ops <b>now</b>  c.yaml:2:2",
        "  · local/five is not created: it is suspended",
        "  ≠ local/one has drifted: models",
        "  ≠ local/four has drifted: it is gone",
        "  evaluate-only: purposes: only evaluate() asks",
        "far (gateway): cannot be read: refused the connection",
        "parked (local): 1 managed key, 0 unmanaged and left alone, suspended: planned and not applied",
        "problem local/one: no sink is called `flie`  a.yaml:9:9",
        "blocked local: 1 revocation, and at most 0 are allowed",
        f"changes local {LOCAL.changes_digest}",
        "1 to create, 1 to update, 1 to revoke: a limit forbids it",
        f"digest {plan.digest}",
    ]


def test_a_plan_without_changes_says_so() -> None:
    """As declared, or not: an unreadable target is not as declared."""
    assert "every target is as declared" in _shown(terminal.print_plan, _plan(PARKED))
    assert "nothing to change, but not everything is as declared" in _shown(terminal.print_plan, _plan(FAR))


def test_a_plan_as_markdown_is_a_table_that_nothing_breaks() -> None:
    """Names with bars, backticks, mentions and HTML stay text: the rows keep their six cells."""
    shown = render.plan_markdown(_plan(LOCAL, FAR, blocked=True, problem=True))
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(shown)
    rows = [token.type for token in tokens if token.type in ("tr_open", "td_open")]
    assert (rows.count("tr_open"), rows.count("td_open")) == (6, 30)
    inline = [child for token in tokens for child in token.children or []]
    html = [child.content for child in inline if child.type == "html_inline"]
    assert set(html) <= {"<!-- -->"}
    assert not [token for token in tokens if token.type == "html_block"]
    texts = [child.content for child in inline if child.type == "code_inline"]
    assert "two|`x`" in texts
    for heading in ("Must be mended", "Blocked", "Drifted", "Not created", "Enforced otherwise than declared"):
        assert f"**{heading}**" in shown
    assert "@<!-- -->ops" in shown
    assert shown.endswith("\n")


def test_a_plan_as_markdown_without_anything() -> None:
    """Only what there is has a heading, and a plan of files has no commit."""
    plan = _plan(PARKED)
    shown = render.plan_markdown(Plan("acme", "sha256:ab", None, NOW, plan.targets, (), ()))
    assert shown == (
        "### every target is as declared\n\n"
        "**`parked`** (`local`): 1 managed key, 0 unmanaged and left alone, suspended\\: planned and not applied\n\n"
        f"Bundle `sha256:ab`, plan `{Plan('acme', 'sha256:ab', None, NOW, plan.targets, (), ()).digest}`\n"
    )


DENIED = Decision(
    effect="deny",
    reasons=(
        Reason("rule", "premium is not reviewed\x1b[2J", "models/premium", AT),
        Reason("no-rule-allows", "none holds"),
    ),
    errors=(Reason("rule-error", "no such key", "models/odd", AT),),
    retry_after=2.5,
    key="one",
    model="large",
    bundle="sha256:ab",
)


def test_a_decision_on_the_terminal() -> None:
    """The effect, each reason with its place, each error, and when to ask again; nothing steers the terminal."""
    lines = [
        "deny  one asks for large",
        "  models/premium: premium is not reviewed\\x1b[2J  a.yaml:3:5",
        "  no-rule-allows: none holds",
        "  models/odd (error): no such key  a.yaml:3:5",
        "  retry after 2.5s",
        "  bundle sha256:ab",
    ]
    assert _shown(terminal.print_decision, DENIED).splitlines() == lines
    allowed = Decision("allow", (), (), None, "one", "small", "sha256:ab")
    assert _shown(terminal.print_decision, allowed).splitlines() == ["allow  one asks for small", lines[-1]]


def test_an_explanation_on_the_terminal() -> None:
    """The decision, then every rule with its outcome, its text, and the waiver or the error."""
    steps = (
        Step("models/premium", "request", "deny", "holds", AT, "[bold]true", ""),
        Step("models/odd", "request", "deny", "waived", AT, "model.odd", "trial"),
    )
    assert _shown(terminal.print_explanation, Explanation(DENIED, steps)).splitlines()[6:] == [
        "  holds         request deny models/premium  a.yaml:3:5",
        "                [bold]true",
        "  waived        request deny models/odd  a.yaml:3:5",
        "                model.odd",
        "                trial",
    ]


ENTITLEMENT = Entitlement(
    key="one",
    team="search",
    project="ranker",
    environment="prod",
    owner=None,
    at=NOW,
    models=("small",),
    exclusions=(Exclusion("large", "the team does not allow it", Origin(AT)),),
    scopes=("chat",),
    purposes=(),
    data_classes=("public",),
    caps=MappingProxyType({"requests_per_minute": Cap("requests_per_minute", 1_000, Origin(AT, "rates/cap"))}),
    user_caps=MappingProxyType({"requests_per_day": Cap("requests_per_day", 0, Origin(AT))}),
    budgets=(BudgetPool("team", "search", "monthly", Money(5_000_000, "USD"), Origin(AT)),),
    expires=NOW + timedelta(days=1),
    rotate_every=timedelta(days=30),
    client_side=True,
    suspended=False,
    targets=("local",),
    deliver_to=None,
    violations=(),
    position=AT,
)


def test_an_entitlement_on_the_terminal() -> None:
    """What the key may do, each bound with where it comes from."""
    assert _shown(terminal.print_entitlement, ENTITLEMENT).splitlines() == [
        "one  in force  a.yaml:3:5",
        "  team          search",
        "  project       ranker",
        "  environment   prod",
        "  owner         none",
        "  models        small",
        "  scopes        chat",
        "  purposes      none",
        "  data classes  public",
        "  excluded      large: the team does not allow it  a.yaml:3:5",
        "  cap           requests per minute 1,000  rates/cap (a.yaml:3:5)",
        "  cap           per user: requests per day 0  a.yaml:3:5",
        "  budget        team search, monthly: 5 USD  a.yaml:3:5",
        "  expires       2026-11-24 09:00 UTC",
        "  rotates       every 30d",
        "  client side   yes",
        "  targets       local",
    ]


def test_a_key_that_is_not_in_force_says_why() -> None:
    """A broken rule stands first; what never ends says never."""
    from dataclasses import replace

    broken = Violation("keys/owner", "Key one", "it has no owner", Origin(AT, "keys/owner"))
    lines = _shown(
        terminal.print_entitlement, replace(ENTITLEMENT, violations=(broken,), expires=None, rotate_every=None)
    ).splitlines()
    assert lines[:2] == [
        "one  not in force  a.yaml:3:5",
        "  broken        keys/owner: it has no owner  keys/owner (a.yaml:3:5)",
    ]
    assert "  expires       never" in lines


REPORT = TestReport(
    (
        Case("checks", "all", "fine", "passed", AT, seconds=0.25),
        Case("checks", "all", "[b]bad\x07", "failed", AT, "the effect differs", "deny", "allow"),
        Case("checks", "other", "odd", "errored", AT, "set `now`"),
    ),
    Coverage((PolicyCoverage("rules", Tally(1, 2), Tally(3, 4), (Gap(AT, "rules/a", "x > 1", "never true"),)),)),
)


def test_test_results_on_the_terminal() -> None:
    """Only what did not pass, both sides of it, then gaps, coverage and counts."""
    assert _shown(terminal.print_tests, REPORT).splitlines() == [
        "a.yaml:3:5: failed checks/all: [b]bad\\x07: the effect differs",
        "  expected deny",
        "  actual   allow",
        "a.yaml:3:5: errored checks/other: odd: set `now`",
        "a.yaml:3:5: never true: rules/a: `x > 1`",
        "rules: rules 50.0%, branches 75.0%",
        "coverage: 66.7%",
        "1 passed, 1 failed, 1 errored",
    ]


def test_test_results_as_json() -> None:
    """Every case and every gap with its place, and the coverage in numbers."""
    content = json.loads(render.tests_json(REPORT))
    assert (content["ok"], content["counts"]) == (False, {"passed": 1, "failed": 1, "errored": 1})
    assert content["cases"][1] == {
        "file": "a.yaml",
        "line": 3,
        "column": 5,
        "test": "checks",
        "suite": "all",
        "name": "[b]bad\x07",
        "outcome": "failed",
        "message": "the effect differs",
        "expected": "deny",
        "actual": "allow",
        "seconds": 0.0,
    }
    coverage = content["coverage"]
    assert (coverage["percent"], coverage["rules"]) == (66.67, {"covered": 1, "total": 2, "percent": 50.0})
    assert coverage["policies"][0]["gaps"] == [
        {"file": "a.yaml", "line": 3, "column": 5, "rule": "rules/a", "text": "x > 1", "missing": "never true"}
    ]


def test_test_results_as_junit() -> None:
    """A suite each, counts that add up, failures apart from errors, and durations."""
    root = xml.fromstring(render.tests_junit(REPORT))
    assert [(s.get("name"), s.get("tests"), s.get("failures"), s.get("errors")) for s in root] == [
        ("checks/all", "2", "1", "0"),
        ("checks/other", "1", "0", "1"),
    ]
    passed, failed = root[0]
    assert (passed.get("time"), len(passed)) == ("0.250000", 0)
    assert (failed.get("name"), failed[0].get("message")) == ("[b]bad\\x07", "the effect differs")
    assert failed[0].text == "expected: deny\nactual: allow\na.yaml:3:5"
    assert root[1][0][0].tag == "error"


def test_a_table_shows_its_cells_as_data() -> None:
    """No cell is markup, and none acts on the terminal."""
    shown = _shown(
        lambda console: terminal.print_table(("Key",), (("[red]a\x1b[0m",),), title="[i]Keys", console=console)
    )
    assert "[red]a\\x1b[0m" in shown
    assert "[i]Keys" in shown
    assert "Key" in _shown(lambda console: terminal.print_table(("Key",), (), console=console))
