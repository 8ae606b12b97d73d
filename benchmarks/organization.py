"""An invented organisation of any size, written as YAML in the manner of the sample."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

ENVIRONMENTS = ("dev", "staging", "prod")
PURPOSES = tuple(f"purpose-{number}" for number in range(12))
MODELS = tuple(f"model-{number:02}" for number in range(20))
TIERS = ("economy", "standard", "premium")
KEYS_PER_PROJECT = 10
PROJECTS_PER_TEAM = 5
RULES_PER_POLICY = 10
ABSENT_TEAM = "team-nobody"


def write_organization(directory: Path, *, keys: int, rules: int, idle_rules: int = 0, broad: bool = False) -> None:
    """Write the tree. `idle_rules` select a team that has no keys.

    As organisations grow, most rules come to be about some team, environment, vendor or tier; `broad` is for one
    where most are about everybody.
    """
    projects = -(-keys // KEYS_PER_PROJECT)
    teams = -(-projects // PROJECTS_PER_TEAM)
    _write(directory / "organization.yaml", [_organization()])
    _write(directory / "models.yaml", [_model(number) for number in range(len(MODELS))])
    _write(directory / "teams.yaml", [*(_team(f"team-{number:04}") for number in range(teams)), _team(ABSENT_TEAM)])
    for project in range(projects):
        first = project * KEYS_PER_PROJECT
        names = range(first, min(keys, first + KEYS_PER_PROJECT))
        _write(directory / "projects" / f"{_project_name(project)}.yaml", _project(project, names))
    matches = _BROAD if broad else _narrow(teams, projects)
    for policy, texts in enumerate(_batches(_rules(rules))):
        match = matches[policy % len(matches)]
        _write(directory / "rules" / f"policy-{policy:03}.yaml", [_policy(f"policy-{policy:03}", match, texts)])
    for policy, texts in enumerate(_batches(_rules(idle_rules))):
        name = f"idle-{policy:03}"
        _write(directory / "rules" / f"{name}.yaml", [_policy(name, f"{{teams: [{ABSENT_TEAM}]}}", texts)])


def key_name(number: int) -> str:
    """The name of the key of this number."""
    project = number // KEYS_PER_PROJECT
    return f"{_project_name(project)}-{number % KEYS_PER_PROJECT}-{ENVIRONMENTS[number % 3]}"


def key_models(number: int) -> tuple[str, ...]:
    """The models that the key of this number lists."""
    return tuple(MODELS[(number * 3 + step * 7) % len(MODELS)] for step in range(5))


def key_purpose(number: int) -> str:
    """The one purpose of the key of this number."""
    return PURPOSES[(number // KEYS_PER_PROJECT) % len(PURPOSES)]


def _project_name(number: int) -> str:
    return f"project-{number:05}"


def _write(path: Path, documents: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("---\n".join(documents), encoding="utf-8")


def _organization() -> str:
    return f"""\
apiVersion: remit/v1
kind: Organization
metadata: {{name: northwind-kiln, description: Invented for measuring}}
spec:
  currency: USD
  timezone: Europe/Berlin
  environments: [{", ".join(ENVIRONMENTS)}]
  purposes: [{", ".join(PURPOSES)}]
  data_classes: [public, internal, confidential, restricted]
  scopes: [chat, embeddings, batch]
  owners: [ada-nk]
  limits: {{output_tokens_per_request: 32k}}
  budget: {{monthly: 9_000_000 USD}}
"""


def _model(number: int) -> str:
    residency = ("eu", "us")[number % 2]
    return f"""\
apiVersion: remit/v1
kind: Model
metadata: {{name: {MODELS[number]}, labels: {{residency: {residency}}}}}
spec:
  provider: {("openai", "anthropic", "google", "mistral")[number % 4]}
  upstream: invented-{number}
  tier: {TIERS[number % 3]}
  scopes: [chat, batch]
  data_classes: [public, internal, confidential]
  context_tokens: {200 + number}k
  prices: {{input_per_million: {1 + number % 7} USD, output_per_million: {4 + number % 11} USD}}
"""


def _team(name: str) -> str:
    return f"""\
apiVersion: remit/v1
kind: Team
metadata: {{name: {name}}}
spec: {{owners: [ada-nk], cost_center: CC-1, budget: {{monthly: 90_000 USD}}}}
"""


def _project(number: int, keys: range) -> list[str]:
    name, team = _project_name(number), f"team-{number // PROJECTS_PER_TEAM:04}"
    purpose = key_purpose(number * KEYS_PER_PROJECT)
    project = f"""\
