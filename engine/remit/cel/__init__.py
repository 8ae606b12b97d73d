"""The expression language of policies: CEL, typed, bounded, and compiled to native Python.

    program = compile("request.purpose in key.purposes", variables={"key": ..., "request": ...})
    program({"key": {"purposes": ["search"]}, "request": {"purpose": "search"}})    # True

Importing this package loads no parser, no checker and no regular expression engine: each is loaded when
it is first used, so that a process that only runs saved programs never loads the parser.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from remit.cel._ast import (
    And,
    Call,
    Conditional,
    Ident,
    Index,
    ListLiteral,
    Literal,
    Macro,
    MapLiteral,
    Node,
    Or,
    Select,
    StructLiteral,
)
from remit.cel._errors import CelError, CelEvaluationError, CelSyntaxError, CelTypeError
from remit.cel._types import (
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    DYN,
    INT,
    MONEY,
    NULL,
    STRING,
    TIMESTAMP,
    UINT,
    ObjectType,
    Type,
    list_of,
    map_of,
    optional_of,
    type_of,
)
from remit.cel._values import FineDuration, FineTimestamp, OptionalValue, TypeValue, UInt

if TYPE_CHECKING:
    from remit.cel._check import check, check_all
    from remit.cel._checked import Checked
    from remit.cel._compile import compile, from_ast
    from remit.cel._cost import Cost, check_cost, cost
    from remit.cel._currency_calls import money_functions
    from remit.cel._declarations import object_type, parse_type, render_type
    from remit.cel._evaluate import evaluate
    from remit.cel._optional_reads import optional_reads
    from remit.cel._parser import parse
    from remit.cel._patterns import bad_patterns
    from remit.cel._program import Program
    from remit.cel._references import references, substitute
    from remit.cel._serialise import dump, load
    from remit.cel._show import show
    from remit.cel._specialise import Constant, Failed, specialise
    from remit.cel._spell import spell
    from remit.cel._trace import Trace, trace
    from remit.cel._tree import postorder

_LAZY = {
    "Checked": "_checked",
    "Constant": "_specialise",
    "Cost": "_cost",
    "Failed": "_specialise",
    "Program": "_program",
    "Trace": "_trace",
    "bad_patterns": "_patterns",
    "check": "_check",
    "check_all": "_check",
    "check_cost": "_cost",
    "compile": "_compile",
    "cost": "_cost",
    "dump": "_serialise",
    "evaluate": "_evaluate",
    "from_ast": "_compile",
    "load": "_serialise",
    "money_functions": "_currency_calls",
    "object_type": "_declarations",
    "optional_reads": "_optional_reads",
    "parse": "_parser",
    "parse_type": "_declarations",
    "postorder": "_tree",
    "references": "_references",
    "render_type": "_declarations",
    "show": "_show",
    "specialise": "_specialise",
    "spell": "_spell",
    "substitute": "_references",
    "trace": "_trace",
}

__all__ = [
    "And",
    "BOOL",
    "BYTES",
    "Call",
    "CelError",
    "CelEvaluationError",
    "CelSyntaxError",
    "CelTypeError",
    "Checked",
    "Conditional",
    "Constant",
    "Cost",
    "DOUBLE",
    "DURATION",
    "DYN",
    "Failed",
    "FineDuration",
    "FineTimestamp",
    "INT",
    "Ident",
    "Index",
    "ListLiteral",
    "Literal",
    "MONEY",
    "Macro",
    "MapLiteral",
    "NULL",
    "Node",
    "ObjectType",
    "OptionalValue",
    "Or",
    "Program",
    "STRING",
    "Select",
    "StructLiteral",
    "TIMESTAMP",
    "Trace",
    "Type",
    "TypeValue",
    "UINT",
    "UInt",
    "bad_patterns",
    "check",
    "check_all",
    "check_cost",
    "compile",
    "cost",
    "dump",
    "evaluate",
    "from_ast",
    "list_of",
    "load",
    "map_of",
    "money_functions",
    "object_type",
    "optional_of",
    "optional_reads",
    "parse",
    "parse_type",
    "postorder",
    "references",
    "render_type",
    "show",
    "specialise",
    "spell",
    "substitute",
    "trace",
    "type_of",
]


def __getattr__(name: str) -> object:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"{__name__}.{_LAZY[name]}"), name)
    globals()[name] = value
    return value
