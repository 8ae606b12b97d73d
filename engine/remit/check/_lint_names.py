"""Names that people take for one another."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from remit.check import _messages as messages
from remit.check._survey import Survey
from remit.source import Finding, Path, Position

_KINDS = ("Team", "Project", "Key", "Model", "Target", "Group", "Policy")
_CONFUSED = str.maketrans({"1": "l", "0": "o", "-": None, "_": None, ".": None})


def skeleton(name: str) -> str:
    """What is left of a name when case, separators, and letters that look alike do not count."""
    return unicodedata.normalize("NFKC", name).casefold().translate(_CONFUSED)


def look_alikes(survey: Survey) -> Iterator[Finding]:
    """Each name that looks like an earlier one of its kind; aliases count as names of models."""
    for kind in _KINDS:
        seen: dict[str, tuple[str, Position]] = {}
        for name, place in _names(survey, kind):
            other, where = seen.setdefault(skeleton(name), (name, place))
            if other != name:
                yield messages.look_alike(place, kind, name, other, where)


def _names(survey: Survey, kind: str) -> Iterator[tuple[str, Position]]:
    for name in survey.names(kind):
        yield name, survey.position(kind, name)
    for name, model in survey.bundle.models.items() if kind == "Model" else ():
        for number, alias in enumerate(model.spec.aliases):
            path: Path = ("spec", "aliases", number)
            yield alias, survey.position("Model", name, path)
