"""Google's implementation of the language as an oracle.

What its Python binding cannot take or mistreats, and what is done about it here:

- An error comes back as a value of type ERROR, not as an exception.
- Returning null many times ends the process, for each return gives away a reference to `None` that the binding
  does not own. `None` is given a great many references first.
- A timestamp inside a map is refused, the first and the last year fail, and a uint in a dynamic variable becomes an
  int: there are other values instead. So there are for a dynamic map of several entries, whose order is open.
- A null character ends a text, and a text that is no UTF-8 ends the process.
- A datetime holds microseconds, so timestamps and durations are compared by their text, which has nanoseconds.
- Functions and macros that it lacks are asked for in other words, or not at all: see `cel_forms`.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial

from cel_drawn import NO_OTHER_WORDS, Drawn, named
from cel_expr_python import cel as google
from cel_expr_python.ext import ext_bindings, ext_encoders, ext_math, ext_optional, ext_strings
from cel_expressions import Sample
from cel_values import Failure, same

from remit.cel._errors import CelEvaluationError
from remit.cel._functions import IMPLEMENTATIONS
from remit.cel._maps import map_of
from remit.cel._values import FineDuration, FineTimestamp, OptionalValue, TypeValue, UInt

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
_AS_OPTIONAL = named("zo", "{}", "zo.hasValue() ? [zo.value()] : []")
# What an expression of a kind is asked for, so that the binding can return it whole.
_ASKED = {"at": "string({})", "span": "string({})", "os": _AS_OPTIONAL, "oi": _AS_OPTIONAL}

_FRACTION = re.compile(r"(?<=\.)\d+")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Asked = Callable[[google.Activation], object]


class Oracle:
    """One environment with the variables of `cel_values`."""

    def __init__(self) -> None:
        self._environment = google.NewEnv(variables=_VARIABLES, extensions=_EXTENSIONS)
        # The count of references is the first word of an object.
        ctypes.c_ssize_t.from_address(id(None)).value += 1 << 40

    def compiled(self, drawn: Sample) -> Asked | None:
        """The expression, ready to be asked; None when there is none for it, or it is not taken."""
        if drawn.text.google is None:
            return None
        try:
            text = _ASKED.get(drawn.kind, "{}").format(drawn.text.google)
            expression = self._environment.compile(text)
        except Exception:
            return None
        return partial(_asked, expression)

    def activation(self, values: Mapping[str, object]) -> google.Activation:
        """The values as it takes them; see `spoken`."""
        return self._environment.Activation({name: _plain(values[name]) for name in _VARIABLES})


def comparable(kind: str, value: object) -> object:
    """Remit's outcome in the form in which the oracle is asked for it."""
    if isinstance(value, Failure):
        return value
    if kind in ("at", "span"):
        return _text(value)
    if isinstance(value, OptionalValue):
        return [value.value] if value.present else []
    return value


def excused(text: Drawn, ours: object, theirs: object) -> str:
    """Why two different outcomes are no difference of the implementations; empty when they are one."""
    if isinstance(theirs, Failure) and "overloads found : @in" in str(theirs):
        return "a list or a map looked for among the keys of a map"
    if isinstance(theirs, Failure) and "duplicate key" in str(theirs):
        return "a map that repeats a key is an error that nothing absorbs"
    if isinstance(theirs, Failure) and f"[{NO_OTHER_WORDS}]" in str(text.google):
        return "cannot be put in other words"
    if isinstance(theirs, Failure) and "cel.bind(" in text:
        return "the value of a name that is not read fails"
    if same(_coarse(ours), theirs):
        return "finer than a microsecond"
    return ""


def _coarse(value: object) -> object:
    """What the binding makes of instants and spans."""
    if isinstance(value, FineTimestamp):
        return _EPOCH + timedelta(microseconds=value.nanoseconds // 1000)
    if isinstance(value, FineDuration):
        return timedelta(microseconds=math.trunc(value.nanoseconds / 1000))
    if isinstance(value, list | tuple):
        return [_coarse(element) for element in value]
    if isinstance(value, Mapping):
        return map_of([(key, _coarse(value[key])) for key in value])
    return value


def _text(value: object) -> object:
    """The text of an instant or a span, as the oracle writes it: a fraction of three, six or nine digits."""
    try:
        text = str(IMPLEMENTATIONS["string"](value))
    except CelEvaluationError as error:
        return Failure(error)
    return _FRACTION.sub(lambda digits: digits[0].ljust(-(-len(digits[0]) // 3) * 3, "0"), text)


def _asked(expression: google.Expression, activation: google.Activation) -> object:
    try:
        value = expression.eval(activation)
    except RuntimeError as error:
        return Failure(CelEvaluationError(str(error)))
    return _answer(value)


def _answer(value: google.Value) -> object:
    name = value.type().name()
    if name == "ERROR":
        return Failure(CelEvaluationError(str(value.plain_value())))
    held = value.value()
    if name.startswith("LIST"):
        return [_answer(element) for element in held]
    if name.startswith("MAP"):
        return map_of([(_key(key), _answer(element)) for key, element in held.items()])
    read = _READ.get(name)
    return read(held) if read else held


def _key(key: object) -> object:
    return _answer(key) if isinstance(key, google.Value) else key


_NAMES = {"TIMESTAMP": "google.protobuf.Timestamp", "DURATION": "google.protobuf.Duration", "NULL": "null_type"}
_READ: Mapping[str, Callable[..., object]] = {
    "UINT": UInt,
    "BYTES": bytes,
    "TYPE": lambda type_: TypeValue(_NAMES.get(type_.name(), type_.name().lower().partition("<")[0])),
}


def _plain(value: object) -> object:
    if isinstance(value, tuple | list):
        return [_plain(element) for element in value]
    if isinstance(value, Mapping):
        return {name: _plain(held) for name, held in value.items()}
    return int(value) if isinstance(value, UInt) else value


def spoken(values: Mapping[str, object]) -> dict[str, object]:
    """The values, with others for those that cannot be asked about."""
    amended = dict(values)
    for name in ("at", "at2"):
        if amended[name].year in (1, 9999):  # type: ignore[attr-defined]
            amended[name] = datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    whole, dynamic = amended["o"], amended["x"]
    amended["o"] = {name: held for name, held in whole.items() if name != "at"}  # type: ignore[attr-defined]
    if isinstance(dynamic, Mapping):
        amended["x"] = {"name": dynamic["name"]}
    elif isinstance(dynamic, UInt | datetime):
        amended["x"] = 2
    return amended
