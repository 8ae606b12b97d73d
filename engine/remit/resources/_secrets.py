"""Secrets pasted into YAML: found by shape, refused, and never echoed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from remit.resources import _messages as messages
from remit.resources._entropy import looks_random
from remit.source import Data, Document, Finding, Path, Position


class _Shape(NamedTuple):
    """A secret that its issuer made recognisable."""

    name: str
    pattern: str


# a name may look like the beginning of a key again and again: so no key is read to an end further away than this
_LONGEST = 256
# `sk-` in front of words joined by hyphens is a name
_WITH_DIGIT = r"(?=[A-Za-z_-]{0,48}+[0-9])"
_WITH_CAPITAL = r"(?=[a-z0-9_-]{0,48}+[A-Z])"

_SHAPES: tuple[_Shape, ...] = (
    _Shape("an Anthropic key", r"sk-ant-[A-Za-z0-9_-]{9,}"),
    _Shape("an OpenRouter key", r"sk-or-v[0-9]+-[A-Za-z0-9]{8,}"),
    _Shape("an OpenAI key", rf"sk-(?:proj|svcacct|admin|None)-{_WITH_DIGIT}{_WITH_CAPITAL}[A-Za-z0-9_-]{{16,}}"),
    _Shape("an LLM key", rf"sk-{_WITH_DIGIT}[A-Za-z0-9_]{{16,}}(?![A-Za-z0-9_-])"),
    _Shape("an LLM key", rf"sk-{_WITH_DIGIT}{_WITH_CAPITAL}[A-Za-z0-9_-]{{16,}}"),
    _Shape("a Google key", r"AIza[A-Za-z0-9_-]{20,}"),
    _Shape("a Google key", r"AQ\.[A-Za-z0-9_-]{24,}"),
    _Shape("a Groq key", r"gsk_[A-Za-z0-9]{16,}"),
    _Shape("a Hugging Face token", r"(?:hf|api_org)_[A-Za-z0-9]{16,}"),
    _Shape("an xAI key", r"xai-[A-Za-z0-9]{16,}"),
    _Shape("a Perplexity key", r"pplx-[A-Za-z0-9]{16,}"),
    _Shape("an NVIDIA key", r"nvapi-[A-Za-z0-9_-]{16,}"),
    _Shape("a Replicate token", r"r8_[A-Za-z0-9]{16,}"),
    _Shape("an AWS key", r"(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])"),
    _Shape("an AWS key", r"ABSK[A-Za-z0-9+/=]{24,}"),
    _Shape("a GitHub token", r"(?:gh[pousr]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{16,})"),
    _Shape("a GitLab token", r"glpat-[A-Za-z0-9_-]{16,}"),
    _Shape("a Slack token", r"xox[abeoprs]-[A-Za-z0-9-]{12,}"),
    _Shape("a signed token", r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"),
)
_PATTERNS = (re.sub(r"\{([0-9]+),\}", rf"{{\1,{_LONGEST}}}", shape.pattern) for shape in _SHAPES)
_NAMED = "|".join(f"(?P<s{i}>{pattern})" for i, pattern in enumerate(_PATTERNS))
_ISSUED = re.compile(f"(?<![A-Za-z0-9])(?:{_NAMED})")
# most text holds no token this long, so the shapes are rarely tried; the shortest shape has 16 letters
_TOKEN = re.compile(r"[A-Za-z0-9+/=_.-]{16,}")
_SHORTEST = 12
_RUN = re.compile(rf"[A-Za-z0-9+/=_-]{{24,{_LONGEST}}}")
# of one document or file: nobody reads on
_MOST = 100

# secrets that are no single token, each behind a text that is quick to look for
_PHRASES: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("a private key", "PRIVATE KEY", re.compile(r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY")),
    (
        "a password in an address",
        "://",
        re.compile(r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s/:@\"'$]{0,200}:[^\s/@\"'$]{1,200}@"),
    ),
    ("a Slack webhook", "hooks.slack.com", re.compile(r"hooks\.slack\.com/services/\w+/\w+/\w+")),
)
# digests, commits and identifiers are public, however random they look
_HEX = re.compile(r"[0-9a-fA-F]{40,128}")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_BEFORE_DIGEST = re.compile(r"""(?:sha(?:1|224|256|384|512)[:=-]|(?:digest|commit)["']?\s{0,9}[:=]\s{0,9}["']?)$""")
_QUOTES = frozenset("'\"")
_PUBLIC_FIELDS = frozenset({"digest", "commit"})


def secret_shape(text: str) -> str | None:
    """What secret `text` looks like or holds, in words, such as `an Anthropic key`; None when it holds none."""
    return next((shape for _, _, shape in _found(text)), None) if len(text) >= _SHORTEST else None


def masked(text: str) -> str:
    """`text` with everything that looks like a secret replaced by what it looks like: `[an Anthropic key]`."""
    shown, end = [], 0
    for start, stop, shape in sorted(_found(text)) if len(text) >= _SHORTEST else ():
        if start >= end:
            shown += [text[end:start], f"[{shape}]"]
        end = max(end, stop)
    return "".join([*shown, text[end:]])


def secrets_in(document: Document) -> tuple[Finding, ...]:
    """A finding `secret-in-yaml` for every string or field name of a document that looks like a secret."""
    return tuple(islice(_in_data(document, document.data, ()), _MOST))


def secrets_in_text(text: str, file: str) -> tuple[Finding, ...]:
    """The same over raw text, so that comments are looked at too; positions are those of the secrets themselves.

    A secret right behind a quote is placed at the quote, where its value starts.
    """
    starts = ((at - (text[at - 1 : at] in _QUOTES), shape) for at, _, shape in sorted(islice(_found(text), _MOST)))
    return tuple(_finding(_place(text, at, file), shape) for at, shape in starts)


def _in_data(document: Document, data: Data, path: Path) -> Iterator[Finding]:
    if isinstance(data, str):
        shape = None if _is_digest(data, path) else secret_shape(data)
        if shape:
            yield _finding(document.position(path), shape)
    elif isinstance(data, dict):
        for key, value in data.items():
            if shape := secret_shape(key):
                yield _finding(document.key_position((*path, key)), shape)
            yield from _in_data(document, value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _in_data(document, value, (*path, index))


def _is_digest(text: str, path: Path) -> bool:
    return bool(path) and path[-1] in _PUBLIC_FIELDS and _HEX.fullmatch(text) is not None


def _found(text: str) -> Iterator[tuple[int, int, str]]:
    """(where it starts, where it ends at the latest, what it is); of a private key all that follows is part."""
    for name, sign, phrase in _PHRASES:
        if sign in text:
            ends = len(text) if name == "a private key" else 0
            yield from ((match.start(), ends or match.end(), name) for match in phrase.finditer(text))
    for token in _TOKEN.finditer(text):
        issued = list(_issued(text, token))
        yield from issued or _random(text, token)


def _issued(text: str, token: re.Match[str]) -> Iterator[tuple[int, int, str]]:
    for match in _ISSUED.finditer(text, token.start(), token.end()):
        yield match.start(), token.end(), _SHAPES[int((match.lastgroup or "")[1:])].name


def _random(text: str, token: re.Match[str]) -> Iterator[tuple[int, int, str]]:
    for run in _RUN.finditer(text, token.start(), token.end()):
        if looks_random(run[0]) and not _is_public(text, run):
            yield run.start(), token.end(), "a random token"


def _is_public(text: str, run: re.Match[str]) -> bool:
    written = run[0].rpartition("-")[2].rpartition("=")[2]
    if _COMMIT.fullmatch(written) or _UUID.fullmatch(run[0]):
        return True
    before = text[max(0, run.end() - len(written) - 40) : run.end() - len(written)]
    return _HEX.fullmatch(written) is not None and _BEFORE_DIGEST.search(before) is not None


def _place(text: str, at: int, file: str) -> Position:
    start = text.rfind("\n", 0, at) + 1
    return Position(file, text.count("\n", 0, at) + 1, at - start + 1)


def _finding(position: Position, shape: str) -> Finding:
    return Finding(position, "secret-in-yaml", messages.secret(shape), messages.revoke_secret())
