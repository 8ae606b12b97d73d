"""What reading and evaluating an expression can report: one function a message.

Codes of evaluation errors, stable:

| code                 | meaning                                                            |
|----------------------|--------------------------------------------------------------------|
| no_such_overload     | operands or arguments of types the operator or function lacks      |
| undeclared_reference | no variable or type has the name                                   |
| unbound_function     | no function has the name                                           |
| no_such_key          | a map has no entry under the key                                   |
| no_such_field        | field selection on a value without fields, or an unknown message   |
| duplicate_key        | a map literal repeats a key                                        |
| unsupported_key      | a map literal has a key that is no bool, int, uint or string       |
| index_out_of_range   | a list has no element at the index                                 |
| overflow             | a number, timestamp or duration leaves its range                   |
| divide_by_zero       | an integer or an amount divided by zero                            |
| invalid_argument     | the type is right, the value cannot be used                        |
| invalid_value        | an input is of a Python type that stands for no value              |
| limit_exceeded       | too many macro steps, or nesting too deep                          |
"""

from __future__ import annotations

from collections.abc import Iterable

from remit.cel._errors import CelEvaluationError, CelSyntaxError


def position(source: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of a character offset."""
    line_start = source.rfind("\n", 0, offset) + 1
    return source.count("\n", 0, offset) + 1, offset - line_start + 1


def syntax_error(message: str, source: str, offset: int) -> CelSyntaxError:
    """`message` at `offset` of `source`."""
    line, column = position(source, offset)
    return CelSyntaxError(message, line=line, column=column, offset=offset)


# --- texts of syntax errors


def empty_expression() -> str:
    """Nothing but white space and comments."""
    return "the expression is empty: write a condition such as `true`"


def too_long(length: int, limit: int) -> str:
    """The text passes the length that is read at all."""
    return f"the expression is too long: {length:,} characters, and at most {limit:,} are read"


def nests_too_deep(limit: int) -> str:
    """Brackets, prefixes or conditionals inside each other past the bound."""
    return f"the expression nests too deep: at most {limit} levels are read, split it with `variables`"


def unexpected_end() -> str:
    """The text stops where an operand or a closing bracket has to come."""
    return "the expression ends too early: an operand or a closing bracket is missing"


def unexpected_text(text: str) -> str:
    """A token where it cannot stand."""
    return f"unexpected `{_shorten(text)}`"


def unclosed_text(quote: str) -> str:
    """A string, bytes or quoted field name that never ends."""
    return f"unclosed `{quote}`: the text that starts here has no end"


def half_character() -> str:
    """Half of a surrogate pair, which no file in UTF-8 can hold."""
    return "the expression holds half a character: it is not valid Unicode"


def single_equals() -> str:
    """`=` for `==`."""
    return "unexpected `=`: equality is written `==`"


def single_sign(sign: str) -> str:
    """`&` for `&&`, `|` for `||`."""
    return f"unexpected `{sign}`: it is written `{sign}{sign}`"


def unexpected(text: str) -> str:
    """What cannot stand here, and what may be meant."""
    if text == "=":
        return single_equals()
    if text in ("&", "|"):
        return single_sign(text)
    if text in ('"', "'", "`"):
        return unclosed_text(text)
    return unexpected_text(text)


def reserved_word(word: str) -> str:
    """A name that the language keeps for itself."""
    return f"`{word}` is a reserved word and cannot be a name"


def number_out_of_range(text: str, type_name: str) -> str:
    """A literal that its type cannot hold."""
    return f"`{_shorten(text)}` is out of range: it does not fit {type_name}"


def bad_escape(escape: str) -> str:
    """An escape sequence the language does not have."""
    return f"`{escape}` is not an escape sequence: write `\\\\` for a backslash, or a raw string such as `r'\\d'`"


def bad_code_point(escape: str) -> str:
    """A numeric escape for what is no Unicode character."""
    return f"`{escape}` names no character"


def has_needs_field() -> str:
    """`has(x)` without a field."""
    return "`has` needs a field, as in `has(key.expires)`"


def macro_needs_name(macro: str) -> str:
    """The first argument of a macro that is no simple name."""
    return f"the variable of `{macro}` has to be a simple name, as in `list.{macro}(x, ...)`"


def macro_repeats_name(macro: str, name: str) -> str:
    """Both variables of a two-variable macro are called the same."""
    return f"`{macro}` uses `{name}` for both of its variables"


def not_a_type_name() -> str:
    """`{` after something that names no type."""
    return "unexpected `{`: only the name of a type may stand before it"


# --- evaluation errors


def _error(code: str, message: str) -> CelEvaluationError:
    return CelEvaluationError(message, code=code)


def no_such_overload(function: str, kinds: Iterable[str]) -> CelEvaluationError:
    """`function` is not defined for arguments of these types."""
    name = function.strip("_@") or function
    return _error("no_such_overload", f"no such overload: `{name}` does not take ({', '.join(kinds)})")


def not_a_condition(where: str, kind: str) -> CelEvaluationError:
    """A value that is no bool where only bool decides."""
    return _error("no_such_overload", f"no such overload: {where} takes bool, not {kind}")


def not_a_range(macro: str, kind: str) -> CelEvaluationError:
    """A macro over what is neither list nor map."""
    return _error("no_such_overload", f"no such overload: `{macro}` goes over a list or a map, not {kind}")


def undeclared_reference(name: str) -> CelEvaluationError:
    """No variable and no type of that name."""
    return _error("undeclared_reference", f"undeclared reference to `{name}`")


def unbound_function(name: str) -> CelEvaluationError:
    """No function of that name."""
    return _error("unbound_function", f"no such function: `{name}`")


def no_such_key(field: str = "") -> CelEvaluationError:
    """A map without the key; `field` only when the expression itself spells it."""
    return _error("no_such_key", f"no such key: `{field}`" if field else "no such key")


def no_such_field(field: str, kind: str) -> CelEvaluationError:
    """Selection from a value that has no fields."""
    return _error("no_such_field", f"no such field: {kind} has no field `{field}`")


def no_such_message(name: str) -> CelEvaluationError:
    """A message literal; no message types are declared."""
    return _error("no_such_field", f"no such type: `{name}`")


def duplicate_key() -> CelEvaluationError:
    """A map literal that repeats a key."""
    return _error("duplicate_key", "the map repeats a key")


def unsupported_key(kind: str) -> CelEvaluationError:
    """A map literal with a key of another type."""
    return _error("unsupported_key", f"a map key has to be bool, int, uint or string, not {kind}")


def index_out_of_range(size: int) -> CelEvaluationError:
    """A list index outside the list."""
    return _error("index_out_of_range", f"index out of range: the list has {size} elements")


def out_of_range(type_name: str) -> CelEvaluationError:
    """A result or an input that leaves the range of its type."""
    return _error("overflow", f"out of range of {type_name}")


def divide_by_zero() -> CelEvaluationError:
    """Integer division, modulus, or an amount over a zero amount."""
    return _error("divide_by_zero", "divided by zero")


def not_convertible(from_: str, to: str) -> CelEvaluationError:
    """A value whose text or number says nothing in the other type."""
    return _error("invalid_argument", f"this {from_} cannot be read as {to}")


def unknown_time_zone() -> CelEvaluationError:
    """A time zone that is neither a known name nor an offset."""
    return _error(
        "invalid_argument", "no such time zone: use a name such as `Europe/Berlin` or an offset such as `+02:00`"
    )


def position_out_of_range(size: int) -> CelEvaluationError:
    """A position outside of a text."""
    return _error("invalid_argument", f"position out of range: the text has {size} characters")


def range_reversed() -> CelEvaluationError:
    """A part that ends before it starts."""
    return _error("invalid_argument", "the end of the part lies before its start")


def no_such_slice(size: int) -> CelEvaluationError:
    """A slice that starts or ends outside of its list, or ends before it starts."""
    return _error("invalid_argument", f"no such slice: start and end have to be in order, from 0 to {size}")


def negative_depth() -> CelEvaluationError:
    """`flatten` to a depth below zero."""
    return _error("invalid_argument", "the depth of `flatten` cannot be negative")


def range_too_long(limit: int) -> CelEvaluationError:
    """`lists.range` of a negative or a huge size."""
    return _error("limit_exceeded", f"`lists.range` makes lists of 0 to {limit:,} elements")


def no_order(kinds: Iterable[str]) -> CelEvaluationError:
    """Sorting by values of more than one type, or of one without an order."""
    found = ", ".join(kinds)
    return _error("no_such_overload", f"no such overload: sorting takes values of one ordered type, not {found}")


def joins_texts() -> CelEvaluationError:
    """`join` of a list that holds something else than strings."""
    return _error("no_such_overload", "no such overload: `join` takes a list of strings")


def text_too_long(limit: int) -> CelEvaluationError:
    """A function that would make a huge text."""
    return _error("limit_exceeded", f"the text would be longer than {limit:,} characters")


def too_precise(limit: int) -> CelEvaluationError:
    """A format clause that asks for too many digits."""
    return _error("limit_exceeded", f"a precision is at most {limit:,} digits")


def bad_clause(letter: str) -> CelEvaluationError:
    """A `%` that starts no clause."""
    return _error("invalid_argument", f"`%{letter}` is no clause of `format`: write `%%` for a percent sign")


def too_few_values() -> CelEvaluationError:
    """More clauses than values."""
    return _error("invalid_argument", "`format` has more clauses than values")


def extreme_of_none(function: str) -> CelEvaluationError:
    """The least or greatest of an empty list."""
    return _error("invalid_argument", f"`{function}` of an empty list")


def negative_shift() -> CelEvaluationError:
    """Shifting bits by a negative number."""
    return _error("invalid_argument", "bits cannot be shifted by a negative number")


def bad_pattern() -> CelEvaluationError:
    """A regular expression that RE2 refuses."""
    return _error("invalid_argument", "not a regular expression in RE2 syntax")


def not_unicode() -> CelEvaluationError:
    """A string holding half of a surrogate pair, or bytes that are not UTF-8."""
    return _error("invalid_argument", "invalid UTF-8")


def naive_datetime() -> CelEvaluationError:
    """A datetime input without its time zone."""
    return _error("invalid_value", "a datetime without a time zone is no timestamp: give it one, such as UTC")


def foreign_value(type_name: str) -> CelEvaluationError:
    """An input of a Python type that stands for no value."""
    return _error("invalid_value", f"a Python `{type_name}` stands for no value of the language")


def empty_optional() -> CelEvaluationError:
    """`value()` of an optional that has none."""
    return _error("invalid_argument", "the optional holds no value: ask `hasValue()` first, or use `orValue(...)`")


def too_many_steps(limit: int) -> CelEvaluationError:
    """Macros ran over more elements than one evaluation may."""
    return _error("limit_exceeded", f"the macros take more than {limit:,} steps")


def evaluation_too_deep() -> CelEvaluationError:
    """Expression or values nest deeper than can be followed."""
    return _error("limit_exceeded", "the expression or its values nest too deep to evaluate")


def _shorten(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
