"""Paths of files of a tree as the repository around it names them."""

from __future__ import annotations

from posixpath import normpath


def under(base: str, file: str) -> str:
    """`file` of the tree that is the folder `base` of its repository."""
    return normpath(f"{base}/{file}") if base else file
