"""A fake OpenAI organisation, with Remit's reader and writer for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
from fakes.openai_admin import OpenAIAdmin

from remit.resources import Money, Target
from remit.targets import Context, Created, TargetObject, Value
from remit.targets.openai import OpenAITarget
from remit.targets.openai._reader import OpenAIReader
from remit.targets.openai._writer import OpenAIWriter

ORGANIZATION = "meridian"
ADMIN = "sk-admin-1234"
MAIL = "ana@example.org"
LATER = (datetime.now(UTC) + timedelta(days=70)).replace(microsecond=0)


def usd(cents: int, micro: int = 0) -> Money:
    return Money(cents * 10_000 + micro, "USD")


PROJECT: dict[str, Value] = {
    "project": "ranker",
    "enabled": True,
    "models": ("gpt-4o", "gpt-4o-mini"),
    "model_caps.requests_per_minute.gpt-4o": 60,
    "budgets.project.monthly": usd(90_000),
    "alerts.project.monthly": ("50%", "80%"),
}
KEY: dict[str, Value] = {"project": "ranker", "enabled": True, "scopes": ("chat",), "expires": LATER}


def declared(credentials: str | None = "ADMIN", **spec: Any) -> Target:
    """A Target as it is declared."""
    spec = {"type": "openai", "credentials_from": credentials, "alert_recipients": [MAIL], **spec}
    spec = {name: value for name, value in spec.items() if value is not None}
    document = {"apiVersion": "remit/v1", "kind": "Target", "metadata": {"name": "openai"}, "spec": spec}
    return Target.model_validate(document)


@dataclass
class Place:
    """Fulfils both sides of the contract, as the gateways of a simulated world do."""

    fake: OpenAIAdmin
    state: Path
    token: str = ADMIN
    spec: Mapping[str, Any] = field(default_factory=dict)
    inventory: dict[str, str] = field(default_factory=dict)
    upstream: Mapping[str, str] = field(default_factory=dict)
    fuse: object = None
    values: dict[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.admin = self.fake.client(headers={"Authorization": f"Bearer {ADMIN}"}, base_url="http://fake.test/v1/")
        self.opened()

    def opened(self) -> None:
        """As the next process finds it."""
        kind, target = OpenAITarget(self.fake.transport(), interval=0), declared(**self.spec)
        context = Context(ORGANIZATION, self.state, {"ADMIN": self.token}, self.inventory, self.upstream)
        self.reader: OpenAIReader = kind.open_reader(target, context)
        self.writer: OpenAIWriter = kind.open_writer(target, context)
        self.writer.keys.clock = self.fake.clock

    # the contract

    @property
    def identity(self) -> str:
        return self.reader.identity

    @property
    def version(self) -> str:
        return self.reader.version

    @property
    def capabilities(self):
        return self.reader.capabilities

    def read(self) -> tuple[TargetObject, ...]:
        return self.reader.read()

    def create(self, wanted: TargetObject, nonce: str) -> Created:
        made = self.writer.create(wanted, nonce)
        if made.value is not None:
            self.values[made.id] = made.value.reveal()
        return made

    def update(self, found: TargetObject, wanted: TargetObject, changed: frozenset[str]) -> None:
        self.writer.update(found, wanted, changed)

    def disable(self, found: TargetObject) -> None:
        self.writer.disable(found)

    def delete(self, found: TargetObject) -> None:
        self.writer.delete(found)

    # shortcuts

    def project(self, **flat: Value | None) -> TargetObject:
        """A project that is there."""
        wanted = wish("ranker", "project", PROJECT, flat)
        return self.found(self.create(wanted, uuid4().hex[:16]).id)

    def key(self, alias: str = "ranker-prod", **flat: Value | None) -> TargetObject:
        """A key that is there; its project must be."""
        return self.found(self.create(wish(alias, "key", KEY, flat), uuid4().hex[:16]).id)

    def found(self, object_id: str) -> TargetObject:
        return next(each for each in self.read() if each.id == object_id)

    def changed(self, found: TargetObject, flat: Mapping[str, Value | None]) -> TargetObject:
        """What can be read of `found` once these properties are changed, None meaning cleared."""
        self.update(found, _with(found, flat), frozenset(flat))
        return self.found(found.id)

    def post(self, path: str, **body: Any) -> Any:
        """Somebody changes something by hand."""
        answer = self.admin.post(f"organization/projects{path}", json=body)
        answer.raise_for_status()
        return answer.json()

    def rows(self, path: str) -> Any:
        """What OpenAI itself tells."""
        return self.admin.get(f"organization/projects{path}").json()["data"]

    def call(self, value: str, model: str = "gpt-4o") -> httpx2.Response:
        """A call of a model with the value of a key."""
        with self.fake.client(headers={"Authorization": f"Bearer {value}"}) as client:
            return client.post("/v1/chat/completions", json={"model": model, "messages": []})


def wish(alias: str, kind: Any, usual: Mapping[str, Value], flat: Mapping[str, Value | None] = {}) -> TargetObject:
    return _with(TargetObject(alias=alias, kind=kind).with_properties(usual), flat)


def _with(found: TargetObject, flat: Mapping[str, Value | None]) -> TargetObject:
    after = {**found.properties, **flat}
    return found.with_properties({name: value for name, value in after.items() if value is not None})
