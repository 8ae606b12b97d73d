"""Everything that is in an organisation: five calls for each project of ours, one for each of others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from remit.resources import Money
from remit.targets._api import Api
from remit.targets._capabilities import Capabilities
from remit.targets._contract import Activity, Inventory
from remit.targets._object import TargetObject
from remit.targets.openai import _lists as lists
from remit.targets.openai import _properties as properties
from remit.targets.openai._capabilities import capabilities
from remit.targets.openai._notes import ProjectNote, noted, project_note
from remit.targets.openai._resumed import Resumed
from remit.targets.openai._setting import Setting
from remit.targets.openai._wire import SeenProject, SeenRate


@dataclass
class OpenAIReader:
    """Reads one organisation. `adopt`: what is not ours is read as closely, for it may become so."""

    api: Api
    setting: Setting
    inventory: Inventory
    adopt: bool = False
    identity: str = ""
    _resumed: Resumed = field(default_factory=Resumed)

    @property
    def version(self) -> str:
        """OpenAI has only one, and does not number it."""
        return ""

    @property
    def capabilities(self) -> Capabilities:
        """Alerts need somebody to be sent to."""
        return capabilities(bool(self.setting.recipients))

    @property
    def skew(self) -> timedelta:
        """A key ends by the clock of OpenAI."""
        return self.api.skew.ahead

    def read(self) -> tuple[TargetObject, ...]:
        """Projects that are not archived, each with its keys."""
        self._resumed.begin()
        rows = self._resumed.once("projects", lambda: lists.projects(self.api))
        notes = dict(self.inventory)
        found = tuple(each for row in rows for each in self._project(row, notes))
        self._resumed.end()
        self._identify(rows)
        return found

    def activity(self) -> dict[str, Activity]:
        """By project, account and key: when each was last used, which OpenAI tells with the key itself."""
        return {
            str(properties.place_of(key, row.id)): properties.activity_seen(key)
            for row in lists.projects(self.api)
            for key in lists.keys(self.api, row.id)
        }

    def _identify(self, rows: tuple[SeenProject, ...]) -> None:
        """By the oldest project, for the address is that of every organisation, and the credential is none's name."""
        if rows:
            oldest = min(rows, key=lambda row: (row.created_at, row.id))
            self.identity = f"{self.setting.place}/{oldest.id}"

    def _project(self, row: SeenProject, notes: Mapping[str, str]) -> Iterator[TargetObject]:
        seen = properties.project_seen(row, self.setting.organization, notes)
        if seen.marker or self.adopt:
            yield self._bounded(seen, notes)
        else:
            yield seen
        for key in self._resumed.once(f"keys {row.id}", lambda: lists.keys(self.api, row.id)):
            yield properties.key_seen(key, seen, notes)

    def _bounded(self, seen: TargetObject, notes: Mapping[str, str]) -> TargetObject:
        """The project with everything that bounds it."""
        once, api, name = self._resumed.once, self.api, seen.id
        note = noted(notes, project_note(name), ProjectNote)
        limit = once(f"limit {name}", lambda: lists.limit(api, name))
        budget = properties.budget_seen(limit, note)
        alerts = self._alerts(name, budget, note)
        told, ours = note or ProjectNote(""), self.setting.models
        ids = properties.models_seen(once(f"models {name}", lambda: lists.permissions(api, name)))
        rates = dict(properties.rates_seen(self._rates(name, notes), name, notes))
        return replace(
            seen,
            models=None if ids is None else ours.names_of(ids, told.models),
            model_caps=ours.caps_of(rates, told.caps),
            budgets={} if budget is None else {properties.MONTHLY: budget},
            alerts={properties.MONTHLY: alerts} if alerts else {},
        )

    def _rates(self, name: str, notes: Mapping[str, str]) -> tuple[SeenRate, ...]:
        """Not asked for where Remit never changed one."""
        if not any(each.startswith(f"rate:{name}:") for each in notes):
            return ()
        return self._resumed.once(f"rates {name}", lambda: lists.rates(self.api, name))

    def _alerts(self, name: str, budget: Money | None, note: ProjectNote | None) -> tuple[str, ...]:
        rows = self._resumed.once(f"alerts {name}", lambda: lists.alerts(self.api, name))
        ours = [row for row in rows if self.setting.owns(row)]
        return properties.alerts_seen(ours, self.setting, budget, note.alerts if note is not None else ())
