"""Making every target as declared: plan, limits, apply, drift."""

from remit.reconcile._apply import apply
from remit.reconcile._change import ACTIONS, Action, Cause, Change, Problem, PropertyChange, Reason, Withheld
from remit.reconcile._coverage import Coverage, Covered, coverage
from remit.reconcile._desired import desired
from remit.reconcile._direction import Direction
from remit.reconcile._drift import Drift, Drifted
from remit.reconcile._errors import (
    LeaseAlive,
    LeaseHeld,
    LeaseLost,
    PlanBlocked,
    PlanInvalid,
    PlanStale,
    ReconcileError,
    StateFailed,
    Stopped,
)
from remit.reconcile._facade import (
    STATE_DIRECTORY,
    apply_plan,
    coverage_bundle,
    drift_bundle,
    import_target,
    plan_bundle,
    revoke_key,
    status_bundle,
    update_ledger,
    usage_bundle,
)
from remit.reconcile._import import Defaults, Imported
from remit.reconcile._leases import Held, leases, release_lease
from remit.reconcile._limits import Verdict
from remit.reconcile._outcome import OnProgress, Outcome, Progress, Result, TargetOutcome
from remit.reconcile._plan import Note, Plan, TargetPlan
from remit.reconcile._planner import SinkSource, plan
from remit.reconcile._revoke import Emergency, Revoked
from remit.reconcile._revoked import Revocation
from remit.reconcile._run import Run
from remit.reconcile._state import State
from remit.reconcile._status import Healthy, InSync, TargetStatus, statuses
from remit.reconcile._survey import Readers
from remit.reconcile._usage import Usage, Use
from remit.reconcile._wanted import Desired, Wanted

__all__ = [
    "ACTIONS",
    "STATE_DIRECTORY",
    "Action",
    "Cause",
    "Change",
    "Coverage",
    "Covered",
    "Defaults",
    "Desired",
    "Direction",
    "Drift",
    "Drifted",
    "Healthy",
    "Held",
    "Imported",
    "InSync",
    "Emergency",
    "LeaseAlive",
    "LeaseHeld",
    "LeaseLost",
    "Note",
    "OnProgress",
    "Outcome",
    "Plan",
    "PlanBlocked",
    "PlanInvalid",
    "PlanStale",
    "Problem",
    "Progress",
    "PropertyChange",
    "Readers",
    "Reason",
    "ReconcileError",
    "Result",
    "Revocation",
    "Revoked",
    "Run",
    "SinkSource",
    "State",
    "StateFailed",
    "Stopped",
    "TargetOutcome",
    "TargetPlan",
    "TargetStatus",
    "Usage",
    "Use",
    "Verdict",
    "Wanted",
    "Withheld",
    "apply",
    "apply_plan",
    "coverage",
    "coverage_bundle",
    "desired",
    "drift_bundle",
    "import_target",
    "leases",
    "plan",
    "plan_bundle",
    "release_lease",
    "revoke_key",
    "status_bundle",
    "statuses",
    "update_ledger",
    "usage_bundle",
]