apiVersion: remit/v1
kind: Project
metadata: {{name: {name}, team: {team}}}
spec: {{owners: [ada-nk], purposes: [{purpose}], data_classes: [public, internal], budget: {{monthly: 9_000 USD}}}}
"""
    return [project, *(_key(key, name, team, purpose) for key in keys)]


def _key(number: int, project: str, team: str, purpose: str) -> str:
    return f"""\
apiVersion: remit/v1
kind: Key
metadata:
  name: {key_name(number)}
  team: {team}
  project: {project}
spec:
  environment: {ENVIRONMENTS[number % 3]}
  owner: ada-nk
  ticket: NK-{number}
  purposes: [{purpose}]
  data_classes: [public, internal]
  scopes: [chat]
  models: [{", ".join(key_models(number))}]
  expires: 2027-02-01
  rotate_every: 30d
  limits: {{requests_per_minute: {300 + number % 5 * 100}, requests_per_day: 90k, tokens_per_minute: 1M}}
  user_limits: {{requests_per_minute: 60}}
  budget: {{monthly: 500 USD}}
  targets: []
"""


def _policy(name: str, match: str, rules: list[str]) -> str:
    return f"""\
apiVersion: remit/v1
kind: Policy
metadata: {{name: {name}}}
spec:
  match: {match}
  rules:
{"".join(rules)}"""


def _narrow(teams: int, projects: int) -> tuple[str, ...]:
    """What policies select, by turns; names wrap around where the organisation is small."""
    few, others = ("[" + ", ".join(f"team-{n % teams:04}" for n in each) + "]" for each in ((1, 2, 3), (0, 4, 5)))
    some = "[" + ", ".join(sorted({_project_name(n % projects) for n in (2, 7, 11)})) + "]"
    return (
        "{}",
        "{environments: [prod, staging]}",
        f"{{teams: {few}}}",
        "{tiers: [premium]}",
        "{providers: [openai]}",
        "{}",
        f"{{teams: {others}}}",
        "{models: [model-03, model-04, model-11]}",
        "{environments: [dev]}",
        f"{{projects: {some}}}",
    )


_BROAD = ("{}", "{environments: [prod, staging]}", "{}", "{tiers: [standard, premium]}", "{}") * 2

# (verb, condition): the sorts of conditions that the sample has; {n} makes each one different
CONDITIONS = (
    ("deny", '!has(request.purpose) || request.purpose == "banned-{n}"'),
    ("deny", 'has(request.data_class) && request.data_class == "restricted" && !has(request.user)'),
    ("deny", 'model.tier == "premium" && has(request.input_tokens) && request.input_tokens > 150000 + {n}'),
    ("deny", 'key.environment == "dev" && has(request.output_tokens) && request.output_tokens > 12000 + {n}'),
    (
        "throttle",
        "has(limits.requests_per_minute)"
        " && usage.requests_last_minute * 1000 >= limits.requests_per_minute * (950 + {n} % 50)",
    ),
    ("deny", 'has(request.tags) && "region" in request.tags && request.tags["region"] == "region-{n}"'),
    (
        "deny",
        '"residency" in model.labels && model.labels["residency"] == "us"'
        ' && has(request.data_class) && request.data_class in ["confidential", "restricted"]',
    ),
    ("deny", 'usage.user_requests_today > 5000 + {n} && key.purposes.exists(p, p.startsWith("purpose-"))'),
    (
        "deny",
        'has(request.purpose) && request.purpose in ["training-{n}", "resale-{n}"]'
        " && !(request.purpose in key.purposes)",
    ),
    ("deny", 'team.name == "team-{n:04}" && request.scope == "batch" && !has(request.user)'),
)


def _rules(count: int) -> Iterator[str]:
    for number in range(count):
        verb, condition = CONDITIONS[number % len(CONDITIONS)]
        delay = '      delay: duration("2s")\n' if verb == "throttle" else ""
        yield (
            f"    - name: rule-{number:04}\n      on: request\n"
            f"      {verb}: |-\n        {condition.format(n=number)}\n{delay}"
            f"      message: '\"rule {number} says no\"'\n"
        )


def _batches(rules: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(rules, RULES_PER_POLICY)):
        yield batch
