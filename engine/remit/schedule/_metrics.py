"""Measurements in the OpenMetrics format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from remit.ledger import Try
from remit.reconcile import TargetStatus
from remit.schedule._standing import Standing, Turn

CONTENT_TYPE: str = CONTENT_TYPE_LATEST
_SYNC = {"yes": 1.0, "no": 0.0, "unknown": float("nan")}
_HEALTH = {"yes": 1.0, "degraded": 0.5, "no": 0.0}


def _seconds(found: Try | None) -> float:
    return float("nan") if found is None else found.at.timestamp()


_OF_TARGET: tuple[tuple[str, str, Callable[[TargetStatus], float]], ...] = (
    ("in_sync", "1 as declared, 0 not, NaN unknown", lambda each: _SYNC[each.in_sync]),
    ("healthy", "1 well, 0.5 degraded, 0 not readable", lambda each: _HEALTH[each.healthy]),
    ("last_attempted_timestamp_seconds", "When a run last began to write", lambda each: _seconds(each.attempted)),
    ("last_applied_timestamp_seconds", "When all was last as declared", lambda each: _seconds(each.applied)),
    ("drifted", "Objects that are not as they were left", lambda each: float(each.drifted)),
    ("pending_changes", "Changes that are left to do", lambda each: float(each.pending)),
    ("held_changes", "Changes that nobody approved", lambda each: float(each.held)),
)


def rendered(standing: Standing) -> bytes:
    """All measurements of one instant, as text."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected(standing))
    return bytes(generate_latest(registry))  # type: ignore[no-untyped-call]


@dataclass(frozen=True, eq=False)
class _Collected(Collector):
    standing: Standing

    def collect(self) -> Iterator[Metric]:
        last, endings, failures = self.standing.counts()
        yield _counter("remit_turns", "Turns by how they ended", "ending", endings)
        yield _counter("remit_target_failures", "Changes and reads that failed", "target", failures)
        if last is not None:
            yield from _of_turn(last)
            yield from _of_targets(last)

    def describe(self) -> Iterator[Metric]:
        return iter(())


def _counter(name: str, about: str, label: str, counts: Iterable[tuple[str, int]]) -> Metric:
    family = CounterMetricFamily(name, about, labels=[label])
    for value, count in counts:
        family.add_metric([value], count)
    return family


def _of_turn(last: Turn) -> Iterator[Metric]:
    rejected = "1 while the newest policies do not check and older ones are applied"
    yield GaugeMetricFamily("remit_policies_rejected", rejected, value=float(bool(last.rejected)))
    unfetched = "1 while the policies cannot be fetched"
    yield GaugeMetricFamily("remit_policies_unfetched", unfetched, value=float(bool(last.unfetched)))
    yield GaugeMetricFamily("remit_turn_seconds", "How long the last turn took", value=last.span.total_seconds())
    yield GaugeMetricFamily("remit_turn_timestamp_seconds", "When it ended", value=last.ended.timestamp())
    applied = {"commit": last.commit or "", "bundle": last.bundle}
    yield InfoMetricFamily("remit_policies", "What was applied last", value=applied)


def _of_targets(last: Turn) -> Iterator[Metric]:
    for name, about, value in _OF_TARGET:
        family = GaugeMetricFamily(f"remit_target_{name}", about, labels=["target"])
        for each in last.targets:
            family.add_metric([each.name], value(each))
        yield family
