"""How every command ends."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a script can rely on."""

    OK = 0
    """Nothing to do, or passed."""
    ERROR = 1
    """It could not be done, or not all of it."""
    PENDING = 2
    """Changes are pending: a plan that is not empty, drift, a difference that was asked about."""
    FINDINGS = 3
    """Findings that fail: errors of a check, files that would be rewritten, a denied request."""
    TESTS = 4
    """A policy test failed, or too little is covered."""
    USAGE = 64
    """The command line itself is wrong."""
    INTERRUPTED = 130
    """Ctrl-C."""
    CLOSED = 141
    """Whoever read the output went away."""
