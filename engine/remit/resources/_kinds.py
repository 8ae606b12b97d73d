"""The kinds, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from remit.resources._base import Resource
from remit.resources._group import Group
from remit.resources._key import Key
from remit.resources._model import Model
from remit.resources._organization import Organization
from remit.resources._policy import Policy
from remit.resources._policytest import PolicyTest
from remit.resources._project import Project
from remit.resources._target import Target
from remit.resources._team import Team
from remit.resources._waiver import Waiver

KINDS: Mapping[str, type[Resource]] = MappingProxyType(
    {
        kind.__name__: kind
        for kind in (Organization, Group, Team, Project, Key, Model, Policy, Target, Waiver, PolicyTest)
    }
)
