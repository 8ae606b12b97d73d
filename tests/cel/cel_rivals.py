"""Other implementations of the language, run over the same vectors.

Each runs in a process of its own, for some of them end it: the process writes a line for each vector, and a
vector that is followed by no line has failed; the next process goes on behind it.

    python tests/cel/cel_rivals.py cel-python 0 < vectors.json
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import conformance

from remit.cel import Type, UInt
from remit.cel._maps import map_of
from remit.cel._values import TypeValue

Entry = Mapping[str, Any]
_SECONDS = 60


class Failure(Exception):
    """The implementation found an error in the expression, or in evaluating it."""


def installed() -> tuple[str, ...]:
    """The rivals that can be run here, by the names of their packages."""
    return tuple(name for name, rival in _RIVALS.items() if importlib.util.find_spec(rival.module))


def version(name: str) -> str:
    """The version of a rival's package."""
    return importlib.metadata.version(name)


def passed(name: str, entries: Sequence[Entry]) -> list[bool]:
    """Whether a rival answers each vector as it should; ending its process is no answer."""
    answers: list[bool] = []
    text = json.dumps(list(entries))
    while len(answers) < len(entries):
        command = [sys.executable, __file__, name, str(len(answers))]
        try:
            run = subprocess.run(command, input=text, capture_output=True, text=True, check=False, timeout=_SECONDS)
            lines = run.stdout.split()
        except subprocess.TimeoutExpired as late:
            lines = (late.stdout or b"").decode().split()
        answers += [line == "pass" for line in lines if line in ("pass", "fail")]
        if len(answers) < len(entries):
            answers.append(False)
    return answers


def main(arguments: Sequence[str]) -> int:
    """Writes `pass` or `fail` for each vector from the given one on."""
    name, start = arguments
    answer = _RIVALS[name].answer()
    # What the implementations log or print goes to the other stream.
    out, sys.stdout = sys.stdout, sys.stderr
    for entry in json.load(sys.stdin)[int(start) :]:
        out.write("pass\n" if _fits(answer, entry) else "fail\n")
        out.flush()
    return 0


def _fits(answer: Callable[[Entry], object], entry: Entry) -> bool:
    expect = entry["expect"]
    fails = expect is not None and expect[0] == "error"
    try:
        value = answer(entry)
    except Failure:
        return fails
    except Exception:
        return False
    return not fails and (expect is None or conformance.same(value, conformance.decode(expect)))


def _bound(entry: Entry) -> dict[str, object]:
    return {name: conformance.decode(value) for name, value in entry.get("bindings", {}).items()}


# --- cel-expr-python: Google's implementation in C++


def _google() -> Callable[[Entry], object]:
    from cel_expr_python import cel
    from cel_expr_python.ext import ext_bindings, ext_encoders, ext_math, ext_optional, ext_strings

    extensions = [
        ext_bindings.ExtBindings(),
        ext_encoders.ExtEncoders(),
        ext_math.ExtMath(),
        ext_optional.ExtOptional(),
        ext_strings.ExtStrings(),
    ]

    def declared(type_: Type) -> Any:
        inner = [declared(parameter) for parameter in type_.parameters]
        generic = {"list": cel.Type.List, "map": cel.Type.Map}.get(type_.name)
        return generic(*inner) if generic and inner else cel.Type(str(type_))

    def answer(entry: Entry) -> object:
        try:
            variables = {name: declared(conformance.decode_type(type_)) for name, type_ in entry.get("type_env", [])}
            environment = cel.NewEnv(variables=variables, container=entry.get("container"), extensions=extensions)
            expression = environment.compile(entry["expr"], disable_check=bool(entry.get("disable_check")))
            if entry.get("check_only"):
                return None
            value = expression.eval(data=_bound(entry))
        except Exception as error:
            raise Failure from error
        return _of_google(value)

    return answer


def _of_google(value: Any) -> object:
    """A value of Google's by the type it says it has."""
    name = value.type().name()
    if name == "ERROR":
        raise Failure
    held = value.value()
    if name.startswith("LIST"):
        return [_of_google(element) for element in held]
    if name.startswith("MAP"):
        return map_of([(key, _of_google(element)) for key, element in held.items()])
    read: Mapping[str, Callable[[Any], object]] = {
        "UINT": UInt,
        "BYTES": bytes,
        "TYPE": lambda type_: TypeValue(_GOOGLE_TYPES.get(type_.name(), type_.name().lower().partition("<")[0])),
    }
    return read.get(name, lambda plain: plain)(held)


