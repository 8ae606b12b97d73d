"""The variables that a rule on requests would see."""

from __future__ import annotations

from remit.bundle import variables
from remit.cli import _messages as messages
from remit.cli._deciding import parse_usage, request_fields
from remit.cli._errors import CommandError, Misuse
from remit.cli._place import instant, open_bundle
from remit.cli._question import Asked
from remit.cli.cel._scope import Scope
from remit.decide import rule_view

_OF_A_REQUEST = (
    "user",
    "purpose",
    "data_class",
    "scope",
    "input_tokens",
    "output_tokens",
    "stream",
    "tag",
    "usage",
)


def asked_scope(asked: Asked, key: str | None, model: str | None) -> Scope:
    """What a rule sees when `key` asks for `model`; nothing when neither is given.

    Raises Misuse when only one is, or a request is described without them; CommandError for a name nothing has.
    """
    if key is None and model is None:
        described = [name for name in _OF_A_REQUEST if getattr(asked, name) not in (None, [])]
        if described:
            raise Misuse(messages.request_without_key(f"--{described[0].replace('_', '-')}"))
        return Scope()
    if key is None or model is None:
        raise Misuse(messages.key_and_model())
    bundle = open_bundle(*asked.place)
    known = bundle.model_named(model)
    if key not in bundle.keys:
        raise CommandError(messages.unknown_name("Key", key, bundle.keys))
    if known is None:
        raise CommandError(messages.unknown_name("Model", model, (*bundle.models, *bundle.aliases)))
    usage = parse_usage(asked.usage or (), bundle.organization.spec.currency)
    seen = rule_view(bundle, key, known, request_fields(asked), model, usage, instant(asked.now))
    return Scope(variables("request"), seen, bundle.organization.spec.currency)
