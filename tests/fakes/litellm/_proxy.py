"""The fake itself: who may ask, which route answers, and what the tests may turn."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fakes._clock import Clock
from fakes._fake import Fake
from fakes._faults import Faults
from fakes._strict import Strict
from fakes._tables import Row
from fakes._wire import Reply, Request
from fakes.litellm import budgets, customers, health, inference, keys, members, models, teams, users
from fakes.litellm._errors import Refusal, detail, error, invalid
from fakes.litellm._route import PUBLIC, routes
from fakes.litellm._values import digest

_ROUTES = routes().include(
    health.ROUTES,
    keys.ROUTES,
    teams.ROUTES,
    members.ROUTES,
    users.ROUTES,
    customers.ROUTES,
    budgets.ROUTES,
    models.ROUTES,
    inference.ROUTES,
)
_STRICT = Strict(Path(__file__).with_name("fields.json"), "litellm.json")


class LiteLLM(Fake):
    """A proxy in memory. `models` maps public names to dollars per call; `licensed` opens the Enterprise routes.

    Where `strict` is set, a name that the API does not know is answered 422 and noted in `violations`.
    """

    def __init__(
        self,
        *,
        models: Mapping[str, float] | None = None,
        master_key: str = "sk-master-1234",
        version: str = "1.106.2",
        licensed: bool = False,
        strict: bool = True,
        clock: Clock | None = None,
        faults: Faults | None = None,
    ) -> None:
        super().__init__(clock, faults)
        self.models = dict(models if models is not None else {"gpt-4o-mini": 0.0, "gpt-4o": 0.0, "mock-model": 0.0})
        self.master_key, self.version, self.licensed, self.strict = master_key, version, licensed, strict
        self.calls: dict[str, list[tuple[float, int]]] = {}

    def answer(self, request: Request) -> Reply:
        """Answer one request, with its effect."""
        try:
            return self._answer(request)
        except Refusal as refusal:
            return refusal.reply

    def _answer(self, request: Request) -> Reply:
        match = _ROUTES.find(request)
        if match is None:
            raise detail(404, "Not Found")
        if match.template not in PUBLIC:
            self._admit(request)
        self._judge(match.template, request)
        return match.answer(self, request, *match.values)

    def _admit(self, request: Request) -> None:
        token = request.bearer or request.headers.get("x-litellm-api-key", "")
        if not token:
            raise error(401, "Authentication Error, No api key passed in.", "auth_error", "None")
        if token == self.master_key:
            return
        if self.key(token) is None:
            raise inference.unknown(token)
        message = "Authentication Error, Only proxy admin can be used to generate, delete, update info"
        raise error(401, message, "auth_error", "None")

    def _judge(self, template: str, request: Request) -> None:
        try:
            request.json()
        except ValueError:
            raise invalid("body", 1, message="JSON decode error", kind="json_invalid") from None
        wrong = _STRICT.misuse(template, request) if self.strict else []
        if wrong:
            self.violations += [f"{request.method} {request.path}: {one}" for one in wrong]
            raise detail(422, [{"type": "misuse", "loc": ["body"], "msg": one} for one in wrong])

    def key(self, value: str) -> Row | None:
        """A key that is there, by its plaintext or its hash."""
        return self.tables.get("keys", digest(value))

    def charge(self, key: str, dollars: float, *, user: str | None = None) -> None:
        """Add to what a key has spent, to its team, its user, and the end user who called."""
        row = self.key(key)
        if row is None:
            raise KeyError(key)
        spent = (("keys", row["token"]), ("teams", row["team_id"]), ("users", row["user_id"]), ("customers", user))
        for table, name in spent:
            self._add(table, name, dollars)
        self.tables.change("keys", row["token"], last_active=self.clock().isoformat())

    def _add(self, table: str, name: Any, dollars: float) -> None:
        row = self.tables.get(table, name) if name else None
        if row is not None:
            total = row.get("total_spend", 0.0) + dollars
            self.tables.change(table, name, spend=row["spend"] + dollars, total_spend=total)
