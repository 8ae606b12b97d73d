"""Names that people take for one another."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from remit.check import _messages as messages
from remit.check._survey import Survey
from remit.source import Finding, Path

_KINDS = ("Team", "Project", "Key", "Model", "Target", "Group", "Policy")
_CONFUSED = str.maketrans({"1": "l", "0": "o", "-": None, "_": None, ".": None})


class _Named(NamedTuple):
    """A name, the resource that bears it, and where in its document it stands."""

    name: str
    owner: str
    path: Path


def skeleton(name: str) -> str:
    """What is left of a name when case, separators, and letters that look alike do not count."""
    return unicodedata.normalize("NFKC", name).casefold().translate(_CONFUSED)


def look_alikes(survey: Survey) -> Iterator[Finding]:
    """Each name that looks like an earlier one of its kind; aliases count as names of models."""
    for kind in _KINDS:
        seen: dict[str, _Named] = {}
        for each in _names(survey, kind):
            first = seen.setdefault(skeleton(each.name), each)
            if first.name != each.name:
                places = (survey.position(kind, named.owner, named.path) for named in (each, first))
                yield messages.look_alike(next(places), kind, each.name, first.name, next(places))


def _names(survey: Survey, kind: str) -> Iterator[_Named]:
    for name in survey.names(kind):
        yield _Named(name, name, ("metadata", "name"))
    for name, model in survey.bundle.models.items() if kind == "Model" else ():
        for number, alias in enumerate(model.spec.aliases):
            yield _Named(alias, name, ("spec", "aliases", number))
