"""The sink `file`: one file per value, `<state directory>/keys/<path>`, `<path>` being the key when not given."""

from __future__ import annotations

from remit.resources import Delivery
from remit.secrets import _messages as messages
from remit.secrets._errors import DeliveryInvalid
from remit.secrets._private_file import PrivateFile, parts_of
from remit.secrets._sink import Receipt, SinkContext
from remit.targets import Secret

DIRECTORY = "keys"


class FileSink:
    """The file holds the value and nothing else, not even a line end."""

    def address(self, delivery: Delivery, key: str) -> str:
        """`file:keys/<path>`. Raises DeliveryInvalid."""
        for field in ("repository", "name"):
            if getattr(delivery, field) is not None:
                raise DeliveryInvalid(messages.not_taken("file", field))
        return f"file:{DIRECTORY}/{'/'.join(parts_of(delivery.path or key))}"

    def deliver(self, delivery: Delivery, secret: Secret, context: SinkContext) -> Receipt:
        """Write it with mode 0600, atomically. Raises DeliveryFailed."""
        address = self.address(delivery, context.key)
        with PrivateFile.locked(context.state_dir / DIRECTORY, parts_of(delivery.path or context.key)) as file:
            file.write(secret.reveal().encode())
        return Receipt(address)


SINK = FileSink()
