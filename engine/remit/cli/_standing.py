"""Saying how each target stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from remit.bundle import Bundle
from remit.cli._exit import ExitCode
from remit.cli._lines import Line, write_lines
from remit.cli._output import progress, write_json
from remit.cli._place import instant
from remit.cli._planning import known_targets
from remit.ledger import Try
from remit.reconcile import TargetStatus, status_bundle

_STYLES = {"yes": "passed", "degraded": "warning"}


def found_status(
    bundle: Bundle, state: Path, targets: Sequence[str] | None, now: datetime | None, policies: Path
) -> tuple[TargetStatus, ...]:
    """Of some targets, or of all. Raises Misuse for one that is not declared."""
    known_targets(bundle, targets)
    with progress("reading targets"):
        return status_bundle(bundle, at=instant(now), state_dir=state, targets=targets or None, policies=policies)


def status_code(found: Sequence[TargetStatus]) -> ExitCode:
    """The worse of both axes."""
    if any(each.healthy != "yes" for each in found):
        return ExitCode.ERROR
    return ExitCode.PENDING if any(each.in_sync != "yes" for each in found) else ExitCode.OK


def show_status(found: Sequence[TargetStatus], *, json: bool) -> None:
    """On stdout."""
    if json:
        write_json({"targets": list(found)})
    else:
        write_lines(status_lines(found))


def status_lines(found: Sequence[TargetStatus]) -> Iterator[Line]:
    """Both axes of each target, what was tried and applied, then what is not well."""
    for each in found:
        yield (
            (f"{each.name} ({each.type})", "bold"),
            (": in sync: ", ""),
            (each.in_sync, _STYLES.get(each.in_sync, "error")),
            (", healthy: ", ""),
            (each.healthy, _STYLES.get(each.healthy, "error")),
        )
        yield ((f"  last attempted: {_try(each.attempted)}", ""),)
        yield ((f"  last applied: {_try(each.applied)}", ""),)
        yield ((f"  {each.pending:,} pending, {each.held:,} held, {each.drifted:,} drifted", ""),)
        for reason in each.reasons:
            yield ((f"  {reason}", "warning"),)


def _try(found: Try | None) -> str:
    if found is None:
        return "never"
    return f"{found.commit[:19]} at {found.at.astimezone(UTC).isoformat(timespec='seconds').replace('+00:00', 'Z')}"
