"""What every target holds now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from remit.reconcile import _messages as messages
from remit.reconcile._retry import Sleep, patiently
from remit.targets import Capabilities, ClockReader, Reader, TargetError, TargetObject

Readers = Mapping[str, Reader | TargetError]
"""By target: its reader, or why there is none."""


@dataclass(frozen=True, slots=True)
class Survey:
    """One reading of one target. With an `error`, nothing is known about it. `skew`: how far its clock is ahead."""

    identity: str = ""
    version: str = ""
    capabilities: Capabilities = field(default_factory=Capabilities)
    keys: tuple[TargetObject, ...] = ()
    error: str = ""
    skew: timedelta = timedelta()


def survey(names: Mapping[str, object], readers: Readers, sleep: Sleep) -> dict[str, Survey]:
    """Read every target in `names`; one that fails does not keep the others from being read."""
    read = {name: _read(readers.get(name), sleep) for name in names}
    shared = Counter(each.identity for each in read.values() if each.identity)
    for name, each in read.items():
        if shared[each.identity] > 1:
            same = [other for other, theirs in sorted(read.items()) if theirs.identity == each.identity]
            read[name] = replace(each, error=messages.shared_identity(each.identity, same))
    return read


def _read(reader: Reader | TargetError | None, sleep: Sleep) -> Survey:
    if reader is None:
        return Survey(error=messages.unknown_reader())
    if isinstance(reader, TargetError):
        return Survey(error=reader.message)
    try:
        keys = tuple(sorted(patiently(reader.read, sleep)))
        skew = reader.skew if isinstance(reader, ClockReader) else timedelta()
        return Survey(reader.identity, reader.version, reader.capabilities, keys, skew=skew)
    except Exception as error:
        return Survey(error=explained(error))


def explained(error: Exception) -> str:
    """Our own errors say what they mean; the text of any other may hold what it must not."""
    return error.message if isinstance(error, TargetError) else messages.unexpected(type(error).__name__)
