"""The Python source of one program while it is being written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from remit.cel._ast import Call, Index, Node, Select
from remit.cel._emit_names import Resolver
from remit.cel._tree import children
from remit.cel._types import Type

MACRO_STEPS = 1_000_000
"""Steps of macros a program may take before the exact evaluator counts them one by one."""

KINDS: Mapping[str, str] = {
    "bool": "bool",
    "int": "int",
    "money": "int",
    "double": "double",
    "string": "string",
    "bytes": "bytes",
    "google.protobuf.Timestamp": "timestamp",
    "google.protobuf.Duration": "duration",
}
"""The kinds that generated code tells apart, by the names of types."""

PYTHON: Mapping[str, str] = {
    "bool": "bool",
    "int": "int",
    "double": "float",
    "string": "str",
    "bytes": "bytes",
    "timestamp": "datetime",
    "duration": "timedelta",
}
"""The Python type of each kind, by its name in generated code."""


READ = frozenset({"bool", "int", "double", "string"})
"""The kinds that a value can be held to by its type alone."""

MAIN = "program"
"""The routine that is the program itself."""


class Unsupported(Exception):
    """No code is generated for this tree: the exact evaluator runs it."""


@dataclass(frozen=True, slots=True)
class Text:
    """A Python expression; `kind` is certain and empty when unknown; an `atom` may be repeated.

    `again`: how to repeat its value once it was computed, where that is known.
    """

    code: str
    kind: str = ""
    atom: bool = False
    again: str = ""


Emit = Callable[["Routine", Node], Text]


@dataclass(slots=True)
class Unit:
    """What the routines of one program share."""

    emitters: Mapping[type[Node], Emit]
    implementations: Mapping[str, Callable[..., object]]
    types: Mapping[int, Type]
    folded: Mapping[int, object]
    cuts: frozenset[int]
    resolver: Resolver
    macros: int
    shared: Mapping[int, int] = field(default_factory=dict)
    constants: list[object] = field(default_factory=list)
    waiting: list[Routine] = field(default_factory=list)
    pathless: set[int] = field(default_factory=set)
    _slots: dict[tuple[type, object], str] = field(default_factory=dict)
    _routines: int = 0

    def constant(self, value: object) -> str:
        """The name of the slot that holds `value`."""
        key = (type(value), value if isinstance(value, str | int) else id(value))
        if key not in self._slots:
            self._slots[key] = f"c{len(self.constants)}"
            self.constants.append(value)
        return self._slots[key]

    def implementation(self, function: str) -> str:
        """The name of the slot that holds a function of the language."""
        return self.constant(self.implementations[function])

    def cut(self, node: Node, around: Routine) -> Routine:
        """A routine of its own for `node`, which has the macro variables around it for parameters.

        It goes on numbering where the other is, or its locals would take the names of its parameters.
        """
        self._routines += 1
        routine = Routine(self, node, f"g{self._routines}", dict(around.scope), around.depth, around.slots)
        self.waiting.append(routine)
        return routine


@dataclass(slots=True)
class Routine:
    """One generated function."""

    unit: Unit
    root: Node
    name: str
    scope: dict[str, Text]
    depth: int = 0
    slots: int = 0
    lines: list[str] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    temporaries: int = 0
    _shares: set[str] = field(default_factory=set)
    _variables: dict[str, str] = field(default_factory=dict)
    _records: set[str] = field(default_factory=set)

    def emit(self, node: Node) -> Text:
        """The code of a node of this routine, or the call of the routine it has been cut into."""
        if id(node) in self.unit.folded:
            return self.literal(self.unit.folded[id(node)])
        if self.name == MAIN and id(node) in self.unit.shared:
            return self._shared(node, f"m{self.unit.shared[id(node)]}")
        return self._written(node)

    def _shared(self, node: Node, local: str) -> Text:
        """A part that stands in the program several times: computed when it is first needed, then kept in a local."""
        if local not in self._shares:
            self._shares.add(local)
            self.head.append(f"{local} = UNSET")
        with self.captured() as lines:
            text = self._written(node)
        if lines:
            cut = self.unit.cut(node, self)
            text = Text(f"{cut.name}({cut.parameters()})", text.kind)
        elif not text.kind and isinstance(node, Select | Index):
            text = self._certain(node, text)
        return Text(f"({local} if {local} is not UNSET else ({local} := {text.code}))", text.kind, again=local)

    def _certain(self, node: Node, text: Text) -> Text:
        """A value that was read, of the kind that was declared: any other goes to the exact evaluator."""
        kind = self.hint(node, text)
        return Text(f"{kind}_of({text.code})", kind) if kind in READ else text

    def _written(self, node: Node) -> Text:
        if id(node) in self.unit.cuts and node is not self.root:
            cut = self.unit.cut(node, self)
            return Text(f"{cut.name}({cut.parameters()})")
        if isinstance(node, Call | Index | Select) and all(id(part) in self.unit.folded for part in children(node)):
            return Text("unusual()")  # constants that have no value together
        return self.unit.emitters[type(node)](self, node)

    def parameters(self) -> str:
        """The parameters of this routine, and the arguments of its call: they have the same names."""
        return ", ".join(["act", *(text.code for text in self.scope.values())])

    def literal(self, value: object) -> Text:
        """The code of a constant; lists and maps are copied, for the caller may change them."""
        if value is True or value is False:
            return Text(str(value), "bool", atom=True)
        if value is None:
            return Text("None", "null", atom=True)
        slot = self.unit.constant(value)
        if isinstance(value, list | dict):
            return Text(f"fresh({slot})", type(value).__name__)
        return Text(slot, _kind(value), atom=True)

    def condition(self, node: Node) -> str:
        """The code of a node as a Python condition that is certainly a bool."""
        text = self.emit(node)
        if text.kind == "bool":
            return text.code
        first, again = self.bind(text)
        return f"({first} is True or {again} is not False and unusual())"

    def bind(self, text: Text) -> tuple[str, str]:
        """How to write an operand the first time, and how to repeat it."""
        if text.atom or text.again:
            return text.code, text.again or text.code
        name = self.temporary()
        return f"({name} := {text.code})", name

    def temporary(self) -> str:
        """A local for the rest of the expression; conditions of `&&` and `||` use them again."""
        self.temporaries += 1
        return f"t{self.temporaries}"

    def hint(self, node: Node, text: Text) -> str:
        """The kind that a value certainly has, or else the kind it was declared with."""
        declared = self.unit.types.get(id(node))
        return text.kind or (KINDS.get(declared.name, "") if declared else "")

    def slot(self) -> str:
        """A new local variable."""
        self.slots += 1
        return f"s{self.slots}"

    def variable(self, name: str) -> str:
        """The local that holds a variable of the activation."""
        if name not in self._variables:
            self._variables[name] = f"v{len(self._variables)}"
            self.head.append(f"{self._variables[name]} = act[{self.unit.constant(name)}]")
        return self._variables[name]

    def record(self, local: str) -> None:
        """Let the fields of a variable's local be read by subscription."""
        if local not in self._records:
            self._records.add(local)
            self.head.append(f"if type({local}) is not dict: {local} = record({local})")

    def line(self, text: str) -> None:
        """Add a statement."""
        self.lines.append(text)

    @contextmanager
    def captured(self) -> Iterator[list[str]]:
        """Collect the statements written inside instead of adding them."""
        outer, self.lines = self.lines, []
        try:
            yield self.lines
        finally:
            self.lines = outer

    def block(self, header: str, body: list[str]) -> None:
        """Add a compound statement."""
        self.line(header)
        self.lines.extend(f" {line}" for line in body)


def _kind(value: object) -> str:
    names = {"str": "string", "float": "double", "datetime": "timestamp", "timedelta": "duration"}
    name = type(value).__name__
    return names.get(name, name if name in ("int", "bytes") else "")
