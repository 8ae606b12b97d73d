"""Listing what is declared."""

from __future__ import annotations

import yaml

from remit.bundle import Bundle, Declared
from remit.cli import _messages as messages
from remit.cli._errors import CommandError, Misuse
from remit.cli._output import write, write_json, write_line, write_rows
from remit.resources import KINDS


def kind_named(text: str) -> str:
    """`Key` for `key`, `keys`, `KEY`. Raises Misuse."""
    folded = text.lower().replace("-", "")
    for kind in KINDS:
        name = kind.lower()
        if folded in (name, f"{name}s", f"{name[:-1]}ies"):
            return kind
    raise Misuse(messages.unknown_kind(text, KINDS))


def show_kinds(bundle: Bundle, *, json: bool) -> None:
    """How many of each kind."""
    counts = {kind: len(bundle.catalogue.entries.get(kind, {})) for kind in KINDS}
    if json:
        write_json({"bundle": bundle.digest, "commit": bundle.commit, "kinds": counts})
    else:
        write_rows(("Kind", "Declared"), [(kind, str(count)) for kind, count in counts.items()])


def show_kind(bundle: Bundle, kind: str, *, json: bool) -> None:
    """The names of one kind, and where each is declared."""
    found = bundle.catalogue.entries.get(kind_named(kind), {})
    if json:
        write_json({"resources": [_brief(each) for each in found.values()]})
        return
    rows = [(name, str(each.position()), _description(each)) for name, each in found.items()]
    if rows:
        write_rows(("Name", "Declared at", "Description"), rows)
    else:
        write_line(f"no {kind_named(kind)} is declared")


def show_resource(bundle: Bundle, kind: str, name: str, *, json: bool) -> None:
    """One resource as it is declared. Raises CommandError."""
    known = bundle.catalogue.entries.get(kind_named(kind), {})
    if name not in known:
        raise CommandError(messages.unknown_name(kind_named(kind), name, known))
    declared = known[name]
    if json:
        write_json({**_brief(declared), "resource": declared.document.data})
        return
    write_line(f"# {declared.position()}")
    write(yaml.safe_dump(declared.document.data, sort_keys=False, allow_unicode=True, width=120))


def _brief(declared: Declared) -> dict[str, object]:
    return {"kind": declared.kind, "name": declared.name, "at": declared.position()}


def _description(declared: Declared) -> str:
    return declared.resource.metadata.description or ""
