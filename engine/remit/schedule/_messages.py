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


def _kept(cause: str, remedy: str) -> str:
    return f"{cause}, so what is here goes on to hold: {remedy}"


def no_clone() -> str:
    """`--fetch` of a directory."""
    return _kept("git finds no clone around the policies", "run where `git clone` put them, or leave `--fetch` out")


def no_git() -> str:
    """`--fetch` without git."""
    return _kept("`git` is not installed or cannot be run", "install it, or leave `--fetch` out")


def no_upstream() -> str:
    """Nothing says from where to fetch."""
    return _kept(
        "no branch with an upstream is checked out",
        "run `git switch` and `git branch --set-upstream-to` in the clone, or name what is fetched with `--ref`",
    )


def not_fetched() -> str:
    """git said no; its own text may hold an address and a credential."""
    return _kept("the policies could not be fetched", "run `git fetch` in the clone to see why")


def not_forward(branch: str) -> str:
    """History was rewritten, or somebody works in the clone."""
    return _kept(
        f"`{branch}` cannot be moved forward to what was fetched",
        "see `git status` in the clone, and drop its own commits and changes; if the history was rewritten, clone anew",
    )


def too_slow(seconds: float) -> str:
    """The far side does not answer."""
    return _kept(f"git did not end within {seconds:g} seconds", "run `git fetch` in the clone to see why")
