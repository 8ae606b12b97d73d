"""Compiling a tree: what is refused, where, and with which remedy."""

from __future__ import annotations

import pytest
from organisation import BASE, bundle_of, compiled, policy, waiver

PROJECT = (
    "apiVersion: remit/v1\nkind: Project\nmetadata: {name: %s, team: %s}\n"
    "spec: {owners: [a], purposes: [%s], data_classes: [%s]}\n"
)


def _rule(text: str) -> str:
    return policy(f"    - {text}")


CASES = [
    (
        "an unknown team",
        PROJECT % ("x", "serch", "support", "public"),
        "unknown-team",
        "0.yaml:3:27",
        "did you mean `search`?",
    ),
    (
        "an unknown purpose",
        PROJECT % ("x", "search", "suport", "public"),
        "unknown-purpose",
        "0.yaml:4:32",
        "`support`",
    ),
    (
        "an unknown data class",
        PROJECT % ("x", "search", "support", "pubic"),
        "unknown-data-class",
        "0.yaml:4:57",
        "`public`",
    ),
    (
        "a field that is none",
        _rule('{name: r, on: key, deny: key.environmnt == ""}'),
        "cel-type",
        "0.yaml:8:36",
        "environment",
    ),
    ("a type that never fits", _rule("{name: r, on: key, deny: key.name + 1 == 2}"), "cel-type", "0.yaml:8:41", "+"),
    ("no bool", _rule("{name: r, on: key, deny: key.name}"), "cel-type", "0.yaml:8:36", "bool"),
    ("no expression", _rule("{name: r, on: key, deny: key.}"), "cel-syntax", "0.yaml:8:", ""),
    (
        "a request in a rule on keys",
        _rule('{name: r, on: key, deny: request.user == ""}'),
        "cel-type",
        "0.yaml:8:32",
        "request",
    ),
    (
        "time in a cap",
        _rule("{name: r, on: key, cap: requests_per_day, value: 'now > now ? 1 : 2'}"),
        "cel-type",
        "0.yaml:8:57",
        "now",
    ),
    (
        "money for a count",
        _rule("{name: r, on: key, cap: requests_per_day, value: usd(5)}"),
        "cel-type",
        "0.yaml:8:56",
        "int",
    ),
    (
        "a count for money",
        _rule("{name: r, on: key, cap: budget.daily, value: '5'}"),
        "cel-type",
        "0.yaml:8:53",
        "money",
    ),
    (
        "another currency",
        _rule("{name: r, on: key, cap: budget.daily, value: eur(5)}"),
        "wrong-currency",
        "0.yaml:8:52",
        "USD",
    ),
    (
        "an unknown variable",
        _rule("{name: r, on: key, deny: variables.nope}"),
        "unknown-variable",
        "0.yaml:8:32",
        "nope",
    ),
    (
        "an unknown group",
        _rule("{name: r, on: change, when: 'true', require: {group: finanz}}"),
        "unknown-group",
        "0.yaml:8:60",
        "finance",
    ),
    (
        "an unknown channel",
        _rule("{name: r, on: budget, when: 'true', alert: {notify: [fin]}}"),
        "unknown-channel",
        "0.yaml:8:60",
        "",
    ),
    (
        "a rule twice",
        policy("    - {name: r, on: key, deny: 'true'}\n    - {name: r, on: key, deny: 'true'}"),
        "declared-twice",
        "0.yaml:9:14",
        "rename",
    ),
    (
        "a selector that says nothing",
        policy("    - {name: r, on: team, deny: 'true'}", match="{environments: [prod]}"),
        "useless-selector",
        "0.yaml:5:25",
        "`teams`",
    ),
    (
        "an unknown selector value",
        policy("    - {name: r, on: key, deny: 'true'}", match="{environments: [prd]}"),
        "unknown-environment",
        "0.yaml:5:26",
        "prod",
    ),
    ("a waiver of nothing", waiver("nope/r", "Key ranker-prod"), "unknown-policy", "0.yaml:5:11", ""),
    ("a waiver for nobody", waiver("base/r", "Key ghost"), "unknown-key", "0.yaml:7:30", ""),
]


