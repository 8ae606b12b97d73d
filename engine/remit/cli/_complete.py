"""Names for the completion of the shell: read from the files as they are, sound or not, and quietly."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import typer


def key_names(context: typer.Context, incomplete: str) -> list[str]:
    """Keys that are declared."""
    return _names("Key", context, incomplete)


def model_names(context: typer.Context, incomplete: str) -> list[str]:
    """Models that are declared."""
    return _names("Model", context, incomplete)


def target_names(context: typer.Context, incomplete: str) -> list[str]:
    """Targets that are declared."""
    return _names("Target", context, incomplete)


def kind_names(context: typer.Context, incomplete: str) -> list[str]:  # noqa: ARG001
    """Kinds of resources."""
    from remit.resources import KINDS

    return [kind for kind in KINDS if kind.lower().startswith(incomplete.lower())]


def resource_names(context: typer.Context, incomplete: str) -> list[str]:
    """Resources of the kind that stands before."""
    return _names(str(context.params.get("kind", "")).capitalize(), context, incomplete)


def _names(kind: str, context: typer.Context, incomplete: str) -> list[str]:
    place = context.params.get("policies") or os.environ.get("REMIT_POLICIES") or "policies"
    try:
        found = set(_declared(kind, Path(str(place))))
    except Exception:  # a completion that fails must not disturb the line being typed
        return []
    return sorted(name for name in found if name.startswith(incomplete))


def _declared(kind: str, place: Path) -> Iterator[str]:
    from remit.source import open_tree, read_documents

    tree = open_tree(place)
    for path in tree.files():
        for document in read_documents(tree.read(path), path).documents:
            data = document.data
            if isinstance(data, dict) and str(data.get("kind")).lower() == kind.lower():
                metadata = data.get("metadata")
                if isinstance(metadata, dict) and isinstance(metadata.get("name"), str):
                    yield str(metadata["name"])
