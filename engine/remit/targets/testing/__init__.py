"""What every target must do, as checks to run against one: `docs/how-to/write-a-target.md` shows how."""

from remit.targets.testing._case import Case, Check, Violation
from remit.targets.testing._checks import CHECKS, violations

__all__ = ["CHECKS", "Case", "Check", "Violation", "violations"]
