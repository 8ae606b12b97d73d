"""What is required of approvals, and who may sign: never as the commit under judgement says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from pydantic import ValidationError

from remit.provenance import _messages as messages
from remit.provenance._errors import ProvenanceFailed
from remit.provenance._repository import Repository
from remit.resources import Provenance as Declared
from remit.resources import ProvenanceRequirement
from remit.source import read_documents

REQUIRE_VARIABLE = "REMIT_PROVENANCE"
SIGNERS_VARIABLE = "REMIT_ALLOWED_SIGNERS"


@dataclass(frozen=True, slots=True)
class Trust:
    """`require` None: nothing is required. `signers`: the text of the file, empty where nobody may sign.

    `watched`: files outside the policies whose change must be approved as well.
    """

    require: ProvenanceRequirement | None
    signers: bytes = b""
    watched: tuple[str, ...] = ()


def trust_at(repository: Repository, base: str, environ: Mapping[str, str]) -> Trust:
    """As declared at the commit that was applied last, unless the environment says otherwise.

    Raises ProvenanceFailed.
    """
    given = _given(environ)
    declared = _declared(repository, base, lenient=given is not None)
    require = given or (declared.require if declared else None)
    outside = environ.get(SIGNERS_VARIABLE)
    if outside:
        return Trust(require, _file(outside))
    path = declared.allowed_signers if declared else None
    if require in (None, "recorded") or path is None:
        return Trust(require, b"", (path,) if path else ())
    found = repository.blob(base, path)
    if found is None:
        raise ProvenanceFailed(messages.signers_unreadable(path))
    return Trust(require, found, (path,))


def trust_at_first(declared: Declared | None, environ: Mapping[str, str]) -> Trust:
    """Nothing was applied before. The commit may ask for approvals, and cannot say who gives them."""
    require = _given(environ) or (declared.require if declared else None)
    outside = environ.get(SIGNERS_VARIABLE)
    return Trust(require, _file(outside) if outside else b"")


def _given(environ: Mapping[str, str]) -> ProvenanceRequirement | None:
    text = environ.get(REQUIRE_VARIABLE)
    if not text:
        return None
    if text not in ("signed", "recorded", "any"):
        raise ProvenanceFailed(messages.bad_requirement())
    return cast("ProvenanceRequirement", text)


def _file(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError:
        raise ProvenanceFailed(messages.signers_unreadable(path)) from None


def _declared(repository: Repository, base: str, *, lenient: bool) -> Declared | None:
    """The declaration at `base`. What is damaged there requires what cannot be given, unless `lenient`."""
    found = list(_organizations(repository, base))
    try:
        (spec,) = found
        stated = spec.get("provenance")
        return None if stated is None else Declared.model_validate(stated)
    except (ValueError, ValidationError):
        if lenient:
            return None
        raise ProvenanceFailed(messages.base_unreadable(base)) from None


def _organizations(repository: Repository, base: str) -> Iterator[dict[str, object]]:
    for path in repository.files(base):
        if not path.endswith((".yaml", ".yml")):
            continue
        for document in read_documents(repository.blob(base, path) or b"", path).documents:
            data = document.data
            if isinstance(data, dict) and data.get("kind") == "Organization" and isinstance(data.get("spec"), dict):
                yield cast("dict[str, object]", data["spec"])
