"""One command a file. Each returns its exit code, and imports of the library only what it needs, when it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from remit.cli.commands import audit, lease
from remit.cli.commands.apply import apply
from remit.cli.commands.bundle import bundle
from remit.cli.commands.cel import cel
from remit.cli.commands.check import check
from remit.cli.commands.coverage import coverage
from remit.cli.commands.demo import demo
from remit.cli.commands.diff import diff
from remit.cli.commands.drift import drift
from remit.cli.commands.evaluate import evaluate
from remit.cli.commands.explain import explain
from remit.cli.commands.fmt import fmt
from remit.cli.commands.import_ import import_
from remit.cli.commands.init import init
from remit.cli.commands.keys import keys
from remit.cli.commands.migrate import migrate
from remit.cli.commands.plan import plan
from remit.cli.commands.reconcile import reconcile
from remit.cli.commands.resolve import resolve
from remit.cli.commands.revoke import revoke
from remit.cli.commands.schema import schema
from remit.cli.commands.show import show
from remit.cli.commands.status import status
from remit.cli.commands.test import run as test

COMMANDS: Mapping[str, Callable[..., int]] = MappingProxyType(
    {
        "init": init,
        "demo": demo,
        "check": check,
        "test": test,
        "fmt": fmt,
        "migrate": migrate,
        "schema": schema,
        "show": show,
        "diff": diff,
        "evaluate": evaluate,
        "explain": explain,
        "cel": cel,
        "resolve": resolve,
        "coverage": coverage,
        "plan": plan,
        "apply": apply,
        "reconcile": reconcile,
        "drift": drift,
        "status": status,
        "keys": keys,
        "import": import_,
        "revoke": revoke,
        "bundle": bundle,
    }
)

__all__ = ["COMMANDS", "audit", "lease"]
