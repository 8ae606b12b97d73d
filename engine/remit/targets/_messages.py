"""Every message of this package, one function each."""

from __future__ import annotations

from collections.abc import Sequence


def unknown_type(noun: str, name: str, known: Sequence[str]) -> str:
    """A `type:` or `sink:` that nothing installed offers."""
    listed = ", ".join(f"`{each}`" for each in known)
    return f"no {noun} is called `{name}`: known are {listed}"


def plugin_unloadable(noun: str, name: str, cause: Exception) -> str:
    """An entry point whose module cannot be imported."""
    return f"the {noun} plugin `{name}` cannot be loaded: {type(cause).__name__}: {cause}"


def plugin_lacks(noun: str, name: str, missing: Sequence[str]) -> str:
    """An extension without the methods of its contract."""
    listed = ", ".join(f"`{each}`" for each in missing)
    return f"the {noun} plugin `{name}` cannot be used: it has no {listed}"


def plugin_twice(noun: str, name: str) -> str:
    """Two distributions, or one and Remit itself, offer the same name."""
    return f"the {noun} plugin `{name}` is offered more than once: uninstall all but one"


def path_outside(path: str) -> str:
    """A path that is absolute, has `..`, or is nothing."""
    return f"`{path}` does not stay below the state directory: write a relative path without `..`"


def store_failed(name: str, cause: str) -> str:
    """The database answered with an error."""
    return f"the key store `{name}` failed: {cause}"


def store_damaged(name: str, key_id: str) -> str:
    """A row that is not what Remit wrote."""
    return f"the key store `{name}` holds a row that cannot be read: key id `{key_id}`"


def alias_taken(alias: str) -> str:
    """Creating what is there already."""
    return f"a key called `{alias}` exists already"


def object_gone(alias: str) -> str:
    """Updating what is not there any more."""
    return f"the key `{alias}` is not there any more"


def naive_now() -> str:
    """A time without its zone."""
    return "`now` needs a time zone"
