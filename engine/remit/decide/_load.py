"""From a place to an engine."""

from __future__ import annotations

import os
from pathlib import Path

from remit.bundle import Bundle, load_bundle
from remit.decide import _messages as messages
from remit.decide._engine import Engine
from remit.source import open_tree

ENVIRONMENT = "REMIT_BUNDLE"


class CannotLoad(ValueError):
    """The place holds no policies, or policies with errors."""


def load(location: str | Path | None = None, ref: str | None = None) -> Engine:
    """An engine for a directory of policies, the same at a git `ref`, or a bundle file.

    Without a location `REMIT_BUNDLE` names it, else `policies` is taken. Raises CannotLoad, and
    `remit.bundle.NotABundle` for a damaged bundle.
    """
    place = Path(location if location is not None else os.environ.get(ENVIRONMENT, "policies"))
    return Engine(bundle_at(place, ref))


def bundle_at(place: Path, ref: str | None = None) -> Bundle:
    """The bundle of a place. Raises CannotLoad and NotABundle."""
    if ref is None and place.is_file():
        return load_bundle(place)
    if ref is None and not place.is_dir():
        raise CannotLoad(messages.nothing_to_load(str(place)))
    from remit.bundle import compile_tree  # a bundle file needs no compiler

    compilation = compile_tree(open_tree(place, ref))
    if compilation.bundle is None:
        errors = [each for each in compilation.findings if each.severity == "error"]
        raise CannotLoad(messages.does_not_compile(len(errors), str(errors[0])))
    return compilation.bundle
