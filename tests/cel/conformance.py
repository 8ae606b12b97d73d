"""Runs conformance vectors: expressions with their variables and the value or error each must give.

The official suite is read from beside the repository when it is there; the project's own vectors are in
`vectors/`. Both have one format: a list of objects with `file`, `section`, `name`, `expr`, `expect`,
`group`, and where they need them `bindings`, `type_env`, `container`, `disable_check`, `check_only`.
A value is its type's name and its content, such as `["int", "1"]` or `["list", [["bool", true]]]`.

    python tests/cel/conformance.py --group core
    python tests/cel/conformance.py --write docs/cel.md

The second writes how many of the official vectors pass, by Remit and by the other implementations that
are installed, between the marks `<!-- conformance -->` and `<!-- end conformance -->` of a page.
"""

from __future__ import annotations

import argparse
import base64
import importlib.metadata
import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from remit import cel
from remit.cel import UInt
from remit.cel._kinds import kind
from remit.cel._maps import map_of
from remit.cel._values import TypeValue

HERE = Path(__file__).resolve().parent
OFFICIAL = HERE.parents[2] / "shared" / "cel-spec" / "vectors.json"
OWN = HERE / "vectors"
KNOWN = HERE / "known_failures.txt"


@dataclass(frozen=True, slots=True)
class Vector:
    """One case of a suite."""

    id: str
    group: str
    file: str
    source: str
    expect: Sequence[object] | None
    bindings: Mapping[str, object]
    variables: Mapping[str, cel.Type] | None
    container: str


def load(paths: Iterable[Path]) -> list[Vector]:
    """The vectors of these files, in their order."""
    return [_vector(entry) for path in paths for entry in json.loads(path.read_text("utf-8"))]


def official() -> list[Vector]:
    """The official suite; empty when it is not beside the repository."""
    return load([OFFICIAL]) if OFFICIAL.is_file() else []


def own() -> list[Vector]:
    """The project's own suite."""
    return load(sorted(OWN.glob("*.json")))


