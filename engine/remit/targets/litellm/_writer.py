"""Changing a proxy."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Lock
from urllib.parse import quote

from remit.targets import _messages as messages
from remit.targets._api import Api, Gone, Missing
from remit.targets._contract import Created
from remit.targets._errors import OutcomeUnknown, WriteRefused
from remit.targets._marker import Marker
from remit.targets._object import TargetObject
from remit.targets._secret import Secret
from remit.targets.litellm._fields import Fields, in_metadata, key_fields, metadata_fields, team_fields
from remit.targets.litellm._installation import MARKER, Models, Teams
from remit.targets.litellm._properties import kept
from remit.targets.litellm._reader import every_team
from remit.targets.litellm._users import UserBudgetWriter, changes_users, named
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
    TeamId,
    TeamIds,
)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class LiteLLMWriter:
    """Changes one proxy. The value of a key is chosen here, so its id is known, and marked, from the first call on."""

    api: Api
    organization: str
    clock: Callable[[], datetime] = _now
    _values: dict[str, Secret] = field(default_factory=dict, repr=False)
    _teams: Teams | None = None
    _models: Models | None = None
    _lock: Lock = field(default_factory=Lock, repr=False)
    _users: UserBudgetWriter = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._users = UserBudgetWriter(self.api, self.organization)

    def create(self, wanted: TargetObject, nonce: str) -> Created:
        """A team, or a key with a value that stays the same while the call is repeated. Raises TargetError."""
        return self._create_team(wanted) if wanted.kind == "team" else self._create_key(wanted, nonce)

    def update(self, found: TargetObject, wanted: TargetObject, changed: frozenset[str]) -> None:
        """Send what changed and nothing else, for a relative time would be counted anew. Raises TargetError."""
        if found.kind == "team":
            fields = dict(team_fields(wanted, changed, found))
            if fields:
                self.api.write(
                    f"/team/{quote(found.id, safe='')}", TeamBody.model_validate(fields), Done, method="PATCH"
                )
            return
        self._update_key(found, wanted, changed)
        if "enabled" in changed:
            self.api.write(f"/key/{'un' if wanted.enabled else ''}block", KeyHash(key=found.id), Done)

    def disable(self, found: TargetObject) -> None:
        """Block the key, or the team and with it all of its keys."""
        try:
            if found.kind == "team":
                self.api.write("/team/block", TeamId(team_id=found.id), Done)
            else:
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
        self._refuse_unknown(wanted, None)
        marker = str(Marker(self.organization, wanted.slot, key_id))
        fields = dict(key_fields(wanted, frozenset((*wanted.properties, "alias")), self.clock()))
        if wanted.team is not None:
            fields["team_id"] = self._team_id(wanted.team)
        fields |= self._users.fields(wanted.user_caps)
        return {**fields, "metadata": kept(replace(wanted, marker=marker)), "blocked": not wanted.enabled}

    def _update_key(self, found: TargetObject, wanted: TargetObject, changed: frozenset[str]) -> None:
        if "models" in changed:
            self._refuse_unknown(wanted, found)
        fields = dict(key_fields(wanted, changed, self.clock(), found))
        if in_metadata(changed):
            live = self._info(found.id)
            if live is None:
                raise WriteRefused(messages.object_gone(wanted.alias))
            fields |= metadata_fields(wanted, changed, live)
            if changes_users(changed):
                fields |= self._users.fields(wanted.user_caps, named(live.metadata))
        if fields:
            self.api.write("/key/update", KeyBody.model_validate({"key": found.id, **fields}), Done)
        if "team" in changed:
            # apart and afterwards: a team is refused to a key by the models that it has so far
            team = None if wanted.team is None else self._team_id(wanted.team)
            self.api.write("/key/update", KeyBody(key=found.id, team_id=team), Done)

    def _refuse_unknown(self, wanted: TargetObject, found: TargetObject | None) -> None:
        """LiteLLM stores any name. One that the key has already may stay, so that the rest can still be taken away."""
        known = set(found.models or ()) if found is not None else set()
        with self._lock:
            if self._models is None:
                self._models = Models.of(self.api)
        unknown = self._models.unknown(set(wanted.models or ()) - known)
        if unknown:
            raise WriteRefused(messages.unknown_models(self.api.name, wanted.alias, unknown))

    def _info(self, key_id: str) -> SeenKey | None:
        """None for one that was deleted too, of which LiteLLM still knows."""
        try:
            found = self.api.read("/key/info", KeyInfo, key=key_id).info
        except Missing:
            return None
        return None if found.status == "deleted" else found

    # Teams

    def _create_team(self, wanted: TargetObject) -> Created:
        """The id is chosen here, so that a repeated call finds its own team."""
        team_id = f"remit-{self.organization}-{wanted.alias}"
        marker = str(Marker(self.organization, wanted.slot, team_id))
        every = frozenset((*wanted.properties, "alias", "marker"))
        body = TeamBody.model_validate({"team_id": team_id, **dict(team_fields(replace(wanted, marker=marker), every))})
        try:
            self.api.write("/team/new", body, Done)
        except WriteRefused:
            found = next((team for team in every_team(self.api) if team.team_id == team_id), None)
            if found is None or found.metadata.get(MARKER) != marker:
                raise
        with self._lock:
            self._teams = None
        return Created(team_id)

    def _delete_team(self, found: TargetObject) -> None:
        keys = self.api.read("/key/list", KeyPage, team_id=found.id, page=1, size=1, return_full_object=True)
        if keys.total_count:
            raise WriteRefused(messages.space_not_empty(found.alias, keys.total_count))
        try:
            self.api.write("/team/delete", TeamIds(team_ids=(found.id,)), Done)
        except Gone:
            return

    def _team_id(self, name: str) -> str:
        with self._lock:
            if self._teams is None:
                self._teams = Teams.of(every_team(self.api), self.organization)
            found = self._teams.id_of(name)
        if found is None:
            raise WriteRefused(messages.no_space("team", name))
        return found
