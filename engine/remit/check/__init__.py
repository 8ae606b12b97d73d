"""Findings over a tree: everything that `remit check` reports."""

from remit.check._cache import DiskCache, cache_directory, open_cache
from remit.check._check import check_tree
from remit.check._lines import Lines, lines_of
from remit.check._lints import LINTS
from remit.check._report import Report
from remit.check._survey import Registries

__all__ = [
    "LINTS",
    "DiskCache",
    "Lines",
    "Registries",
    "Report",
    "cache_directory",
    "check_tree",
    "lines_of",
    "open_cache",
]
