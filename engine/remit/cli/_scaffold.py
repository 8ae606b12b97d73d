"""A governance repository to begin with, from the templates beside this module."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from jinja2 import Environment, PackageLoader, StrictUndefined

from remit.cli import _messages as messages
from remit.cli._errors import CommandError, Misuse
from remit.resources import NAME_PATTERN, PERSON_PATTERN, render_schema, schemas

_KEY_LIFE = timedelta(days=60)
_FILES: Mapping[str, str] = MappingProxyType(
    {
        "README.md": "README.md",
        "gitignore": ".gitignore",
        "CODEOWNERS": ".github/CODEOWNERS",
        "validate.yml": ".github/workflows/validate.yml",
        "reconcile.yml": ".github/workflows/reconcile.yml",
        "organization.yaml": "policies/organization.yaml",
        "groups.yaml": "policies/groups.yaml",
        "targets.yaml": "policies/targets.yaml",
        "models.yaml": "policies/models/models.yaml",
        "rules.yaml": "policies/rules/baseline.yaml",
        "team.yaml": "policies/teams/first-team/team.yaml",
        "project.yaml": "policies/teams/first-team/projects/assistant.yaml",
        "tests.yaml": "policies/tests/baseline.yaml",
    }
)


@dataclass(frozen=True, slots=True)
class Scaffold:
    """What the templates need to know. Raises Misuse for names that no resource can have."""

    organization: str
    owner: str
    created: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        if not re.fullmatch(NAME_PATTERN, self.organization):
            raise Misuse(messages.bad_name("--organization"))
        if not re.fullmatch(PERSON_PATTERN, self.owner):
            raise Misuse(messages.bad_login())

    @property
    def words(self) -> Mapping[str, str]:
        """By their name in the templates."""
        from remit import __version__

        return {
            "organization": self.organization,
            "owner": self.owner,
            "today": f"{self.created:%Y-%m-%d}",
            "expires": f"{self.created + _KEY_LIFE:%Y-%m-%d}",
            "late": f"{self.created + _KEY_LIFE * 2:%Y-%m-%d}",
            "version": __version__,
        }


def scaffold(directory: Path, wish: Scaffold) -> list[str]:
    """Write all files, or none when one is there already. Returns their paths; raises CommandError and OSError."""
    content = dict(_content(wish))
    taken = [path for path in content if os.path.lexists(directory / path)]
    if taken:
        raise CommandError(messages.would_overwrite(taken))
    for path, text in content.items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    return sorted(content)


def _content(wish: Scaffold) -> Iterator[tuple[str, str]]:
    environment = Environment(
        loader=PackageLoader("remit.cli", "templates"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - YAML and markdown; the words are names
        keep_trailing_newline=True,
        # workflows and CEL are full of braces
        variable_start_string="[[",
        variable_end_string="]]",
    )
    for template, path in _FILES.items():
        yield path, environment.get_template(template).render(wish.words)
    for name, value in schemas().items():
        yield f"schemas/{name}", render_schema(value)
