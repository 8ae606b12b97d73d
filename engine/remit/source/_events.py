"""The one place that touches the YAML parser: libyaml's events, or those of its Python twin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from remit.source import _syntax as syntax
from remit.source._errors import SyntaxFault

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Span:
    """Where something stands in the text; lines and columns from 0, the end exclusive."""

    start: tuple[int, int]
    end: tuple[int, int]


def events(text: str, file: str) -> Iterator[yaml.Event]:
    """The events of the text, in order. Raises SyntaxFault where it stops being YAML."""
    parser = _Loader(text)
    try:
        while True:
            event = parser.get_event()
            yield event
            if type(event) is yaml.StreamEndEvent:
                return
    except yaml.MarkedYAMLError as error:
        raise _fault(error, text, file) from None
    except (yaml.YAMLError, ValueError, OverflowError):
        raise syntax.unreadable(text, file) from None
    finally:
        parser.dispose()


def _fault(error: yaml.MarkedYAMLError, text: str, file: str) -> SyntaxFault:
    """The error in our words; what is never closed is shown where it opens."""
    problem = error.problem or ""
    is_open = problem.startswith("found unexpected") and "scalar" in (error.context or "")
    mark = (error.context_mark if is_open else None) or error.problem_mark or error.context_mark
    return syntax.fault(problem, error.context or "", (mark.line, mark.column) if mark else (0, 0), text, file)


def start(event: yaml.Event) -> tuple[int, int]:
    """Line and column, from 1, where an event starts."""
    mark = event.start_mark
    assert mark is not None  # noqa: S101 - the parser marks every event
    return mark.line + 1, mark.column + 1


def span(event: yaml.Event) -> Span:
    """The place of an event."""
    end = event.end_mark
    assert end is not None  # noqa: S101 - the parser marks every event
    line, column = start(event)
    return Span((line - 1, column - 1), (end.line, end.column))
