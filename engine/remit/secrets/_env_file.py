"""The sink `env-file`: `NAME=value` in a dotenv file, `<state directory>/env/<path>`, `.env` when not given."""

from __future__ import annotations

import re

from remit.resources import Delivery
from remit.secrets import _messages as messages
from remit.secrets._errors import DeliveryFailed
from remit.secrets._naming import parts_of, takes_only, variable_name
from remit.secrets._private_file import PrivateFile
from remit.secrets._sealed import sealed
from remit.secrets._sink import Receipt, SinkContext
from remit.targets import Secret

DIRECTORY = "env"
_DEFAULT_PATH = ".env"
_BARE = re.compile(r"[A-Za-z0-9_.:/+@%-]+")
_ENTRY = re.compile(
    r"""^[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_][A-Za-z0-9_.]*)[ \t]*=[ \t]*"""
    r"""(?:'[^']*'[^\n]*|"(?:[^"\\]|\\.)*"[^\n]*|[^\n]*)(?:\n|\Z)""",
    re.MULTILINE | re.DOTALL,
)


class EnvFileSink:
    """Other lines, comments included, stay as they are."""

    def address(self, delivery: Delivery, key: str) -> str:
        """`env-file:env/<path>#<NAME>`. Raises DeliveryInvalid."""
        takes_only(delivery, "path", "name")
        return f"env-file:{DIRECTORY}/{'/'.join(_parts(delivery))}#{variable_name(delivery, key)}"

    def deliver(self, delivery: Delivery, secret: Secret, context: SinkContext) -> Receipt:
        """Set the variable, in place when it is there, else at the end. Raises DeliveryFailed."""
        address = self.address(delivery, context.key)
        sealed(secret, lambda: _write(delivery, secret, context, address), messages.unexpected)
        return Receipt(address)


def _write(delivery: Delivery, secret: Secret, context: SinkContext, address: str) -> None:
    name = variable_name(delivery, context.key)
    entry = f"{name}={quoted(secret.reveal())}\n"
    with PrivateFile.locked(context.state_dir / DIRECTORY, _parts(delivery)) as file:
        try:
            text = file.read().decode()
        except UnicodeDecodeError:
            raise DeliveryFailed(messages.not_text(address)) from None
        file.write(upserted(text, name, entry).encode())


def quoted(value: str) -> str:
    """The value as a dotenv file must hold it. Raises DeliveryFailed for control characters."""
    if any(ord(character) < 32 or ord(character) == 127 for character in value):
        raise DeliveryFailed(messages.unquotable())
    if _BARE.fullmatch(value):
        return value
    if "'" not in value:
        return f"'{value}'"
    escaped = re.sub(r'(["\\$`])', r"\\\1", value)
    return f'"{escaped}"'


def upserted(text: str, name: str, entry: str) -> str:
    """`text` with `entry` (which ends its line) as the only one for `name`, where the first one stood."""
    pieces, end, placed = [], 0, False
    for match in _ENTRY.finditer(text):
        if match["name"] == name:
            pieces += [text[end : match.start()], "" if placed else entry]
            end, placed = match.end(), True
    rest = text[end:]
    if placed:
        return "".join(pieces) + rest
    return rest + ("" if not rest or rest.endswith("\n") else "\n") + entry


def _parts(delivery: Delivery) -> tuple[str, ...]:
    return parts_of(delivery.path or _DEFAULT_PATH)


SINK = EnvFileSink()