_GOOGLE_TYPES = {
    "TIMESTAMP": "google.protobuf.Timestamp",
    "DURATION": "google.protobuf.Duration",
    "NULL": "null_type",
    "net.IP": "net.IP",
    "net.CIDR": "net.CIDR",
}


# --- common-expression-language: an implementation in Rust, which tells no int from a uint


def _rust() -> Callable[[Entry], object]:
    import cel

    def answer(entry: Entry) -> object:
        try:
            value = cel.evaluate(entry["expr"], _bound(entry))
        except Exception as error:
            raise Failure from error
        return _like(value, entry["expect"])

    return answer


def _like(value: object, expect: Any) -> object:
    """A plain value with the uints, and names of types, that are expected where there are such."""
    if expect is None:
        return value
    name, content = expect[0], expect[1] if len(expect) > 1 else None
    if name == "uint" and type(value) is int:
        return UInt(value)
    if name == "type" and isinstance(value, str):
        return TypeValue(value)
    if name == "list" and isinstance(value, list) and len(value) == len(content):
        return [_like(element, one) for element, one in zip(value, content, strict=True)]
    if name == "map" and isinstance(value, dict):
        wanted = {conformance.decode(key): one for key, one in content}
        return {key: _like(element, wanted.get(key)) for key, element in value.items()}
    return value


# --- cel-python: an implementation in Python


def _python() -> Callable[[Entry], object]:
    import celpy
    import celpy.celtypes as types

    wrap: Mapping[type, Callable[[Any], object]] = {
        bool: types.BoolType,
        int: types.IntType,
        UInt: types.UintType,
        float: types.DoubleType,
        str: types.StringType,
        bytes: types.BytesType,
        type(None): lambda _: None,
        list: lambda elements: types.ListType([wrapped(element) for element in elements]),
        dict: lambda map_: types.MapType({wrapped(key): wrapped(value) for key, value in map_.items()}),
    }

    def wrapped(value: object) -> Any:
        return wrap[type(value)](value)

    def answer(entry: Entry) -> object:
        try:
            environment = celpy.Environment(package=entry.get("container"), runner_class=celpy.InterpretedRunner)
            program = environment.program(environment.compile(entry["expr"]))
            if entry.get("check_only"):
                return None
            value = program.evaluate({name: wrapped(held) for name, held in _bound(entry).items()})
        except (celpy.CELEvalError, celpy.CELParseError) as error:
            raise Failure from error
        return _of_python(value, types)

    return answer


def _of_python(value: Any, types: Any) -> object:
    if isinstance(value, type):
        return TypeValue(_PYTHON_TYPES.get(value.__name__, value.__name__))
    for wrapper, plain in (
        (types.BoolType, bool),
        (types.IntType, int),
        (types.UintType, lambda number: UInt(int(number))),
        (types.DoubleType, float),
        (types.StringType, str),
        (types.BytesType, bytes),
    ):
        if isinstance(value, wrapper):
            return plain(value)
    if isinstance(value, types.ListType):
        return [_of_python(element, types) for element in value]
    if isinstance(value, types.MapType):
        return map_of([(_of_python(key, types), _of_python(held, types)) for key, held in value.items()])
    return value


_PYTHON_TYPES = {
    "BoolType": "bool",
    "IntType": "int",
    "UintType": "uint",
    "DoubleType": "double",
    "StringType": "string",
    "BytesType": "bytes",
    "ListType": "list",
    "MapType": "map",
    "NullType": "null_type",
    "NoneType": "null_type",
    "TypeType": "type",
    "type": "type",
    "TimestampType": "google.protobuf.Timestamp",
    "DurationType": "google.protobuf.Duration",
}

_RIVALS = {
    "cel-expr-python": SimpleNamespace(module="cel_expr_python", answer=_google),
    "common-expression-language": SimpleNamespace(module="cel", answer=_rust),
    "cel-python": SimpleNamespace(module="celpy", answer=_python),
}

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "engine"))
    raise SystemExit(main(sys.argv[1:]))
