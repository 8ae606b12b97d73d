"""Planning against a target with very many keys: whole processes, from nothing."""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from benchmarks.results import Row, Table, duration, times
from remit.bundle import BudgetPool, Cap, Entitlement, Origin
from remit.reconcile import Desired, Run, State, apply, desired, plan
from remit.resources import Money, Target
from remit.source import Position
from remit.targets import Capabilities, Capability, Created, Marker, TargetObject

SECONDS, BYTES, GROWTH = 20.0, 1_000_000_000, 1.5
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ORGANIZATION, TARGET = "meridian", "gateway"
_HERE = Position("keys.yaml", 1, 1)
_NAMES = ("team", "project", "environment", "models", "scopes", "purposes", "data_classes", "caps", "budgets")


@dataclass
class Memory:
    """A target in memory; `writes` counts what changed it."""

    objects: dict[str, TargetObject]
    writes: int = 0
    identity: str = "memory"
    version: str = "1"
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(dict.fromkeys((*_NAMES, "expires", "enabled"), Capability("native")))
    )

    def read(self) -> tuple[TargetObject, ...]:
        """Every key."""
        return tuple(self.objects.values())

    def create(self, wanted: TargetObject, nonce: str) -> Created:
        """Never asked for here."""
        raise NotImplementedError(wanted.alias)

    def update(self, found: TargetObject, wanted: TargetObject, changed: frozenset[str]) -> None:
        """Change the named properties."""
        self.writes += 1
        self.objects[found.id] = self.objects[found.id].overlaid(wanted, changed)

    def disable(self, found: TargetObject) -> None:
        """Never asked for here."""
        raise NotImplementedError(found.alias)

    delete = disable


def measure(*, few: int = 10_000, many: int = 100_000, rounds: int = 3) -> Table:
    """Time, memory and writes with few and with many keys; runs are processes of their own, and the quietest counts."""
    runs = [(_child(few), _child(many)) for _ in range(rounds)]
    fewer, more = (min(each, key=lambda run: run["plan"]) for each in zip(*runs, strict=True))
    about = (
        "Reading what was last applied from the ledger, sorting what is declared, comparing both with a target in"
        " memory, and the digest; every key is as declared but one, which is then applied. Each run is a process of its"
        f" own, whose memory holds the target and the declarations too; of {rounds} in turn, the quietest counts."
    )
    return Table("Planning", about, _rows(few, fewer, many, more))


def _rows(few: int, fewer: dict[str, float], many: int, more: dict[str, float]) -> tuple[Row, ...]:
    least, each = fewer["plan"] / few, more["plan"] / many
    peak, writes = more["peak"], int(more["writes"])
    return (
        Row(f"plan {few:,} keys", duration(fewer["plan"]), "", "", "", None),
        Row(f"plan {many:,} keys", duration(more["plan"]), "", "", f"under {SECONDS:.0f} s", more["plan"] < SECONDS),
        Row(
            f"for one key of {many:,}, against one of {few:,}",
            duration(each),
            duration(least),
            times(each / least),
            f"at most {GROWTH} x, so it grows linearly",
            each <= GROWTH * least,
        ),
        Row(f"peak memory with {few:,} keys", _megabytes(fewer["peak"]), "", "", "", None),
        Row(f"peak memory with {many:,} keys", _megabytes(peak), "", "", "under 1 GB", peak < BYTES),
        Row(f"writes when one of {many:,} keys changed", str(writes), "", "", "1", writes == 1),
    )


def _megabytes(size: float) -> str:
    return f"{size / 1e6:,.0f} MB"


def _child(size: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.planning", str(size)]
    root = Path(__file__).parents[1]
    ended = subprocess.run(command, check=True, capture_output=True, text=True, cwd=root)
    found: dict[str, float] = json.loads(ended.stdout)
    return found


def _peak() -> float:
    """Bytes. What the system keeps for a process begins with the peak of its parent, where Linux has a better one."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            name, _, amount = line.partition(":")
            if name == "VmHWM":
                return int(amount.split()[0]) * 1024.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1.0 if sys.platform == "darwin" else 1024.0)


def once(size: int, directory: Path) -> dict[str, float]:
    """Seconds to plan and to apply, peak memory in bytes, and writes, for `size` keys of which one changed."""
    declared = [_entitlement(number) for number in range(size)]
    target, state = _applied(_desired(declared), directory)
    declared[size // 2] = replace(declared[size // 2], caps=_caps(599))
    began = perf_counter()
    made = plan(_desired(declared), {TARGET: target}, state.memory())
    digest, empty = made.digest, made.empty
    planned = perf_counter()
    run = Run({TARGET: lambda: target}, state, directory, clock=lambda: NOW)
    outcome = apply(made, _desired(declared), {TARGET: target}, run)
    if empty or not outcome.ok or digest != outcome.plan:
        raise ValueError("exactly one change must be planned and applied")
    took = {"plan": planned - began, "apply": perf_counter() - planned}
    return {**took, "peak": _peak(), "writes": target.writes}


def _applied(wishes: Desired, directory: Path) -> tuple[Memory, State]:
    """The target and the ledger as a first run leaves them."""
    from remit.reconcile._memory import Applied

    state, objects = State(directory), {}
    with state.writing() as writing:
        for number, (key, wanted) in enumerate(wishes.keys[TARGET].items()):
            marker = str(Marker(ORGANIZATION, key, f"obj-{number}"))
            found = replace(wanted.goal, id=f"obj-{number}", marker=marker)
            objects[found.id] = found
            document = Applied(replace(found, marker=""), "sha256:0", None, NOW).document()
            writing.record(TARGET, key, document, "sha256:0", None)
    return Memory(objects), state


def _desired(declared: list[Entitlement]) -> Desired:
    envelope = {"apiVersion": "remit/v1", "kind": "Target", "metadata": {"name": TARGET}, "spec": {"type": "memory"}}
    named = {"organization": ORGANIZATION, "bundle": "sha256:1", "commit": None, "at": NOW}
    return desired(declared, {TARGET: Target.model_validate(envelope)}, **named)  # type: ignore[arg-type]


def _caps(requests: int) -> dict[str, Cap]:
    caps = {"requests_per_minute": requests, "tokens_per_minute": 100_000}
    return {name: Cap(name, value, Origin(_HERE)) for name, value in caps.items()}


def _entitlement(number: int) -> Entitlement:
    monthly = BudgetPool("key", f"key-{number}", "monthly", Money(500_000_000, "USD"), Origin(_HERE))
    return Entitlement(
        key=f"key-{number}",
        team=f"team-{number % 100}",
        project=f"project-{number % 1_000}",
        environment="prod",
        owner="ana",
        at=NOW,
        models=("nimbus-large", "nimbus-small"),
        exclusions=(),
        scopes=("chat", "embeddings"),
        purposes=("product-search",),
        data_classes=("internal", "public"),
        caps=_caps(600),
        user_caps={},
        budgets=(monthly,),
        expires=NOW + timedelta(days=60),
        rotate_every=None,
        client_side=False,
        suspended=False,
        targets=(TARGET,),
        deliver_to=None,
        violations=(),
        position=_HERE,
    )


def main() -> None:
    """One measurement in this process, as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.planning", description=__doc__)
    parser.add_argument("keys", type=int)
    with tempfile.TemporaryDirectory(prefix="remit-planning-") as place:
        print(json.dumps(once(parser.parse_args().keys, Path(place))))


if __name__ == "__main__":
    main()
