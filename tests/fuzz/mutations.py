# ruff: noqa: E501
"""Deliberate mistakes in the compiler, the evaluator, the checker and partial evaluation.

Each is one edit of a text that stands once in its module, and changes what some expression comes to. One that no
test sees is a hole in the tests. Edits that only make something slower, or leave more to the exact evaluator, are
no mistakes and do not belong here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutation:
    """One edit: `old` stands once in the module, a path below `remit`."""

    module: str
    old: str
    new: str

    @property
    def name(self) -> str:
        """What to call it in a report."""
        return f"{self.module}: {_short(self.old)} → {_short(self.new)}"

    def applied(self, source: str) -> str:
        """The module with the mistake. Raises ValueError when the text does not stand there once."""
        if source.count(self.old) != 1:
            raise ValueError(
                f"`{self.old}` stands {source.count(self.old)} times in {self.module}: change the mutation"
            )
        return source.replace(self.old, self.new)


def _short(text: str) -> str:
    return " ".join(text.split())


_EDITS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "cel/_emit_operators.py": (
        ("({first} == {constant.code} or", "({first} != {constant.code} or"),
        ("({first} is None or", "({first} is not None or"),
        ('"_<_": "<"', '"_<_": "<="'),
        ('"_<=_": "<="', '"_<=_": "<"'),
        ('"_>_": ">"', '"_>_": ">="'),
        ('"_>=_": ">="', '"_>=_": ">"'),
        ('"_+_": "+", "_-_": "-"', '"_+_": "-", "_-_": "+"'),
        ('f"(not {code})" if node.function == "_!=_"', 'f"(not {code})" if node.function == "_==_"'),
        ("{two}) <= {INT_MAX}", "{two}) <= 2 ** 70"),
        ('fits = f"{INT_MIN} <= (', 'fits = f"-(2 ** 70) <= ('),
        ("SHORTEST <= ({result} := {one} - {two})", "SHORTEST <= ({result} := {two} - {one})"),
        ('f"(not {routine.condition(node.args[0])})"', 'f"({routine.condition(node.args[0])})"'),
        ("{element_again} in {container_again} if", "{element_again} not in {container_again} if"),
        ("({first} in {members} or", "({first} not in {members} or"),
        ("({again} in {members} if type({first}) is int", "({again} in {members} if True or type({first}) is int"),
        ('f"type({first}) is type({second}) is {python}"', 'f"type({first}) is {python} or type({second})"'),
        ('"+", "_-_": "-", "_*_": "*"', '"+", "_-_": "-", "_*_": "+"'),
    ),
    "cel/_emit_logic.py": (
        ('node, " and ", "if {}:"', 'node, " or ", "if {}:"'),
        ('node, " or ", "if not {}:"', 'node, " and ", "if not {}:"'),
        ('" and ", "if {}:"', '" and ", "if not {}:"'),
        ("get(id(term)) is neutral", "get(id(term)) is not None"),
        ("({then.code} if {test} else {other.code})", "({other.code} if {test} else {then.code})"),
        ("isinstance(node, And)\n    for", "isinstance(node, Or)\n    for"),
        ('f"if {test}:"', 'f"if not {test}:"'),
    ),
    "cel/_emit_macros.py": (
        ('f"if not {condition}:", [f"{result} = False"', 'f"if {condition}:", [f"{result} = False"'),
        ('[f"{result} = True", "break"]', '[f"{result} = False", "break"]'),
        ("({result} == 1)", "({result} >= 1)"),
        ('{"all": "True", "exists": "False"', '{"all": "True", "exists": "True"'),
        ('f"if {condition}: {result}.append({variable})"', 'f"if not {condition}: {result}.append({variable})"'),
        ('"transformMap": _with_each("put({result}, {key}', '"transformMap": _with_each("put({result}, {code}'),
        ('condition = "True" if node.where is None', 'condition = "True" if node.where is not node'),
    ),
    "cel/_emit_access.py": (
        ('"({slot} in {again} if type({first}) is dict', '"({slot} not in {again} if type({first}) is dict'),
        ("and {position.code} >= 0", ""),
        ("    if node.test:\n        return _test(routine, node)\n", ""),
        (
            '    if node.optional:\n        return Text(f"optional_index',
            '    if node is None:\n        return Text(f"optional_index',
        ),
    ),
    "cel/_emit_fold.py": (
        ("if isinstance(node, ListLiteral) and not node.optional:", "if isinstance(node, ListLiteral):"),
        ("values[id(node)] = node.value", "values[id(node)] = node.value or 0"),
    ),
    "cel/_emit_functions.py": (
        ('_affix("{0}.startswith({1})")', '_affix("{0}.endswith({1})")'),
        ('_affix("{1} in {0}")', '_affix("{0} in {1}")'),
        ('(False, True): "{0}.startswith({1})"', '(False, True): "{0} == {1}"'),
        ("(len({again}) if type({first}) in SIZED", "(len({again}) - 1 if type({first}) in SIZED"),
    ),
    "cel/_emit_naming.py": (
        ('f"if {held}.present:"', 'f"if not {held}.present:"'),
        ('"optMap": _optional("some({})")', '"optMap": _optional("{}")'),
    ),
    "cel/_emit_runtime.py": (
        ("    if type(key) not in _KEYS or key in entries:\n        raise Unusual\n", ""),
        ("return list(enumerate(cast(", "return list(enumerate(start=1, iterable=cast("),
        ('"SHORTEST": -LONGEST', '"SHORTEST": -LONGEST * 2'),
    ),
    "cel/_evaluate.py": (
        ("return not self.decide(node.terms, False", "return not self.decide(node.terms, True"),
        ("return self.decide(node.terms, True", "return not self.decide(node.terms, True"),
        ("failure = failure or error\n", "raise\n"),
        ("        if failure is not None:\n            raise failure\n", ""),
        (
            '"`exists_one`") for body in self.bodies(node, items)) == 1',
            '"`exists_one`") for body in self.bodies(node, items)) > 0',
        ),
        ("branch.then if self.condition(branch.test", "branch.then if not self.condition(branch.test"),
        (
            "        if len(values) not in (METHOD_ARITIES if is_method else FUNCTION_ARITIES)[name]:\n            raise _messages.no_such_overload(name, map(kind, values))\n",
            "",
        ),
        (
            "if position not in node.optional:\n                result.append(value)",
            "if True:\n                result.append(value)",
        ),
        (
            "                if not isinstance(value, bool):\n                    raise _messages.not_a_condition(where, kind(value))\n",
            "",
        ),
        (
            'value if cast("Call", link).function == "or" else value.value',
            'value.value if cast("Call", link).function == "or" else value',
        ),
    ),
    "cel/_access.py": (
        ("return field in cast(", "return field not in cast("),
        ("if 0 <= number < len(list_):", "if number < len(list_):"),
        (
            '    if name == DOUBLE.name and not number.is_integer():\n        raise _messages.not_convertible(DOUBLE.name, "a list index")\n',
            "",
        ),
        ("if error.code in _ABSENT:", "if error.code:"),
        ("return held.present and has(held.value, field)", "return held.present or has(held.value, field)"),
    ),
    "cel/_compare.py": (
        ("return a < b\n", "return a <= b\n"),
        ("return a <= b\n", "return a < b\n"),
        ("return b < a\n", "return b <= a\n"),
        ("return not equal(left, right)", "return equal(left, right)"),
        ("return any(equal(element", "return all(equal(element"),
        ("is not MISSING\n    raise", "is MISSING\n    raise"),
        ("return a in NUMERIC and b in NUMERIC and", "return a in NUMERIC or b in NUMERIC and"),
        ("return len(a) == len(b) and all(map(equal, a, b))", "return all(map(equal, a, b))"),
        ("return len(a) == len(b) and all(_entry_equal", "return all(_entry_equal"),
        ("nearest_double(number) if DOUBLE.name in (own, other) else number", "number"),
        ("a.present == b.present and (not a.present or", "(not a.present or"),
    ),
    "cel/_arithmetic.py": (
        ("if INT_MIN <= value <= INT_MAX:", "if INT_MIN <= value:"),
        ("    if 0 <= value <= UINT_MAX:", "    if value <= UINT_MAX:"),
        ("quotient if (left < 0) == (right < 0) else -quotient", "left // right"),
        (
            "    if right == 0:\n        raise _messages.divide_by_zero()\n    quotient = abs(left) // abs(right)",
            "    quotient = abs(left) // (abs(right) or 1)",
        ),
        ("    if math.isnan(left) or not left:\n        return math.nan\n", ""),
        ("* math.copysign(1.0, right)", ""),
        ("return within_int(_quotient(left, right))", "return _quotient(left, right)"),
        ("return left - right * within_int(_quotient(left, right))", "return left % right"),
        (
            "(timestamp_nanoseconds(later) - timestamp_nanoseconds(earlier))",
            "(timestamp_nanoseconds(earlier) - timestamp_nanoseconds(later))",
        ),
        ("return within_int(-operand)", "return -operand"),
    ),
    "cel/_ext_strings.py": (
        ("if 0 <= at <= len(text):", "if 0 <= at < len(text):"),
        ("    if end < start:\n        raise _messages.range_reversed()\n", ""),
        ("limit - 1 if limit > 0 else -1)", "limit if limit > 0 else -1)"),
        ("_position(text, start) + len(part))", "_position(text, start))"),
        ("return text[at : at + 1]", "return text[at : at + 2]"),
    ),
    "cel/_specialise_logic.py": (
        ("_chain(walk, node, decides=False)", "_chain(walk, node, decides=True)"),
        ("_chain(walk, node, decides=True)", "_chain(walk, node, decides=False)"),
        ("if not (isinstance(part, Known) and part.value is (not decides)):", "if not isinstance(part, Known):"),
        ("if len(trees) == 1 and unknown and surely_bool(trees[0]):", "if len(trees) == 1 and unknown:"),
        (
            "return (yield node.then if test.value else node.otherwise)",
            "return (yield node.otherwise if test.value else node.then)",
        ),
        (
            "return Rest(tree) if unknown else walk.failure(tree)",
            "return Rest(tree) if not unknown else walk.failure(tree)",
        ),
        ("held.value.present:", "held.value:"),
        ("neutral = chain is And", "neutral = chain is Or"),
    ),
    "cel/_specialise_macros.py": (
        ('decides = node.kind == "exists"', 'decides = node.kind == "all"'),
        (
            "return joined(walk, node, Or if decides else And, terms)",
            "return joined(walk, node, And if decides else Or, terms)",
        ),
        (
            "        if test.value:\n            kept.append(scope)",
            "        if not test.value:\n            kept.append(scope)",
        ),
        ("if not isinstance(body, Rest) or name not in free_names(body.node):", "if body is not None:"),
        (
            "return list(source.items()) if variables == 2 else [(key,) for key in source]",
            "return list(source.items()) if variables == 2 else [(key,) for key in source.values()]",
        ),
    ),
    "cel/_specialise_names.py": (
        ("return Known(True) if node.test else found", "return Known(False) if node.test else found"),
        ("if node.name in scope and not node.absolute:", "if node.name in scope and node.absolute:"),
    ),
    "cel/_specialise_walk.py": (
        ("return scope[name] is not None if name in scope else name in self.known", "return name in self.known"),
    ),
    "cel/_specialise_parts.py": (
        (
            "    if isinstance(node, Select):\n        return node.test",
            "    if isinstance(node, Select):\n        return True",
        ),
        ('return node.kind in ("all", "exists", "exists_one")', "return True"),
    ),
    "cel/_checker_flow.py": (
        ("if not context.accepts(BOOL, typed.type):", "if context.accepts(BOOL, typed.type) is None:"),
        ("    if both is not None:\n        return both", "    if True:\n        return then"),
    ),
    "cel/_checker_overloads.py": (
        (
            "    if len(overload.arguments) != len(given):\n        return None\n",
            "    given = given[: len(overload.arguments)]\n",
        ),
        (
            "return first if first is not None and all(result == first for result in rest) else DYN",
            "return first or DYN",
        ),
    ),
    "cel/_serialise.py": (
        ("lambda node: [node.field, node.test, node.optional]", "lambda node: [node.field, False, node.optional]"),
        ('str(int(cast("int", value)))', 'str(abs(int(cast("int", value))))'),
    ),
    "cel/_emit_share.py": (("(node.range,) if isinstance(node, Macro) else children(node)", "children(node)"),),
    "cel/_shape.py": (
        ('(node.kind, id(node.value) if node.kind == "null" else repr(node.value))', "node.kind"),
        ("lambda node: (node.field, node.test, node.optional)", "lambda node: node.field"),
        ("(node.function, node.absolute, node.target is None)", "node.absolute"),
    ),
    "decide/_fuse.py": (
        (
            "return left[0] if len(left) == 1 else Or(tuple(left))",
            "return left[0] if len(left) == 1 else And(tuple(left))",
        ),
        ("return terms[0] if len(terms) == 1 else And(terms)", "return terms[0]"),
        ("And((first, _any(rest)))", "Or((first, _any(rest)))"),
    ),
}


def mutations() -> Iterator[Mutation]:
    """All of them."""
    for module, edits in _EDITS.items():
        for old, new in edits:
            yield Mutation(module, old, new)