@pytest.mark.parametrize(
    ("text", "code", "place", "hint"), [each[1:] for each in CASES], ids=[each[0] for each in CASES]
)
def test_what_cannot_be_right_is_refused_at_its_place(text: str, code: str, place: str, hint: str) -> None:
    """Each mistake is one finding with its position, and no bundle comes of it."""
    compilation = compiled(text)
    found = [each for each in compilation.findings if each.code == code]
    assert compilation.bundle is None
    assert found, [str(each) for each in compilation.findings]
    assert str(found[0].position).startswith(place)
    assert hint in f"{found[0].message} {found[0].remedy}"


def test_the_same_thing_twice_names_both_places() -> None:
    """Two files that declare one key: the second is refused, and says where the first is."""
    finding = next(each for each in compiled(BASE[BASE.index("---\napiVersion: remit/v1\nkind: Key") + 4 :]).findings)
    assert finding.code == "declared-twice"
    assert "0.yaml" in finding.message + str(finding.position)
    assert "base.yaml" in finding.message + str(finding.position)


def test_a_tree_without_an_organisation_is_refused() -> None:
    """An empty tree is no policy that allows nothing: it is a mistake."""
    compilation = compiled(base="")
    assert compilation.bundle is None
    assert [each.code for each in compilation.findings] == ["no-organization"]


def test_two_organisations_are_refused() -> None:
    """There is one root."""
    second = BASE.split("---")[0].replace("acme", "other")
    assert "declared-twice" in {each.code for each in compiled(second).findings}


@pytest.mark.parametrize(
    ("variables", "good"),
    [
        ("{a: 'true', b: variables.a}", True),
        ("{b: variables.a, a: 'true'}", False),
        ("{a: variables.a}", False),
        ("{a: variables.b, b: variables.a}", False),
    ],
)
def test_variables_see_only_what_is_declared_before(variables: str, good: bool) -> None:
    """So there can be no cycle, and the message says what to do."""
    compilation = compiled(policy("    - {name: r, on: key, deny: variables.b || variables.a}", variables=variables))
    assert (compilation.bundle is not None) is good


def test_variables_cannot_grow_without_end() -> None:
    """Each variable doubles the one before: refused, and at once, for its size or its cost."""
    doubling = ", ".join(f"v{at}: 'variables.v{at - 1} + variables.v{at - 1}'" for at in range(1, 40))
    compilation = compiled(
        policy('    - {name: r, on: key, deny: variables.v39 == ""}', variables=f"{{v0: key.name, {doubling}}}")
    )
    assert compilation.bundle is None
    assert {each.code for each in compilation.findings} & {"cel-too-large", "cel-cost", "cel-type"}


def test_an_unused_variable_is_a_note() -> None:
    """It does no harm, and is worth a look."""
    compilation = compiled(policy("    - {name: r, on: key, deny: 'false'}", variables="{a: 'true'}"))
    assert [(each.code, each.severity) for each in compilation.findings] == [("unused-variable", "note")]


@pytest.mark.parametrize(
    ("scalar", "place"),
    [
        ("key.nope == 1", "0.yaml:10:17"),
        ("'key.nope == 1'", "0.yaml:10:18"),
        ('"key.nope == 1"', "0.yaml:10:18"),
        ('|\n        key.name == "" ||\n        key.nope == 1', "0.yaml:12:13"),
        ('>-\n        key.name == "" ||\n        key.nope == 1', "0.yaml:11:31"),
    ],
)
def test_positions_follow_the_style_of_the_scalar(scalar: str, place: str) -> None:
    """Plain, quoted or a literal block: the column is that of the field. Folded text is taken as one line."""
    compilation = compiled(policy(f"    - name: r\n      on: key\n      deny: {scalar}"))
    assert [str(each.position) for each in compilation.findings if each.code == "cel-type"] == [place]


def test_equal_trees_have_equal_digests() -> None:
    """The digest names the content: the order of files is no part of it, a changed rule is."""
    one, two = (
        policy("    - {name: r, on: key, deny: 'false'}"),
        policy("    - {name: r, on: key, deny: 'false'}", name="other"),
    )
    assert bundle_of(one, two).digest == bundle_of(one, two).digest
    assert bundle_of(one).digest != bundle_of(one, two).digest
    assert bundle_of(one).digest != bundle_of(one.replace("false", "1 > 2")).digest
