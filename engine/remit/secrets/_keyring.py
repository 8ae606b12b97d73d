"""The sink `keyring`: the key ring of this user and machine, for keys that people use themselves.

`path` is the service, `remit` when not given; `name` is the user name there, the key when not given.
"""

from __future__ import annotations

from remit.resources import Delivery
from remit.secrets import _messages as messages
from remit.secrets._errors import DeliveryFailed, DeliveryInvalid
from remit.secrets._remote import needs
from remit.secrets._sink import Receipt, SinkContext
from remit.targets import Secret

NAME = "keyring"
_SERVICE = "remit"


class KeyringSink:
    """Whatever the system has: Keychain, Credential Locker, Secret Service."""

    def address(self, delivery: Delivery, key: str) -> str:
        """`keyring:<service>#<user name>`. Raises DeliveryInvalid."""
        needs(NAME, "keyring", "keyring")
        if delivery.repository is not None:
            raise DeliveryInvalid(messages.not_taken(NAME, "repository"))
        return f"{NAME}:{delivery.path or _SERVICE}#{delivery.name or key}"

    def deliver(self, delivery: Delivery, secret: Secret, context: SinkContext) -> Receipt:
        """Set the password, and see that it is there. Raises DeliveryFailed."""
        address = self.address(delivery, context.key)
        import keyring
        from keyring.errors import KeyringError

        service, user = delivery.path or _SERVICE, delivery.name or context.key
        try:
            keyring.set_password(service, user, secret.reveal())
            kept = keyring.get_password(service, user)
        except (KeyringError, RuntimeError) as error:
            raise DeliveryFailed(messages.no_keyring(type(error).__name__)) from None
        if kept is None or Secret(kept) != secret:
            raise DeliveryFailed(messages.not_kept(address))
        return Receipt(address)


SINK = KeyringSink()
