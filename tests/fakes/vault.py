"""A stateful fake of HashiCorp Vault's key-value engine, version 2, strict where the real one is lenient.

The answers follow the API's documentation: a secret that is not there is a 404 without words, a mount that is not there
one with words, and writing below a version that is not the current one is a 400.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fakes._clock import Clock
from fakes._fake import Fake
from fakes._faults import Faults
from fakes._wire import Reply, Request

TOKEN = "hvs.invented-token"
_DATA = frozenset({"options", "data"})
_METADATA = frozenset({"max_versions", "cas_required", "delete_version_after", "custom_metadata"})
_CAS = "check-and-set parameter did not match the current version"


class Vault(Fake):
    """Mounts by their path: `2` and `1` are versions of the key-value engine, other words are other engines."""

    def __init__(
        self, mounts: Mapping[str, str] | None = None, clock: Clock | None = None, faults: Faults | None = None
    ) -> None:
        super().__init__(clock, faults)
        self.mounts = dict(mounts or {"secret": "2"})
        self.tokens = {TOKEN}
        self.denied: tuple[str, ...] = ()
        """Beginnings of paths that no token may use."""

    def value(self, path: str) -> Mapping[str, Any] | None:
        """What the current version of a secret holds, by mount and path."""
        row = self.tables.get("secrets", path)
        return row["versions"][-1]["data"] if row and row["versions"] else None

    def metadata(self, path: str) -> Mapping[str, Any]:
        """What is known of a secret besides its values. Raises KeyError."""
        return _metadata(dict(self.tables.rows("secrets"))[path])

    def answer(self, request: Request) -> Reply:
        """What a sound Vault answers."""
        path = "/".join(request.segments()).removeprefix("v1/")
        if request.headers.get("x-vault-token") not in self.tokens or path.startswith(self.denied or ("\0",)):
            return _errors(403, "permission denied")
        if path.startswith("sys/internal/ui/mounts/"):
            return self._mount(path.removeprefix("sys/internal/ui/mounts/"))
        mount, below = self._split(path)
        if self.mounts.get(mount) != "2":
            return _errors(404, f'no handler for route "{path}". route entry not found.')
        section, _, name = below.partition("/")
        return self._serve(request, section, f"{mount}/{name}")

    def _split(self, path: str) -> tuple[str, str]:
        fitting = [mount for mount in self.mounts if path.startswith(f"{mount}/")]
        mount = max(fitting, key=len, default="")
        return mount, path.removeprefix(f"{mount}/")

    def _mount(self, path: str) -> Reply:
        mount, _ = self._split(path)
        if not mount:
            return _errors(403, "preflight capability check returned 403, please ensure client's policies grant access")
        sort = self.mounts[mount]
        is_kv = sort in ("1", "2")
        found = {"path": f"{mount}/", "type": "kv" if is_kv else sort, "options": {"version": sort} if is_kv else None}
        return Reply.of(200, {"data": found})

    def _serve(self, request: Request, section: str, name: str) -> Reply:
        routes: Mapping[tuple[str, str], Callable[[str, Any], Reply]] = {
            ("POST", "data"): self._write,
            ("PATCH", "data"): self._merge,
            ("GET", "metadata"): self._describe,
            ("POST", "metadata"): self._mark,
        }
        route = routes.get((request.method, section))
        if route is None:
            return _errors(405, "unsupported operation")
        if request.method == "PATCH" and request.headers.get("content-type") != "application/merge-patch+json":
            return _errors(415, "unsupported media type")
        return route(name, request.json() or {})

    def delete(self, path: str) -> None:
        """The current version is gone, and its number is not."""
        row = dict(self.tables.rows("secrets"))[path]
        self.tables.change("secrets", path, versions=(*row["versions"][:-1], {**row["versions"][-1], "data": None}))

    def _merge(self, name: str, body: Mapping[str, Any]) -> Reply:
        held = self.value(name)
        if held is None:
            return Reply.of(404, {"errors": []})
        return self._write(name, {**body, "data": {**held, **body["data"]}})

    def _write(self, name: str, body: Mapping[str, Any]) -> Reply:
        if unknown := _unknown(body, _DATA) or _unknown(body.get("options", {}), frozenset({"cas"})):
            return unknown
        row = self.tables.get("secrets", name) or _fresh()
        cas, current = body.get("options", {}).get("cas"), len(row["versions"])
        if cas is None and row["cas_required"]:
            return _errors(400, "check-and-set parameter required for this call")
        if cas is not None and cas != current:
            return _errors(400, _CAS)
        written = {"data": body["data"], "created_time": self.clock().isoformat()}
        self.tables.put("secrets", name, {**row, "versions": (*row["versions"], written)})
        about = {"version": current + 1, "created_time": written["created_time"], "destroyed": False}
        return Reply.of(200, {"data": {**about, "custom_metadata": row["custom_metadata"], "deletion_time": ""}})

    def _describe(self, name: str, _: object) -> Reply:
        row = self.tables.get("secrets", name)
        return Reply.of(200, {"data": _metadata(row)}) if row else Reply.of(404, {"errors": []})

    def _mark(self, name: str, body: Mapping[str, Any]) -> Reply:
        if unknown := _unknown(body, _METADATA):
            return unknown
        self.tables.put("secrets", name, {**(self.tables.get("secrets", name) or _fresh()), **body})
        return Reply(204)


def _fresh() -> dict[str, Any]:
    settings = {"max_versions": 0, "cas_required": False, "delete_version_after": "0s", "custom_metadata": None}
    return {**settings, "versions": ()}


def _metadata(row: Mapping[str, Any]) -> dict[str, Any]:
    about = {name: value for name, value in row.items() if name != "versions"}
    return {**about, "current_version": len(row["versions"])}


def _unknown(body: Mapping[str, Any], known: frozenset[str]) -> Reply | None:
    """A real Vault drops what it does not know, and warns at most."""
    names = sorted(set(body) - known)
    return _errors(400, f"unknown fields: {', '.join(names)}") if names else None


def _errors(status: int, *words: str) -> Reply:
    return Reply.of(status, {"errors": list(words)})
