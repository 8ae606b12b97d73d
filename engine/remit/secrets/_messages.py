"""Every message of this package, one function each."""

from __future__ import annotations


def path_outside(path: str) -> str:
    """A path that is absolute, has `..`, or is nothing."""
    return f"`deliver_to.path` leaves the directory of the sink: write a relative path without `..`, not `{path}`"


def not_taken(sink: str, field: str) -> str:
    """A setting that belongs to another sink."""
    return f"the sink `{sink}` takes no `deliver_to.{field}`: remove it"


def link(path: str) -> str:
    """A symbolic link where a file or directory is to be."""
    return f"`{path}` is a symbolic link: remove it, values are written to real files only"


def not_file(path: str) -> str:
    """A directory, socket or device where a file is to be."""
    return f"`{path}` is not a file: remove it or deliver elsewhere"


def unwritable(path: str, cause: str) -> str:
    """The file system said no."""
    return f"`{path}` cannot be written: {cause}"


def not_text(path: str) -> str:
    """A dotenv file that is not UTF-8."""
    return f"`{path}` is not UTF-8 text: no value was written to it"


def unquotable() -> str:
    """A value that a dotenv file cannot hold."""
    return "the value has control characters, which a dotenv file cannot hold: deliver it to a `file`"
