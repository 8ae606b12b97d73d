"""The secrets of repositories on GitHub: a public key to seal with, and values that only their owner can open."""

from __future__ import annotations

import base64
import re

from nacl.public import PrivateKey, SealedBox

from fakes._fake import Fake
from fakes._wire import Reply, Request

TOKEN = "ghp_invented_token"
_PATH = re.compile(r"/repos/([^/]+/[^/]+)/actions/secrets/([A-Za-z0-9_-]+)")


class GitHubSecrets(Fake):
    """`values` are opened, by repository and name."""

    def __init__(self, *repositories: str) -> None:
        super().__init__()
        self.values: dict[tuple[str, str], str] = {}
        self._repositories = repositories
        self._key = PrivateKey.generate()

    def answer(self, request: Request) -> Reply:
        if TOKEN not in request.headers.get("authorization", ""):
            return Reply.of(401, {"message": "Bad credentials"})
        match = _PATH.fullmatch(request.path)
        if match is None or match[1] not in self._repositories:
            return Reply.of(404, {"message": "Not Found"})
        if request.method == "GET" and match[2] == "public-key":
            key = base64.b64encode(bytes(self._key.public_key)).decode()
            return Reply.of(200, {"key_id": "k1", "key": key})
        return self._put(match[1], match[2], request.json())

    def _put(self, repository: str, name: str, body: object) -> Reply:
        if not isinstance(body, dict) or set(body) != {"key_id", "encrypted_value"} or body["key_id"] != "k1":
            return Reply.of(422, {"message": "Validation Failed"})
        sealed = base64.b64decode(body["encrypted_value"])
        self.values[repository, name.upper()] = SealedBox(self._key).decrypt(sealed).decode()
        return Reply(201)
