"""What an organisation declares: one module per kind, as pydantic models and JSON Schemas."""

from remit.resources._base import API_VERSION, NAME_PATTERN, PERSON_PATTERN, Metadata, Resource, parse_instant
from remit.resources._facts import FACTS, FieldFact, facts
from remit.resources._group import Group
from remit.resources._key import Delivery, Key, KeySpec
from remit.resources._kinds import KINDS
from remit.resources._limits import CAPS, PERIODS, Budget, BudgetAlert, Limits
from remit.resources._migrate import MIGRATIONS, Migration, plan_migration
from remit.resources._model import Model, Prices
from remit.resources._organization import Organization, Provenance, ProvenanceRequirement
from remit.resources._policy import Alert, Match, Policy, Require, Rule
from remit.resources._policytest import Expectation, PolicyTest, RequestFixture, Suite, UsageFixture
from remit.resources._project import Project
from remit.resources._quantities import MONEY_PATTERN, Money, parse_count, parse_duration, parse_money, render_duration
from remit.resources._schema import ANY_KIND, render_schema, schema, schema_name, schemas, write_schemas
from remit.resources._secrets import masked, secret_shape, secrets_in, secrets_in_text
from remit.resources._target import WEEKDAYS, ChangeLimit, ChangeLimits, LimitOverride, Target, TargetSpec, Window
from remit.resources._team import Team
from remit.resources._validate import validate
from remit.resources._waiver import Waiver

__all__ = [
    "ANY_KIND",
    "API_VERSION",
    "CAPS",
    "FACTS",
    "KINDS",
    "MIGRATIONS",
    "MONEY_PATTERN",
    "NAME_PATTERN",
    "PERIODS",
    "PERSON_PATTERN",
    "WEEKDAYS",
    "Alert",
    "Budget",
    "BudgetAlert",
    "ChangeLimit",
    "ChangeLimits",
    "Delivery",
    "Expectation",
    "FieldFact",
    "Group",
    "Key",
    "KeySpec",
    "LimitOverride",
    "Limits",
    "Match",
    "Metadata",
    "Migration",
    "Model",
    "Money",
    "Organization",
    "Policy",
    "PolicyTest",
    "Provenance",
    "ProvenanceRequirement",
    "Prices",
    "Project",
    "RequestFixture",
    "Require",
    "Resource",
    "Rule",
    "Suite",
    "Target",
    "TargetSpec",
    "Team",
    "UsageFixture",
    "Waiver",
    "Window",
    "facts",
    "masked",
    "parse_count",
    "parse_duration",
    "parse_instant",
    "parse_money",
    "plan_migration",
    "render_duration",
    "render_schema",
    "schema",
    "schema_name",
    "schemas",
    "secret_shape",
    "secrets_in",
    "secrets_in_text",
    "validate",
    "write_schemas",
]
