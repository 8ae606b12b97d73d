"""The sink `keyring`: the keyring of the operating system, for keys that a person uses."""

from __future__ import annotations

from remit.resources import Delivery
from remit.secrets import _messages as messages
from remit.secrets._errors import DeliveryFailed
from remit.secrets._extra import require
from remit.secrets._naming import takes_only
from remit.secrets._sealed import sealed
from remit.secrets._sink import Receipt, SinkContext
from remit.targets import Secret

_SERVICE = "remit"


class KeyringSink:
    """`path` is the service and `name` the user, as keyrings call them; some do not tell capitals in them."""

    def address(self, delivery: Delivery, key: str) -> str:
        """`keyring:<service>#<user>`, by default `keyring:remit#<key>`. Raises DeliveryInvalid."""
        require("keyring", "keyring", "keyring")
        return f"keyring:{'#'.join(_entry(delivery, key)).lower()}"

    def deliver(self, delivery: Delivery, secret: Secret, context: SinkContext) -> Receipt:
        """Set the password and compare what is there then. Raises DeliveryFailed."""
        address, (service, user) = self.address(delivery, context.key), _entry(delivery, context.key)
        sealed(secret, lambda: _keep(service, user, secret, address), messages.unexpected)
        return Receipt(address)


def _entry(delivery: Delivery, key: str) -> tuple[str, str]:
    takes_only(delivery, "path", "name")
    return delivery.path or _SERVICE, delivery.name or key


def _keep(service: str, user: str, secret: Secret, address: str) -> None:
    import keyring
    from keyring.errors import KeyringError, NoKeyringError

    try:
        keyring.set_password(service, user, secret.reveal())
        kept = keyring.get_password(service, user)
    except NoKeyringError:
        raise DeliveryFailed(messages.no_keyring()) from None
    except KeyringError as error:
        raise DeliveryFailed(messages.keyring_refused(address, type(error).__name__)) from None
    # a keyring that is switched off takes everything and keeps nothing
    if kept is None or Secret(kept) != secret:
        raise DeliveryFailed(messages.no_keyring())


SINK = KeyringSink()
