"""Every message of this package, one function each."""

from __future__ import annotations

from collections.abc import Sequence


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


def needed(sink: str, field: str) -> str:
    """A setting without which the sink has nowhere to put the value."""
    return f"the sink `{sink}` needs `deliver_to.{field}`: declare it"


def reserved(sink: str, name: str) -> str:
    """A name that the other side keeps for itself."""
    return f"the sink `{sink}` cannot have a secret called `{name}`: choose a name that does not begin with `GITHUB_`"


def no_mount(path: str) -> str:
    """A path that names the store and no secret in it."""
    return f"`deliver_to.path` is `{path}`, which names a store and no secret: write `<mount>/<secret>`"


def extra_missing(sink: str, extra: str) -> str:
    """The client library is not installed."""
    return f"the sink `{sink}` needs a library that is not installed: run `pip install 'remit[{extra}]'`"


def variable_missing(sink: str, names: Sequence[str]) -> str:
    """The environment lacks an address or a credential."""
    listed = " or ".join(f"`{name}`" for name in names)
    return f"the sink `{sink}` needs the environment variable {listed}: set it"


def address_unsafe(sink: str) -> str:
    """A value would be readable on its way."""
    return f"the sink `{sink}` is not reached by https: use an address that begins with `https://`"


def not_admitted(sink: str, status: int) -> str:
    """The credential is wrong, or may not do this."""
    return f"`{sink}` does not accept the credential for this: HTTP {status}"


def nowhere(sink: str, address: str) -> str:
    """No such repository, store or secret."""
    return f"`{sink}` does not know `{address}`, or does not show it to this credential"


def throttled(sink: str, wait: str) -> str:
    """Too many calls."""
    after = f": try again in {wait} seconds" if wait.isdigit() else ": try again later"
    return f"`{sink}` is busy{after}"


def failed(sink: str, status: int) -> str:
    """The other side's own fault, or a refusal without a kind."""
    return f"`{sink}` failed: HTTP {status}"


def refused(sink: str, kind: str) -> str:
    """A refusal that only its kind is told of, for its text might hold the value."""
    return f"`{sink}` refused: `{kind}`"


def unreachable(sink: str, kind: str) -> str:
    """No connection, no answer, or not in time."""
    return f"`{sink}` cannot be reached: `{kind}`"


def not_understood(sink: str) -> str:
    """HTML, or JSON of another shape."""
    return f"`{sink}` answered something else than expected: check its address"


def being_deleted(address: str) -> str:
    """A secret on its way out takes no value."""
    return f"`{address}` takes no value: is it scheduled for deletion"


def no_keyring(kind: str) -> str:
    """No key ring is there, or it is locked."""
    return f"the key ring of this machine cannot be used: `{kind}`"


def not_kept(address: str) -> str:
    """Accepted, and not there."""
    return f"`{address}` accepted the value and does not hold it"
