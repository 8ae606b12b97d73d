"""An organisation whose keys are on one LiteLLM proxy, of any size, written as YAML."""

from __future__ import annotations

from pathlib import Path

MASTER_KEY = "LITELLM_MASTER_KEY"
_MODELS = ("gpt-4o", "gpt-4o-mini")
_ORGANIZATION = """\
apiVersion: remit/v1
kind: Organization
metadata: {name: acme}
spec:
  environments: [dev, prod]
  purposes: [product-search, support]
  data_classes: [public, internal]
  scopes: [chat, embeddings]
  budget: {monthly: 900_000 USD}
"""
_MODEL = """\
apiVersion: remit/v1
kind: Model
metadata: {{name: {name}}}
spec: {{provider: openai, upstream: {name}, tier: standard, scopes: [chat, embeddings]}}
"""
_TARGET = """\
apiVersion: remit/v1
kind: Target
metadata: {{name: gateway}}
spec:
  type: litellm
  url: {url}
  credentials_from: LITELLM_MASTER_KEY
  limits: {{delete: {{max_percent: 100%}}, revoke: {{max_percent: 100%}}}}
"""
_TEAM = """\
apiVersion: remit/v1
kind: Team
metadata: {{name: team-{team:02}}}
spec: {{owners: [ana], budget: {{monthly: 9_000 USD}}}}
---
apiVersion: remit/v1
kind: Project
metadata: {{name: project-{team:02}, team: team-{team:02}}}
spec: {{owners: [ana], purposes: [product-search], data_classes: [public, internal]}}
"""
_KEY = """\
apiVersion: remit/v1
kind: Key
metadata: {{name: key-{number:03}, team: team-{team:02}, project: project-{team:02}}}
spec:
  environment: prod
  owner: ana
  purposes: [product-search]
  data_classes: [public]
  models: [{models}]
  expires: 2031-01-01
  limits: {{requests_per_minute: {rate}, tokens_per_minute: 90_000}}
  budget: {{daily: 20 USD, monthly: 300 USD}}
  targets: [gateway]
"""


def write_governed(directory: Path, url: str, *, keys: int, teams: int) -> None:
    """Write the tree for the proxy at `url`: keys are spread over the teams, one project in each."""
    directory.mkdir(parents=True, exist_ok=True)
    models = "---\n".join(_MODEL.format(name=name) for name in _MODELS)
    (directory / "organization.yaml").write_text(f"{_ORGANIZATION}---\n{models}---\n{_TARGET.format(url=url)}")
    for team in range(teams):
        documents = [_TEAM.format(team=team), *(_key(number, team) for number in range(team, keys, teams))]
        (directory / f"team-{team:02}.yaml").write_text("---\n".join(documents))


def _key(number: int, team: int) -> str:
    models = ", ".join(_MODELS[: 1 + number % 2])
    return _KEY.format(number=number, team=team, models=models, rate=600 + number)
