"""The organisation: who may ask, which route answers, and what the tests may turn."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fakes._clock import Clock
from fakes._fake import Fake
from fakes._faults import Faults
from fakes._routes import Routes
from fakes._strict import Strict
from fakes._tables import Row
from fakes._wire import Reply, Request
from fakes.openai_admin import accounts, inference, keys, permissions, projects, rates, spending
from fakes.openai_admin._errors import Refusal, missing, refused
from fakes.openai_admin._route import Answer

_ADMIN: Routes[Answer] = Routes[Answer]().include(
    projects.ROUTES, accounts.ROUTES, keys.ROUTES, permissions.ROUTES, rates.ROUTES, spending.ROUTES
)
_STRICT = Strict(Path(__file__).with_name("fields.json"), "openai-admin.sdk-derived.json")


class OpenAIAdmin(Fake):
    """An organisation in memory; paths begin with `/v1`, as behind the vendor's base URL.

    `models` maps what the organisation may use to its own limits of a minute: requests and tokens. `cents` is what a
    call costs. A name that the API does not know is answered 400 and noted in `violations`.
    """

    def __init__(
        self,
        *,
        models: Mapping[str, tuple[int, int]] | None = None,
        admin_key: str = "sk-admin-1234",
        cents: float = 0.0,
        clock: Clock | None = None,
        faults: Faults | None = None,
    ) -> None:
        super().__init__(clock, faults)
        default = {"gpt-4o": (500, 30_000), "gpt-4o-mini": (500, 200_000)}
        self.models = dict(models if models is not None else default)
        self.admin_key, self.cents = admin_key, cents
        self.calls: dict[str, list[tuple[float, int]]] = {}
        self.spent: dict[str, float] = {}

    def answer(self, request: Request) -> Reply:
        """Answer one request, with its effect."""
        try:
            return self._answer(request)
        except Refusal as refusal:
            return refusal.reply

    def _answer(self, request: Request) -> Reply:
        within = Request(
            request.method, request.path.removeprefix("/v1"), request.query, request.headers, request.content
        )
        match = _ADMIN.find(within)
        if match is None:
            return inference.answered(self, within)
        self._admit(request.bearer)
        self._judge(match.template, within)
        return match.answer(self, within, *match.values)

    def _admit(self, token: str) -> None:
        if token == self.admin_key:
            return
        if any(row["value"] == token for _, row in self.tables.rows("keys")):
            raise refused(403, "You have insufficient permissions for this operation.", "insufficient_permissions")
        raise refused(401, "Incorrect API key provided.", "invalid_api_key")

    def _judge(self, template: str, request: Request) -> None:
        try:
            wrong = _STRICT.misuse(template, request)
        except ValueError:
            raise refused(400, "We could not parse the JSON body of your request.") from None
        if wrong:
            self.violations += [f"{request.method} {request.path}: {one}" for one in wrong]
            raise refused(400, wrong[0])

    def project(self, name: str, writing: bool = False) -> Row:
        """A project; one that is written to must be active. Raises a refusal."""
        row = self.tables.get("projects", name)
        if row is None:
            raise missing("Project")
        if writing and row["status"] == "archived":
            raise refused(400, "Project is archived", "project_archived")
        return row

    def now(self) -> int:
        """Unix seconds."""
        return int(self.clock().timestamp())

    def name(self, kind: str) -> str:
        """The next id of a kind."""
        return f"{kind}_{self.tables.serial(kind):08d}"
