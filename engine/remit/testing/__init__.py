"""Run policy tests over a bundle, and measure which rules and branches they cover."""

from remit.testing._report import Case, Coverage, Gap, Outcome, PolicyCoverage, Tally, TestReport
from remit.testing._run import run_tests

__all__ = ["Case", "Coverage", "Gap", "Outcome", "PolicyCoverage", "Tally", "TestReport", "run_tests"]
