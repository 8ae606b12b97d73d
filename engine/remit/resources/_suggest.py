"""What somebody may have meant, and what of their text may be repeated to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from remit.resources import _messages as messages
from remit.resources._base import Strict
from remit.resources._kinds import KINDS
from remit.resources._secrets import secret_shape

_LONGEST_SHOWN = 40
# this long, a word is more than a word, whatever its shape
_LONGEST_VALUE = 24


def closest(written: str, known: Iterable[str]) -> str | None:
    """The known name nearest to `written`, letter case aside; None when none is near."""
    by_folded = {_folded(name): name for name in known}
    found = get_close_matches(_folded(written[:_LONGEST_SHOWN]), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def suggestion(written: object, known: Iterable[str]) -> str:
    """A remedy: the known name nearest to `written`, or nothing."""
    near = closest(written, known) if isinstance(written, str) else None
    return messages.did_you_mean(near) if near else ""


def elsewhere(field: str, path: Sequence[str | int], kind: str) -> str:
    """A remedy for a field that its kind has, in the other half of the resource."""
    halves = ("metadata", "spec") if len(path) == 0 or (len(path) == 1 and path[0] in ("metadata", "spec")) else ()
    found = [half for half in halves if field in _fields(kind, half)]
    return messages.did_you_mean(f"{found[0]}.{field}") if found else ""


def _fields(kind: str, half: str) -> Iterable[str]:
    model = KINDS[kind].model_fields[half].annotation
    return model.model_fields if isinstance(model, type) and issubclass(model, Strict) else ()


def shown_name(name: str) -> str | None:
    """A field's name if it may be repeated: short, printable, and shaped like no secret.

    Letters that only look like those of other names are escaped, and so is what would end the quotation.
    """
    if len(name) > _LONGEST_SHOWN or not name.isprintable() or secret_shape(name):
        return None
    return name.replace("`", "'").encode("ascii", "backslashreplace").decode("ascii")


def shown_value(value: object) -> str | None:
    """A value if it is a word that may be repeated, as of an enumeration."""
    if not isinstance(value, str) or not value or len(value) > _LONGEST_VALUE:
        return None
    letters = value.replace("-", "").replace("_", "").replace(".", "").replace("/", "")
    digits = sum(letter.isdigit() for letter in letters)
    return shown_name(value) if letters.isalnum() and letters.isascii() and digits <= len(letters) // 4 else None


def _folded(name: str) -> str:
    return name.lower().replace("-", "_")
