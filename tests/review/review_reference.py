"""The rules of deciding, read plainly: slow, nothing prepared, selected, shared or specialised.

Every expression is parsed from its own text and evaluated by the exact evaluator with everything known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from remit.bundle import Bundle
from remit.cel import CelError, evaluate, parse
from remit.resources import CAPS, PERIODS, Match, Rule, facts

BUILT_IN = {"scope": "scope-not-granted", "purpose": "purpose-not-granted", "data_class": "data-class-not-granted"}
ABOVE = {"Key": ("key", "project", "team"), "Project": ("project", "team"), "Team": ("team",), "Model": ("model",)}
SELECTORS = {
    "key": ("teams", "projects", "environments", "keys", "targets"),
    "project": ("teams", "projects"),
    "team": ("teams",),
    "model": ("models", "providers", "tiers"),
    "target": ("targets",),
}
SELECTORS["request"] = (*SELECTORS["key"], *SELECTORS["model"])
COUNTERS = {
    "requests_per_minute": ("requests_last_minute", ""),
    "requests_per_hour": ("requests_last_hour", ""),
    "requests_per_day": ("requests_today", ""),
    "parallel_requests": ("parallel_requests", ""),
    "tokens_per_minute": ("tokens_last_minute", "input_tokens"),
    "tokens_per_day": ("tokens_today", "input_tokens"),
    "input_tokens_per_request": ("", "input_tokens"),
    "output_tokens_per_request": ("", "output_tokens"),
}
NO_USAGE = {
    f"{whose}{name}": 0
    for whose in ("", "user_")
    for name in (
        "requests_last_minute",
        "requests_last_hour",
        "requests_today",
        "tokens_last_minute",
        "tokens_today",
        "parallel_requests",
    )
}

Said = tuple[str, str]  # code and rule


@dataclass
class Answer:
    """What a decision must say; the texts of messages apart."""

    effect: str
    reasons: list[Said]
    errors: set[str]
    retry_after: float | None = None


@dataclass
class Found:
    """What speaks against a request so far; `slow` and `full` with the seconds to wait."""

    denials: set[Said] = field(default_factory=set)
    errors: set[str] = field(default_factory=set)
    slow: dict[str, float] = field(default_factory=dict)
    full: dict[str, float | None] = field(default_factory=dict)

    def fail(self, rules: set[str]) -> None:
        """Rules that cannot be evaluated deny."""
        self.denials |= {("rule-error", name) for name in rules}
        self.errors |= rules

    def answer(self) -> Answer:
        """deny > throttle > allow."""
        if self.denials or self.full:
            waits = [each for each in self.full.values() if each is not None]
            wait = None if self.denials or len(waits) < len(self.full) else max(waits)
            codes = [(name.partition(":")[0], "") for name in self.full]
            return Answer("deny", sorted([*self.denials, *codes]), self.errors, wait)
        if self.slow:
            reasons = sorted(("rule", name) for name in self.slow)
            return Answer("throttle", reasons, self.errors, max(self.slow.values()))
        return Answer("allow", [], self.errors)


@dataclass(frozen=True)
class Where:
    """What a rule is asked about."""

    key: str = ""
    project: str = ""
    team: str = ""
    model: str = ""
    target: str = ""

    @property
    def subjects(self) -> set[Said]:
        """As waivers name them."""
        return {(kind, name) for kind in ("Key", "Project", "Team", "Model", "Target") if (name := self.of(kind))}

    def of(self, kind: str) -> str:
        """The name of the resource of a kind."""
        return str(getattr(self, kind.lower()))


@cache
def _parsed(source: str) -> object:
    return parse(source)


class Reference:
    """Answers for one bundle."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.zone = bundle.zone
        self.rules: list[tuple[str, Match, Mapping[str, str], Rule]] = [
            (f"{name}/{rule.name}", policy.spec.match, policy.spec.variables, rule)
            for name, policy in bundle.policies.items()
            for rule in policy.spec.rules
        ]

    # facts

    def instant(self, value: date | datetime) -> datetime:
        """A bare date is midnight."""
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return datetime.combine(value, time(), self.zone).astimezone(UTC)

    def facts(self, where: Where) -> dict[str, object]:
        """Everything that is declared about a place."""
        found: dict[str, object] = {"organization": facts(self.bundle.organization, instant=self.instant)}
        named = {
            "key": self.bundle.keys,
            "project": self.bundle.projects,
            "team": self.bundle.teams,
            "model": self.bundle.models,
            "target": self.bundle.targets,
        }
        for kind, resources in named.items():
            name = getattr(where, kind)
            if name:
                found[kind] = facts(resources[name], instant=self.instant)
        if where.model:
            per_million = self.bundle.prices(where.model).per_million
            found["model"] = {**found["model"], "prices": {name: each.micro for name, each in per_million.items()}}
        return found

    def ask(self, source: str, variables: Mapping[str, str], activation: Mapping[str, object]) -> object:
        """The value of an expression, or a CelError. Variables are put in as text."""
        for name in reversed(list(variables)):
            source = source.replace(f"variables.{name}", f"({variables[name]})")
        try:
            return evaluate(_parsed(source), activation)
        except CelError as error:
            return error

    # which rules

    def selects(self, match: Match, point: str, where: Where) -> bool:
        """Whether every selector that is given names this place."""
        for name in SELECTORS[point]:
            wanted = getattr(match, name)
            if wanted is not None and not set(wanted) & self.selected_by(name, where):
                return False
        return True

    def selected_by(self, selector: str, where: Where) -> set[str]:
        """What the place answers to a selector."""
        key, model = self.bundle.keys.get(where.key), self.bundle.models.get(where.model)
        answers = {"teams": {where.team}, "projects": {where.project}, "keys": {where.key}, "models": {where.model}}
        if key is not None:
            answers |= {"environments": {key.spec.environment}, "targets": set(key.spec.targets)}
        if model is not None:
            answers |= {"providers": {model.spec.provider}, "tiers": {model.spec.tier}}
        if where.target:
            answers["targets"] = {where.target}
        return answers[selector]

    def waived(self, rule: str, where: Where, at: datetime) -> str:
        """The name of a waiver that holds at the time, for this rule and anything in the place."""
        for name, waiver in self.bundle.waivers.items():
            spec = waiver.spec
            begun = spec.starts is None or self.instant(spec.starts) <= at
            holds = begun and at < self.instant(spec.expires)
            if holds and (f"{spec.policy}/{spec.rule}", (spec.subject.kind, spec.subject.name)) in {
                (rule, subject) for subject in where.subjects
            }:
                return name
        return ""

    def applying(
        self, point: str, where: Where, at: datetime, *verbs: str
    ) -> Iterator[tuple[str, Rule, Mapping[str, str]]]:
        """Rules of a point that match and are not waived."""
        for name, match, variables, rule in self.rules:
            about = rule.on == point and rule.verb in verbs and self.selects(match, point, where)
            if about and not self.waived(name, where, at):
                yield name, rule, variables

    # places

    def home(self, key: str) -> tuple[Where, Where, Where]:
        """The key, its project, its team."""
        metadata = self.bundle.keys[key].metadata
        team = Where(team=metadata.team)
        project = Where(team=metadata.team, project=metadata.project)
        return Where(key=key, team=metadata.team, project=metadata.project), project, team

    def point_of(self, where: Where) -> str:
        """The innermost level of a place."""
        return next(kind for kind in ("target", "model", "key", "project", "team") if getattr(where, kind))

    # bounds

    def ruled(self, where: Where, at: datetime) -> tuple[list[tuple[str, int]], set[str]]:
        """(cap, value) of each cap rule, and the rules without a value."""
        found, failed = [], set()
        for name, rule, variables in self.applying(self.point_of(where), where, at, "cap"):
            value = self.ask(str(rule.value), variables, self.facts(where))
            if type(value) is int and value >= 0:
                found.append((str(rule.cap), value))
            else:
                failed.add(name)
        return found, failed

    def caps(self, key: str, at: datetime) -> tuple[dict[str, int], dict[str, int], set[str]]:
        """(caps, micro-units by pool and window, the rules without a value) of a key."""
        spec = self.bundle.keys[key].spec
        caps: list[tuple[str, int]] = []
        pools: list[tuple[str, int]] = []
        failed: set[str] = set()
        own, project, team = self.home(key)
        for pool, declared in (
            ("organization", self.bundle.organization.spec),
            ("team", self.bundle.teams[team.team].spec),
            ("project", self.bundle.projects[project.project].spec),
            ("key", spec),
        ):
            caps += [(cap, value) for cap in CAPS if (value := getattr(declared.limits, cap)) is not None]
            pools += [
                (f"{pool}.{period}", amount.micro)
                for period in PERIODS
                if (amount := getattr(declared.budget, period)) is not None
            ]
        for where in (own, project, team, *(Where(target=name) for name in spec.targets)):
            pool = {"target": "key"}.get(self.point_of(where), self.point_of(where))
            found, without = self.ruled(where, at)
            failed |= without
            for cap, value in found:
                if cap.startswith("budget."):
                    pools.append((f"{pool}.{cap.removeprefix('budget.')}", value))
                else:
                    caps.append((cap, value))
        return _lowest(caps), _lowest(pools), failed

    def limits(self, key: str, model: str, at: datetime) -> tuple[dict[str, int], set[str]]:
        """The caps for a key and a model, and the rules on the model without a value."""
        found, failed = self.ruled(Where(model=model), at)
        return _lowest([*self.caps(key, at)[0].items(), *found]), failed

    # declared resources

    def violations(self, where: Where, at: datetime) -> Iterator[tuple[str, bool]]:
        """(rule, whether it is an error) of each denial of what is declared at a place."""
        for name, rule, variables in self.applying(self.point_of(where), where, at, "deny"):
            value = self.ask(str(rule.deny), variables, {**self.facts(where), "now": at})
            if value is not False:
                yield name, value is not True

    def outside(self, key: str, model: str) -> bool:
        """Whether an allowlist above the key does not have the model."""
        metadata = self.bundle.keys[key].metadata
        lists = (
            self.bundle.organization.spec.models,
            self.bundle.teams[metadata.team].spec.models,
            self.bundle.projects[metadata.project].spec.models,
        )
        return any(each is not None and model not in each for each in lists)

    # the decision

    def activation(
        self, key: str, model: str, asked: str, request: Mapping[str, object], usage: Mapping[str, object], at: datetime
    ) -> dict[str, object]:
        """Everything a rule on requests sees."""
        own = self.home(key)[0]
        where = Where(own.key, own.project, own.team, model)
        return {
            **self.facts(where),
            "limits": self.limits(key, model, at)[0],
            "request": {"scope": "chat", **request, "model": asked},
            "usage": {**NO_USAGE, "spent": {}, **usage},
            "now": at,
        }

    def decide(
        self, key: str, asked: str, request: Mapping[str, object], usage: Mapping[str, object], at: datetime
    ) -> Answer:
        """The answer to one request of a declared key for a declared model."""
        model, found = self.model(asked), Found()
        activation = self.activation(key, model, asked, request, usage, at)
        self._declared(found, key, model, at)
        self._granted(found, key, model, activation["request"])
        self._asked(found, key, model, activation, at)
        self._bounded(found, key, model, activation, at)
        return found.answer()

    def model(self, asked: str) -> str:
        """The model of a name or an alias."""
        if asked in self.bundle.models:
            return asked
        return next(name for name, each in self.bundle.models.items() if asked in each.spec.aliases)

    def _declared(self, found: Found, key: str, model: str, at: datetime) -> None:
        spec = self.bundle.keys[key].spec
        if spec.suspended:
            found.denials.add(("key-suspended", ""))
        if spec.expires is not None and at >= self.instant(spec.expires):
            found.denials.add(("key-expired", ""))
        found.fail(self.caps(key, at)[2])
        if model not in spec.models or self.outside(key, model):
            found.denials.add(("model-not-allowed", ""))
        if model in spec.models:
            found.fail(self.limits(key, model, at)[1])
        for where in (*self.home(key), Where(model=model)):
            code = "model-not-allowed" if where.model else "key-violates-policy"
            for name, error in self.violations(where, at):
                if error:
                    found.fail({name})
                else:
                    found.denials.add((code, name))

    def _granted(self, found: Found, key: str, model: str, request: object) -> None:
        assert isinstance(request, Mapping)
        spec = self.bundle.keys[key].spec
        project = self.bundle.projects[self.bundle.keys[key].metadata.project].spec
        granted = {
            "scope": set(spec.scopes) & set(self.bundle.models[model].spec.scopes),
            "purpose": set(spec.purposes) & set(project.purposes),
            "data_class": set(spec.data_classes) & set(project.data_classes),
        }
        for name, values in granted.items():
            if name in request and request[name] not in values:
                found.denials.add((BUILT_IN[name], ""))

    def _asked(self, found: Found, key: str, model: str, activation: Mapping[str, object], at: datetime) -> None:
        own = self.home(key)[0]
        where = Where(own.key, own.project, own.team, model)
        allows = []
        for name, rule, variables in self.applying("request", where, at, "deny", "throttle", "allow"):
            value = self.ask(str(rule.condition), variables, activation)
            if rule.verb == "throttle" and value is True:
                delay = self.ask(str(rule.delay), variables, activation)
                if isinstance(delay, timedelta):
                    found.slow[name] = max(0.0, delay.total_seconds())
                else:
                    found.fail({name})
            elif rule.verb == "allow":
                allows.append(value)
                found.errors |= set() if isinstance(value, bool) else {name}
            elif not isinstance(value, bool):
                found.fail({name})
            elif value:
                found.denials.add(("rule", name))
        if allows and not any(each is True for each in allows):
            found.denials.add(("no-rule-allows", ""))

    def _bounded(self, found: Found, key: str, model: str, activation: Mapping[str, object], at: datetime) -> None:
        request, usage = activation["request"], activation["usage"]
        assert isinstance(request, Mapping)
        assert isinstance(usage, Mapping)
        local = at.astimezone(self.zone)
        tomorrow = datetime.combine(local.date() + timedelta(days=1), time(), self.zone).astimezone(UTC)
        first = (local.date().replace(day=1) + timedelta(days=32)).replace(day=1)
        month = datetime.combine(first, time(), self.zone).astimezone(UTC)
        windows = {"minute": 60.0, "hour": 3_600.0, "day": (tomorrow - at).total_seconds()}
        ends = {"daily": tomorrow, "monthly": month}
        limits = self.bundle.keys[key].spec.user_limits
        users = {f"user_{cap}": value for cap in CAPS if (value := getattr(limits, cap)) is not None}
        for name, limit in {**self.limits(key, model, at)[0], **users}.items():
            cap = name.removeprefix("user_")
            counter, size = COUNTERS[cap]
            asked = request.get(size, 0) if size else 1
            used = usage[name.removesuffix(cap) + counter] if counter else 0
            if limit == 0 or used + asked > limit:
                wait = windows.get(cap.rpartition("_per_")[2]) if counter else None
                found.full[f"cap-reached:{name}"] = None if limit == 0 or asked > limit else wait
        for pool, amount in self.caps(key, at)[1].items():
            if usage["spent"].get(pool, 0) >= amount:
                end = ends[pool.partition(".")[2]]
                found.full[f"budget-exhausted:{pool}"] = (end - at).total_seconds() if amount else None

    # explaining

    def steps(
        self, key: str, asked: str, request: Mapping[str, object], usage: Mapping[str, object], at: datetime
    ) -> dict[str, str]:
        """What becomes of each rule with a condition on the way to a decision."""
        model = self.model(asked)
        own, project, team = self.home(key)
        places = {
            "key": own,
            "project": project,
            "team": team,
            "model": Where(model=model),
            "request": Where(own.key, own.project, own.team, model),
        }
        activation = self.activation(key, model, asked, request, usage, at)
        found = {}
        for name, match, variables, rule in self.rules:
            if rule.on in places and rule.condition is not None:
                found[name] = self._step(name, match, variables, rule, places[rule.on], activation, at)
        return found

    def _step(
        self,
        name: str,
        match: Match,
        variables: Mapping[str, str],
        rule: Rule,
        where: Where,
        activation: Mapping[str, object],
        at: datetime,
    ) -> str:
        if not self.selects(match, rule.on, where):
            return "not selected"
        if self.waived(name, where, at):
            return "waived"
        value = self.ask(str(rule.condition), variables, activation)
        return {True: "holds", False: "does not hold"}[value] if isinstance(value, bool) else "error"


def _lowest(bounds: list[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, value in bounds:
        found[name] = min(value, found.get(name, value))
    return found
