"""What JSON Schema found wrong, in words, at the place where it was written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import cast

from jsonschema.exceptions import ValidationError

from remit.resources import _messages as messages
from remit.resources._forms import BAD_FORM, Form, form_of
from remit.resources._place import Place
from remit.resources._suggest import elsewhere, shown_name, shown_value, suggestion
from remit.resources._verbs import VERBS, verb_faults
from remit.source import Data, Finding

_TYPES = {
    "array": "a list",
    "boolean": "`true` or `false`",
    "integer": "a whole number",
    "null": "empty",
    "number": "a number",
    "object": "a mapping",
    "string": "text",
}
_LEAST, _MOST = (messages.at_least, messages.write_more), (messages.at_most, messages.write_less)
_BOUNDS: Mapping[str, tuple[tuple[Callable[[str, int, str], str], Callable[[str], str]], str]] = {
    "minLength": (_LEAST, "letter"),
    "maxLength": (_MOST, "letter"),
    "minItems": (_LEAST, "entry"),
    "maxItems": (_MOST, "entry"),
    "minimum": (_LEAST, ""),
    "maximum": (_MOST, ""),
}


def explain(error: ValidationError, root: Place, kind: str) -> Iterator[Finding]:
    """The findings of one error in the resource of `kind` at `root`."""
    place = root.beneath(*error.absolute_path)
    if _is_about_verbs(error):
        yield from _verbs(error, root)
    elif error.validator == "additionalProperties":
        yield from _unknown_fields(error, place, root, kind)
    elif error.validator == "required":
        yield from _missing_fields(error, place)
    elif "propertyNames" in error.absolute_schema_path:
        yield _bad_field_name(error, place)
    else:
        yield _bad_value(error, place)


def _is_about_verbs(error: ValidationError) -> bool:
    steps = list(error.absolute_schema_path)
    return any(step in steps for step in ("allOf", "dependentRequired", "dependentSchemas"))


def _verbs(error: ValidationError, root: Place) -> Iterator[Finding]:
    # (spec, rules, index): the rule, wherever in it the schema noticed
    place = root.beneath(*list(error.absolute_path)[:3])
    rule = place.value()
    point = rule.get("on") if isinstance(rule, dict) else None
    if isinstance(rule, dict) and isinstance(point, str) and point in VERBS:
        for fault in verb_faults(rule, point):
            if fault.field:
                yield place.beneath(fault.field).finding_at_key(fault.code, fault.message, fault.remedy)
            else:
                yield place.finding(fault.code, fault.message, fault.remedy)


def _unknown_fields(error: ValidationError, place: Place, root: Place, kind: str) -> Iterator[Finding]:
    known = cast("dict[str, object]", cast("dict[str, object]", error.schema)["properties"])
    for field in cast("dict[str, Data]", error.instance):
        if field not in known:
            shown = shown_name(field)
            free = _free(known, error)
            remedy = elsewhere(field, place.path[len(root.path) :], kind) or suggestion(shown and field, free)
            remedy = remedy or messages.remove_field(free)
            yield place.beneath(field).finding_at_key("unknown-field", messages.unknown_field(shown), remedy)


def _free(known: Collection[str], error: ValidationError) -> list[str]:
    # a field that is there already was not meant
    return [name for name in known if name not in cast("dict[str, Data]", error.instance)]


def _missing_fields(error: ValidationError, place: Place) -> Iterator[Finding]:
    present = cast("dict[str, Data]", error.instance)
    for field in cast("list[str]", error.validator_value):
        if field not in present:
            remedy = messages.add_field(str(place))
            yield place.finding("missing-field", messages.missing_field(field), remedy)


def _bad_field_name(error: ValidationError, place: Place) -> Finding:
    named = place.beneath(cast("str", error.instance))
    form = form_of(_keywords(error)) or BAD_FORM
    return named.finding_at_key("bad-name", *form.words(str(named)))


def _bad_value(error: ValidationError, place: Place) -> Finding:
    keywords, form = _keywords(error), form_of(_keywords(error))
    if error.instance is None:
        return place.finding("no-value", messages.no_value(str(place)), messages.give_value(_none(keywords, form)))
    if form and error.validator in ("type", "pattern", "anyOf"):
        return place.finding(form.code, *form.words(str(place)))
    if "enum" in keywords:
        return _not_among(cast("list[str]", keywords["enum"]), error, place)
    if error.validator == "type":
        wanted = str(error.validator_value)
        return place.finding(
            "wrong-type", messages.wrong_type(str(place), [_TYPES[wanted]]), messages.write_type(wanted)
        )
    if error.validator == "anyOf":
        types = [str(each["type"]) for each in cast("list[dict[str, object]]", error.validator_value)]
        words = [_TYPES[each] for each in types if each != "integer" or "number" not in types]
        return place.finding("wrong-type", messages.wrong_type(str(place), words), messages.write_scalar())
    if error.validator in _BOUNDS:
        return place.finding("out-of-bounds", *_bound(error, place))
    return place.finding("bad-value", *BAD_FORM.words(str(place)))


def _not_among(options: list[str], error: ValidationError, place: Place) -> Finding:
    message = messages.wrong_value(str(place), shown_value(error.instance))
    return place.finding("bad-value", message, suggestion(error.instance, options) or messages.one_of(options))


def _bound(error: ValidationError, place: Place) -> tuple[str, str]:
    (words, remedy), unit = _BOUNDS[str(error.validator)]
    return words(str(place), cast("int", error.validator_value), unit), remedy(unit)


def _none(keywords: Mapping[str, object], form: Form | None) -> str | None:
    """How a field says that there is none: an empty list, or zero."""
    if form is not None and form.should is messages.not_count:
        return "0"
    return "[]" if keywords.get("type") == "array" else None


def _keywords(error: ValidationError) -> Mapping[str, object]:
    return cast("Mapping[str, object]", error.schema)
