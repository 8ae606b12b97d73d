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


def plugin_differs(noun: str, name: str, attribute: str, expected: str) -> str:
    """An extension with an attribute of another type."""
    return f"the {noun} plugin `{name}` cannot be used: its `{attribute}` is not a `{expected}`"


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


def unreachable(name: str) -> str:
    """No connection: nothing was sent."""
    return f"`{name}` cannot be reached: check its `url` and that it is running"


def no_answer(name: str, cause: str) -> str:
    """The connection broke, or the answer did not come in time."""
    return f"`{name}` gave no answer: {cause}"


def busy(name: str, status: int) -> str:
    """Throttled, or out of order for a while."""
    return f"`{name}` is busy: HTTP {status}"


def failed(name: str, status: int, said: str) -> str:
    """The vendor's own fault."""
    return f"`{name}` failed: HTTP {status}{_quoted(said)}"


def not_admitted(name: str, status: int, said: str, remedy: str = "") -> str:
    """The credential is wrong, or may not do this; with a `remedy`, it is something else that forbids it."""
    if remedy:
        return f"`{name}` does not allow this: HTTP {status}{_quoted(said)}: {remedy}"
    return f"`{name}` does not accept the credential for this: HTTP {status}{_quoted(said)}: check `credentials_from`"


def narrower_owner(kind: str) -> str:
    """A key that would be given what its team may not use."""
    return f"let the {kind} of the key use these models there first, or take them from the key"


def licence_needed() -> str:
    """What only the enterprise edition does."""
    return "LiteLLM does this only with a licence, or with a larger one"


def own_values_disabled() -> str:
    """A setting of the proxy that keeps the values of keys from being chosen."""
    return "set `disable_custom_api_keys: false` in its `general_settings`, for Remit chooses the values of keys"


def admin_needed() -> str:
    """A key that is known and may too little."""
    return "put the master key or the key of a `proxy_admin` into the variable that `credentials_from` names"


def refused(name: str, status: int, said: str) -> str:
    """The vendor says that the request is wrong."""
    return f"`{name}` refused: HTTP {status}{_quoted(said)}"


def page(name: str) -> str:
    """HTML where an API should be."""
    return f"`{name}` answered with a web page: check that `url` is the address of its admin API, without a sign-in"


def not_json(name: str) -> str:
    """A body that was cut off, or is something else."""
    return f"`{name}` answered with something that is no JSON: check that `url` is the address of its admin API"


def other_shape(name: str) -> str:
    """JSON, and not what the vendor describes."""
    return f"`{name}` answered with JSON of another shape: its version may not be supported"


def _quoted(said: str) -> str:
    return f": {said}" if said else ""


def changed_meanwhile(name: str) -> str:
    """The pages of a list do not fit each other."""
    return f"`{name}` changed while it was read"


def other_value(name: str, alias: str) -> str:
    """A key was made, and not the one that was asked for."""
    return f"`{name}` created `{alias}` with another value than it was given"


def space_not_empty(name: str, keys: int) -> str:
    """Deleting it would delete keys that are not ours."""
    return f"`{name}` still holds {keys} keys: move or delete them"


def no_space(kind: str, name: str) -> str:
    """A key belongs to a team or project that is not there."""
    return f"no {kind} is called `{name}` there"


def other_currency(found: str, taken: str) -> str:
    """Amounts cannot be converted."""
    return f"amounts there are in {taken}, not in {found}: declare the budget in {taken}"


def setting_missing(target: str, field: str) -> str:
    """A target that cannot be reached as declared."""
    return f"the target `{target}` needs `{field}`: declare it"


def credential_missing(target: str, variable: str) -> str:
    """The environment lacks what the declaration names."""
    return f"the target `{target}` needs a credential in the environment variable `{variable}`: set it"


def naive_now() -> str:
    """A time without its zone."""
    return "`now` needs a time zone"


def version_unknown(name: str, oldest: str) -> str:
    """A gateway that does not tell, or is something else."""
    return f"`{name}` does not say its version: check that `url` is the address of a LiteLLM {oldest} or newer"


def version_unsupported(name: str, found: str, oldest: str, before: str) -> str:
    """What it does with what it is sent is not known."""
    return f"`{name}` is LiteLLM {found}, which is not supported: run {oldest} or newer, before {before}"


def unknown_models(name: str, alias: str, models: Sequence[str]) -> str:
    """A misspelt name would be stored as it is, and open nothing."""
    listed = ", ".join(f"`{each}`" for each in models)
    return f"`{name}` serves no model called {listed}, which `{alias}` may use: add it there, or drop it"


def no_rate(name: str, cap: str, model: str) -> str:
    """A limit that cannot be set, for it is not there."""
    return f"`{name}` has no `{cap}` for the model `{model}`: check the name of the model, or drop the cap"


def no_scope(name: str, alias: str) -> str:
    """An empty list would mean everything."""
    return f"`{name}` has no permission for any scope of `{alias}`, and without any it may do everything: declare one"


def not_changeable(name: str, alias: str, field: str) -> str:
    """What only a new key can have."""
    return f"`{name}` cannot change `{field}` of `{alias}`: rotate it, or delete it and let it be made anew"
