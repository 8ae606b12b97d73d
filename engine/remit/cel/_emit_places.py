"""Constants in the code itself: reading one from there takes half as long as from the function's globals.

The compiled text is shared by all expressions of one shape, so it holds a place for each constant, which is filled
in a copy of the code. A place is a value that stands for nothing else and that Python's compiler leaves alone.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from types import CodeType
from typing import cast

_SLOT = re.compile(r"c\d+")


def with_places(text: str) -> ast.Module:
    """The text as a tree, with places for the constants that are compared, or read by."""
    tree = ast.parse(text)
    _Places().visit(tree)
    return ast.fix_missing_locations(tree)


def filled(code: CodeType, slots: Mapping[str, object]) -> CodeType:
    """A copy of the code with the constants in their places."""
    return code.replace(co_consts=tuple(_value(each, slots) for each in code.co_consts))


def _value(constant: object, slots: Mapping[str, object]) -> object:
    if isinstance(constant, frozenset) and len(constant) == 1:
        (name,) = constant
        return slots[name]
    return constant


class _Places(ast.NodeTransformer):
    """Only where a constant stands beside something that is not known: Python computes what is constant altogether."""

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        if not any(isinstance(each, ast.Is | ast.IsNot) for each in node.ops):
            node.left = _place(node.left)
            node.comparators = [_place(each) for each in node.comparators]
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        node.slice = _place(node.slice)
        return node


def _place(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.Name) and _SLOT.fullmatch(node.id):
        return ast.Constant(cast("str", frozenset((node.id,))))
    return node
