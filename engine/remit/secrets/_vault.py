"""The sink `vault`: a secret in a key-value mount of version 2 of HashiCorp Vault, or of OpenBao."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from remit.resources import Delivery
from remit.secrets import _messages as messages
from remit.secrets._errors import DeliveryFailed, DeliveryInvalid
from remit.secrets._extra import require
from remit.secrets._naming import parts_of, takes_only
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
MARK = "remit-key"
"""The custom metadata that says whose value it is."""


class _Refused(Exception):
    """An answer that is no success; the session raises it before hvac sees the answer."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.status = response.status_code
        self.headers = response.headers
        self.is_conflict = self.status == 400 and b"check-and-set" in response.content


class VaultSink:
    """Holds the value as one field of a secret of its own. Replaces what carries its mark, and nothing else."""

    def address(self, delivery: Delivery, key: str) -> str:
        """`vault:<mount>/<path>`, by default `vault:secret/remit/<key>`. Raises DeliveryInvalid."""
        require("vault", "vault", "hvac")
        return f"vault:{_path(delivery, key)}"

    def deliver(self, delivery: Delivery, secret: Secret, context: SinkContext) -> Receipt:
        """Write the next version, unless somebody else did meanwhile. Raises DeliveryFailed."""
        address, path = self.address(delivery, context.key), _path(delivery, context.key)
        remote = Remote("Vault", _URL, delivery.credentials_from or _TOKEN, f"secret `{path}`")
        field = delivery.name or _FIELD
        version = sealed(secret, lambda: _put(path, field, secret, remote, context), remote.explained)
        return Receipt(address, version)


def _path(delivery: Delivery, key: str) -> str:
    takes_only(delivery, "path", "name", "credentials_from")
    parts = parts_of(delivery.path or f"secret/remit/{key}")
    if len(parts) == 1:
        raise DeliveryInvalid(messages.no_mount(parts[0]))
    return "/".join(parts)


def _put(path: str, field: str, secret: Secret, remote: Remote, context: SinkContext) -> str:
    from hvac.exceptions import InvalidPath

    with _session(context.environ) as session:
        try:
            return _written(_client(session, remote, context.environ), path, {field: secret}, context.key)
        except InvalidPath:
            raise remote.refusal(404, {}) from None
        except _Refused as refusal:
            if refusal.is_conflict:
                raise DeliveryFailed(messages.changed_meanwhile(f"vault:{path}")) from None
            raise remote.refusal(refusal.status, refusal.headers) from None


def _written(client: hvac.Client, path: str, fields: Mapping[str, Secret], key: str) -> str:
    """Marked first: what a run leaves that dies in between is empty, and Remit's."""
    mount = _mount(client, path)
    place = {"path": path.removeprefix(f"{mount}/"), "mount_point": mount}
    store = client.secrets.kv.v2
    held = _metadata(store, place)
    marks = held.get("custom_metadata") or {}
    if held and MARK not in marks:
        raise DeliveryFailed(messages.foreign(f"vault:{path}", f"{MARK}={key}"))
    if marks.get(MARK) != key:
        kept = held.get("delete_version_after", "0s")
        store.update_metadata(**place, custom_metadata={**marks, MARK: key}, delete_version_after=kept)
    plain = {name: secret.reveal() for name, secret in fields.items()}
    answer = store.create_or_update_secret(**place, secret=plain, cas=held.get("current_version", 0))
    return str(answer["data"]["version"])


def _mount(client: hvac.Client, path: str) -> str:
    """The mount that `path` is below. A mount of version 1 would take the value, and keep it elsewhere."""
    found = client.adapter.get(f"/v1/sys/internal/ui/mounts/{path}")["data"]
    mount = str(found["path"]).strip("/")
    version = (found["options"] or {}).get("version")
    if (found["type"], version) != ("kv", "2") or not path.startswith(f"{mount}/"):
        raise DeliveryFailed(messages.not_version_2(path))
    return mount


def _metadata(store: KvV2, place: Mapping[str, str]) -> dict[str, Any]:
    """Versions and marks of a secret, or nothing when it is yet to be created. Values are never read."""
    from hvac.exceptions import InvalidPath

    try:
        return dict(store.read_secret_metadata(**place)["data"])
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
