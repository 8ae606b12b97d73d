"""Asking before a key is revoked, and saying how it went and what must follow in git."""

from __future__ import annotations

from dataclasses import asdict

from remit.bundle import Bundle
from remit.cli import _messages as messages
from remit.cli._lines import Line, write_lines
from remit.cli._output import write_json
from remit.reconcile import Revoked

_STYLES = {"revoked": "passed", "absent": "", "failed": "error"}


def show_revoked(found: tuple[Revoked, ...], bundle: Bundle, key: str, *, json: bool) -> None:
    """On stdout: each target, then the change that git needs."""
    place = str(bundle.declared("Key", key).position(("spec",)))
    if json:
        write_json({"key": key, "targets": [asdict(each) for each in found], "declared_at": place})
        return
    write_lines([*(_line(key, each) for each in found), ((messages.must_follow(key, place), "bold"),)])


def _line(key: str, each: Revoked) -> Line:
    why = f": {each.message}" if each.message else ""
    return (f"{each.target}/{key}: ", ""), (each.status, _STYLES[each.status]), (why, "")
