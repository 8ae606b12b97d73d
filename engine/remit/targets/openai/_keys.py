"""Changing keys: one service account for each declared key, and on it one key for each generation."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from remit.targets import _messages as messages
from remit.targets._api import Api, Gone
from remit.targets._contract import Created, Inventory
from remit.targets._errors import TargetError, WriteRefused
from remit.targets._marker import Marker
from remit.targets._object import TargetObject
from remit.targets._secret import Secret
from remit.targets.openai import _lists as lists
from remit.targets.openai._lists import within
from remit.targets.openai._names import KeyPlace, key_name, key_owner
from remit.targets.openai._notes import KeyNote, key_note, note, noted
from remit.targets.openai._properties import place_of, scopes_sent, seconds_until
from remit.targets.openai._setting import Setting
from remit.targets.openai._wire import AccountBody, AccountNamed, Done, Issued, KeyBody, SeenAccount

Fields = dict[str, object]
_FIXED = ("alias", "marker", "project", "enabled")


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Keys:
    """The keys of one organisation. The service accounts of a project are listed once."""

    api: Api
    setting: Setting
    inventory: Inventory
    clock: Callable[[], datetime] = _now
    _accounts: dict[str, tuple[SeenAccount, ...]] = field(default_factory=dict)

    def create(self, wanted: TargetObject, project: str, nonce: str) -> Created:
        """Issue a key. Raises OutcomeUnknown when it may be there, with a value that nobody has."""
        fields = self._fields(wanted, frozenset(wanted.properties))
        self._refuse_taken(project, wanted.alias)
        account = self._account(project, wanted.slot, nonce)
        name = key_name(self.setting.organization, wanted.alias, account, nonce)
        body = KeyBody.model_validate({"name": name, **fields})
        path = within(project, "service_accounts", account, "api_keys")
        issued = self.api.write(path, body, Issued, repeatable=False)
        place = KeyPlace(project, account, issued.id)
        note(self.inventory, key_note(place), KeyNote(wanted.scopes, wanted.expires))
        return Created(str(place), Secret(issued.value.get_secret_value()))

    def update(self, found: TargetObject, wanted: TargetObject, changed: frozenset[str]) -> None:
        """Send what changed and nothing else, for a relative time would be counted anew. Raises WriteRefused."""
        for name in _FIXED:
            if name in changed:
                raise WriteRefused(messages.not_changeable(self.api.name, wanted.alias, name))
        place = KeyPlace.of(found.id)
        fields = self._fields(wanted, changed)
        if fields:
            try:
                self.api.write(within(place.project, "api_keys", place.key), KeyBody.model_validate(fields), Done)
            except Gone:
                raise WriteRefused(messages.object_gone(wanted.alias)) from None
        former = noted(self.inventory, key_note(place), KeyNote) or KeyNote(found.scopes, found.expires)
        scopes = wanted.scopes if "scopes" in changed else former.scopes
        expires = wanted.expires if "expires" in changed else former.expires
        note(self.inventory, key_note(place), KeyNote(scopes, expires))

    def delete(self, found: TargetObject) -> None:
        """Delete the key, and its service account once that has none."""
        place = KeyPlace.of(found.id)
        with suppress(Gone):
            self.api.write(within(place.project, "api_keys", place.key), None, Done, method="DELETE")
        self.inventory.pop(key_note(place), None)
        # an empty account harms nobody, so that to have failed here is no failure to revoke
        with suppress(TargetError):
            self._close(place)

    def _close(self, place: KeyPlace) -> None:
        """A list may lag behind, so that the account of a key which is only noted stays as well."""
        ours = key_note(KeyPlace(place.project, place.account, ""))
        if any(name.startswith(ours) for name in self.inventory):
            return
        rows = lists.keys(self.api, place.project)
        if any(place_of(row, place.project).account == place.account for row in rows):
            return
        self._accounts.pop(place.project, None)
        self.api.write(within(place.project, "service_accounts", place.account), None, Done, method="DELETE")

    def _fields(self, wanted: TargetObject, changed: frozenset[str]) -> Fields:
        """Raises WriteRefused for what cannot be said to OpenAI: no scope at all, and no expiry any more."""
        fields: Fields = {}
        if "scopes" in changed:
            fields["scopes"] = scopes_sent(wanted.scopes or ())
            if not fields["scopes"]:
                raise WriteRefused(messages.no_scope(self.api.name, wanted.alias))
        if "expires" in changed:
            if wanted.expires is None:
                raise WriteRefused(messages.not_changeable(self.api.name, wanted.alias, "expires"))
            fields["expires_in_seconds"] = seconds_until(wanted.expires, self.clock())
        return fields

    def _refuse_taken(self, project: str, alias: str) -> None:
        """Names need not be unique to OpenAI, and aliases must be."""
        for row in lists.keys(self.api, project):
            if key_owner(row.name or "", place_of(row, project))[0] == alias:
                raise WriteRefused(messages.alias_taken(alias))

    def _account(self, project: str, slot: str, nonce: str) -> str:
        """The service account of a key: the one that is named by itself, or by this intent, or a new one."""
        rows = self._listed(project)
        own = next((row.id for row in rows if row.name == self._marked(slot, row.id)), None)
        if own is not None:
            return own
        pending = str(Marker.pending(self.setting.organization, slot, nonce))
        made = next((row.id for row in rows if row.name == pending), None)
        if made is None:
            # should the answer be lost, the list is read anew, and shows by its name what was made
            del self._accounts[project]
            path = within(project, "service_accounts")
            made = self.api.write(path, AccountBody(name=pending, create_service_account_only=True), SeenAccount).id
        final = self._marked(slot, made)
        self.api.write(within(project, "service_accounts", made), AccountNamed(name=final, role="member"), Done)
        self._accounts[project] = (*rows, SeenAccount(id=made, name=final))
        return made

    def _marked(self, slot: str, account: str) -> str:
        return str(Marker(self.setting.organization, slot, account))

    def _listed(self, project: str) -> tuple[SeenAccount, ...]:
        if project not in self._accounts:
            self._accounts[project] = lists.accounts(self.api, project)
        return self._accounts[project]
