"""The sink `vault`: a secret in a key-value mount of version 2 of HashiCorp Vault, or of OpenBao."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from remit.resources import Delivery
from remit.secrets import _messages as messages
from remit.secrets._errors import DeliveryFailed, DeliveryInvalid
from remit.secrets._extra import require
from remit.secrets._naming import MARK, parts_of, takes_only
from remit.secrets._patience import SECONDS, patience
from remit.secrets._remote import Remote, checked
from remit.secrets._sealed import sealed
from remit.secrets._sink import Receipt, SinkContext
from remit.targets import Secret

if TYPE_CHECKING:
    import hvac
    from hvac.api.secrets_engines import KvV2
    from requests import Response, Session

_URL = "VAULT_ADDR"
_TOKEN = "VAULT_TOKEN"  # noqa: S105 - the name of a variable
_FIELD = "value"
_MERGE = {"Content-Type": "application/merge-patch+json"}


class _Refused(Exception):
    """An answer that is no success; the session raises it before hvac sees the answer."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.status = response.status_code
        self.headers = response.headers
        self.is_conflict = self.status == 400 and b"check-and-set" in response.content


class VaultSink:
    """Sets one field of a secret; others stay, and are not read. Writes to what carries its mark, and nothing else."""

    def address(self, delivery: Delivery, key: str) -> str:
        """`vault:<mount>/<path>#<field>`, by default `vault:secret/remit/<key>#value`. Raises DeliveryInvalid."""
        require("vault", "vault", "hvac")
        return f"vault:{_path(delivery, key)}#{delivery.name or _FIELD}"

    def deliver(self, delivery: Delivery, secret: Secret, context: SinkContext) -> Receipt:
        """Write the next version, unless somebody else did meanwhile. Raises DeliveryFailed."""
        address, path = self.address(delivery, context.key), _path(delivery, context.key)
        remote = Remote("Vault", _URL, delivery.credentials_from or _TOKEN, f"secret `{path}`")
        fields = {delivery.name or _FIELD: secret}
        version = sealed(secret, lambda: _put(path, fields, remote, context.environ), remote.explained)
        return Receipt(address, version)


def _path(delivery: Delivery, key: str) -> str:
    takes_only(delivery, "path", "name", "credentials_from")
    parts = parts_of(delivery.path or f"secret/remit/{key}")
    if len(parts) == 1:
        raise DeliveryInvalid(messages.no_mount(parts[0]))
    return "/".join(parts)


def _put(path: str, fields: Mapping[str, Secret], remote: Remote, environ: Mapping[str, str]) -> str:
    from hvac.exceptions import InvalidPath

    with _session(environ) as session:
        try:
            return _written(_client(session, remote, environ), path, fields)
        except InvalidPath:
            raise remote.refusal(404, {}) from None
        except _Refused as refusal:
            if refusal.is_conflict:
                raise DeliveryFailed(messages.changed_meanwhile(f"vault:{path}")) from None
            raise remote.refusal(refusal.status, refusal.headers) from None


def _written(client: hvac.Client, path: str, fields: Mapping[str, Secret]) -> str:
    """Marked first: what a run leaves that dies in between is empty, and Remit's."""
    mount = _mount(client, path)
    below, store = path.removeprefix(f"{mount}/"), client.secrets.kv.v2
    held = _metadata(store, below, mount)
    if held and MARK not in (held.get("custom_metadata") or {}).items():
        raise DeliveryFailed(messages.foreign(f"vault:{path}", MARK))
    if not held:
        store.update_metadata(below, custom_metadata=dict([MARK]), mount_point=mount)
    plain = {name: secret.reveal() for name, secret in fields.items()}
    return _next_version(client, below, mount, plain, held.get("current_version", 0))


def _next_version(client: hvac.Client, path: str, mount: str, fields: Mapping[str, str], version: int) -> str:
    """Beside the other fields where there are any: Vault merges them itself, so that nobody reads them."""
    from hvac.exceptions import InvalidPath

    answer = None
    if version:
        # the last version may be deleted, which Vault tells as if it had never been
        with suppress(InvalidPath):
            body = {"data": fields, "options": {"cas": version}}
            answer = client.adapter.request("patch", f"/v1/{mount}/data/{path}", headers=_MERGE, json=body)
    if answer is None:
        answer = client.secrets.kv.v2.create_or_update_secret(path, fields, cas=version, mount_point=mount)
    return str(answer["data"]["version"])


def _mount(client: hvac.Client, path: str) -> str:
    """The mount that `path` is below. A mount of version 1 would take the value, and keep it elsewhere."""
    found = client.adapter.get(f"/v1/sys/internal/ui/mounts/{path}")["data"]
    mount = str(found["path"]).strip("/")
    version = (found["options"] or {}).get("version")
    if (found["type"], version) != ("kv", "2") or not path.startswith(f"{mount}/"):
        raise DeliveryFailed(messages.not_version_2(path))
    return mount


def _metadata(store: KvV2, path: str, mount: str) -> dict[str, Any]:
    """Versions and marks of a secret, or nothing when it is yet to be created. Values are never read."""
    from hvac.exceptions import InvalidPath

    try:
        return dict(store.read_secret_metadata(path, mount_point=mount)["data"])
    except InvalidPath as error:
        # a mount that is gone says so in words, a secret that is not there says nothing
        if error.errors:
            raise
        return {}


def _client(session: Session, remote: Remote, environ: Mapping[str, str]) -> hvac.Client:
    import hvac

    for variable in (_URL, remote.credentials_from):
        if not environ.get(variable):
            raise DeliveryFailed(messages.no_variable(remote.name, variable))
    # a redirect would take the token and the value along
    return hvac.Client(
        url=checked(environ[_URL], _URL),
        token=environ[remote.credentials_from],
        namespace=environ.get("VAULT_NAMESPACE") or None,
        timeout=SECONDS,
        session=session,
        allow_redirects=False,
    )


def _session(environ: Mapping[str, str]) -> Session:
    from requests import Session
    from requests.adapters import HTTPAdapter

    session = Session()
    session.verify = environ.get("VAULT_CACERT") or True
    session.hooks["response"].append(_refuse)
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(max_retries=patience()))
    return session


def _refuse(response: Response, **_: object) -> None:
    """A 404 is left to whoever asked: it may say that a secret is yet to be created."""
    if response.status_code not in (200, 204, 404):
        raise _Refused(response)


SINK = VaultSink()
