"""Every message of this package, one function each."""

from __future__ import annotations


def no_sample() -> str:
    """The package was installed without its data."""
    return "the sample organisation is not installed: reinstall `remit`, or run this in a checkout of it"


def not_empty(place: str) -> str:
    """`--keep` names a place that is in use."""
    return f"`{place}` is in use already: give a directory that is empty or does not exist"


def cannot_keep(place: str, cause: str) -> str:
    """`--keep` names a place that cannot be written."""
    return f"cannot write to `{place}`: {cause}: give another directory"


def cannot_read(place: str, cause: str) -> str:
    """`--traffic` names a file that cannot be read."""
    return f"cannot read `{place}`: {cause}: give a CSV file, plain or gzipped"


def no_column(place: str, name: str) -> str:
    """A header without a column that is needed."""
    return f"`{place}` has no column `{name}`: its first line names the columns"


def bad_row(place: str, line: int, name: str) -> str:
    """A value that is no number, or below 0."""
    return f"`{name}` is not a number of 0 or more at {place}:{line}: mend or remove this line"


def no_rows(place: str) -> str:
    """A header and nothing else."""
    return f"`{place}` holds no requests: give one line for each"


def no_role(place: str) -> str:
    """The organisation has nobody who could send anything."""
    return f"no key in `{place}` may send any request: see `remit check`"
