"""Seeded stories of reconciling: declarations and targets change, everything breaks, and in the end all is as declared.

PYTHONPATH=engine:tests python -m fuzz.reconcile 10000 0
"""

from __future__ import annotations

import logging
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Literal

from reconcile.simulated import NOW, ORGANIZATION, Crash, Fuse, World, entitlement, pool

from fuzz.administered import Administered
from fuzz.farside import FarSide, Proxied, Simulated
from fuzz.watch import Log, Watch
from remit.bundle import Entitlement
from remit.reconcile import Outcome, Plan, ReconcileError, State
from remit.reconcile._memory import Applied
from remit.secrets import DeliveryFailed
from remit.targets import Marker, TargetObject

RUNS_UNTIL_CONVERGED = 5
_CHUNK = 8
_KEYS = ("ranker", "crawler", "digest", "intake", "replay")
_MODELS = ("gpt-4o", "gpt-4o-mini", "mock-model")
_LIMITS = {side: {"max_percent": "100%"} for side in ("delete", "revoke")}
_SPEC: dict[str, object] = {"limits": _LIMITS, "allow_empty": True}

Side = Literal["simulated", "litellm", "openai"]
SIDES: Mapping[Side, Callable[[Path], FarSide]] = {
    "simulated": lambda directory: Simulated(),
    "litellm": lambda directory: Proxied(),
    "openai": Administered,
}
TURNS: tuple[Side, ...] = ("simulated", "openai", "simulated", "litellm")


