"""What an expression reads, and putting trees in the place of what it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from remit.cel._ast import Call, Ident, Macro, Node, Select
from remit.cel._names import is_field
from remit.cel._overloads import MONEY_REWRITES, OVERLOADS
from remit.cel._tree import children, fold, rebuild

Path = tuple[str, ...]
Scope = frozenset[str]

_NOTHING: Scope = frozenset()

MAX_LENGTH = 1 << 16
"""No text spells a longer path."""


def path_of(node: Node, *, tests: bool = False, longest: int = MAX_LENGTH) -> Path:
    """`("a", "b", "c")` for `a.b.c`, and with `tests` for `has(a.b.c)`; empty for other trees, or over `longest`."""
    parts: list[str] = []
    while isinstance(node, Select) and not node.optional and (tests or not node.test):
        parts.append(node.field)
        node, tests = node.operand, False
        if len(parts) >= longest:
            return ()
    return (node.name, *reversed(parts)) if isinstance(node, Ident) else ()


def root_of_path(node: Node) -> Ident | None:
    """The name at the left end of a chain of selections, if that is where it ends."""
    while isinstance(node, Select):
        node = node.operand
    return node if isinstance(node, Ident) else None


def is_namespace(node: Call, scope: Scope) -> bool:
    """Whether the target of a call is no value but the first part of the function's name, as in `math.abs(x)`."""
    if node.target is None or _is_local(node.target, scope):
        return False
    return ".".join((*path_of(node.target), node.function)) in _NAMESPACED


_NAMESPACED = frozenset(name for name in OVERLOADS if "." in name) - frozenset(MONEY_REWRITES.values())


def scoped_children(node: Node, scope: Scope) -> Iterator[tuple[Node, Scope]]:
    """The children of `node` that are read, each with the macro variables that are in scope there."""
    if isinstance(node, Call) and is_namespace(node, scope):
        yield from ((argument, scope) for argument in node.args)
        return
    if not isinstance(node, Macro):
        for child in children(node):
            yield child, scope
        return
    yield node.range, scope
    inner = scope | frozenset(node.variables)
    yield node.body, inner
    if node.where is not None:
        yield node.where, inner


def references(ast: Node) -> frozenset[Path]:
    """The paths read from the activation, each as long as it is written; macro variables are not read from there."""
    found: set[Path] = set()
    waiting: list[tuple[Node, Scope]] = [(ast, _NOTHING)]
    while waiting:
        node, scope = waiting.pop()
        path = path_of(node, tests=True)
        if not path:
            waiting.extend(scoped_children(_last_of_chain(node), scope))
        elif not _is_local(node, scope):
            found.add(path)
    return frozenset(found)


def _last_of_chain(node: Node) -> Node:
    """What a chain of fields that is no path stands on, by way of fields alone: they are no paths either."""
    while is_field(node) and isinstance(node, Select) and is_field(node.operand):
        node = node.operand
    return node


def _is_local(node: Node, scope: Scope) -> bool:
    root = root_of_path(node)
    return root is not None and root.name in scope and not root.absolute


def free_names(ast: Node) -> frozenset[str]:
    """The first names of the paths an expression reads."""
    return frozenset(path[0] for path in references(ast))


def names_read(root: Node) -> dict[int, frozenset[str]]:
    """By `id(node)`, the first names of what each part of a tree reads, without its own macro variables."""
    found: dict[int, frozenset[str]] = {}

    def visit(node: Node, parts: list[frozenset[str]]) -> frozenset[str]:
        if isinstance(node, Ident):
            names = frozenset({"." + node.name if node.absolute else node.name})
        elif isinstance(node, Call) and is_namespace(node, frozenset()):
            names = frozenset().union(*parts[1:])
        elif isinstance(node, Macro):
            names = parts[0] | (frozenset().union(*parts[1:]) - frozenset(node.variables))
        else:
            names = parts[0] if len(parts) == 1 else frozenset().union(*parts)
        found[id(node)] = names
        return names

    fold(root, visit)
    return found


def substitute(ast: Node, mapping: Mapping[Path, Node]) -> Node:
    """`ast` with the trees of `mapping` in the place of the paths it names.

    The longest path wins; a name that a macro binds is not replaced in that macro, and a macro whose
    variable is free in a replacement has its variable renamed, so nothing put in is captured. What is
    put in takes the offset of the reference it replaces. A test such as `has(a.b)` is no reading of
    `a.b` and stays, with a replacement of `a` under it.
    """
    free: frozenset[str] = frozenset().union(*map(free_names, mapping.values()))
    longest = max(map(len, mapping), default=1)
    done: list[Node] = []
    waiting: list[tuple[Node, Scope, bool]] = [(ast, _NOTHING, False)]
    while waiting:
        node, scope, opened = waiting.pop()
        if opened:
            done.append(rebuild(node, _take(done, len(children(node)))))
            continue
        found = mapping.get(path_of(node, longest=longest))
        if found is not None and not _is_local(node, scope):
            done.append(replace(found, offset=node.offset))
            continue
        node = _without_capture(node, free)
        waiting.append((node, scope, True))
        waiting.extend((child, inner, False) for child, inner in reversed(list(scoped_children(node, scope))))
        if isinstance(node, Call) and node.target is not None and is_namespace(node, scope):
            waiting.append((node.target, scope | {path_of(node.target)[0]}, False))
    return done.pop()


def _take(done: list[Node], count: int) -> tuple[Node, ...]:
    at = len(done) - count
    parts = tuple(done[at:])
    del done[at:]
    return parts


def _without_capture(node: Node, free: Scope) -> Node:
    if not isinstance(node, Macro) or free.isdisjoint(node.variables):
        return node
    # No text can spell a name with an apostrophe, so the new name meets no other.
    names = {name: f"{name}'" for name in node.variables if name in free}
    renaming: dict[Path, Node] = {(old,): Ident(new) for old, new in names.items()}
    return replace(
        node,
        variables=tuple(names.get(name, name) for name in node.variables),
        body=substitute(node.body, renaming),
        where=None if node.where is None else substitute(node.where, renaming),
    )
