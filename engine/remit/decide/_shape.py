"""What kind of request it is: all that rules can tell of it but its sizes, its user, its usage and the time.

Requests of one shape are so much alike that most rules come out the same for all of them. There are few shapes, for
a word that neither the key nor a rule names is like any other such word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from remit.cel import Call, Ident, ListLiteral, Literal, Macro, Node, Program, Select, postorder
from remit.decide._request import DEFAULT_SCOPE

WORDS = ("purpose", "data_class", "scope")
_COMPARED = frozenset({"_==_", "_!=_", "@in"})
_MEASURED = ("user", "input_tokens", "output_tokens", "tags")
_NOTHING: frozenset[str] = frozenset()


class Other(Enum):
    """A word that is there, and that neither the key nor a rule names."""

    WORD = "other"


OTHER: Final = Other.WORD
Word = str | Other | None


class Shape(NamedTuple):
    """The words of a request, and which of its other fields it has. None is a word that was not given."""

    purpose: Word
    data_class: Word
    scope: Word
    stream: bool | None
    user: bool
    input_tokens: bool
    output_tokens: bool
    tags: bool
    usage: bool


def shape_of(fields: Mapping[str, object], known: Mapping[str, frozenset[str]], *, usage: bool) -> Shape:
    """The shape of a request whose fields are of their types. `known` are the words that matter, by field."""
    stream = fields.get("stream")
    return Shape(
        _word(fields.get("purpose"), known["purpose"]),
        _word(fields.get("data_class"), known["data_class"]),
        _word(fields.get("scope", DEFAULT_SCOPE), known["scope"]),
        None if stream is None else stream is True,
        "user" in fields,
        "input_tokens" in fields,
        "output_tokens" in fields,
        "tags" in fields,
        usage,
    )


def _word(value: object, known: frozenset[str]) -> Word:
    if not isinstance(value, str):
        return None
    return value if value in known else OTHER


@dataclass(frozen=True, slots=True)
class Reading:
    """What a program reads of a request. `fields` is None when that cannot be said.

    `named`: the fields of which it only asks whether they are there, or one of these words.
    """

    fields: frozenset[str] | None
    named: Mapping[str, frozenset[str]]

    def settled_by(self, shape: Shape) -> bool:
        """Whether the shape says all that is read."""
        return self.fields is not None and all(self.said(name, shape) for name in self.fields)

    def said(self, name: str, shape: Shape) -> bool:
        """Whether the shape says all that is read of a field."""
        if name in WORDS:
            return getattr(shape, name) is not OTHER or name in self.named
        return name not in _MEASURED or not getattr(shape, name) or self.named.get(name) == _NOTHING


def reading(program: Program) -> Reading:
    """What a program reads of a request."""
    nodes = postorder(program.ast)
    named: dict[str, set[str]] = {}
    unnamed: Counter[str] = Counter()
    bare = sum(isinstance(node, Macro) and "request" in node.variables for node in nodes)
    for node in nodes:
        if isinstance(node, Ident):
            bare += node.name == "request"
        elif isinstance(node, Select) and _is_field(node):
            bare -= 1
            named.setdefault(node.field, set())
            unnamed[node.field] += not node.test
        elif isinstance(node, Call):
            for name, words in _comparison(node):
                named.setdefault(name, set()).update(words)
                unnamed[name] -= 1
    if bare:
        return Reading(None, {})
    return Reading(frozenset(named), {name: frozenset(words) for name, words in named.items() if not unnamed[name]})


def _is_field(node: Node) -> bool:
    """Whether this is `request.x`, or a test for it."""
    return (
        isinstance(node, Select)
        and not node.optional
        and isinstance(node.operand, Ident)
        and node.operand.name == "request"
    )


def _comparison(node: Call) -> Iterable[tuple[str, Iterable[str]]]:
    """The field that is compared with nothing but words, and these words."""
    if node.function not in _COMPARED or node.target is not None or len(node.args) != 2:
        return
    left, right = node.args
    if node.function != "@in" and isinstance(left, Literal):
        left, right = right, left
    if not isinstance(left, Select) or not _is_field(left) or left.test:
        return
    listed = isinstance(right, ListLiteral) and not right.optional
    words = right.elements if isinstance(right, ListLiteral) and listed else (right,)
    if listed == (node.function == "@in") and all(
        isinstance(each, Literal) and each.kind == "string" for each in words
    ):
        yield left.field, [str(each.value) for each in words if isinstance(each, Literal)]


def sample(shape: Shape, asked: str, stranger: str) -> dict[str, object]:
    """A request of this shape. `stranger` is a word that nobody names."""
    fields: dict[str, object] = {"model": asked, "stream": shape.stream}
    for name in WORDS:
        word = getattr(shape, name)
        fields[name] = stranger if word is OTHER else word
    fields |= {name: value for name, value in zip(_MEASURED, ("", 0, 0, {}), strict=True) if getattr(shape, name)}
    return {name: value for name, value in fields.items() if value is not None}


def stranger(vocabulary: Mapping[str, frozenset[str]]) -> str:
    """A word that is not among any of these."""
    known = _NOTHING.union(*vocabulary.values())
    word = "?"
    while word in known:
        word += "?"
    return word
