"""`evaluate`: from a request to a decision, with reasons."""

from remit.decide._decision import Decision, Reason
from remit.decide._engine import Engine
from remit.decide._explain import Explanation, Step, rule_view
from remit.decide._load import CannotLoad, bundle_at, load
from remit.decide._observe import Fired, Requirement, alerts, requirements
from remit.decide._parts import Part, parts_of
from remit.decide._request import RequestFields
from remit.decide._usage import Usage

__all__ = [
    "CannotLoad",
    "Decision",
    "Engine",
    "Explanation",
    "Fired",
    "Part",
    "Reason",
    "RequestFields",
    "Requirement",
    "Step",
    "Usage",
    "alerts",
    "bundle_at",
    "load",
    "parts_of",
    "requirements",
    "rule_view",
]