def known_failures() -> dict[str, str]:
    """Vector to the reason why it fails, from the checked-in list."""
    lines = (line for line in KNOWN.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    return dict(line.split(": ", 1) for line in lines)


def failure(vector: Vector) -> str:
    """What is wrong with the answers to `vector`, by the exact evaluator and compiled; empty when both are right."""
    try:
        program = cel.compile(vector.source, variables=vector.variables, container=vector.container)
    except cel.CelError as error:
        return "" if _is_error(vector) else f"refused: {error}"
    if vector.expect is None:
        return ""
    answers = {"exact": _answer(program.exact, vector), "compiled": _answer(program, vector)}
    wrong = [f"{path} gives {answer!r}" for path, answer in answers.items() if not fits(answer, vector)]
    return "; ".join(wrong)


def same(value: object, expected: object) -> bool:
    """Equal in type and content all the way down; NaN is itself and zeros have signs."""
    if kind(value) != kind(expected):
        return False
    if isinstance(value, float) and isinstance(expected, float):
        both_nan = math.isnan(value) and math.isnan(expected)
        return both_nan or (value == expected and math.copysign(1, value) == math.copysign(1, expected))
    if isinstance(value, (list, tuple)) and isinstance(expected, list):
        return len(value) == len(expected) and all(map(same, value, expected))
    if isinstance(value, Mapping) and isinstance(expected, Mapping):
        return len(value) == len(expected) and all(map(same, _sorted(value), _sorted(expected)))
    return value == expected


def decode(encoded: Sequence[object]) -> object:
    """The plain Python value of an encoded one."""
    name, *content = encoded
    return _DECODERS[str(name)](*content)


def decode_type(encoded: Sequence[object]) -> cel.Type:
    """The type of an encoded one, such as `["list", ["int"]]`."""
    name, *parameters = encoded
    return cel.Type(str(name), tuple(decode_type(parameter) for parameter in parameters))  # type: ignore[arg-type]


_DECODERS: Mapping[str, Callable[..., object]] = {
    "null": lambda: None,
    "bool": bool,
    "int": int,
    "uint": lambda text: UInt(text),
    "double": float,
    "string": str,
    "bytes": base64.b64decode,
    "list": lambda elements: [decode(element) for element in elements],
    "map": lambda entries: map_of([(decode(key), decode(value)) for key, value in entries]),
    "type": TypeValue,
}


def _vector(entry: Mapping[str, object]) -> Vector:
    get: Callable[..., object] = entry.get
    types = {name: decode_type(type_) for name, type_ in get("type_env", [])}  # type: ignore[attr-defined]
    bindings = {name: decode(value) for name, value in get("bindings", {}).items()}  # type: ignore[attr-defined]
    return Vector(
        id=f"{entry['file']}/{entry['section']}/{entry['name']}",
        group=str(get("group", "own")),
        file=str(entry["file"]),
        source=str(entry["expr"]),
        expect=None if get("check_only") else entry["expect"],  # type: ignore[arg-type]
        bindings=bindings,
        variables=None if get("disable_check") else types,
        container=str(get("container", "")),
    )


def _sorted(map_: Mapping[object, object]) -> list[object]:
    return sorted(([key, map_[key]] for key in map_), key=lambda entry: (kind(entry[0]), str(entry[0])))


def _answer(program: Callable[[Mapping[str, object]], object], vector: Vector) -> object:
    try:
        return program(vector.bindings)
    except cel.CelError as error:
        return error


def _is_error(vector: Vector) -> bool:
    return vector.expect is not None and vector.expect[0] == "error"


def fits(answer: object, vector: Vector) -> bool:
    """Whether an answer, or an error, is what the vector expects."""
    if isinstance(answer, cel.CelError) or _is_error(vector):
        return isinstance(answer, cel.CelError) and _is_error(vector)
    return same(answer, decode(vector.expect or ()))


def table(vectors: Sequence[Vector], columns: Mapping[str, Sequence[bool]]) -> list[str]:
    """The rows of a table in Markdown: how many vectors of each file pass, by implementation."""
    rows = [["File", "Vectors", *columns], ["---", *["---:"] * (len(columns) + 1)]]
    groups = {vector.group for vector in vectors}
    for group in sorted(groups):
        here = [at for at, vector in enumerate(vectors) if vector.group == group]
        for file in sorted({vectors[at].file for at in here}):
            rows.append(_row(file, [at for at in here if vectors[at].file == file], columns))
        rows.append(_row(f"**all of {group}**", here, columns))
    return [f"| {' | '.join(row)} |" for row in rows]


def _row(name: str, at: Sequence[int], columns: Mapping[str, Sequence[bool]]) -> list[str]:
    return [name, str(len(at)), *(str(sum(passed[one] for one in at)) for passed in columns.values())]


def written(page: str, rows: Sequence[str]) -> str:
    """The page with the rows between its marks. Raises ValueError when it has no marks."""
    before, begin, rest = page.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise ValueError(f"the page has no `{_BEGIN}` and `{_END}`")
    return "".join([before, begin, "\n\n", "\n".join(rows), "\n\n", end, after])


_BEGIN, _END = "<!-- conformance -->", "<!-- end conformance -->"


def _write(page: Path, group: str) -> int:
    import cel_rivals

    vectors = [vector for vector in (official() or own()) if group in ("", vector.group)]
    sources = [OFFICIAL] if OFFICIAL.is_file() else sorted(OWN.glob("*.json"))
    entries = [entry for path in sources for entry in json.loads(path.read_text("utf-8"))]
    entries = [entry for entry in entries if group in ("", entry.get("group", "own"))]
    columns = {f"Remit {importlib.metadata.version('remit')}": [not failure(vector) for vector in vectors]}
    for name in cel_rivals.installed():
        columns[f"{name} {cel_rivals.version(name)}"] = cel_rivals.passed(name, entries)
    page.write_text(written(page.read_text("utf-8"), table(vectors, columns)), "utf-8")
    return 0


def main(arguments: Sequence[str]) -> int:
    """Prints passed and total by file, and every failure; 1 when there is one that is not known."""
    parser = argparse.ArgumentParser(description="run the conformance vectors")
    parser.add_argument("--group", default="", help="core, ext or own; all of them by default")
    parser.add_argument("--write", type=Path, help="the page to write the table of all implementations into")
    options = parser.parse_args(arguments)
    if options.write:
        return _write(options.write, options.group)
    group = options.group
    vectors = [vector for vector in (*official(), *own()) if group in ("", vector.group)]
    failures = {vector.id: (vector, text) for vector in vectors if (text := failure(vector))}
    failed = Counter(vector.file for vector, _ in failures.values())
    out = sys.stdout.write
    for file, total in sorted(Counter(vector.file for vector in vectors).items()):
        out(f"{file:20} {total - failed[file]:5} / {total}\n")
    for id_, (vector, text) in failures.items():
        out(f"{id_}: {vector.source} should give {vector.expect}: {text}\n")
    out(f"{len(vectors) - len(failures)} of {len(vectors)} pass\n")
    return 1 if failures.keys() - known_failures().keys() else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
