"""A plan as JSON, and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC
from importlib.metadata import PackageNotFoundError, version
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from remit.reconcile import _messages as messages
from remit.reconcile._change import Change, Problem
from remit.reconcile._drift import Drifted
from remit.reconcile._errors import PlanInvalid
from remit.reconcile._limits import Verdict
from remit.reconcile._plan import Plan, TargetPlan

FORMAT = "1.0"
_UNDIGESTED = ("digest", "timestamp", "remit_version")
_PLAN: TypeAdapter[Plan] = TypeAdapter(Plan)
_CHANGE: TypeAdapter[Change] = TypeAdapter(Change)
_DRIFTED: TypeAdapter[Drifted] = TypeAdapter(Drifted)
_TARGET: TypeAdapter[TargetPlan] = TypeAdapter(TargetPlan)
_PROBLEMS: TypeAdapter[tuple[Problem, ...]] = TypeAdapter(tuple[Problem, ...])
_VERDICTS: TypeAdapter[tuple[Verdict, ...]] = TypeAdapter(tuple[Verdict, ...])

Json = dict[str, object]
T = TypeVar("T")


def plan_to_json(plan: Plan) -> Json:
    """The whole document, `digest` last."""
    body = _body(plan)
    return {**body, "digest": _digest(body)}


def digest_of(plan: Plan) -> str:
    """`sha256:…` of the document."""
    return _digest(_body(plan))


def changes_digest(changes: Iterable[Change]) -> str:
    """`sha256:…` over the effects of these changes, without the reasons for them."""
    effects = [
        _CHANGE.dump_python(each, mode="json", exclude={"reasons", "properties", "approval"}) for each in changes
    ]
    return _digest({"changes": effects})


def plan_from_json(data: object) -> Plan:
    """Raises PlanInvalid."""
    if not isinstance(data, dict):
        raise PlanInvalid(messages.plan_damaged("not a JSON object"))
    if data.get("format_version") != FORMAT:
        raise PlanInvalid(messages.plan_format(str(data.get("format_version"))))
    if data.get("digest") != _digest(data):
        raise PlanInvalid(messages.plan_altered())
    try:
        plan = _PLAN.validate_python(_unwrapped(data))
    except (KeyError, TypeError, AttributeError, ValidationError) as error:
        raise PlanInvalid(messages.plan_damaged(type(error).__name__)) from None
    if digest_of(plan) != data["digest"]:
        raise PlanInvalid(messages.plan_altered())
    return plan


def _body(plan: Plan) -> Json:
    return {
        "format_version": FORMAT,
        "remit_version": _own_version(),
        "timestamp": plan.at.astimezone(UTC).isoformat(),
        "organization": plan.organization,
        "bundle": plan.bundle,
        "commit": plan.commit,
        "targets": [_target(target) for target in plan.targets],
        "resource_changes": [_change(change) for target in plan.targets for change in target.changes],
        "resource_drift": [_drifted(each) for target in plan.targets for each in target.drift],
        "problems": _PROBLEMS.dump_python(plan.problems, mode="json"),
        "limits": _VERDICTS.dump_python(plan.verdicts, mode="json"),
    }


def _digest(body: Mapping[str, object]) -> str:
    digested = {name: value for name, value in body.items() if name not in _UNDIGESTED}
    text = json.dumps(digested, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _target(target: TargetPlan) -> Json:
    dumped: Json = _TARGET.dump_python(target, mode="json", exclude={"changes", "drift", "concurrency"})
    return {**dumped, "counts": dict(target.counts), "changes_digest": target.changes_digest}


def _change(change: Change) -> Json:
    """Terraform's shape: the address outside, `actions`, `before` and `after` inside `change`."""
    dumped: Json = _CHANGE.dump_python(change, mode="json")
    inner = {
        "actions": [dumped.pop("action")],
        **{name: dumped.pop(name) for name in ("before", "after", "properties")},
    }
    return {"address": change.address, **dumped, "change": inner}


def _drifted(drifted: Drifted) -> Json:
    dumped: Json = _DRIFTED.dump_python(drifted, mode="json")
    inner = {
        "actions": ["update" if drifted.observed else "delete"],
        "before": dumped.pop("applied"),
        "after": dumped.pop("observed"),
        "properties": dumped.pop("properties"),
    }
    return {"address": drifted.address, **dumped, "change": inner}


def _unwrapped(data: Json) -> Json:
    changes = [_unwrapped_change(each) for each in _rows(data, "resource_changes")]
    drift = [_unwrapped_drift(each) for each in _rows(data, "resource_drift")]
    targets = [
        {
            **target,
            "changes": [each for each in changes if each["target"] == target["name"]],
            "drift": [each for each in drift if each["target"] == target["name"]],
        }
        for target in _rows(data, "targets")
    ]
    named = {name: data[name] for name in ("organization", "bundle", "commit", "problems")}
    return {**named, "at": data["timestamp"], "targets": targets, "verdicts": data["limits"]}


def _rows(data: Json, name: str) -> list[Json]:
    rows = data[name]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise TypeError(name)
    return rows


def _unwrapped_change(row: Json) -> Json:
    inner = _inner(row)
    (action,) = _actions(inner)
    return {**row, "action": action, **{name: inner[name] for name in ("before", "after", "properties")}}


def _unwrapped_drift(row: Json) -> Json:
    inner = _inner(row)
    return {**row, "applied": inner["before"], "observed": inner["after"], "properties": inner["properties"]}


def _inner(row: Json) -> Json:
    inner = row["change"]
    if not isinstance(inner, dict):
        raise TypeError
    return inner


def _actions(inner: Json) -> list[object]:
    actions = inner["actions"]
    if not isinstance(actions, list) or len(actions) != 1:
        raise TypeError
    return actions


def _own_version() -> str:
    try:
        return version("remit")
    except PackageNotFoundError:
        return "unknown"
