"""Which function answers which method and path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from fakes._wire import Request

Answer = TypeVar("Answer", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Match(Generic[Answer]):
    """The route of a request: its template, and the values of its braces in order."""

    template: str
    answer: Answer
    values: tuple[str, ...]


class Routes(Generic[Answer]):
    """A table of routes; templates hold names in braces, as in `/team/{team_id}`. The first that fits wins."""

    def __init__(self) -> None:
        self._routes: list[tuple[str, str, Answer]] = []

    def on(self, method: str, template: str) -> Callable[[Answer], Answer]:
        """Decorate the function that answers."""

        def keep(answer: Answer) -> Answer:
            self._routes.append((method, template, answer))
            return answer

        return keep

    def include(self, *others: Routes[Answer]) -> Routes[Answer]:
        """These routes and those of others."""
        for other in others:
            self._routes.extend(other._routes)
        return self

    def find(self, request: Request) -> Match[Answer] | None:
        """The route of a request, or None."""
        return next(self._fitting(request), None)

    def _fitting(self, request: Request) -> Iterator[Match[Answer]]:
        given = request.segments()
        for method, template, answer in self._routes:
            wanted = tuple(template.strip("/").split("/"))
            if method == request.method and len(wanted) == len(given) and _fits(wanted, given):
                values = tuple(value for name, value in zip(wanted, given, strict=True) if name.startswith("{"))
                yield Match(template, answer, values)


def _fits(wanted: tuple[str, ...], given: tuple[str, ...]) -> bool:
    return all(name.startswith("{") or name == value for name, value in zip(wanted, given, strict=True))
