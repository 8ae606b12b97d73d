"""Findings over a tree: everything that `remit check` reports."""

from remit.check._cache import DiskCache, cache_directory, open_cache
from remit.check._check import check_tree
from remit.check._lints import LINTS
from remit.check._report import Report
from remit.check._survey import Registries

__all__ = ["LINTS", "DiskCache", "Registries", "Report", "cache_directory", "check_tree", "open_cache"]
