"""A value that must not be seen."""

from __future__ import annotations

import hmac
from typing import NoReturn, final

HIDDEN = "<secret>"
_SPREAD = "a secret is neither copied nor pickled: call `reveal()` where it is needed"


@final
class Secret:
    """The value of a key. Text forms hide it, copies and pickles are refused; only `reveal()` gives it."""

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """The value itself: for the sink that keeps it, and for nobody else."""
        return self.__value

    def hidden_in(self, text: str) -> str:
        """`text` with every occurrence of the value blotted out."""
        return text.replace(self.__value, HIDDEN) if self.__value else text

    def __repr__(self) -> str:
        return HIDDEN

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return HIDDEN

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self.__value.encode(), other.__value.encode())

    # a hash would tell equal secrets apart from others to whoever can read a repr of a set or a dict
    __hash__ = None  # type: ignore[assignment]

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(_SPREAD)

    def __getstate__(self) -> NoReturn:
        raise TypeError(_SPREAD)
