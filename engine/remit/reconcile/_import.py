"""What somebody made by hand on a target, as declarations that would keep it as it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC

from remit.bundle import Bundle
from remit.reconcile import _messages as messages
from remit.reconcile._census import owner
from remit.reconcile._survey import Survey
from remit.resources import API_VERSION, CAPS, NAME_PATTERN, PERIODS, masked
from remit.source import Data, write_document
from remit.targets import TargetObject


@dataclass(frozen=True, slots=True)
class Imported:
    """One key of the target. `document` None: it cannot be declared; `remarks` say why, or what is not in it."""

    alias: str
    document: Data | None
    remarks: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """YAML with the remarks as comments."""
        title = f"`{self.alias}`" if self.document is None else ""
        return write_document(self.document, [masked(line) for line in (title, *self.remarks) if line])


@dataclass(frozen=True, slots=True)
class Defaults:
    """For keys whose object does not say where they belong."""

    project: str | None = None
    environment: str | None = None


def imports(bundle: Bundle, target: str, seen: Survey, defaults: Defaults) -> tuple[Imported, ...]:
    """Every key of `seen` without a marker that is not declared for `target` yet, by alias."""
    organization = bundle.organization.metadata.name
    ours = [each for each in seen.keys if each.kind == "key" and owner(each, organization, {})[0] == "unmarked"]
    names = Counter(each.alias for each in ours)
    return tuple(
        _Writing(bundle, target, each, defaults, names[each.alias]).made()
        for each in sorted(ours)
        if each.alias not in bundle.keys or target not in bundle.keys[each.alias].spec.targets
    )


@dataclass(slots=True)
class _Writing:
    bundle: Bundle
    target: str
    key: TargetObject
    defaults: Defaults
    alike: int
    remarks: list[str] = field(default_factory=list)

    def made(self) -> Imported:
        hindrances = tuple(self._hindrances())
        if hindrances:
            return Imported(self.key.alias, None, hindrances)
        project = self._project()
        assert project is not None  # noqa: S101 - else there is a hindrance
        metadata: Data = {
            "name": self.key.alias,
            "team": self.bundle.projects[project].metadata.team,
            "project": project,
        }
        document: Data = {"apiVersion": API_VERSION, "kind": "Key", "metadata": metadata, "spec": self._spec(project)}
        return Imported(self.key.alias, document, tuple(self.remarks))

    def _hindrances(self) -> Iterator[str]:
        if not re.fullmatch(NAME_PATTERN, self.key.alias):
            yield messages.unnameable()
        elif self.alike > 1:
            yield messages.alike(self.alike)
        elif self.key.alias in self.bundle.keys:
            yield messages.declared_elsewhere()
        if self._project() is None:
            yield messages.homeless(self.key.project or self.key.team or "")
        if self._environment() is None:
            yield messages.no_environment(self.key.environment or "")

    def _project(self) -> str | None:
        """As the object says; else that of its team, when there is one only; else the default."""
        if self.key.project in self.bundle.projects:
            return self.key.project
        projects = [name for name, each in self.bundle.projects.items() if each.metadata.team == self.key.team]
        if len(projects) == 1:
            return projects[0]
        return self.defaults.project if self.defaults.project in self.bundle.projects else None

    def _environment(self) -> str | None:
        declared = self.bundle.organization.spec.environments
        wanted = self.key.environment if self.key.environment in declared else self.defaults.environment
        return wanted if wanted in declared else declared[0] if len(declared) == 1 else None

    def _spec(self, project: str) -> Data:
        organization, home = self.bundle.organization.spec, self.bundle.projects[project].spec
        spec: dict[str, Data] = {
            "environment": self._environment(),
            "purposes": self._list("purposes", organization.purposes, home.purposes),
            "data_classes": self._list("data_classes", organization.data_classes, home.data_classes),
            "scopes": self._list("scopes", organization.scopes, organization.scopes),
            "models": self._list("models", tuple(self.bundle.models), tuple(self.bundle.models)),
        }
        if self.key.expires is not None:
            spec["expires"] = self.key.expires.astimezone(UTC).isoformat().replace("+00:00", "Z")
        if not self.key.enabled:
            spec["suspended"] = True
        parts = {"limits": self._limits("caps"), "user_limits": self._limits("user_caps"), "budget": self._budget()}
        spec.update({name: part for name, part in parts.items() if part})
        self._inexpressible()
        return {**spec, "targets": [self.target]}

    def _list(self, name: str, known: Sequence[str], unbounded: Sequence[str]) -> Data:
        held: tuple[str, ...] | None = getattr(self.key, name)
        if held is None:
            self.remarks.append(messages.not_bounded(name))
            return list(unbounded)
        strange = [each for each in held if each not in known]
        if strange:
            self.remarks.append(messages.not_in_vocabulary(name, strange))
        return [each for each in held if each in known]

    def _limits(self, group: str) -> dict[str, Data]:
        held: dict[str, int] = dict(getattr(self.key, group))
        self._remark(group, held, lambda name: name in CAPS)
        return {name: value for name, value in sorted(held.items()) if name in CAPS}

    def _budget(self) -> dict[str, Data]:
        currency = self.bundle.organization.spec.currency
        expressed = {f"key.{period}" for period in PERIODS}
        fitting = {name: each for name, each in self.key.budgets.items() if each.currency == currency}
        self._remark("budgets", self.key.budgets, lambda name: name in expressed and name in fitting)
        return {name.partition(".")[2]: str(each) for name, each in sorted(fitting.items()) if name in expressed}

    def _inexpressible(self) -> None:
        for group in ("model_caps", "alerts"):
            self._remark(group, getattr(self.key, group), lambda _: False)

    def _remark(self, group: str, held: object, expressed: Callable[[str], bool]) -> None:
        names = sorted(held) if isinstance(held, dict) else []
        left = [f"{group}.{name}" for name in names if not expressed(name)]
        if left:
            self.remarks.append(messages.inexpressible(left))