@dataclass
class Story:
    """Some runs with faults between edits, then runs without until nothing is left to do."""

    seed: int
    directory: Path
    side: Side = "simulated"
    trail: list[str] = field(default_factory=list)
    outcome: Outcome | None = None

    def __post_init__(self) -> None:
        self.luck = random.Random(self.seed)
        self.far = SIDES[self.side](self.directory)
        in_teams = self.side == "simulated" and self.luck.random() < 0.5
        spaces = {"gateway": ("team",) if in_teams else self.far.spaces}
        self.world = World(self.directory, gateways={"gateway": self.far}, specs={"gateway": _SPEC}, spaces=spaces)
        self.watch = Watch(self.directory, self.far, self.world.vault)
        self.far.on_effect = self.watch.effect

    def told(self) -> list[str]:
        """Everything that did not hold."""
        with _logging() as log:
            for _ in range(self.luck.randint(2, 4)):
                self._edit()
                self._meddle()
                self._run(faulty=True)
            self._converge()
            self.watch.at_end(log)
        return self.watch.broken

    def _edit(self) -> None:
        """Git changes."""
        kept = {each.key: each for each in self.world.entitlements if self.luck.random() > 0.15}
        for name in self.luck.sample(_KEYS, self.luck.randint(1, 3)):
            kept[name] = self._declared(name)
        self.world.declare(*kept.values())
        self.world.rotate = tuple(name for name in kept if self.luck.random() < 0.15)
        self._note("declare", *(f"{each.key}{'-' if each.suspended else ''}" for each in kept.values()))

    def _declared(self, name: str) -> Entitlement:
        luck = self.luck
        drawn = entitlement(
            name,
            team=luck.choice(("search", "growth")),
            environment=luck.choice(("dev", "prod")),
            models=tuple(sorted(luck.sample(_MODELS, luck.randint(1, 3)))),
            scopes=luck.choice((("chat",), ("chat", "embeddings"), ())),
            caps={cap: luck.choice((0, 60, 600)) for cap in _some(luck, ("requests_per_minute", "tokens_per_minute"))},
            budgets={"key.monthly": luck.choice((0, 5, 500))} if luck.random() < 0.7 else {},
            expires=NOW + timedelta(days=luck.choice((2, 40, 400))) if luck.random() < 0.6 else None,
            rotate_every=timedelta(days=3) if luck.random() < 0.2 else None,
            suspended=luck.random() < 0.15,
        )
        return self._in_project(drawn) if "project" in self.far.spaces else drawn

    def _in_project(self, drawn: Entitlement) -> Entitlement:
        """Where keys are in projects that bound them, those are drawn too; and a key without scopes is refused."""
        budget = self.luck.choice((0, 5, 500))
        pools = (*drawn.budgets, pool("project.monthly", budget)) if self.luck.random() < 0.7 else drawn.budgets
        project = self.luck.choice(("ranker", "ranker", "ranker", "maps"))
        return replace(drawn, project=project, budgets=pools, scopes=drawn.scopes or ("embeddings",))

    def _meddle(self) -> None:
        """Somebody changes the target by hand."""
        there = [each for each in self.far.truth().values() if each.kind == "key"]
        if there and self.luck.random() < 0.5:
            found = self.luck.choice(sorted(there))
            edited = replace(found, caps={"requests_per_minute": 7}, enabled=self.luck.random() < 0.5)
            gone = self.luck.random() < 0.3
            self.far.by_hand(None if gone else edited, found.id)
            self._note("by hand", found.alias, "gone" if gone else "edited")
        if self.luck.random() < 0.25:
            taken = {each.alias for each in there}
            alias = self.luck.choice([name for name in (*_KEYS, "stranger") if name not in taken] or ["another"])
            marker = self.luck.choice(("", "ours by hand", str(Marker("elsewhere", alias, "x")), self._copied(alias)))
            made = TargetObject(alias, f"hand-{self.luck.random()}", marker)
            self.far.by_hand(made, made.id)
            self._note("stranger", alias, marker)

    def _copied(self, alias: str) -> str:
        return str(Marker(ORGANIZATION, alias, "another-object"))

    def _run(self, *, faulty: bool) -> Plan | None:
        """One plan and one apply, as one process. The plan of a run that went through, if it did."""
        if faulty:
            self.far.break_(self.luck.randrange(10**9), self.luck.choice((0.0, 0.1, 0.3, 1.0)))
            self.world.light(Fuse(self.luck.choice((10**9, self.luck.randint(0, 40)))))
            self.world.vault.faults = [DeliveryFailed("sealed")] * self.luck.choice((0, 0, 1))
        self.far.restart()
        self.watch.begins()
        made = None
        try:
            made = self.world.plan()
            outcome = self.outcome = self.world.apply(made)
            self.watch.said(made, outcome)
            self._note(
                "applied",
                *(
                    f"{each.action} {each.key}: {each.status} {each.message}"
                    for t in outcome.targets
                    for each in t.results
                ),
            )
        except ReconcileError as error:
            self.watch.said(error)
            self._note("stopped", error.message)
        except Crash as crash:
            self._note("died", str(crash))
        brief = not faulty or self.luck.random() < 0.7
        self._passes(timedelta(minutes=11) if brief else timedelta(days=1, hours=self.luck.randint(0, 60)))
        self.world.light(Fuse())
        self.watch.after_run()
        return made

    def _passes(self, span: timedelta) -> None:
        """The lease of whoever died has ended by then."""
        self.world.now += span
        self.far.later(span.total_seconds())

    def _converge(self) -> None:
        """No faults any more: either everything is as declared soon, or a person is told what to do, and does it."""
        self.far.heal()
        self.world.vault.faults = []
        for _ in range(RUNS_UNTIL_CONVERGED):
            self._run(faulty=False)
            self.world.rotate = ()
            made = self.world.plan()
            if made.empty and made.ok:
                break
            self._mended(made)
            self._emptied()
        made = self.world.plan()
        if not (made.empty and made.ok):
            left = [f"{each.action} {each.address}" for each in made.changes]
            self.watch.broken.append(f"not converged: {left} {made.problems} {made.unreadable}")
            return
        self._as_declared()

    def _mended(self, made: Plan) -> None:
        """A person reads each problem, removes what stands in the way, and rotates where that is said."""
        for problem in made.problems:
            self._note("problem", problem.code, problem.key)
            if problem.code == "fixed":
                self.world.rotate = (*self.world.rotate, problem.key)
            if not problem.message:
                self.watch.broken.append(f"nobody says what is wrong with `{problem.key}`")
            for each in self.far.truth().values():
                if problem.key in (each.alias, each.slot):
                    self.far.by_hand(None, each.id)

    def _emptied(self) -> None:
        """A person reads that a space still holds keys, and deletes what somebody made in it."""
        for each in self.outcome.results if self.outcome else ():
            marked = ((seen, Marker.parse(seen.marker)) for seen in self.far.truth().values())
            space = next((seen for seen, marker in marked if marker is not None and marker.key == each.key), None)
            if "still holds" in each.message and space is not None:
                self._note("emptied", each.key)
                for stranger in self._strangers(space):
                    self.far.by_hand(None, stranger.id)

    def _strangers(self, space: TargetObject) -> list[TargetObject]:
        keys = (each for each in self.far.truth().values() if each.kind == "key" and each.project == space.project)
        marked = ((each, Marker.parse(each.marker)) for each in keys)
        return [each for each, marker in marked if marker is None or marker.object_id != each.id]

    def _as_declared(self) -> None:
        """Exactly one object for every key in force, with every property that the target takes."""
        wishes = self.world.desired().keys["gateway"]
        ours: dict[str, list[TargetObject]] = {}
        for each in self.far.truth().values():
            marker = Marker.parse(each.marker)
            if marker is not None and (marker.organization, marker.object_id) == (ORGANIZATION, each.id):
                ours.setdefault(marker.key, []).append(each)
        for key in sorted({*wishes, *ours}):
            wanted, found = wishes.get(key), ours.get(key, [])
            live = [each for each in found if each.enabled]
            if wanted is None or not wanted.in_force:
                if any(each.kind == "key" for each in live):
                    self.watch.broken.append(f"`{key}` should not work, and does")
            elif not live:
                self.watch.broken.append(f"`{key}` is not there")
            else:
                self._one(key, wanted.goal, live)

    def _one(self, key: str, goal: TargetObject, live: list[TargetObject]) -> None:
        known = self._known().get(key)
        used = [each for each in live if known is not None and each.id == known.key.id]
        if known is None or len(used) != 1:
            self.watch.broken.append(f"`{key}` is there {len(live)} times, in use {len(used)} times")
            return
        ending = {each.id for each in known.retiring if each.until > self.world.now}
        if {each.id for each in live} - {used[0].id, *ending}:
            self.watch.broken.append(f"`{key}` is there {len(live)} times, and {len(ending)} of them end soon")
            return
        of = self.far.capabilities.of
        expected = {name: value for name, value in goal.properties.items() if of(name, goal.kind).written}
        found = used[0].properties
        wrong = sorted(name for name in expected if found.get(name) != expected[name])
        if wrong:
            self.watch.broken.append(f"`{key}` differs in {wrong}")

    def _known(self) -> Mapping[str, Applied]:
        """What was applied, by key."""
        memory = State(self.directory).memory().get("gateway")
        return memory.applied if memory else {}

    def _note(self, *words: str) -> None:
        self.trail.append(" ".join(words))


