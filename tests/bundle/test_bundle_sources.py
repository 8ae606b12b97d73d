"""What a bundle is made from: files, a cache, a commit; and the facts and prices it knows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from git import Actor, Repo
from organisation import BASE, NOW, MemoryTree, bundle_of, policy

from remit.bundle import compile_tree
from remit.decide import CannotLoad, Usage, load
from remit.resources import Money


class Memory:
    """A cache that forgets nothing, and counts."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.hits = 0

    def get(self, key: str) -> bytes | None:
        self.hits += key in self.held
        return self.held.get(key)

    def put(self, key: str, value: bytes) -> None:
        self.held[key] = value


def test_a_cache_changes_nothing_but_the_time() -> None:
    """The second compilation reads nothing anew and gives the same bundle and findings."""
    tree, cache = (
        MemoryTree(
            {"a.yaml": BASE, "b.yaml": policy("    - {name: r, on: key, deny: 'false'}", variables="{x: 'true'}")}
        ),
        Memory(),
    )
    first, second = compile_tree(tree, cache=cache), compile_tree(tree, cache=cache)
    assert cache.hits == 3  # two files, and the expressions of a policy
    assert first.bundle is not None
    assert second.bundle is not None
    assert first.findings == second.findings
    assert first.bundle.digest == second.bundle.digest == compile_tree(tree).bundle.digest  # type: ignore[union-attr]


@pytest.mark.parametrize("rubbish", [b"", b"[]", b"{}", b"[[1], []]", b"[[], [[1]]]", b"\xff", b"[[{}], []]", b"null"])
def test_a_spoilt_cache_is_not_believed(rubbish: bytes) -> None:
    """Whatever is in the cache, the files decide."""
    tree, cache = MemoryTree({"a.yaml": BASE}), Memory()
    compile_tree(tree, cache=cache)
    cache.held = dict.fromkeys(cache.held, rubbish)
    bundle = compile_tree(tree, cache=cache).bundle
    assert bundle is not None
    assert "ranker-prod" in bundle.keys  # a property, not a dict


def test_faults_of_a_file_are_remembered_too() -> None:
    """A cached file is still refused."""
    tree, cache = MemoryTree({"a.yaml": BASE, "b.yaml": "a: 1\na: 2\n"}), Memory()
    first = compile_tree(tree, cache=cache).findings
    assert compile_tree(tree, cache=cache).findings == first
    assert [each.code for each in first] == ["duplicate-key"]


def test_a_commit_is_read_without_checking_it_out(tmp_path: Path) -> None:
    """The engine of an older commit answers by the older policies, whatever lies on disk."""
    repository = Repo.init(tmp_path)
    who = Actor("Ana Example", "ana@example.invalid")
    (tmp_path / "policies").mkdir()
    file = tmp_path / "policies" / "a.yaml"
    file.write_text(BASE)
    repository.index.add(["policies/a.yaml"])
    first = repository.index.commit("first", author=who, committer=who)
    file.write_text(BASE.replace("models: [mini, grand]", "models: [mini]"))
    repository.close()
    now, then = load(tmp_path / "policies"), load(tmp_path / "policies", first.hexsha)
    assert then.bundle.commit == first.hexsha
    assert [each.bundle.resolve("ranker-prod", NOW).models for each in (now, then)] == [("mini",), ("grand", "mini")]


def test_loading_takes_the_place_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`REMIT_BUNDLE` names a directory or a file for the engine of the process."""
    import remit
    from remit import _process

    (tmp_path / "a.yaml").write_text(BASE)
    monkeypatch.setenv("REMIT_BUNDLE", str(tmp_path))
    _process.use(None)
    assert remit.evaluate(key="ranker-prod", model="mini", now=NOW).allowed
    assert remit.evaluate(key="ranker-prod", model="mini", now=NOW).bundle == load().bundle.digest
    _process.use(None)


def test_nothing_is_loaded_from_a_place_without_policies(tmp_path: Path) -> None:
    """A wrong path and policies with errors both say what to do."""
    with pytest.raises(CannotLoad, match="neither a directory of policies nor a bundle"):
        load(tmp_path / "nowhere")
    (tmp_path / "a.yaml").write_text(BASE.replace("team: search, project", "team: serch, project"))
    with pytest.raises(CannotLoad, match=r"a\.yaml:\d+:\d+.*`serch`.*run `remit check`"):
        load(tmp_path)


def test_prices_come_from_yaml_and_else_from_the_public_list() -> None:
    """A negotiated price stands in for the public one, field by field."""
    base = BASE.replace("tier: economy,", "tier: economy, prices: {input_per_million: 0.10 USD},")
    prices = bundle_of(base=base).prices("mini")
    assert prices.per_million["input_per_million"] == Money(100_000, "USD")
    assert prices.per_million["output_per_million"] == Money(600_000, "USD")
    assert prices.cost(input_tokens=1_000, output_tokens=10) == 106


def test_a_model_without_a_price_is_never_free() -> None:
    """An unknown price is an error, not zero."""
    prices = bundle_of(base=BASE.replace("upstream: gpt-4o-mini", "upstream: our-own-model")).prices("mini")
    assert not prices.per_million
    with pytest.raises(LookupError, match="input_per_million"):
        prices.cost(input_tokens=1, output_tokens=1)
    assert prices.cost(input_tokens=0, output_tokens=0) == 0


def test_public_prices_are_in_dollars_only() -> None:
    """An organisation that counts in euros sees negotiated prices alone."""
    base = BASE.replace("USD", "EUR").replace("  timezone:", "  currency: EUR\n  timezone:")
    assert not bundle_of(base=base).prices("mini").per_million


def test_a_rule_sees_prices_as_money() -> None:
    """A rule can speak of what a model costs."""
    rule = policy("    - {name: r, on: request, deny: 'model.prices.output_per_million > usd(10)'}")
    assert bundle_of(rule).resolve("ranker-prod", NOW).models == ("mini",)


def test_dates_are_placed_by_the_organisation_s_clock() -> None:
    """A bare date is local midnight, in winter and in summer; a time is what it is."""
    bundle = bundle_of()
    assert bundle.instant(date(2026, 1, 1)) == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert bundle.instant(date(2026, 7, 1)) == datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert bundle.instant(datetime(2026, 7, 1, 5, tzinfo=UTC)) == datetime(2026, 7, 1, 5, tzinfo=UTC)


def test_a_bundle_lists_what_was_declared() -> None:
    """Everything is there by kind and name, and entitlements come for every key."""
    bundle = bundle_of(policy("    - {name: r, on: key, deny: 'false'}"))
    views = (
        bundle.groups,
        bundle.teams,
        bundle.projects,
        bundle.keys,
        bundle.models,
        bundle.policies,
        bundle.targets,
        bundle.waivers,
        bundle.tests,
    )
    assert [list(view) for view in views] == [
        ["finance"],
        ["search"],
        ["ranker"],
        ["ranker-prod"],
        ["grand", "mini"],
        ["base"],
        ["store"],
        [],
        [],
    ]
    assert [each.key for each in bundle.entitlements(NOW)] == ["ranker-prod"]


@pytest.mark.parametrize(
    "wrong", [{"requests_today": -1}, {"requests_today": 1.5}, {"requests_today": True}, {"spent": {"key.monthly": -1}}]
)
def test_usage_is_counts(wrong: dict[str, object]) -> None:
    """A counter that is none is refused where it is made."""
    with pytest.raises(ValueError, match="is not a whole number"):
        Usage(**wrong)  # type: ignore[arg-type]
