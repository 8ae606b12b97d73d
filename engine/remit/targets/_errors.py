"""What can go wrong at a target.

TargetError
├── PluginInvalid       an extension that cannot be used; names the plugin
├── UnknownType         no such type of target (or of sink)
├── SettingsInvalid     the declaration of the target cannot be used
├── Unreadable          what is there could not be read, or only in part
├── WriteRefused        the target said no, and will say no again
├── Busy                the call had no effect and may be repeated, `retry_after` seconds from now
└── OutcomeUnknown      the call may or may not have had its effect
"""

from __future__ import annotations


class TargetError(Exception):
    """One sentence; never the value of a key or a credential."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class PluginInvalid(TargetError):
    """An extension that cannot be loaded, or that lacks a method."""


class UnknownType(TargetError):
    """No built-in and no installed extension has this name."""


class SettingsInvalid(TargetError):
    """The declaration of a target cannot be used."""


class Unreadable(TargetError):
    """The target could not be read whole."""


class WriteRefused(TargetError):
    """The target refused a change for good."""


class Busy(TargetError):
    """Throttled or out of order for a while; the call had no effect."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class OutcomeUnknown(TargetError):
    """No answer came: the change may have happened."""
