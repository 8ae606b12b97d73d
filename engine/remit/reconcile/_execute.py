"""Applying one target's changes, step by step."""

from __future__ import annotations

import secrets
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from threading import Lock

from remit.reconcile import _messages as messages
from remit.reconcile._change import UNFINISHED, Change
from remit.reconcile._draft import RETIRING, SUPERSEDED, remembered
from remit.reconcile._errors import LeaseLost, StateFailed
from remit.reconcile._journal import Journal
from remit.reconcile._memory import Applied, Retiring, TargetMemory
from remit.reconcile._outcome import Progress, Result
from remit.reconcile._retry import patiently
from remit.reconcile._run import LEASE, Run
from remit.reconcile._steps import Stage, Step, steps
from remit.reconcile._survey import explained
from remit.secrets import Secret, SecretsError, SinkContext
from remit.targets import TargetObject, Writer, slot_of


@dataclass(slots=True)
class Execution:
    """The steps of one target, and how each change ended.

    `failed`, `withheld` and `ids` (of what was created) are by the identity of the change: one key can have two.
    """

    target: str
    run: Run
    writer: Writer
    memory: TargetMemory
    journal: Journal
    failed: dict[int, str] = field(default_factory=dict)
    withheld: dict[int, str] = field(default_factory=dict)
    ids: dict[int, str] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    rotated: set[str] = field(default_factory=set)
    strict: bool = True
    concurrency: int = 1
    kept: datetime | None = None
    lock: Lock = field(default_factory=Lock)
    done: int = 0

    def perform(self, changes: tuple[Change, ...]) -> None:
        """Every step, stage by stage.

        Raises LeaseLost when the target is no longer this run's, and StateFailed; no further step begins after either.
        """
        every = steps(changes)
        for _, stage in groupby(every, key=lambda step: step.stage):
            self._together(list(stage), len(every))

    def _together(self, stage: list[Step], total: int) -> None:
        """The steps of one stage concern different objects, so their order among each other does not matter."""
        if self.concurrency == 1 or len(stage) == 1:
            for step in stage:
                self._turn(step, total)
            return
        with ThreadPoolExecutor(self.concurrency, "remit-apply") as pool:
            turns = [pool.submit(self._turn, step, total) for step in stage]
            _, waiting = wait(turns, return_when=FIRST_EXCEPTION)
            for each in waiting:
                each.cancel()
        for each in turns:
            if not each.cancelled():
                each.result()

    def _turn(self, step: Step, total: int) -> None:
        with self.lock:
            self._keep()
            self.run.on_progress(Progress(self.target, step.change.key, step.verb, self.done, total))
            self.done += 1
        self._attempt(step)

    def _keep(self) -> None:
        """Prolongs the lease long before it ends, but not for every one of many quick steps."""
        now = self.run.clock()
        if self.kept is None or now - self.kept > LEASE / 10:
            self.run.prolong(self.target)
            self.kept = now

    def _pause(self, seconds: float) -> None:
        """While the target is busy another run may have taken over, so that the next attempt would be too late."""
        self.run.sleep(seconds)
        self.run.prolong(self.target)

    def _attempt(self, step: Step) -> None:
        name = id(step.change)
        if name in self.failed:
            return
        hindrance = self._hindrance(step)
        if hindrance:
            self.withheld[name] = hindrance
            return
        try:
            self._do(step)
        except (LeaseLost, StateFailed):
            raise
        except Exception as error:
            self.failed[name] = error.message if isinstance(error, SecretsError) else explained(error)
            self.journal.failed(step.change, step.verb, self.failed[name])
            self.strict = self.strict and step.stage >= Stage.OPEN
            if step.stage == Stage.OPEN:
                self.closed.add(step.change.key)

    def _hindrance(self, step: Step) -> str:
        """Why the step may not be tried after what failed before it, or empty."""
        if step.stage >= Stage.OPEN and not self.strict:
            return messages.loosening_withheld()
        if step.change.unfinished and step.change.key not in self.rotated:
            return messages.rotation_missing()
        key = step.goal
        if key is None or key.kind != "key":
            return ""
        homes = {slot_of("team", key.team or ""), slot_of("project", key.project or "")}
        return messages.space_missing() if homes & self.closed else ""

    def _do(self, step: Step) -> None:
        if step.verb == "create" and step.goal is not None:
            self._create(step.change, step.goal)
            return
        if step.verb != "remember":
            self.journal.about_to(step.change, step.verb, step.goal)
            self._write(step)
        if step.last:
            self._remember(step)
        else:
            self.journal.done(step.change, step.verb, step.goal)

    def _write(self, step: Step) -> None:
        before, goal, sleep = step.change.before, step.goal, self._pause
        match step.verb:
            case "disable" if before is not None:
                patiently(lambda: self.writer.disable(before), sleep)
            case "delete" if before is not None:
                patiently(lambda: self.writer.delete(before), sleep)
            case "update" if before is not None and goal is not None:
                patiently(lambda: self.writer.update(before, goal, step.changed), sleep)

    def _remember(self, step: Step) -> None:
        """A former object leaves what is known of its key as it is."""
        change, applied = step.change, self.memory.applied.get(step.change.key)
        codes = {reason.code for reason in change.reasons}
        if codes & {SUPERSEDED, UNFINISHED, RETIRING}:
            self.journal.done(change, step.verb, step.goal)
        elif change.after is None:
            self.journal.gone(change, step.verb)
        else:
            held = remembered(change, change.after, applied)
            same = applied is not None and applied.key.id == held.id
            issued = applied.issued if applied is not None and same else None
            retiring = applied.retiring if applied is not None and same else ()
            lost = applied is not None and (not same or applied.uncertain or change.key in self.memory.intents)
            uncertain = held.kind == "key" and lost
            made = self._applied(held, issued or self.run.clock(), retiring)
            self.journal.kept(change, step.verb, replace(made, uncertain=uncertain))

    def _applied(self, held: TargetObject, issued: datetime, retiring: tuple[Retiring, ...]) -> Applied:
        return Applied(held, self.journal.bundle, self.journal.commit, issued, retiring)

    def _create(self, change: Change, goal: TargetObject) -> None:
        """Intend, create, deliver, remember: whatever dies in between, the next run finds the intent and replaces.

        An unfinished intent keeps its nonce, so that a key which the target shows only later is still known as ours.
        """
        nonce = self.memory.intents.get(change.key) or secrets.token_hex(8)
        self.journal.about_to(change, "create", goal, nonce)
        created = patiently(lambda: self.writer.create(goal, nonce), self._pause)
        self.ids[id(change)] = created.id
        if created.value is not None:
            self.journal.done(change, "create", replace(goal, id=created.id), answer=created.id)
            self._deliver(change, created.value)
        if change.action == "rotate":
            self.rotated.add(change.key)
        held = remembered(change, replace(goal, id=created.id), None)
        now = self.run.clock()
        applied = self._applied(held, now, self._retiring(change, now))
        self.journal.kept(change, "create", applied, answer=created.id, delivered=created.value is not None)

    def _retiring(self, change: Change, now: datetime) -> tuple[Retiring, ...]:
        """After a rotation the former object works for a while longer, and those before it as long as they had."""
        applied = self.memory.applied.get(change.key)
        if change.action != "rotate" or change.before is None or applied is None:
            return ()
        ongoing = tuple(each for each in applied.retiring if each.until > now)
        return (*ongoing, Retiring(change.before.id, now + change.overlap))

    def _deliver(self, change: Change, value: Secret) -> None:
        """The text of a sink's error is blotted out should it hold the value, and its cause is cut off."""
        if change.delivery is None:
            raise SecretsError(messages.no_delivery())
        context = SinkContext(change.key, self.run.state_dir, self.run.environ)
        try:
            self.run.sinks(change.delivery.sink).deliver(change.delivery, value, context)
        except Exception as error:
            message = error.message if isinstance(error, SecretsError) else explained(error)
        else:
            return
        raise SecretsError(value.hidden_in(message))

    def result(self, change: Change, fault: str) -> Result:
        """How `change` ended; `fault` is what reading back found, or empty."""
        made = Result(self.target, change.key, change.action, "in-force", "", change.delivered_to)
        if id(change) in self.failed:
            return replace(made, status="failed", message=self.failed[id(change)])
        if id(change) in self.withheld:
            return replace(made, status="withheld", message=self.withheld[id(change)])
        return replace(made, status="accepted", message=fault) if fault else made
