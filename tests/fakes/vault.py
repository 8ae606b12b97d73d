"""The key-value store, version 2, of HashiCorp Vault: versions, check-and-set, soft deletion."""

from __future__ import annotations

from fakes._fake import Fake
from fakes._wire import Reply, Request

TOKEN = "hvs.invented-token"


class Vault(Fake):
    """One store at `mount`. Written with the check-and-set of what was read, or refused."""

    def __init__(self, mount: str = "secret") -> None:
        super().__init__()
        self.mount = mount
        self.versions: dict[str, list[dict[str, object] | None]] = {}

    def answer(self, request: Request) -> Reply:
        if request.headers.get("x-vault-token") != TOKEN:
            return Reply.of(403, {"errors": ["permission denied"]})
        prefix = f"/v1/{self.mount}/data/"
        if not request.path.startswith(prefix):
            return Reply.of(404, {"errors": [f"no handler for route {request.path}"]})
        path = request.path.removeprefix(prefix)
        return self._read(path) if request.method == "GET" else self._write(path, request.json())

    def soft_delete(self, path: str) -> None:
        """The latest version is gone, and its number is not."""
        self.versions[path].append(None)

    def _read(self, path: str) -> Reply:
        held = self.versions.get(path)
        if held is None:
            return Reply.of(404, {"errors": []})
        metadata = {"version": len(held), "deletion_time": "" if held[-1] else "2026-01-01T00:00:00Z"}
        return Reply.of(200 if held[-1] else 404, {"data": {"data": held[-1], "metadata": metadata}})

    def _write(self, path: str, body: object) -> Reply:
        if not isinstance(body, dict) or set(body) - {"options", "data"}:
            return Reply.of(400, {"errors": ["unknown field"]})
        held = self.versions.setdefault(path, [])
        if body.get("options", {}).get("cas") != len(held):
            return Reply.of(400, {"errors": ["check-and-set parameter did not match the current version"]})
        held.append(dict(body["data"]))
        return Reply.of(200, {"data": {"version": len(held)}})
