"""Documents to resources: the envelope first, then the kind.

The models decide, because they are quick; JSON Schema says what is wrong with what they refuse. Both accept
the same documents, except that a field without a value passes only the models: so it goes to the schema too.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from pydantic import ValidationError

from remit.resources import _messages as messages
from remit.resources._base import API_VERSION, Resource
from remit.resources._kinds import KINDS
from remit.resources._migrate import MIGRATIONS
from remit.resources._place import Place
from remit.resources._policytest import PolicyTest
from remit.resources._secrets import secrets_in
from remit.resources._suggest import shown_value, suggestion
from remit.source import Data, Document, Finding, Path

_MOST = 100
Validated = tuple[Resource | None, tuple[Finding, ...]]


def validate(document: Document) -> Validated:
    """The resource that a document declares, or what is wrong with it, in the order of the text.

    A resource comes without findings, and findings without a resource. What holds a secret is no resource: nothing
    that would speak of it by its names gets to see it.
    """
    secrets = secrets_in(document)
    resource, findings = _read(Place(document, ()), document.data)
    return None if secrets else resource, tuple(dict.fromkeys(sorted((*secrets, *findings))))


def _read(place: Place, data: Data) -> Validated:
    if not isinstance(data, dict):
        return None, (place.finding("wrong-type", messages.not_a_resource(), messages.write_resource()),)
    envelope = tuple(chain(_version(place, data), _kind(place, data)))
    return (None, envelope) if envelope else _of_kind(place, str(data["kind"]), data)


def _version(place: Place, data: dict[str, Data]) -> Iterator[Finding]:
    if "apiVersion" not in data:
        yield place.finding("missing-field", messages.missing_field("apiVersion"), messages.one_of([API_VERSION]))
        return
    version, at = data["apiVersion"], place.beneath("apiVersion")
    if isinstance(version, str) and any(version == each.from_version for each in MIGRATIONS):
        yield at.finding("old-version", messages.old_version(version, API_VERSION), messages.run_migrate())
    elif version != API_VERSION:
        yield at.finding(
            "unknown-version", messages.unknown_version(shown_value(version)), messages.did_you_mean(API_VERSION)
        )


def _kind(place: Place, data: dict[str, Data]) -> Iterator[Finding]:
    if "kind" not in data:
        yield place.finding("missing-field", messages.missing_field("kind"), messages.one_of([*KINDS]))
        return
    kind = data["kind"]
    if not isinstance(kind, str) or kind not in KINDS:
        remedy = suggestion(kind, KINDS) or messages.one_of([*KINDS])
        yield place.beneath("kind").finding("unknown-kind", messages.unknown_kind(shown_value(kind)), remedy)


def _of_kind(place: Place, kind: str, data: dict[str, Data]) -> Validated:
    resource, refused = _modelled(kind, data)
    findings = tuple(_faults(place, kind, data)) if resource is None or _has_null(data) else ()
    if isinstance(resource, PolicyTest):
        overlays = resource.spec.resources
        findings += tuple(chain.from_iterable(map(_overlay, _entries(place, len(overlays)))))
    if resource is None and not findings:
        # never reached while models and schemas agree, and refused all the same
        at = place.beneath(*refused)
        findings = (at.finding("bad-value", messages.invalid(str(at))),)
    return (None, findings) if findings else (resource, ())


def _modelled(kind: str, data: dict[str, Data]) -> tuple[Resource | None, Path]:
    try:
        return KINDS[kind].model_validate(data), ()
    except ValidationError as error:
        return None, error.errors(include_input=False)[0]["loc"]


def _entries(place: Place, count: int) -> Iterator[Place]:
    return (place.beneath("spec", "resources", index) for index in range(count))


def _overlay(place: Place) -> tuple[Finding, ...]:
    return _read(place, place.value())[1]


def _has_null(data: Data) -> bool:
    if isinstance(data, dict):
        return any(map(_has_null, data.values()))
    return any(map(_has_null, data)) if isinstance(data, list) else data is None


def _faults(place: Place, kind: str, data: dict[str, Data]) -> Iterator[Finding]:
    # jsonschema takes longer to load than a whole tree to check, and most trees have no fault
    from remit.resources._dialect import own_validator
    from remit.resources._explain import explain

    faults = chain.from_iterable(explain(error, place, kind) for error in own_validator(kind).iter_errors(data))
    yield from islice(faults, _MOST)
    if next(faults, None) is not None:
        yield place.finding("too-large", messages.too_many_faults(_MOST), messages.mend_first())
