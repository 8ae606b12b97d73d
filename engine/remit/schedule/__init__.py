"""Reconcile as a process: turn after turn, seen from outside, stopped between two steps."""

from remit.schedule._clone import Clone, FetchFailed
from remit.schedule._log import Log
from remit.schedule._loop import Loop
from remit.schedule._policies import Policies, Rejected
from remit.schedule._server import ListenFailed, Listening, listening
from remit.schedule._standing import Standing, Turn
from remit.schedule._turn import Settings, turn

__all__ = [
    "Clone",
    "FetchFailed",
    "ListenFailed",
    "Listening",
    "Log",
    "Loop",
    "Policies",
    "Rejected",
    "Settings",
    "Standing",
    "Turn",
    "listening",
    "turn",
]
