"""A line for the terminal: parts of text, each with the style that rich gives it."""

from __future__ import annotations

from collections.abc import Mapping

Part = tuple[str, str]
Line = tuple[Part, ...]

STYLES: Mapping[str, str] = {
    "error": "bold red",
    "warning": "yellow",
    "note": "cyan",
    "passed": "green",
    "failed": "bold red",
    "errored": "bold red",
    "allow": "bold green",
    "deny": "bold red",
    "throttle": "yellow",
    "tighten": "green",
    "loosen": "yellow",
}
BOLD, DIM, PLAIN = "bold", "dim", ""
