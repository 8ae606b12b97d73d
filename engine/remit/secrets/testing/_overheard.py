"""Everything that is said while something is done: logs of all levels and libraries, warnings, stdout and stderr."""

from __future__ import annotations

import io
import logging
import traceback
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from unittest import mock


class Overheard(logging.Handler):
    """Keeps what log records say, with their arguments and exceptions."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.printed = io.StringIO()
        self.logged: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record."""
        self.logged.append(f"{self.format(record)}\n{record.args!r}\n{record.msg!r}")

    def __str__(self) -> str:
        return "\n".join([self.printed.getvalue(), *self.logged])


@contextmanager
def overheard() -> Iterator[Overheard]:
    """Listens to every logger at its most talkative, also to those that exist already with a level of their own."""
    listener = Overheard()
    with ExitStack() as stack:
        for logger in _loggers():
            stack.enter_context(mock.patch.object(logger, "disabled", False))
            stack.callback(logger.setLevel, logger.level)
            logger.setLevel(logging.DEBUG)
            if logger is logging.root or not logger.propagate:
                logger.addHandler(listener)
                stack.callback(logger.removeHandler, listener)
        stack.enter_context(redirect_stdout(listener.printed))
        stack.enter_context(redirect_stderr(listener.printed))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("always")
        yield listener


def told_by(error: BaseException) -> str:
    """The text of an error and of all that led to it, with the local variables of every frame."""
    told, seen, waiting = [], set[int](), [error]
    while waiting:
        current = waiting.pop()
        seen.add(id(current))
        frames = traceback.TracebackException.from_exception(current, capture_locals=True)
        told += [*frames.format(chain=False), repr(current), repr(current.args)]
        led = (current.__cause__, current.__context__)
        waiting += [each for each in led if each is not None and id(each) not in seen]
    return "\n".join(told)


def _loggers() -> list[logging.Logger]:
    named = (each for each in logging.root.manager.loggerDict.values() if isinstance(each, logging.Logger))
    return [logging.root, *named]
