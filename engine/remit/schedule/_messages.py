"""Every message of this package, one function each."""

from __future__ import annotations


def rejected(count: int, first: str) -> str:
    """Policies that do not check."""
    more = f" and {count - 1} more" if count > 1 else ""
    return f"the policies have errors: {first}{more}: correct them, meanwhile the last good ones hold"


def nothing_good() -> str:
    """No policies that ever checked."""
    return "there are no policies that check, and none that did before: nothing was done"


def bad_address(text: str) -> str:
    """Neither a port nor an address with a port."""
    return f"`{text}` is no address to listen on: write `127.0.0.1:9477`"


def cannot_listen(address: str, cause: str) -> str:
    """The port is taken, or not ours to take."""
    return f"cannot listen on `{address}`: {cause}: choose another with `--listen`"


def no_metrics() -> str:
    """Measurements are an extra."""
    return "metrics need a library that is not installed: `pip install 'remit[metrics]'`, or say `--listen off`"


def unexpected(kind: str) -> str:
    """An exception that nothing foresees; its text might hold anything."""
    return f"unexpected `{kind}`"
