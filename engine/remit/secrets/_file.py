"""The sink `file`: one file per value, `<state directory>/keys/<path>`, `<path>` being the key when not given."""

from __future__ import annotations

from remit.resources import Delivery
from remit.secrets import _messages as messages
from remit.secrets._naming import parts_of, takes_only
from remit.secrets._private_file import PrivateFile
from remit.secrets._sealed import sealed
from remit.secrets._sink import Receipt, SinkContext
from remit.targets import Secret

DIRECTORY = "keys"


class FileSink:
    """The file holds the value and nothing else, not even a line end."""

    def address(self, delivery: Delivery, key: str) -> str:
        """`file:keys/<path>`. Raises DeliveryInvalid."""
        takes_only(delivery, "path")
        return f"file:{DIRECTORY}/{'/'.join(_parts(delivery, key))}"

    def deliver(self, delivery: Delivery, secret: Secret, context: SinkContext) -> Receipt:
        """Write it with mode 0600, atomically. Raises DeliveryFailed."""
        address, parts = self.address(delivery, context.key), _parts(delivery, context.key)
        sealed(secret, lambda: _write(context, parts, secret), messages.unexpected)
        return Receipt(address)


def _parts(delivery: Delivery, key: str) -> tuple[str, ...]:
    return parts_of(delivery.path or key)


def _write(context: SinkContext, parts: tuple[str, ...], secret: Secret) -> None:
    with PrivateFile.locked(context.state_dir / DIRECTORY, parts) as file:
        file.write(secret.reveal().encode())


SINK = FileSink()
