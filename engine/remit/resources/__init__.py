"""What an organisation declares: one module per kind, as pydantic models and JSON Schemas."""

from remit.resources._base import API_VERSION, Metadata, Resource
from remit.resources._group import Group
from remit.resources._key import Delivery, Key, KeySpec
from remit.resources._limits import CAPS, PERIODS, Budget, BudgetAlert, Limits
from remit.resources._model import Model, Prices
from remit.resources._organization import Organization
from remit.resources._policy import Alert, Match, Policy, Require, Rule
from remit.resources._policytest import PolicyTest, RequestFixture, Suite, UsageFixture
from remit.resources._project import Project
from remit.resources._quantities import Money, parse_count, parse_duration, parse_money, render_duration
from remit.resources._target import ChangeLimit, ChangeLimits, Target
from remit.resources._team import Team
from remit.resources._waiver import Waiver

KINDS: dict[str, type[Resource]] = {
    kind.__name__: kind for kind in (Organization, Group, Team, Project, Key, Model, Policy, Target, Waiver, PolicyTest)
}

__all__ = [
    "API_VERSION",
    "CAPS",
    "KINDS",
    "PERIODS",
    "Alert",
    "Budget",
    "BudgetAlert",
    "ChangeLimit",
    "ChangeLimits",
    "Delivery",
    "Group",
    "Key",
    "KeySpec",
    "Limits",
    "Match",
    "Metadata",
    "Model",
    "Money",
    "Organization",
    "Policy",
    "PolicyTest",
    "Prices",
    "Project",
    "RequestFixture",
    "Require",
    "Resource",
    "Rule",
    "Suite",
    "Target",
    "Team",
    "UsageFixture",
    "Waiver",
    "parse_count",
    "parse_duration",
    "parse_money",
    "render_duration",
]
