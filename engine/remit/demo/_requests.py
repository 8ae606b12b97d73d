"""Requests as applications would send them: mostly right, and wrong in the ways that they go wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from remit.bundle import Bundle
from remit.decide import RequestFields
from remit.demo._cast import Role
from remit.demo._traffic import Event

_SEED = 4
_SENSITIVE = ("restricted", "confidential")


@dataclass(slots=True)
class Request:
    """The arguments of one `evaluate`."""

    key: str
    model: str
    fields: RequestFields = field(default_factory=RequestFields)


class Author:
    """Writes requests for recorded events; the same events give the same requests."""

    def __init__(self, bundle: Bundle, cast: Mapping[str, Role]) -> None:
        self._chance = Random(_SEED)  # noqa: S311  # nothing here is secret
        self._cast = cast
        self._models = tuple(bundle.models)
        self._purposes = tuple(bundle.organization.spec.purposes)
        self._environments = tuple(bundle.organization.spec.environments)
        self._priced = {name for name in bundle.models if "output_per_million" in bundle.prices(name).per_million}
        self._aliases = {name: model.spec.aliases[0] for name, model in bundle.models.items() if model.spec.aliases}

    def write(self, event: Event) -> Request:
        """The request of one event."""
        role = self._cast[event.source]
        request = self._right(role, event)
        mistake = self._mistake()
        if mistake is not None:
            mistake(request, role)
        return request

    def _right(self, role: Role, event: Event) -> Request:
        chance = self._chance
        shapes = role.suited(event.model_class)
        # squared, so that the first shapes are asked for most
        shape = shapes[int(len(shapes) * chance.random() ** 2)]
        answered = event.output_tokens if shape.model in self._priced else 0
        fields = RequestFields(
            purpose=shape.purpose,
            data_class=shape.data_class,
            scope=shape.scope,
            input_tokens=event.input_tokens,
            output_tokens=answered,
        )
        if role.users:
            fields["user"] = f"user-{int(role.users * chance.random() ** 1.5):04}"
        elif shape.data_class == "restricted":
            fields["user"] = f"clerk-{int(9 * chance.random())}"
        asked = self._aliases.get(shape.model, shape.model) if chance.random() < 0.1 else shape.model
        return Request(role.key, asked, fields)

    def _mistake(self) -> Callable[[Request, Role], None] | None:
        drawn = self._chance.random()
        for share, mistake in _MISTAKES:
            drawn -= share
            if drawn < 0:
                return lambda request, role: mistake(self, request, role)
        return None

    def _without_purpose(self, request: Request, _: Role) -> None:
        del request.fields["purpose"]

    def _without_data_class(self, request: Request, _: Role) -> None:
        del request.fields["data_class"]

    def _without_user(self, request: Request, _: Role) -> None:
        request.fields.pop("user", None)

    def _unbounded(self, request: Request, _: Role) -> None:
        del request.fields["output_tokens"]

    def _other_purpose(self, request: Request, _: Role) -> None:
        request.fields["purpose"] = self._chance.choice(self._purposes)

    def _too_sensitive(self, request: Request, _: Role) -> None:
        request.fields["data_class"] = self._chance.choice(_SENSITIVE)

    def _other_scope(self, request: Request, _: Role) -> None:
        request.fields["scope"] = self._chance.choice(("batch", "embeddings", "fine-tuning"))

    def _other_model(self, request: Request, _: Role) -> None:
        request.model = self._chance.choice(self._models)

    def _from_elsewhere(self, request: Request, role: Role) -> None:
        elsewhere = [each for each in self._environments if each != role.entitlement.environment]
        request.fields["tags"] = {"environment": self._chance.choice(elsewhere)}

    def _tagged(self, request: Request, role: Role) -> None:
        request.fields["tags"] = {"environment": role.entitlement.environment}

    def _old_key(self, request: Request, _: Role) -> None:
        request.key = f"{request.key}-2025"

    def _old_model(self, request: Request, _: Role) -> None:
        request.model = self._chance.choice(("gpt-4o-mini", "claude-3-haiku"))


# how often each thing goes wrong; `_tagged` does not go wrong, it is only rare
_MISTAKES: tuple[tuple[float, Callable[[Author, Request, Role], None]], ...] = (
    (0.010, Author._tagged),
    (0.006, Author._without_purpose),
    (0.004, Author._without_data_class),
    (0.003, Author._without_user),
    (0.004, Author._unbounded),
    (0.007, Author._other_purpose),
    (0.006, Author._too_sensitive),
    (0.004, Author._other_scope),
    (0.007, Author._other_model),
    (0.004, Author._from_elsewhere),
    (0.003, Author._old_key),
    (0.003, Author._old_model),
)
