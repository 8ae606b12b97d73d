"""Every write to a target is in the ledger before it happens, and again with how it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from remit.ledger import Event
from remit.reconcile._change import Change
from remit.reconcile._errors import LeaseLost
from remit.reconcile._memory import Applied
from remit.reconcile._state import State
from remit.targets import TargetObject

DONE = {"create": "created", "update": "updated", "disable": "disabled", "delete": "deleted", "remember": "verified"}
_ENDS = {"adopt": "adopted", "rotate": "rotated"}


@dataclass(frozen=True, slots=True)
class Journal:
    """Writes of one run to one target. Every call may raise StateFailed: what cannot be told is not done.

    So may LeaseLost what comes before a write or remembers it, for the target is another run's then.
    """

    state: State
    clock: Callable[[], datetime]
    target: str
    actor: str
    run: str
    plan: str
    bundle: str
    commit: str | None

    def about_to(self, change: Change, verb: str, goal: TargetObject | None, nonce: str | None = None) -> None:
        """`verb` comes next; with a `nonce`, it is a creation."""
        event = self._event("intended", change, note=verb, goal=goal)
        if nonce is None:
            self.state.append(event, holder=self.run)
        else:
            self.state.intend(self.target, change.key, nonce, self.plan, event, holder=self.run)

    def done(self, change: Change, verb: str, goal: TargetObject | None, answer: str = "") -> None:
        """`verb` was accepted, and more is to come."""
        event = self._event(DONE[verb], change, goal=goal, answer=answer)
        with self._told(event):
            self.state.append(event, holder=self.run)

    def kept(self, change: Change, verb: str, applied: Applied, answer: str = "", *, delivered: bool = False) -> None:
        """`verb` was accepted, and with it the change is done: `applied` holds from now on.

        `delivered`: the value went to its sink, which is what ends the change then. That the object was created has
        been told before, and is not told twice.
        """
        kind = _ENDS.get(change.action, DONE[verb])
        events = [self._event("delivered", change, note=change.delivered_to)] if delivered else []
        if not delivered or kind != DONE[verb]:
            events.append(self._event(kind, change, goal=applied.key, answer=answer))
        with self._told(*events):
            self.state.record(self.target, change.key, applied, *events, holder=self.run)

    def gone(self, change: Change, verb: str) -> None:
        """The last object of the key is gone, or none was seen: a target may show later what it was asked to make."""
        event = self._event(DONE[verb], change)
        with self._told(event):
            self.state.forget(self.target, change.key, event, holder=self.run, but_intent=change.action == "no-op")

    def failed(self, change: Change, verb: str, message: str) -> None:
        """`verb` did not succeed, as far as anybody can say."""
        self.state.append(self._event("failed", change, note=verb, cause=message))

    def blocked(self, change: Change, why: str) -> Event:
        """`change` is held."""
        return self._event("blocked", change, note=change.action, goal=change.after, cause=why)

    def read_back(self, change: Change, fault: str) -> Event:
        """What reading after the change showed."""
        return self._event("verified", change, cause=fault, note="differs" if fault else "in force")

    @contextmanager
    def _told(self, *events: Event) -> Iterator[None]:
        """What was done is told even where the lease was lost meanwhile; remembering is left to whoever has it now."""
        try:
            yield
        except LeaseLost:
            self.state.append(*events)
            raise

    def _event(
        self,
        kind: str,
        change: Change,
        *,
        goal: TargetObject | None = None,
        note: str = "",
        answer: str = "",
        cause: str = "",
    ) -> Event:
        return Event(
            at=self.clock(),
            kind=kind,
            actor=self.actor,
            run=self.run,
            target=self.target,
            key=change.key,
            plan=self.plan,
            bundle=self.bundle,
            commit=self.commit,
            approval=change.approval or None,
            before=change.before.to_json() if change.before is not None else None,
            after=goal.to_json() if goal is not None else None,
            answer=answer or None,
            note=note or None,
            cause=cause or "; ".join(reason.message for reason in change.reasons) or None,
        )
