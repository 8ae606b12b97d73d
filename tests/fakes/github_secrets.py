"""A stateful fake of GitHub's API for secrets of repositories and environments; it opens the sealed boxes."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from nacl.public import PrivateKey, SealedBox

from fakes._clock import Clock
from fakes._fake import Fake
from fakes._faults import Faults
from fakes._wire import Reply, Request

TOKEN = "ghs_inventedToken0123456789"
_KEY_ID = "568250167242549743"


class GitHubSecrets(Fake):
    """`repositories` maps a name to its environments; `renamed` maps a former name to the present one."""

    def __init__(
        self,
        repositories: Mapping[str, tuple[str, ...]] | None = None,
        clock: Clock | None = None,
        faults: Faults | None = None,
    ) -> None:
        super().__init__(clock, faults)
        self.repositories = dict(repositories or {"acme/ranker": ("production", "review/pull")})
        self.renamed: dict[str, str] = {}
        self.tokens = {TOKEN}
        self._key = PrivateKey.generate()

    def value(self, address: str) -> str | None:
        """The secret at `owner/name[@environment]#NAME`, whatever its capitals."""
        row = self.tables.get("secrets", address.lower())
        return row["value"] if row else None

    def answer(self, request: Request) -> Reply:
        """What a sound GitHub answers."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() not in ("bearer", "token") or token not in self.tokens:
            return _said(401, "Bad credentials")
        segments = request.segments()
        declared = "/".join(segments[1:3])
        if declared.lower() in self.renamed:
            return self._moved(request, declared)
        name = next((each for each in self.repositories if each.lower() == declared.lower()), None)
        if segments[0] != "repos" or name is None:
            return _said(404, "Not Found")
        return self._repository(request, name, segments[3:])

    def _moved(self, request: Request, declared: str) -> Reply:
        place = f"http://{request.headers['host']}{request.path}".replace(declared, self.renamed[declared.lower()])
        return _said(301, "Moved Permanently").also({"location": place})

    def _repository(self, request: Request, name: str, rest: tuple[str, ...]) -> Reply:
        url = f"http://{request.headers['host']}/repos/{name}"
        match rest:
            case ():
                return Reply.of(200, {"id": 1, "full_name": name, "name": name.partition("/")[2], "url": url})
            case ("actions", "secrets", secret):
                return self._secret(request, name, secret)
            case ("environments", environment, *below):
                return self._environment(request, name, environment, below)
        return _said(404, "Not Found")

    def _environment(self, request: Request, name: str, environment: str, below: list[str]) -> Reply:
        known = {each.lower() for each in self.repositories[name]}
        if environment.lower() not in known:
            return _said(404, "Not Found")
        match below:
            case []:
                url = f"http://{request.headers['host']}{request.path}"
                return Reply.of(200, {"id": 2, "name": environment, "url": url})
            case ["secrets", secret]:
                return self._secret(request, f"{name}@{environment}", secret)
        return _said(404, "Not Found")

    def _secret(self, request: Request, owner: str, secret: str) -> Reply:
        if secret == "public-key":
            return Reply.of(200, {"key_id": _KEY_ID, "key": base64.b64encode(bytes(self._key.public_key)).decode()})
        place = f"{owner}#{secret}".lower()
        row = self.tables.get("secrets", place)
        if request.method == "PUT":
            return self._put(place, row, request.json())
        if row is None:
            return _said(404, "Not Found")
        about = {"name": secret.upper(), "created_at": row["at"], "updated_at": row["at"]}
        return Reply.of(200, about)

    def _put(self, place: str, row: Mapping[str, Any] | None, body: Mapping[str, str]) -> Reply:
        if set(body) != {"encrypted_value", "key_id"} or body["key_id"] != _KEY_ID:
            return _said(422, "Validation Failed")
        value = SealedBox(self._key).decrypt(base64.b64decode(body["encrypted_value"])).decode()
        self.tables.put("secrets", place, {"value": value, "at": self.clock().strftime("%Y-%m-%dT%H:%M:%SZ")})
        return Reply(204) if row else Reply.of(201, {})


def _said(status: int, message: str) -> Reply:
    return Reply.of(status, {"message": message, "documentation_url": "https://docs.github.com/rest"})
