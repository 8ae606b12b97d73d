"""Texts of the compiler, the specialiser and the reader of saved trees."""

from __future__ import annotations


def malformed_tree(why: str) -> str:
    """A saved expression that no `dump` wrote."""
    return f"the saved expression {why}: compile the bundle again"
