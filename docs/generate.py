"""Fills in the generated parts of the reference: `python docs/generate.py`, or `--check` to only compare.

A generated part stands between `<!-- generated: name -->` and `<!-- end -->`; everything else is written by hand.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import cast, get_args

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from remit.bundle import ABOVE, variables
from remit.bundle._selectors import SELECTORS
from remit.cel import ObjectType, Type
from remit.cel._overloads import Overload
from remit.cli._app import app
from remit.cli._messages import short_type
from remit.cli.cel._signatures import MACROS, named_functions, signature
from remit.ledger import EVENT_KINDS
from remit.resources import KINDS, Resource, schema
from remit.resources import _base as base
from remit.resources import _quantities as quantities
from remit.resources._verbs import COMPANIONS, VERBS
from remit.targets import TARGET_TYPES, Capabilities, Capability

REFERENCE = Path(__file__).parent / "reference"
TARGETS = Path(__file__).parent / "targets.md"
_PART = re.compile(r"(?P<begin><!-- generated: (?P<name>[a-z-]+) -->\n).*?(?P<end><!-- end -->)", re.DOTALL)
_NAMED_PATTERNS = {
    base.NAME_PATTERN: "name",
    base.PERSON_PATTERN: "login",
    base.ENVIRONMENT_PATTERN: "environment variable",
    base.INSTANT_PATTERN: "date or time",
    quantities.MONEY_PATTERN: "amount",
    quantities.DURATION_PATTERN: "duration",
    quantities.PERCENT_PATTERN: "percentage",
}
_OPENED = frozenset({"Metadata", "KeyMetadata", "ProjectMetadata"})
_EVALUATED = "A CEL expression"

_SAID_BY_TYPE = frozenset(
    {
        _EVALUATED,
        "A whole number, 0 or more",
        "An amount and its currency",
        "A percentage",
        "A whole number of seconds, minutes, hours, days or weeks",
        "A date, at midnight in the organisation's timezone, or a time with its zone",
    }
)

Schema = Mapping[str, object]


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    titles = list(headings)
    lines = [titles, ["---"] * len(titles), *(list(row) for row in rows)]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


# kinds and fields


def kinds() -> str:
    """Every kind, then the parts that several kinds share."""
    parts: dict[str, Schema] = {}
    return "".join(_kind(name, model, parts) for name, model in KINDS.items()) + _parts(parts)


def _kind(name: str, model: type[Resource], parts: dict[str, Schema]) -> str:
    whole = cast("dict[str, Schema]", schema(name)["$defs"])
    parts.update({key: value for key, value in whole.items() if key not in _OPENED and not key.endswith("Spec")})
    metadata, spec = _section(name, "metadata", whole), _section(name, "spec", whole)
    own = [field for field in cast("Schema", metadata["properties"]) if field not in base.Metadata.model_fields]
    shown = f"\n`metadata`, beside [what every kind has](#metadata):\n\n{_fields(metadata, own)}" if own else ""
    return f"## {name}\n\n{_sentence(model.__doc__)}\n{shown}\n`spec`: {_about(spec)}{_fields(spec)}\n"


def _section(kind: str, field: str, whole: Mapping[str, Schema]) -> Schema:
    properties = cast("Mapping[str, Mapping[str, str]]", schema(kind)["properties"])
    return whole[properties[field]["$ref"].rpartition("/")[2]]


def _parts(parts: Mapping[str, Schema]) -> str:
    every = {**parts, "Metadata": _section("Group", "metadata", cast("dict[str, Schema]", schema("Group")["$defs"]))}
    shown = (f"### {name}\n\n{_about(part)}{_fields(part)}\n" for name, part in sorted(every.items()))
    return "## Parts\n\n" + "".join(shown)


def _about(definition: Schema) -> str:
    text = _sentence(str(definition.get("description", "")))
    return f"{text}\n\n" if text else ""


def _fields(definition: Schema, only: Iterable[str] | None = None) -> str:
    required = cast("list[str]", definition.get("required", []))
    properties = cast("Mapping[str, Schema]", definition["properties"])
    rows = (
        (
            f"`{name}`",
            _type(properties[name]),
            _presence(properties[name], name in required),
            _meaning(properties[name]),
        )
        for name in (properties if only is None else only)
    )
    return table(("Field", "Type", "", "Meaning"), rows)


def _meaning(field: Schema) -> str:
    """The description, unless the type says the same."""
    text = str(field.get("description", ""))
    return "" if text in _SAID_BY_TYPE else text


def _presence(field: Schema, required: bool) -> str:
    if required:
        return "required"
    return f"default `{_plain(field['default'])}`" if "default" in field else ""


def _plain(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_plain, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_plain(each)}' for key, each in value.items())}}}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _type(field: Schema) -> str:
    """A type in words, with a link where it has a section of its own."""
    if "$ref" in field:
        target = str(field["$ref"]).rpartition("/")[2]
        return "any kind" if target.endswith(".json") else f"[{target}](#{target.lower()})"
    if "const" in field or "enum" in field:
        values = cast("list[str]", field.get("enum", [field.get("const")]))
        return " · ".join(f"`{value}`" for value in values)
    if "anyOf" in field:
        alternatives = cast("list[Schema]", field["anyOf"])
        is_count = any(each.get("pattern") == quantities.COUNT_PATTERN for each in alternatives)
        return "count" if is_count else " or ".join(map(_type, alternatives))
    return _simple(field)


def _simple(field: Schema) -> str:
    kind = str(field.get("type", "any value"))
    if kind == "array":
        return f"list of {_plural(_type(cast('Schema', field['items'])))}"
    if kind == "object":
        inside = field.get("additionalProperties")
        return f"map to {_type(cast('Schema', inside))}" if isinstance(inside, dict) else "map"
    if field.get("description") == _EVALUATED or field.get("maxLength") == 65_536:
        return "expression"
    named = _NAMED_PATTERNS.get(str(field.get("pattern")))
    return named or {"string": "text", "boolean": "`true` or `false`", "integer": "count"}.get(kind, kind)


def _plural(word: str) -> str:
    return word if word.startswith(("[", "`", "text")) else f"{word}s"


def _sentence(text: str | None) -> str:
    return (text or "").strip().partition("\n\n")[0].replace("\n", " ")


# rules


def points() -> str:
    """What a rule may do at each point, what it sees there, and by what its policy can select."""
    rows = (
        (f"`{point}`", _codes(verbs), _codes(variables(point)), _codes(SELECTORS[point]))
        for point, verbs in VERBS.items()
    )
    return table(("`on`", "Verbs", "Variables", "Selectors"), rows)


def companions() -> str:
    """What each verb needs beside it."""
    return table(("Verb", "Needs"), ((f"`{verb}`", f"`{field}`") for verb, field in COMPANIONS.items()))


def objects() -> str:
    """The fields of every variable."""
    found: dict[str, Type] = {}
    for point in ABOVE:
        found.update({name: each for name, each in variables(point).items() if isinstance(each, ObjectType)})
    return "\n".join(f"### `{name}`\n\n{_object(name, each)}" for name, each in sorted(found.items()))


def _object(name: str, type_: Type) -> str:
    return table(("Field", "Type", ""), _object_rows(name, type_))


def _object_rows(path: str, type_: Type) -> Iterator[tuple[str, str, str]]:
    assert isinstance(type_, ObjectType)  # noqa: S101  # narrows the type
    for field, each in type_.fields.items():
        if isinstance(each, ObjectType):
            yield from _object_rows(f"{path}.{field}", each)
        else:
            yield f"`{path}.{field}`", f"`{short_type(str(each))}`", "may be absent" if field in type_.optional else ""


def functions() -> str:
    """Functions and methods with their signatures; operators and internal names are left out."""
    named = named_functions()
    currencies = [name for name in named if _is_currency(named[name])]
    rows = [
        (f"`{name}`", "<br>".join(f"`{signature(name, each)}`" for each in overloads))
        for name, overloads in sorted(named.items())
        if name not in currencies or name == "usd"
    ]
    return table(("Function", "Signatures"), rows)


def _is_currency(overloads: tuple[Overload, ...]) -> bool:
    return len(overloads[0].id) == len("usd_int") and str(overloads[0].result) == "money"


def macros() -> str:
    """Macros by the numbers of arguments they take."""
    arities: dict[str, list[int]] = {}
    for name, count in MACROS:
        arities.setdefault(name, []).append(count)
    rows = ((f"`{name}`", " or ".join(map(str, sorted(counts)))) for name, counts in arities.items())
    return table(("Macro", "Arguments"), rows)


def _codes(names: Iterable[str]) -> str:
    return " ".join(f"`{name}`" for name in names)


# targets


def local() -> str:
    """How the target `local` supports each property."""
    return _capabilities(TARGET_TYPES.load("local").capabilities.entries)


def litellm() -> str:
    """How the target `litellm` supports each property."""
    return _capabilities(TARGET_TYPES.load("litellm").capabilities.entries)


def openai() -> str:
    """How the target `openai` supports each property."""
    return _capabilities(TARGET_TYPES.load("openai").capabilities.entries)


def capabilities() -> str:
    """Every built-in type of target side by side, then each with its notes, spaces included."""
    types = {name: TARGET_TYPES.load(name).capabilities for name in sorted(TARGET_TYPES.built_in)}
    names = sorted({name for each in types.values() for name in each.entries})
    rows = ((f"`{name}`", *(_shown(each.of(name)) for each in types.values())) for name in names)
    matrix = table(("Property of a key", *(f"`{name}`" for name in types)), rows)
    return matrix + "".join(_target_type(name, each) for name, each in types.items())


def _target_type(name: str, found: Capabilities) -> str:
    sections = [f"\n## The target `{name}`\n\n{_capabilities(found.entries)}"]
    for kind, entries in found.spaces.items():
        sections.append(f"\nOn the {kind}, for all of its keys together:\n\n{_capabilities(entries)}")
    at_a_time = "1 call" if found.concurrency == 1 else f"{found.concurrency} calls"
    return "".join((*sections, f"\nRemit makes at most {at_a_time} at a time.\n"))


def _capabilities(entries: Mapping[str, Capability]) -> str:
    return table(
        ("Property", "Support", ""), ((f"`{name}`", _shown(each), each.note) for name, each in entries.items())
    )


def _shown(capability: Capability) -> str:
    return f"`{capability.support}`" + (f", on the {capability.at}" if capability.at else "")


# the command line


Parameter = TyperArgument | TyperOption


def commands() -> str:
    """Every command with its arguments and options, from the program itself."""
    group = get_command(app)
    assert isinstance(group, TyperGroup)  # noqa: S101  # narrows the type
    return "".join(_command(name, str(each.help), each.params) for name, each in _every_command(group))


def _every_command(group: TyperGroup, before: str = "") -> Iterator[tuple[str, TyperCommand]]:
    """With the commands of groups, such as `audit log`, in the place of the group."""
    for name, each in group.commands.items():
        if isinstance(each, TyperGroup):
            yield from _every_command(each, f"{before}{name} ")
        elif isinstance(each, TyperCommand):
            yield f"{before}{name}", each


def _command(name: str, text: str, every: Iterable[object]) -> str:
    parameters = [each for each in every if isinstance(each, TyperArgument | TyperOption) and not each.hidden]
    words, _, example = text.partition("\b")
    usage = " ".join([f"remit {name} [OPTIONS]", *(_value(each) for each in parameters if _is_argument(each))])
    about = "\n\n".join(" ".join(part.split()) for part in words.strip().split("\n\n"))
    shown = "\n".join(line.strip() for line in example.replace("Example:", "").strip().splitlines())
    options = table(("Option", "Meaning"), map(_parameter, parameters))
    return f"## {name}\n\n{about}\n\n```text\n{usage}\n```\n\n{options}\nExample:\n\n```sh\n{shown}\n```\n\n"


def _is_argument(parameter: Parameter) -> bool:
    return isinstance(parameter, TyperArgument)


def _parameter(parameter: Parameter) -> tuple[str, str]:
    names = [] if _is_argument(parameter) else [*parameter.opts, *parameter.secondary_opts]
    named = " ".join(f"`{name}`" for name in names)
    valued = "" if getattr(parameter, "is_flag", False) else f"`{_value(parameter)}`"
    variable = f" Or `{parameter.envvar}`." if parameter.envvar else ""
    needed = " Required." if parameter.required and not _is_argument(parameter) else ""
    return f"{named} {valued}".strip(), f"{getattr(parameter, 'help', '')}{needed}{variable}"


def _value(parameter: Parameter) -> str:
    """What stands behind an option: its name for people, its choices, or its type."""
    if parameter.metavar:
        return parameter.metavar
    annotation: object = parameter.type_descriptor.annotation
    choices = get_args(annotation)
    return "|".join(map(str, choices)) if choices else {int: "INTEGER", float: "NUMBER"}.get(annotation, "TEXT")  # type: ignore[call-overload]


def events() -> str:
    """Every kind of event that Remit writes."""
    return table(("Kind", "Means"), ((f"`{kind}`", meaning) for kind, meaning in EVENT_KINDS.items()))


PARTS: Mapping[str, Callable[[], str]] = {
    "kinds": kinds,
    "points": points,
    "companions": companions,
    "objects": objects,
    "functions": functions,
    "macros": macros,
    "litellm": litellm,
    "local": local,
    "openai": openai,
    "capabilities": capabilities,
    "commands": commands,
    "events": events,
}


def filled(text: str) -> str:
    """A page with its generated parts made anew. Raises KeyError for a part that does not exist."""
    return _PART.sub(lambda part: f"{part['begin']}\n{PARTS[part['name']]().strip()}\n\n{part['end']}", text)


def pages() -> Iterator[tuple[Path, str, str]]:
    """(page, its text, its text with the generated parts made anew) of the reference, and of the targets."""
    for page in (*sorted(REFERENCE.glob("*.md")), TARGETS):
        text = page.read_text(encoding="utf-8")
        yield page, text, filled(text)


def main(arguments: list[str]) -> int:
    """0 when every page is current, or has been made so; 1 with `--check` when one is not."""
    stale = [(page, made) for page, text, made in pages() if text != made]
    for page, made in stale:
        if "--check" not in arguments:
            page.write_text(made, encoding="utf-8")
        sys.stdout.write(f"{page.name}\n")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
