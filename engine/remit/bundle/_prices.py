"""What a model costs: negotiated prices from YAML, else the public ones of genai-prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from types import MappingProxyType

from remit.resources import Model, Money

FIELDS = ("input_per_million", "output_per_million", "cache_read_per_million", "cache_write_per_million")
_PUBLIC = MappingProxyType(
    dict(zip(FIELDS, ("input_mtok", "output_mtok", "cache_read_mtok", "cache_write_mtok"), strict=True))
)
_MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class TokenPrices:
    """Money per million tokens of each kind; a kind without a price is absent, and never free."""

    per_million: Mapping[str, Money]
    source: str

    def cost(self, *, input_tokens: int, output_tokens: int) -> int:
        """Micro-units for a request, rounded half up. Raises LookupError when a price is missing."""
        total = self._part("input_per_million", input_tokens) + self._part("output_per_million", output_tokens)
        return int(total.quantize(Decimal(1), rounding=ROUND_HALF_UP))

    def _part(self, field: str, tokens: int) -> Decimal:
        if not tokens:
            return Decimal(0)
        price = self.per_million.get(field)
        if price is None:
            raise LookupError(field)
        return Decimal(price.micro) * tokens / _MICRO


def prices(model: Model, currency: str) -> TokenPrices:
    """Negotiated prices laid over the public ones, which are in USD and so count only there."""
    negotiated = {field: value for field in FIELDS if (value := getattr(model.spec.prices, field)) is not None}
    public = _public(model.spec.provider, model.spec.upstream) if currency == "USD" else {}
    return TokenPrices(MappingProxyType({**public, **negotiated}), "negotiated" if negotiated else "genai-prices")


@lru_cache(maxsize=4_096)
def _public(provider: str, upstream: str) -> Mapping[str, Money]:
    from genai_prices import Usage, calc_price

    try:
        found = calc_price(Usage(input_tokens=1), model_ref=upstream, provider_id=provider).model_price
    except LookupError:
        return {}
    return {field: money for field, name in _PUBLIC.items() if (money := _money(getattr(found, name))) is not None}


def _money(price: object) -> Money | None:
    base = getattr(price, "base", price)
    if not isinstance(base, Decimal):
        return None
    return Money(int((base * _MICRO).quantize(Decimal(1), rounding=ROUND_HALF_UP)), "USD")
