"""Texts of the compiler, the specialiser and the reader of saved trees."""

from __future__ import annotations


def malformed_tree(why: str) -> str:
    """A saved expression that no `dump` wrote."""
    return f"the saved expression {why}: compile the bundle again"


def too_deep_to_specialise() -> str:
    """Macros inside macros, or known values inside values, past what can be followed."""
    return "the expression or the values it is specialised for nest too deep to follow"


def unsaved_constant() -> str:
    """A constant that only lives in this process."""
    return "the expression holds a value that cannot be saved: save the expression it was specialised from"
