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


def no_extra(sink: str, extra: str) -> str:
    """A sink whose library is not installed."""
    return f"the sink `{sink}` needs a library that is not installed: `pip install 'remit[{extra}]'`"


def needed(sink: str, field: str) -> str:
    """A setting without which the sink does not know where to go."""
    return f"the sink `{sink}` needs `deliver_to.{field}`: add it"


def not_repository(repository: str) -> str:
    """A repository that cannot exist, or whose name would be read as a path."""
    return f"`{repository}` cannot be the name of a repository: write `owner/name`"


def reserved_name(name: str) -> str:
    """A name that GitHub keeps for itself."""
    return f"`{name}` cannot be the name of a secret on GitHub, which keeps `GITHUB_` for itself: set `deliver_to.name`"


def no_mount(path: str) -> str:
    """A Vault path of one step."""
    return f"`{path}` names no secret of Vault: write the mount and the path below it, such as `secret/team/key`"


def no_variable(service: str, variable: str) -> str:
    """A variable of the environment that is empty or missing."""
    return f"the environment does not say how to reach {service}: set `{variable}`"


def unsafe_url(variable: str) -> str:
    """An address over which a value would travel readable, or that holds a password."""
    return (
        f"`{variable}` is no address for secrets: give an `https` one without a password; `http` is for loopback only"
    )


def refused(service: str, status: int, variable: str) -> str:
    """The credentials are wrong, or allow too little."""
    why = "are not valid" if status == 401 else "do not allow this"
    return f"{service} refuses ({status}), because the credentials in `{variable}` {why}: replace them"


def missing(service: str, place: str) -> str:
    """What should hold the secret is not there, or cannot be seen."""
    return f"{service} has no {place}, or does not show it to these credentials (404): correct `deliver_to`"


def throttled(service: str, status: int, when: str) -> str:
    """Too many requests."""
    return f"{service} takes no more requests for now ({status}): try again {when}"


def failed(service: str, status: int) -> str:
    """Any other status."""
    return f"{service} answered with an error ({status}): try again, and look at its own logs when it stays"


def redirected(service: str, variable: str) -> str:
    """An answer that leads elsewhere, which secrets do not follow."""
    return f"{service} redirects, which is not followed with a secret: set `{variable}` to where it leads"


def timed_out(service: str) -> str:
    """No answer in time."""
    return f"{service} did not answer in time: whether it kept the value is not known, deliver it again"


def untrusted(service: str, variable: str) -> str:
    """TLS failed."""
    return f"{service} has no certificate that is trusted here: correct `{variable}`, or trust who issued it"


def unreachable(service: str, cause: str) -> str:
    """No connection."""
    return f"{service} cannot be reached: {cause}"


def not_understood(service: str, variable: str) -> str:
    """An answer that is not of the API, such as a page of a proxy."""
    return f"{service} gives answers that are not those of its API: check that `{variable}` leads to it"


def unexpected(error: Exception) -> str:
    """Anything nobody thought of. Its text is not shown, for it may hold the value."""
    return f"the value could not be delivered: {type(error).__name__}"


def renamed(declared: str, actual: str) -> str:
    """A repository that GitHub finds under another name."""
    return f"the repository `{declared}` is now called `{actual}`: write that in `deliver_to.repository`"


def foreign(address: str, mark: tuple[str, str]) -> str:
    """A secret that Remit did not create."""
    return (
        f"`{address}` exists and is not marked as Remit's: mark it with `{mark[0]}={mark[1]}` to let Remit replace it"
    )


def being_deleted(address: str) -> str:
    """A secret that waits for its end."""
    return f"`{address}` is being deleted: restore it, or deliver elsewhere"


def changed_meanwhile(address: str) -> str:
    """Somebody else wrote between reading and writing."""
    return f"`{address}` was changed by somebody else meanwhile: nothing was written, deliver it again"


def not_version_2(path: str) -> str:
    """A Vault mount of another sort."""
    return f"`{path}` is not below a key-value mount of version 2: values are delivered to no other sort"


def no_keyring() -> str:
    """A machine without any, or where it is switched off."""
    return "no keyring keeps values on this machine: install one, or deliver elsewhere"


def keyring_refused(address: str, kind: str) -> str:
    """The keyring said no; `kind` is the name of its error."""
    return f"the keyring did not keep `{address}`: {kind}"
