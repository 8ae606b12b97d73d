"""Functions on strings: sizes, parts, regular expressions and glob patterns.

Both kinds of pattern run on RE2, in time linear in the text whatever the pattern.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, cast

from remit.cel import _messages
from remit.cel._kinds import LIST, MAP, kind
from remit.cel._types import BYTES, STRING

if TYPE_CHECKING:
    from collections.abc import Sized

_SIZED = frozenset({STRING.name, BYTES.name, LIST, MAP})
_WILDCARDS = {"*": "(?s:.*)", "?": "(?s:.)"}

Search = Callable[[str], bool]


def size(value: object) -> int:
    """Code points of a string, octets of bytes, elements of a list, entries of a map."""
    name = kind(value)
    if name not in _SIZED:
        raise _messages.no_such_overload("size", (name,))
    return len(cast("Sized", value))


def _two_strings(name: str, test: Callable[[str, str], bool]) -> Callable[[object, object], bool]:
    def call(text: object, part: object) -> bool:
        if isinstance(text, str) and isinstance(part, str):
            return test(text, part)
        raise _messages.no_such_overload(name, (kind(text), kind(part)))

    return call


@functools.lru_cache(maxsize=1024)
def pattern(expression: str) -> Search:
    """Whether a text has the regular expression somewhere in it, compiled once.

    Raises:
        CelEvaluationError: `invalid_argument` when RE2 refuses the expression.
    """
    return _search(expression)


@functools.lru_cache(maxsize=1024)
def glob_pattern(glob: str) -> Search:
    """Whether the whole of a text fits `glob`, in which `*` is any text and `?` any one character."""
    return _search("^" + "".join(_WILDCARDS.get(letter) or _literal(letter) for letter in glob) + "$")


def _literal(letter: str) -> str:
    return letter if letter.isalnum() or letter == "_" else f"\\x{{{ord(letter):x}}}"


def _search(expression: str) -> Search:
    import re2  # type: ignore[import-untyped]

    options = re2.Options()
    options.log_errors = False
    try:
        search = re2.compile(expression, options).search
    except (re2.error, UnicodeEncodeError):
        raise _messages.bad_pattern() from None

    def found(text: str) -> bool:
        try:
            return search(text) is not None
        except UnicodeEncodeError:
            raise _messages.not_unicode() from None

    return found


def _matches(text: str, expression: str) -> bool:
    return pattern(expression)(text)


def _glob(text: str, glob: str) -> bool:
    return glob_pattern(glob)(text)


TEXTS: Mapping[str, Callable[..., object]] = {
    "size": size,
    "startsWith": _two_strings("startsWith", str.startswith),
    "endsWith": _two_strings("endsWith", str.endswith),
    "contains": _two_strings("contains", str.__contains__),
    "matches": _two_strings("matches", _matches),
    "glob": _two_strings("glob", _glob),
}
