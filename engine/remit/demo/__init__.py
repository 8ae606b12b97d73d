"""The whole of Remit in one go: a sample organisation checked, tested, applied, and a day of its traffic decided."""

from remit.demo._errors import DemoError
from remit.demo._run import run

__all__ = ["DemoError", "run"]
