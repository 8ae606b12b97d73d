"""Google's implementation of the language as an oracle.

Left out, because its Python binding cannot take them or mistreats them: timestamps inside an object
(it refuses them), the first and last years (it fails on them), a uint in a dynamic variable (it becomes
an int), `reverse` of lists, which it does not have, `substring` up to the end of a text, which it refuses,
and null as a result (returning it many times ends the process). An error comes back as a value of type
ERROR, not as an exception.
"""

from __future__ import annotations

from collections.abc import Mapping

from cel_expr_python import cel as google
from cel_expr_python.ext import ext_bindings, ext_encoders, ext_math, ext_optional, ext_strings

_TYPES = google.Type
_VARIABLES = {
    "s": _TYPES.STRING,
    "s2": _TYPES.STRING,
    "i": _TYPES.INT,
    "j": _TYPES.INT,
    "u": _TYPES.UINT,
    "d": _TYPES.DOUBLE,
    "b": _TYPES.BOOL,
    "ls": _TYPES.List(_TYPES.STRING),
    "li": _TYPES.List(_TYPES.INT),
    "m": _TYPES.Map(_TYPES.STRING, _TYPES.INT),
    "o": _TYPES.Map(_TYPES.STRING, _TYPES.DYN),
    "at": _TYPES.TIMESTAMP,
    "at2": _TYPES.TIMESTAMP,
    "span": _TYPES.DURATION,
    "x": _TYPES.DYN,
    "by": _TYPES.BYTES,
}

_EXTENSIONS = [
    ext_bindings.ExtBindings(),
    ext_encoders.ExtEncoders(),
    ext_math.ExtMath(),
    ext_optional.ExtOptional(),
    ext_strings.ExtStrings(),
]

ERROR = object()
REFUSED = object()


class Oracle:
    """One environment with the variables of `cel_expressions`."""

    def __init__(self) -> None:
        self._environment = google.NewEnv(variables=_VARIABLES, extensions=_EXTENSIONS)

    def answer(self, text: str, values: Mapping[str, object]) -> object:
        """The value, ERROR when there is none, REFUSED when the oracle does not take the expression."""
        try:
            expression = self._environment.compile(text)
        except Exception:
            return REFUSED
        value = expression.eval(data={name: _plain(held) for name, held in values.items()})
        return ERROR if value.type() == _TYPES.ERROR else value.plain_value()


def _plain(value: object) -> object:
    if isinstance(value, tuple | list):
        return [_plain(element) for element in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    return value


def takes(text: str, values: Mapping[str, object]) -> bool:
    """Whether the oracle can be asked: see the module's docstring."""
    words = ("o.at", "x == null", "glob(", ".reverse()", ".substring(")
    return not any(word in text.replace("trim().reverse()", "") for word in words) and _speakable(values)


def _speakable(values: Mapping[str, object]) -> bool:
    years = {values[name].year for name in ("at", "at2")}  # type: ignore[attr-defined]
    return type(values["x"]) in (bool, int, float, str, bytes, list) and years == {2026}
