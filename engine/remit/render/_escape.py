"""Text of others made harmless: what comes from YAML, rules or targets is data, never markup or control.

Whatever a terminal, a log or a browser could act on, or a reader could not see (control characters, ANSI
sequences, bidirectional overrides, zero-width characters), is shown as its escape instead.
"""

from __future__ import annotations

import re

_MARKDOWN = re.compile(r"[\\`*_{}\[\]()<>#+\-.!|~&:$=^\"']")
_MENTION = re.compile(r"@|(?<=\\)#")
# two characters that no text may hold side by side for a comment to stay closed: a comment is empty here
_BREAK = "<!-- -->"


def plain(text: str, *, lines: bool = False) -> str:
    """`text` with every character that does not print as its escape, such as `\\x1b`; `lines` keeps line ends."""
    if text.isprintable():
        return text
    if lines:
        return "\n".join(plain(line) for line in text.replace("\r\n", "\n").split("\n"))
    return "".join(char if char.isprintable() else _escape(ord(char)) for char in text)


def _escape(point: int) -> str:
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


def markdown(text: str) -> str:
    """`text` as one line of markdown that reads as written: no emphasis, links, HTML, mentions or references."""
    escaped = _MARKDOWN.sub(r"\\\g<0>", plain(" ".join(text.splitlines())))
    return _MENTION.sub(rf"\g<0>{_BREAK}", escaped)


def code(text: str) -> str:
    """`text` as a markdown code span, safe in a table too."""
    shown = plain(text)
    longest = max((len(run) for run in re.findall(r"`+", shown)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") or not shown.strip() else ""
    return f"{fence}{pad}{shown}{pad}{fence}".replace("|", "\\|")
