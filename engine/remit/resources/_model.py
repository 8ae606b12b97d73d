"""A model of the catalogue: what may be called, by which name, at which price."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from remit.resources._base import Instant, Metadata, Name, Resource, Strict
from remit.resources._quantities import CountField, MoneyField


class Prices(Strict):
    """Negotiated prices per million tokens; a missing one is looked up in genai-prices."""

    input_per_million: MoneyField | None = None
    output_per_million: MoneyField | None = None
    cache_read_per_million: MoneyField | None = None
    cache_write_per_million: MoneyField | None = None


class ModelSpec(Strict):
    """`upstream` is the provider's own identifier; the name of the resource is what people ask for."""

    provider: Name = Field(description="Who runs it")
    upstream: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$")] = Field(
        description="The provider's own identifier"
    )
    tier: Name = Field(description="A price class, such as `economy`, `standard` or `premium`")
    scopes: tuple[Name, ...] = Field(default=("chat",), description="Kinds of calls it takes")
    data_classes: tuple[Name, ...] = Field(
        default=(), description="Data it is cleared for, `[]` for none: a fact for rules, which hold requests to it"
    )
    purposes: tuple[Name, ...] | None = Field(
        default=None,
        description="Uses it is approved for, missing for all: a fact for rules, which hold requests to it",
    )
    aliases: tuple[Name, ...] = Field(default=(), description="Other names that people may ask for")
    prices: Prices = Prices()
    context_tokens: CountField | None = None
    retires: Instant | None = None


class Model(Resource):
    """An entry of the catalogue."""

    kind: Literal["Model"]
    metadata: Metadata
    spec: ModelSpec
