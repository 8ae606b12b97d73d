"""The sink `vault`: a field of a secret in a key-value store (version 2) of HashiCorp Vault.

`path` is `<mount>/<secret>`, `secret/remit/<key>` when not given; `name` is the field, `value` when not given. The
server is in `VAULT_ADDR`, the token in `VAULT_TOKEN`, a namespace in `VAULT_NAMESPACE`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remit.resources import Delivery
from remit.secrets import _messages as messages
from remit.secrets._errors import DeliveryFailed, DeliveryInvalid
from remit.secrets._private_file import parts_of
from remit.secrets._remote import SECONDS, credential, needs, quiet, safe_address
from remit.secrets._sink import Receipt, SinkContext
from remit.targets import Secret

if TYPE_CHECKING:
    from hvac.exceptions import VaultError

NAME = "vault"
_FIELD = "value"
_ATTEMPTS = 4


class VaultSink:
    """Other fields of the same secret stay, also when somebody else writes them at the same time."""

    def address(self, delivery: Delivery, key: str) -> str:
        """`vault:<mount>/<secret>#<field>`. Raises DeliveryInvalid."""
        needs(NAME, "hvac", "vault")
        if delivery.repository is not None:
            raise DeliveryInvalid(messages.not_taken(NAME, "repository"))
        mount, path = _place(delivery, key)
        return f"{NAME}:{mount}/{path}#{delivery.name or _FIELD}"

    def deliver(self, delivery: Delivery, secret: Secret, context: SinkContext) -> Receipt:
        """Write a new version. Raises DeliveryFailed."""
        address = self.address(delivery, context.key)
        client = _client(context)
        import requests
        from hvac.exceptions import VaultError

        mount, path = _place(delivery, context.key)
        try:
            version = _write(client, mount, path, delivery.name or _FIELD, secret)
        except VaultError as error:
            raise DeliveryFailed(_refusal(error, address)) from None
        except requests.RequestException as error:
            raise DeliveryFailed(messages.unreachable(NAME, type(error).__name__)) from None
        except (ValueError, TypeError, KeyError):
            raise DeliveryFailed(messages.not_understood(NAME)) from None
        return Receipt(address, str(version))


def _client(context: SinkContext) -> Any:  # noqa: ANN401 - hvac has no types
    import hvac

    quiet("hvac", "urllib3")
    address = safe_address(NAME, credential(NAME, context.environ, "VAULT_ADDR"))
    token = credential(NAME, context.environ, "VAULT_TOKEN")
    namespace = context.environ.get("VAULT_NAMESPACE")
    return hvac.Client(url=address, token=token, namespace=namespace, timeout=SECONDS, allow_redirects=False)


def _write(client: Any, mount: str, path: str, field: str, secret: Secret) -> int:  # noqa: ANN401
    """Check-and-set: a version that somebody else wrote meanwhile is read, and tried again upon."""
    from hvac.exceptions import InvalidRequest

    for attempt in range(_ATTEMPTS):
        version, held = _read(client, mount, path)
        try:
            made = client.secrets.kv.v2.create_or_update_secret(
                path, {**held, field: secret.reveal()}, cas=version, mount_point=mount
            )
        except InvalidRequest:
            if attempt == _ATTEMPTS - 1:
                raise
        else:
            return int(made["data"]["version"])
    return 0


def _read(client: Any, mount: str, path: str) -> tuple[int, dict[str, object]]:  # noqa: ANN401
    """(version, fields); of a secret whose latest version was deleted, no fields."""
    from hvac.exceptions import InvalidPath

    try:
        found = client.secrets.kv.v2.read_secret_version(path, mount_point=mount, raise_on_deleted_version=True)
    except InvalidPath as error:
        return _version_of_deleted(error.json), {}
    data = found["data"]
    return int(data["metadata"]["version"]), dict(data["data"] or {})


def _version_of_deleted(body: object) -> int:
    if not isinstance(body, dict):
        return 0
    metadata = (body.get("data") or {}).get("metadata") or {}
    return int(metadata.get("version", 0))


def _refusal(error: VaultError, address: str) -> str:
    from hvac import exceptions

    if isinstance(error, exceptions.Forbidden | exceptions.Unauthorized):
        return messages.not_admitted(NAME, 403)
    if isinstance(error, exceptions.InvalidPath):
        return messages.nowhere(NAME, address)
    if isinstance(error, exceptions.RateLimitExceeded):
        return messages.throttled(NAME, "")
    return messages.refused(NAME, type(error).__name__)


def _place(delivery: Delivery, key: str) -> tuple[str, str]:
    mount, *rest = parts_of(delivery.path or f"secret/remit/{key}")
    if not rest:
        raise DeliveryInvalid(messages.no_mount(mount))
    return mount, "/".join(rest)


SINK = VaultSink()