def _some(luck: random.Random, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if luck.random() < 0.7]


@contextmanager
def _logging() -> Iterator[Log]:
    log, root = Log(), logging.getLogger()
    level = root.level
    root.addHandler(log)
    root.setLevel(logging.DEBUG)
    try:
        yield log
    finally:
        root.removeHandler(log)
        root.setLevel(level)


def run(seed: int, side: Side) -> tuple[list[str], list[str]]:
    """(what did not hold, what happened)."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as directory:
        story = Story(seed, Path(directory) / "state", side)
        return story.told(), story.trail


def main(
    count: int, seed: int = 0, workers: int = 1, told: Callable[[int, int], None] = lambda done, failed: None
) -> int:
    """Runs `count` stories from `seed` on, each on the next of `TURNS`. The number that did not hold.

    `told` hears after each how many are done and how many failed.
    """
    failed = 0
    for done, (each, broken, trail) in enumerate(_stories(range(seed, seed + count), workers), start=1):
        if broken:
            failed += 1
            sys.stdout.write(f"seed {each}:\n  " + "\n  ".join((*trail, *(f"!! {what}" for what in broken))) + "\n")
        told(done, failed)
    sys.stdout.write(f"{count} stories, {failed} failed, from seed {seed}\n")
    return failed


def _stories(seeds: range, workers: int) -> Iterator[tuple[int, list[str], list[str]]]:
    if workers == 1:
        yield from map(_story, seeds)
        return
    with ProcessPoolExecutor(workers) as executor:
        yield from executor.map(_story, seeds, chunksize=_CHUNK)


def _story(seed: int) -> tuple[int, list[str], list[str]]:
    return seed, *run(seed, TURNS[seed % len(TURNS)])


if __name__ == "__main__":
    raise SystemExit(1 if main(*map(int, sys.argv[1:])) else 0)
