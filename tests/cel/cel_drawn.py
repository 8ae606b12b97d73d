"""How the texts of expressions are put together: an expression is drawn for Remit and for Google's implementation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cel_expressions import Expressions

SAME = "same"
# Names that are bound, a type each, for what is drawn does not know which of two of a name is nearer.
NAMES = {"string": ["v", "w", "s"], "int": ["n", "i"], "bool": ["t", "b"], "double": ["f", "d"]}
LONGEST = 12
"""Elements of a list that a rewritten macro over index and element looks at; longer lists fail there."""


NO_OTHER_WORDS = "404"
"""The index in an expression for Google's implementation that fails where Remit's is not to be put in other words."""


class Drawn(str):
    """An expression's text; `google` is the same for Google's implementation, or None."""

    __slots__ = ("google",)
    google: str | None

    def __new__(cls, text: str, google: str | None = SAME) -> Drawn:
        """One text for both, unless another is given."""
        drawn = super().__new__(cls, text)
        drawn.google = text if google == SAME else google
        return drawn


Maker = Callable[["Expressions", int], Drawn]


def const(*texts: str, google: str | None = SAME) -> list[Maker]:
    """Texts as they are."""
    return [lambda e, d, text=text: Drawn(text, google) for text in texts]  # type: ignore[misc]


def form(template: str, *kinds: str, google: str | None = SAME) -> Maker:
    """A template over operands of these kinds; `google` is the other template."""
    return lambda e, d: filled(template, [e.draw(kind, d) for kind in kinds], google)


def filled(template: str, parts: list[Drawn], google: str | None = SAME) -> Drawn:
    """The template over what was drawn, for both."""
    theirs = template if google == SAME else google
    texts = [part.google for part in parts]
    other = None if theirs is None or None in texts else theirs.format(*texts)
    return Drawn(template.format(*parts), other)


def ours(template: str, *kinds: str) -> Maker:
    """A template that Google's implementation has nothing for."""
    return form(template, *kinds, google=None)


def each(template: str, *kinds: str, google: str | None = SAME) -> list[Maker]:
    """The template over one operand of each kind."""
    return [form(template, kind, google=google) for kind in kinds]


def alike(template: str, *kinds: str, google: str | None = SAME) -> list[Maker]:
    """The template over two operands of each kind."""
    return [form(template, kind, kind, google=google) for kind in kinds]


def macro(name: str, source: str, element: str, *bodies: str, google: str | None = SAME) -> Maker:
    """A macro over an expression of the list kind `source`; several bodies are a filter and a result."""

    def make(e: Expressions, d: int) -> Drawn:
        over, variable = e.draw(source, d), e.name(element)
        inner = within(e, [(variable, element)], d, bodies)
        template = f"{{}}.{name}({variable}, {', '.join('{}' for _ in inner)})"
        return filled(template, [over, *inner], google)

    return make


def bind(value: str, body: str) -> Maker:
    """A name for an expression of the kind `value` in one of the kind `body`."""

    def make(e: Expressions, d: int) -> Drawn:
        held, name = e.draw(value, d), e.name(value)
        parts = [held, *within(e, [(name, value)], d, (body,))]
        return filled(f"cel.bind({name}, {{}}, {{}})", parts, named(name, "{}", "{}"))

    return make


def named(name: str, value: str, body: str) -> str:
    """A name for a value, for Google's implementation.

    Its own `cel.bind` reads what a macro left behind after a macro inside another one. This computes the value
    even where the body does not read it.
    """
    return f"[{value}].map({name}, {body})[0]"


def pairs(template: str, source: str, *bodies: str, google: str | None = None) -> Maker:
    """A macro over keys `k` and values `n` of a map of strings to ints."""
    return _two(template, source, [("k", "string"), ("n", "int")], bodies, google)


def numbered(template: str, source: str, element: str, *bodies: str, google: str | None = None) -> Maker:
    """A macro over indices `n` and elements `v` of a list."""
    return _two(template, source, [("n", "int"), ("v", element)], bodies, google)


def _two(
    template: str, source: str, bound: list[tuple[str, str]], bodies: tuple[str, ...], google: str | None
) -> Maker:
    def make(e: Expressions, d: int) -> Drawn:
        return filled(template, [e.draw(source, d), *within(e, bound, d, bodies)], google)

    return make


def within(e: Expressions, bound: list[tuple[str, str]], depth: int, kinds: tuple[str, ...]) -> list[Drawn]:
    """Bodies that see the names."""
    e.scopes += bound
    try:
        return [e.draw(kind, depth) for kind in kinds]
    finally:
        del e.scopes[-len(bound) :]
