"""A LiteLLM proxy, real or fake, with Remit's reader and writer for it, and what both must do alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2

from remit.resources import Money, Target
from remit.targets import Context, Marker, TargetObject, Value
from remit.targets.litellm import LiteLLMTarget

ORGANIZATION = "acme"
LATER = (datetime.now(UTC) + timedelta(days=70)).replace(microsecond=0)
TEAM = TargetObject(alias="search", team="search", kind="team", models=("gpt-4o", "gpt-4o-mini"))
BARE: dict[str, Value] = {"team": "search", "models": ("gpt-4o",), "enabled": True}


def usd(amount: str) -> Money:
    return Money(int(Decimal(amount) * 1_000_000), "USD")


FULL: dict[str, Value] = {
    **BARE,
    "project": "ranker",
    "environment": "prod",
    "scopes": ("chat", "embeddings"),
    "purposes": ("support",),
    "data_classes": ("internal", "public"),
    "expires": LATER,
    "caps.requests_per_minute": 600,
    "caps.tokens_per_minute": 90_000,
    "caps.parallel_requests": 5,
    "user_caps.requests_per_minute": 6,
    "user_caps.tokens_per_minute": 600,
    "model_caps.requests_per_minute.gpt-4o": 7,
    "model_caps.tokens_per_minute.gpt-4o": 700,
    "budgets.key.monthly": usd("500"),
    "budgets.key.daily": usd("20.50"),
}
VALUES: list[tuple[str, Value]] = [
    ("models", ("gpt-4o", "gpt-4o-mini")),
    ("models", ()),
    ("scopes", ("chat",)),
    ("scopes", ("moderations", "rerank")),
    ("scopes", ()),
    ("scopes", ("no-such-scope",)),
    ("purposes", ()),
    ("purposes", ("product-search", "support")),
    ("data_classes", ("restricted",)),
    ("project", "maps"),
    ("environment", "dev"),
    ("enabled", False),
    ("expires", LATER),
    ("expires", LATER.astimezone(UTC).replace(hour=3)),
    *(
        (f"{group}{name}{model}", amount)
        for group, model in (("caps.", ""), ("user_caps.", ""), ("model_caps.", ".gpt-4o"))
        for name in ("requests_per_minute", "tokens_per_minute")
        for amount in (0, 1, 2_000_000_000)
    ),
    ("caps.parallel_requests", 0),
    ("caps.parallel_requests", 3),
    *(
        (f"budgets.key.{period}", usd(amount))
        for period in ("daily", "monthly")
        for amount in ("0", "0.000001", "0.1", "10", "123456.789012")
    ),
]
"""Every property that is written, with values at the ends of what it can be."""


@dataclass
class Place:
    """`admin` is an administrator's client; `transport` reaches a fake."""

    admin: httpx2.Client
    url: str
    state: Path
    token: str = "sk-master-1234"
    transport: httpx2.BaseTransport | None = None
    names: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        kind = LiteLLMTarget(self.transport)
        context = Context(ORGANIZATION, self.state, {"MASTER": self.token})
        target = declared(self.url)
        self.reader, self.writer = kind.open_reader(target, context), kind.open_writer(target, context)

    def key(self, **flat: Value) -> TargetObject:
        """A wish with an alias of its own."""
        return TargetObject(alias=f"k-{uuid4().hex[:12]}").with_properties({**BARE, **flat})

    def made(self, wanted: TargetObject) -> TargetObject:
        """What can be read of it once it is created."""
        return self.found(self.writer.create(wanted, uuid4().hex).id)

    def value(self, **flat: Value) -> str:
        """The value of a new key, as an application has it."""
        value = self.writer.create(self.key(**flat), uuid4().hex).value
        assert value is not None
        return value.reveal()

    def call(self, value: str, user: str = "") -> int:
        """The status of a call with a key, for a user where one is named."""
        body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], **({"user": user} if user else {})}
        headers = {"Authorization": f"Bearer {value}"}
        return self.admin.post("/v1/chat/completions", json=body, headers=headers).status_code

    def found(self, object_id: str) -> TargetObject:
        """The object of that id. Raises StopIteration when there is none."""
        return next(each for each in self.reader.read() if each.id == object_id)

    def changed(self, found: TargetObject, flat: Mapping[str, Value | None]) -> TargetObject:
        """What can be read of `found` once these properties are changed, None meaning cleared."""
        after = {**found.properties, **flat}
        wanted = found.with_properties({name: value for name, value in after.items() if value is not None})
        self.writer.update(found, wanted, frozenset(flat))
        return self.found(found.id)

    def hand_edit(self, found: TargetObject, **fields: Any) -> TargetObject:
        """What can be read once somebody changed fields of a key without Remit."""
        self.admin.post("/key/update", json={"key": found.id, **fields}).raise_for_status()
        return self.found(found.id)

    def row(self, key_id: str) -> dict[str, Any]:
        """A key as LiteLLM itself tells it."""
        answer = self.admin.get("/key/info", params={"key": key_id})
        answer.raise_for_status()
        info: dict[str, Any] = answer.json()["info"]
        return info


def declared(url: str | None = "http://gateway.test", credentials: str | None = "MASTER") -> Target:
    """A Target as it is declared."""
    spec = {"type": "litellm", "url": url, "credentials_from": credentials}
    spec = {name: value for name, value in spec.items() if value is not None}
    document = {"apiVersion": "remit/v1", "kind": "Target", "metadata": {"name": "gateway"}, "spec": spec}
    return Target.model_validate(document)


def marked(wanted: TargetObject, object_id: str) -> TargetObject:
    """`wanted` as it is once it has an id."""
    marker = str(Marker(ORGANIZATION, wanted.slot, object_id))
    return replace(wanted, id=object_id, marker=marker)


def emptied(admin: httpx2.Client) -> None:
    """Delete every key and team."""
    while keys := admin.get("/key/list", params={"size": 100}).json()["keys"]:
        admin.post("/key/delete", json={"keys": keys}).raise_for_status()
    if teams := [team["team_id"] for team in admin.get("/team/list").json()]:
        admin.post("/team/delete", json={"team_ids": teams}).raise_for_status()
