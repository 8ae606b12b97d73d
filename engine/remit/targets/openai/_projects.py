"""Changing projects: what bounds all of their keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from remit.targets import _messages as messages
from remit.targets._api import Api, Gone, Missing
from remit.targets._contract import Created, Inventory
from remit.targets._errors import WriteRefused
from remit.targets._marker import Marker
from remit.targets._object import TargetObject, slot_of
from remit.targets.openai import _lists as lists
from remit.targets.openai._lists import PROJECTS, within
from remit.targets.openai._models import CAP
from remit.targets.openai._notes import ProjectNote, RateNote, forget, note, noted, project_note, rate_note
from remit.targets.openai._properties import CAPS, MONTHLY, project_seen
from remit.targets.openai._setting import Setting
from remit.targets.openai._spending import Spending
from remit.targets.openai._wire import Done, PermissionsBody, ProjectBody, RateBody, SeenProject, SeenRate


@dataclass
class Projects:
    """The projects of one organisation; those of ours are looked for by name once."""

    api: Api
    setting: Setting
    inventory: Inventory
    _made: dict[str, str] = field(default_factory=dict)
    _known: dict[str, str] | None = None

    def id_of(self, name: str | None) -> str:
        """The id of our project of that name. Raises WriteRefused when there is none."""
        if self._known is None:
            seen = (project_seen(row, self.setting.organization, self.inventory) for row in lists.projects(self.api))
            self._known = {each.project or "": each.id for each in seen if self._ours(each)}
        found = self._known.get(name or "")
        if found is None:
            raise WriteRefused(messages.no_space("project", name or ""))
        return found

    def _ours(self, seen: TargetObject) -> bool:
        return seen.marker == str(Marker(self.setting.organization, f"project:{seen.project}", seen.id))

    def create(self, wanted: TargetObject, nonce: str) -> Created:
        """Named by its intent first, then by its id. Goes on with what it made when it is called again."""
        pending = str(Marker.pending(self.setting.organization, wanted.slot, nonce))
        if pending not in self._made:
            self._made[pending] = self.api.write(PROJECTS, ProjectBody(name=pending), SeenProject, repeatable=False).id
        made = self._made[pending]
        self._bound(made, wanted, frozenset((*wanted.properties, "marker")))
        if self._known is not None:
            self._known[wanted.alias] = made
        return Created(made)

    def update(self, found: TargetObject, wanted: TargetObject, changed: frozenset[str]) -> None:
        """Raises WriteRefused when it is gone, or shall be closed, which only archiving does."""
        if "enabled" in changed and not wanted.enabled:
            raise WriteRefused(messages.not_changeable(self.api.name, wanted.alias, "enabled"))
        try:
            self._bound(found.id, wanted, changed)
        except Gone as gone:
            raise WriteRefused(gone.message) from None

    def _bound(self, project: str, wanted: TargetObject, changed: frozenset[str]) -> None:
        sent = self.setting.models.sent(wanted)
        if "models" in changed:
            self._allow(project, sent.models)
        self._rates(project, sent, self.setting.models.changed(changed, wanted))
        if any(name.startswith(("budgets.", "alerts.")) for name in changed):
            Spending(self.api, self.setting, project).make(wanted)
        monthly = wanted.budgets.get(MONTHLY)
        # by its name in git: what it is called there may be what somebody renamed it to
        name = wanted.project or wanted.alias
        micro, alerts = monthly.micro if monthly else None, wanted.alerts.get(MONTHLY, ())
        kept = ProjectNote(name, micro, alerts, *self.setting.models.told(wanted))
        note(self.inventory, project_note(project), kept)
        if changed & {"alias", "marker"}:
            marker = Marker(self.setting.organization, slot_of("project", name), project)
            self.api.write(within(project), ProjectBody(name=str(marker)), Done)

    def _allow(self, project: str, models: tuple[str, ...] | None) -> None:
        """An empty list allows nothing; to allow everything there must be none."""
        path = within(project, "model_permissions")
        if models is not None:
            self.api.write(path, PermissionsBody(mode="allow_list", model_ids=tuple(sorted(models))), Done)
            return
        try:
            self.api.write(path, None, Done, method="DELETE")
        except Gone:
            return

    def _rates(self, project: str, wanted: TargetObject, changed: frozenset[str]) -> None:
        by_model: defaultdict[str, list[str]] = defaultdict(list)
        for name in sorted({*changed, *self._left(project)} if changed else ()):
            if name.startswith(CAP):
                cap, _, model = name.removeprefix(CAP).partition(".")
                by_model[model].append(cap)
        rows = {row.model: row for row in lists.rates(self.api, project)} if by_model else {}
        for model, caps in by_model.items():
            self._rate(project, model, rows.get(model), {cap: wanted.model_caps.get(f"{cap}.{model}") for cap in caps})

    def _left(self, project: str) -> Iterator[str]:
        """The limits that Remit set on what one of ours was called there before."""
        prefix = rate_note(project, "", "").removesuffix(":")
        for name in [each for each in self.inventory if each.startswith(prefix)]:
            cap, _, model = name.removeprefix(prefix).partition(":")
            if not self.setting.models.knows(model):
                yield f"{CAP}{cap}.{model}"

    def _rate(self, project: str, model: str, row: SeenRate | None, wanted: Mapping[str, int | None]) -> None:
        """One row. None restores what was there before Remit; what that was is noted before the first change."""
        kept = {cap: noted(self.inventory, rate_note(project, cap, model), RateNote) for cap in wanted}
        formers = {cap: self._former(cap, model, row, kept[cap]) for cap in wanted if wanted[cap] is not None}
        for cap, former in formers.items():
            note(self.inventory, rate_note(project, cap, model), RateNote(former, wanted[cap] or 0))
        restored = {cap: each.former for cap, each in kept.items() if each is not None and wanted[cap] is None}
        if row is not None:
            given = {cap: value for cap, value in wanted.items() if value is not None}
            self._write_rate(within(project, "rate_limits", row.id), {**given, **restored}, {**formers, **restored})
        for cap in restored:
            self.inventory.pop(rate_note(project, cap, model), None)

    def _former(self, cap: str, model: str, row: SeenRate | None, kept: RateNote | None) -> int:
        """Raises WriteRefused where the model has no such limit, which is not the same as 0."""
        live = None if row is None else getattr(row, CAPS[cap])
        if live is None:
            raise WriteRefused(messages.no_rate(self.api.name, cap, model))
        return int(live) if kept is None else kept.former

    def _write_rate(self, path: str, wanted: Mapping[str, int], formers: Mapping[str, int]) -> None:
        """More than the organisation has is refused: then it stays at what was there before."""
        if not wanted:
            return
        try:
            self.api.write(path, _rate_body(wanted), Done)
        except WriteRefused:
            least = {cap: min(value, formers[cap]) for cap, value in wanted.items()}
            if least == dict(wanted):
                raise
            self.api.write(path, _rate_body(least), Done)

    def delete(self, found: TargetObject) -> None:
        """Archive it, for nothing deletes a project. Raises WriteRefused while it holds keys of anybody."""
        left = len(lists.keys(self.api, found.id)) if self._is_active(found.id) else 0
        if left:
            raise WriteRefused(messages.space_not_empty(found.alias, left))
        try:
            self.api.write(within(found.id, "archive"), None, Done)
        except WriteRefused:
            if self._is_active(found.id):
                raise
        forget(self.inventory, project_note(found.id), f"rate:{found.id}:", f"key:{found.id}:")

    def _is_active(self, project: str) -> bool:
        try:
            return self.api.read(within(project), SeenProject).status != "archived"
        except Missing:
            return False


def _rate_body(values: Mapping[str, int]) -> RateBody:
    return RateBody.model_validate({CAPS[cap]: value for cap, value in values.items()})
