"""Trying expressions: their variables, one attempt, and a session of many."""

from remit.cli.cel._attempt import Attempt, attempt
from remit.cli.cel._scope import Scope

__all__ = ["Attempt", "Scope", "attempt"]
