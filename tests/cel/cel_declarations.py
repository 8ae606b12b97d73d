"""The declarations the checker's tests share: an invented key, request and a few plain variables."""

from __future__ import annotations

from remit.cel._check import check
from remit.cel._checked import Checked
from remit.cel._declarations import object_type
from remit.cel._parser import parse
from remit.cel._types import (
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    DYN,
    INT,
    MONEY,
    STRING,
    TIMESTAMP,
    UINT,
    Type,
    list_of,
    map_of,
    optional_of,
)

OWNER = object_type("remit.Owner", {"name": STRING, "email": STRING}, optional=["email"])
KEY = object_type(
    "remit.Key",
    {
        "environment": STRING,
        "expires": TIMESTAMP,
        "models": list_of(STRING),
        "budget": MONEY,
        "labels": map_of(STRING, STRING),
        "owner": OWNER,
        "backups": list_of(OWNER),
    },
    optional=["expires", "owner"],
    sizes={"environment": 60, "models": 50, "labels": 8},
)
VARIABLES: dict[str, Type] = {
    "key": KEY,
    "now": TIMESTAMP,
    "wait": DURATION,
    "n": INT,
    "u": UINT,
    "d": DOUBLE,
    "s": STRING,
    "b": BYTES,
    "yes": BOOL,
    "any": DYN,
    "spent": MONEY,
    "maybe": optional_of(OWNER),
    "counts": map_of(STRING, INT),
    "codes": map_of(INT, STRING),
    "numbers": list_of(INT),
    "amounts": list_of(MONEY),
    "anything": list_of(DYN),
    "limits.rpm": INT,
}


def checked(text: str, *, container: str = "", result: Type | None = None) -> Checked:
    """The text parsed and checked against the shared declarations."""
    return check(parse(text), variables=VARIABLES, container=container, result=result, source=text)
