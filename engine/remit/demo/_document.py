"""The demo as one JSON document."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from remit.demo._steps import Run
from remit.render.report_facts import PoolSpend, ReasonCount, Timed, Traffic

FORMAT_VERSION = "1.0"


def document(run: Run, report: Path | None, keep: Path | None) -> dict[str, object]:
    """Steps, decisions, spend, times, and where things were left. Money in micro-units, times as their names say."""
    return {
        "format_version": FORMAT_VERSION,
        "ok": run.ok,
        "bundle": run.bundle.digest if run.bundle else None,
        "commit": run.bundle.commit if run.bundle else None,
        "steps": [asdict(step) for step in run.steps],
        "traffic": _traffic(run.traffic) if run.traffic else None,
        "report": str(report) if report else None,
        "kept": str(keep) if keep else None,
    }


def _traffic(traffic: Traffic) -> dict[str, object]:
    return {
        "origin": traffic.origin,
        "caveat": traffic.caveat,
        "requests": traffic.requests,
        "effects": dict(traffic.effects),
        "reasons": [_reason(each) for each in traffic.reasons],
        "spend": [_pool(each) for each in traffic.pools],
        "alerts": [asdict(each) for each in traffic.alerts],
        "latency_ns": {
            "p50": traffic.latency.p50,
            "p99": traffic.latency.p99,
            "fastest": _timed(traffic.latency.fastest),
            "slowest": _timed(traffic.latency.slowest),
        },
    }


def _reason(each: ReasonCount) -> dict[str, object]:
    return {"id": each.id, "effect": each.effect, "requests": each.requests}


def _pool(each: PoolSpend) -> dict[str, object]:
    return asdict(each) | {"share": round(each.share, 4)}


def _timed(each: Timed) -> dict[str, object]:
    return asdict(each)
