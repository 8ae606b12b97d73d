"""Changing a proxy: the table of what absent, null and empty mean is in docs/targets.md, and tested."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Lock

from remit.resources import Money
from remit.targets import _messages as messages
from remit.targets._api import Api, Gone, Missing
from remit.targets._contract import Created
from remit.targets._errors import OutcomeUnknown, WriteRefused
from remit.targets._marker import Marker
from remit.targets._object import TargetObject
from remit.targets._secret import Secret
from remit.targets.litellm import _properties as properties
from remit.targets.litellm._properties import CAPS, CURRENCY, MODEL_CAPS, MONTH
from remit.targets.litellm._reader import every_team
from remit.targets.litellm._wire import (
    Done,
    Generated,
    KeyBody,
    KeyHash,
    KeyHashes,
    KeyInfo,
    KeyPage,
    SeenKey,
    TeamBody,
    TeamIds,
)

Fields = dict[str, object]
_IN_METADATA = frozenset(("marker", "project", "environment", "purposes", "data_classes", "scopes", "expires"))


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class LiteLLMWriter:
    """Changes one proxy. The value of a key is chosen here, so its id is known, and marked, from the first call on."""

    api: Api
    organization: str
    clock: Callable[[], datetime] = _now
    _values: dict[str, Secret] = field(default_factory=dict, repr=False)
    _teams: dict[str, str] | None = None
    _lock: Lock = field(default_factory=Lock, repr=False)

    def create(self, wanted: TargetObject, nonce: str) -> Created:
        """A team, or a key with a value that stays the same while the call is repeated. Raises TargetError."""
        return self._create_team(wanted) if wanted.kind == "team" else self._create_key(wanted, nonce)

    def update(self, found: TargetObject, wanted: TargetObject, changed: frozenset[str]) -> None:
        """Send what changed and nothing else, for a relative time would be counted anew. Raises TargetError."""
        if found.kind == "team":
            self._update_team(found, wanted, changed)
            return
        live = self._info(found.id)
        if live is None:
            raise WriteRefused(messages.object_gone(wanted.alias))
        fields = dict(self._fields(wanted, changed - {"enabled"}))
        if changed & _IN_METADATA or any(name.startswith("model_caps.") for name in changed):
            fields |= self._metadata(wanted, changed, live)
        if fields:
            self.api.write("/key/update", KeyBody.model_validate({"key": found.id, **fields}), Done)
        if "enabled" in changed:
            self.api.write(f"/key/{'un' if wanted.enabled else ''}block", KeyHash(key=found.id), Done)

    def disable(self, found: TargetObject) -> None:
        """Block the key, or the team and with it all of its keys."""
        try:
            self.api.write("/key/block", KeyHash(key=found.id), Done)
        except Gone:
            return

    def delete(self, found: TargetObject) -> None:
        """Delete the key, or a team that has none. Raises WriteRefused for a team with keys."""
        if found.kind == "team":
            self._delete_team(found)
            return
        try:
            self.api.write("/key/delete", KeyHashes(keys=(found.id,)), Done)
        except Gone:
            return
        except WriteRefused:
            if self._info(found.id) is not None:
                raise

    # Keys

    def _create_key(self, wanted: TargetObject, nonce: str) -> Created:
        with self._lock:
            value = self._values.setdefault(nonce, Secret(f"sk-{secrets.token_urlsafe(32)}"))
        key_id = hashlib.sha256(value.reveal().encode()).hexdigest()
        body = KeyBody.model_validate({**self._first_fields(wanted, key_id), "key": value.reveal()})
        try:
            made = self.api.write("/key/generate", body, Generated)
        except WriteRefused as refusal:
            # an earlier try whose answer was lost may have made it: then only its alias is taken
            if self._info(key_id) is None:
                raise WriteRefused(value.hidden_in(refusal.message)) from None
        else:
            if key_id not in (made.token, made.token_id):
                raise OutcomeUnknown(messages.other_value(self.api.name, wanted.alias))
        return Created(key_id, value)

    def _first_fields(self, wanted: TargetObject, key_id: str) -> Fields:
        marked = properties.kept(self._marked(wanted, key_id))
        fields = dict(self._fields(wanted, frozenset((*wanted.properties, "alias"))))
        return {**fields, "metadata": marked, "blocked": not wanted.enabled}

    def _marked(self, wanted: TargetObject, object_id: str) -> TargetObject:
        return replace(wanted, marker=str(Marker(self.organization, wanted.slot, object_id)))

    def _fields(self, wanted: TargetObject, changed: frozenset[str]) -> Iterator[tuple[str, object]]:
        """The fields of a key that carry the changed properties; None clears what has a column of its own."""
        if "alias" in changed:
            yield "key_alias", wanted.alias
        if "team" in changed:
            yield "team_id", self._team_id(wanted.team)
        if "models" in changed:
            yield "models", properties.models_sent(wanted.models)
        if "scopes" in changed:
            yield "allowed_routes", properties.routes_sent(wanted.scopes)
        for cap, name in CAPS.items():
            if f"caps.{cap}" in changed:
                yield name, wanted.caps.get(cap)
        yield from self._model_limits(wanted, changed)
        yield from _budget(wanted, changed, "key")
        if "expires" in changed:
            yield "duration", properties.expires_sent(wanted.expires, self.clock()) if wanted.expires else None

    def _model_limits(self, wanted: TargetObject, changed: frozenset[str]) -> Iterator[tuple[str, object]]:
        """All limits of one sort together; `{}` clears them, null would keep them."""
        for cap, name in MODEL_CAPS.items():
            if any(each.startswith(f"model_caps.{cap}.") for each in changed):
                yield name, _per_model(wanted, cap)

    def _metadata(self, wanted: TargetObject, changed: frozenset[str], live: SeenKey) -> Fields:
        """Sent whole, for it is replaced whole: what others wrote, what of ours stays, and what changes.

        The limits that LiteLLM keeps in there go along in their own fields, or they would be dropped.
        """
        metadata = dict(live.metadata)
        ours = properties.kept(wanted)
        for name in changed & _IN_METADATA:
            entry = properties.MARKER if name == "marker" else properties.OURS + name
            metadata.pop(entry, None)
            if entry in ours:
                metadata[entry] = ours[entry]
        if metadata.get(properties.MARKER):
            metadata["managed_by"] = "remit"
        limits: Fields = {}
        for name in MODEL_CAPS.values():
            kept = metadata.pop(name, None)
            limits[name] = kept if isinstance(kept, dict) else {}
        return {**limits, **dict(self._model_limits(wanted, changed)), "metadata": metadata}

    def _info(self, key_id: str) -> SeenKey | None:
        try:
            return self.api.read("/key/info", KeyInfo, key=key_id).info
        except Missing:
            return None

    # Teams

    def _create_team(self, wanted: TargetObject) -> Created:
        """The id is chosen here, so that a repeated call finds its own team."""
        team_id = f"remit-{self.organization}-{wanted.alias}"
        fields = dict(_team_fields(wanted, frozenset((*wanted.properties, "alias"))))
        marker = str(Marker(self.organization, wanted.slot, team_id))
        fields["metadata"] = {"managed_by": "remit", properties.MARKER: marker}
        try:
            self.api.write("/team/new", TeamBody.model_validate({**fields, "team_id": team_id}), Done)
        except WriteRefused:
            found = next((team for team in every_team(self.api) if team.team_id == team_id), None)
            if found is None or found.metadata.get(properties.MARKER) != marker:
                raise
        with self._lock:
            self._teams = None
        return Created(team_id)

    def _update_team(self, found: TargetObject, wanted: TargetObject, changed: frozenset[str]) -> None:
        fields = dict(_team_fields(wanted, changed))
        if "marker" in changed:
            fields["metadata"] = {"managed_by": "remit", properties.MARKER: wanted.marker}
        if fields:
            self.api.write(f"/team/{found.id}", TeamBody.model_validate(fields), Done, method="PATCH")

    def _delete_team(self, found: TargetObject) -> None:
        keys = self.api.read("/key/list", KeyPage, team_id=found.id, page=1, size=1, return_full_object=True)
        if keys.total_count:
            raise WriteRefused(messages.space_not_empty(found.alias, keys.total_count))
        try:
            self.api.write("/team/delete", TeamIds(team_ids=(found.id,)), Done)
        except Gone:
            return

    def _team_id(self, name: str | None) -> str | None:
        if name is None:
            return None
        with self._lock:
            if self._teams is None:
                self._teams = {team.team_alias or team.team_id: team.team_id for team in every_team(self.api)}
            found = self._teams.get(name)
        if found is None:
            raise WriteRefused(messages.no_space("team", name))
        return found


def _team_fields(wanted: TargetObject, changed: frozenset[str]) -> Iterator[tuple[str, object]]:
    if "alias" in changed:
        yield "team_alias", wanted.alias
    if "models" in changed:
        yield "models", properties.models_sent(wanted.models)
    if "enabled" in changed:
        yield "blocked", not wanted.enabled
    yield from _budget(wanted, changed, "team")


def _budget(wanted: TargetObject, changed: frozenset[str], level: str) -> Iterator[tuple[str, object]]:
    """The monthly budget in the fields of its own, the daily one as a window beside it."""
    monthly, daily = wanted.budgets.get(f"{level}.monthly"), wanted.budgets.get(f"{level}.daily")
    for money in (monthly, daily):
        _refuse_currency(money)
    if f"budgets.{level}.monthly" in changed:
        yield "max_budget", None if monthly is None else properties.dollars(monthly)
        yield "budget_duration", None if monthly is None else MONTH
    if f"budgets.{level}.daily" in changed:
        yield "budget_limits", properties.windows_sent(daily)


def _refuse_currency(money: Money | None) -> None:
    if money is not None and money.currency != CURRENCY:
        raise WriteRefused(messages.other_currency(money.currency, CURRENCY))


def _per_model(wanted: TargetObject, cap: str) -> dict[str, int]:
    prefix = f"{cap}."
    return {name.removeprefix(prefix): value for name, value in wanted.model_caps.items() if name.startswith(prefix)}
