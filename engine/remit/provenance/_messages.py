"""Every message of this package, one function each."""

from __future__ import annotations

from collections.abc import Sequence

_REMEDIES = {
    "signed": "sign the commit, or put a signed tag on it",
    "recorded": "run `remit audit approve` for it",
    "any": "sign it, or run `remit audit approve` for it",
}


def _short(commits: Sequence[str]) -> str:
    shown = ", ".join(f"`{each[:12]}`" for each in commits[:3])
    return shown + (f" and {len(commits) - 3} more" if len(commits) > 3 else "")


def unapproved(commits: Sequence[str], require: str) -> str:
    """Commits that nobody approved."""
    return f"held, because nobody approved {_short(commits)}: {_REMEDIES[require]}"


def no_commit() -> str:
    """Policies from a directory."""
    return "held, because the policies were not read at a commit: name one with `--ref`"


def no_repository() -> str:
    """A saved bundle, or a directory outside any clone."""
    return "held, because there is no clone here that holds the history of the policies: run where one is"


def not_descended(base: str, head: str) -> str:
    """Rewritten history, or an older commit than was applied."""
    return (
        f"held, because `{head[:12]}` does not follow `{base[:12]}`, which was applied last: revert with a new commit"
    )


def base_unreadable(base: str) -> str:
    """Nothing says what was required."""
    return f"held, because what `{base[:12]}` requires of approvals cannot be read: set `REMIT_PROVENANCE`"


def signers_unreadable(place: str) -> str:
    """No file of those who may sign."""
    return f"held, because the allowed signers at `{place}` cannot be read: set `REMIT_ALLOWED_SIGNERS`"


def no_signers() -> str:
    """Nothing that was applied before, or that a person set, says who may sign."""
    return "held, because nothing trusted says who may sign: set `REMIT_ALLOWED_SIGNERS`"


def bad_requirement() -> str:
    """A variable with a slip of the pen requires nothing by accident."""
    return "`REMIT_PROVENANCE` must be `signed`, `recorded` or `any`"


def no_git() -> str:
    """Nothing reads a clone but git."""
    return "held, because the history cannot be read: `git` is not installed: install it where this runs"


def not_in_clone(commit: str, *, is_shallow: bool) -> str:
    """A clone that was cut off, or is older than the policies."""
    why, remedy = ("it is shallow", "git fetch --unshallow") if is_shallow else ("it is older or another", "git fetch")
    return f"held, because the clone does not hold `{commit[:12]}`, {why}: run `{remedy}` in it"


def git_failed(cause: str) -> str:
    """git said no; its own text may hold anything."""
    return f"held, because the history cannot be read: {cause}: run `git fsck` in the clone"


def no_keygen() -> str:
    """Signatures of SSH keys are checked by OpenSSH."""
    return "held, because signatures cannot be checked: install `ssh-keygen` of OpenSSH 8.2 or newer"
