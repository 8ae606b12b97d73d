"""A group of people, who can be asked for approval."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from remit.resources._base import Metadata, Person, Resource, Strict


class GroupSpec(Strict):
    """Logins on the forge."""

    members: tuple[Person, ...] = Field(min_length=1, description="Logins")


class Group(Resource):
    """Named people."""

    kind: Literal["Group"]
    metadata: Metadata
    spec: GroupSpec
