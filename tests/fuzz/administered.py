"""OpenAI as a far side: the real adapter on a fake organisation, with what Remit notes beside it in the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from fakes import Clock
from fakes.openai_admin import OpenAIAdmin
from reconcile.simulated import NOW, ORGANIZATION, target

from fuzz.farside import MASTER, Adapted, Objects
from remit.reconcile import State
from remit.reconcile._inventory import KeptInventory
from remit.targets import Context, Kind, TargetObject
from remit.targets.openai import OpenAITarget
from remit.targets.openai._names import KeyPlace
from remit.targets.openai._properties import scopes_sent

_MODELS = ("gpt-4o", "gpt-4o-mini", "mock-model")
_PROJECTS = "/v1/organization/projects"


class Administered(Adapted):
    """An organisation of OpenAI. The notes about it are in the ledger of `directory`, under the name `gateway`."""

    spaces: tuple[Kind, ...] = ("project",)

    def __init__(self, directory: Path, models: Iterable[str] = _MODELS) -> None:
        fake = OpenAIAdmin(clock=Clock(NOW), admin_key=MASTER, models=dict.fromkeys(models, (500, 30_000)))
        declared = target("gateway", type="openai", credentials_from="ADMIN", alert_recipients=["ana@example.org"])

        def context() -> Context:
            inventory = _Fused(State(directory), "gateway")
            inventory.burn = lambda where: self.fuse.burn(where)
            return Context(ORGANIZATION, directory, {"ADMIN": MASTER}, inventory)

        super().__init__(fake, declared, lambda transport: OpenAITarget(transport, interval=0), context)

    def restart(self) -> None:
        super().restart()
        self._writer.keys.clock = self.fake.clock

    def truth(self) -> Objects:
        return {each.id: self._true(each) for each in self._clean.read()}

    def _true(self, seen: TargetObject) -> TargetObject:
        """With the permissions that a key really has: the scopes noted of it that are open, and what else is."""
        row = self.fake.tables.get("keys", KeyPlace.of(seen.id).key) if seen.kind == "key" else None
        if row is None:
            return seen
        real = set(row["scopes"])
        open_ = [each for each in seen.scopes or () if set(scopes_sent((each,))) <= real]
        return replace(seen, scopes=(*open_, *sorted(real - set(scopes_sent(open_)))))

    def working(self, value: str) -> str:
        rows = (row for _, row in self.fake.tables.rows("keys") if row["value"] == value)
        return next((str(KeyPlace(row["project"], row["account"], row["id"])) for row in rows), "")

    def by_hand(self, object_: TargetObject | None, object_id: str) -> None:
        """Through the API, as a person with an admin key would; some of what they do is to the project."""
        self.numbers += 1
        place = KeyPlace.of(object_id)
        if object_ is None and object_id.startswith("proj_") and place.project == "":
            self._post(f"/{object_id}/archive")
        elif object_ is None:
            self._delete(f"/{place.project}/api_keys/{place.key}")
        elif self.fake.tables.get("keys", place.key) is None:
            self._strange(object_)
        else:
            self._edited(place)

    def expire(self, object_id: str, at: datetime) -> None:
        """Somebody moves the end of a key."""
        place, seconds = KeyPlace.of(object_id), int((at - self.fake.clock()).total_seconds())
        self._post(f"/{place.project}/api_keys/{place.key}", expires_in_seconds=seconds)

    def _strange(self, made: TargetObject) -> None:
        """A project of the name of one of ours, or a key with what somebody took for its name."""
        if self.numbers % 3 == 0:
            self._post("", name=f"project-{made.alias}" if self.numbers % 2 else "ranker")
            return
        rows = [name for name, row in self.fake.tables.rows("projects") if row["status"] == "active"]
        project = rows[self.numbers % len(rows)] if rows else self._post("", name="Default")["id"]
        account = self._post(f"/{project}/service_accounts", name=made.alias, create_service_account_only=True)["id"]
        self._post(f"/{project}/service_accounts/{account}/api_keys", name=made.marker or made.alias)

    def _edited(self, place: KeyPlace) -> None:
        edits: tuple[Callable[[], object], ...] = (
            lambda: self._post(f"/{place.project}/api_keys/{place.key}", expires_in_seconds=86_400 * 90),
            lambda: self._post(f"/{place.project}", name="Renamed by hand"),
            lambda: self._post(f"/{place.project}/model_permissions", mode="allow_list", model_ids=["gpt-4o"]),
            lambda: self._delete(f"/{place.project}/model_permissions"),
            lambda: self._post(f"/{place.project}/rate_limits/rl-gpt-4o", max_requests_per_1_minute=7),
            lambda: self._delete(f"/{place.project}/spend_limit"),
            lambda: self._delete(f"/{place.project}/service_accounts/{place.account}"),
            lambda: self._post(f"/{place.project}/archive"),
        )
        edits[self.numbers % len(edits)]()

    def _post(self, path: str, **body: Any) -> Any:
        with self.admin() as client:
            return client.post(f"{_PROJECTS}{path}", json=body).json()

    def _delete(self, path: str) -> None:
        with self.admin() as client:
            client.delete(f"{_PROJECTS}{path}")


class _Fused(KeptInventory):
    """The process may die before and after every note."""

    burn: Callable[[str], None] = staticmethod(lambda where: None)

    def __setitem__(self, name: str, value: str) -> None:
        self.burn(f"before noting {name}")
        super().__setitem__(name, value)
        self.burn(f"after noting {name}")
