"""Every message of this package, one function each."""

from __future__ import annotations


def file_unsafe(name: str, cause: str) -> str:
    """A database file that is a link, or cannot be opened."""
    return f"the database `{name}` cannot be opened: {cause}"


def is_link() -> str:
    """A cause: the file is a link."""
    return "it is a symbolic link"


def failed(name: str, cause: str) -> str:
    """The database answered with an error."""
    return f"the ledger `{name}` cannot be used: {cause}"


def damaged(name: str, cause: str) -> str:
    """What is there is not what Remit wrote."""
    return f"the ledger `{name}` is damaged: {cause}: restore it from a backup"


def newer(name: str, found: int, known: int) -> str:
    """Written by another Remit."""
    return f"the ledger `{name}` has version {found}, and this Remit knows versions up to {known}: upgrade Remit"


def older(name: str, found: int, known: int) -> str:
    """Not yet brought up to date."""
    return (
        f"the ledger `{name}` has version {found}, and this Remit reads version {known}: "
        "bring it up to date with `remit audit migrate`"
    )


def lease_taken(target: str, holder: str, until: str) -> str:
    """Two runs at once."""
    return f"`{target}` is being applied by `{holder}` until {until}: {lease_remedy(target)}"


def lease_remedy(target: str) -> str:
    """What to do about the lease of another run."""
    return f"wait for it to end, or if it was killed, `remit lease release {target}` gives the target back"


def lease_lost(target: str) -> str:
    """A run that goes on after its lease was taken away."""
    return f"another run took over `{target}`, or its lease was released: this run stopped, run it again"


def disk_full() -> str:
    """A cause: no room is left."""
    return "the disk is full: free some space, then run it again"


def locked(seconds: float) -> str:
    """A cause: somebody else writes."""
    return f"another process has been writing for {seconds:.0f} seconds: wait for it to end"


def not_writable() -> str:
    """A cause: reading is all that is allowed."""
    return "it may only be read: change the permissions, or use another one"


def not_openable() -> str:
    """A cause: the file is not there, or not ours."""
    return "the file cannot be opened: check that it exists and who may read it"


def input_output() -> str:
    """A cause: the disk does not do what it should."""
    return "the disk refused to read or write: check its space, its quota and its health"


def not_a_ledger() -> str:
    """A cause: the content is something else."""
    return "it is no database that Remit wrote"


def unreachable() -> str:
    """A cause: nobody answers, the server went away, or knows no such user or database; the driver tells no more."""
    return "the database server cannot be reached, or refuses the connection: check `REMIT_LEDGER` and the server"


def not_allowed() -> str:
    """A cause: the user lacks a right."""
    return "the database user lacks a right: it needs to create tables once, then to select, insert, update and delete"


def other_cause(name: str, code: str) -> str:
    """A cause that has no words of its own; its text might hold a value."""
    return f"`{name}`{f' with code `{code}`' if code else ''}"


def no_driver() -> str:
    """A cause: the extra is missing."""
    return "PostgreSQL needs its driver: install `remit[postgres]`"


def bad_address() -> str:
    """A place that is no URL; it may hold a password, so it is not shown."""
    return (
        "the ledger's place cannot be understood: write a path, `sqlite:///path` or `postgresql://user@host/database`"
    )


def unknown_scheme(scheme: str) -> str:
    """A URL for something else."""
    return f"the ledger cannot be kept in `{scheme}`: use a path, `sqlite:///path` or `postgresql://user@host/database`"


def no_head() -> str:
    """A cause: the row that says where the chain ends."""
    return "the row that says where the chain ends is missing"


def no_version() -> str:
    """A cause: the row that says which tables there are."""
    return "the row that says its version is missing"


def event_unreadable(seq: object) -> str:
    """A cause: a field of an event."""
    return f"event {seq} cannot be read"


def row_unreadable(table: str) -> str:
    """A cause: a field of another row."""
    return f"a row of `{table}` cannot be read"


def naive_instant() -> str:
    """A time without its zone."""
    return "an instant needs a time zone"


def bad_kind(kind: str) -> str:
    """A kind of event that is no name."""
    return f"the kind of an event is lower-case words with `-` and `.`, not `{kind}`"


def no_actor() -> str:
    """An event that nobody did."""
    return "an event needs an actor"


def bad_anchor() -> str:
    """An anchor that is none."""
    return "an anchor is a number and 64 hexadecimal digits, as in `12:9f86d0…`"


def missing(seq: int) -> str:
    """A gap."""
    return f"event {seq} is missing"


def unexpected(seq: object) -> str:
    """A row outside the numbers of the chain."""
    return f"event {seq} does not belong to the chain"


def altered(seq: int) -> str:
    """The hash does not fit the event."""
    return f"event {seq} was altered after it was written"


def unlinked(seq: int) -> str:
    """The hash before does not fit."""
    return f"event {seq} does not follow event {seq - 1}: one of them was replaced, moved or inserted"


def truncated(last: int, seq: int) -> str:
    """Events at the end are gone."""
    return f"the chain ends with event {last}, and event {seq} was written: events were removed from its end"


def head_altered(seq: int) -> str:
    """The head row does not fit the last event."""
    return f"the recorded end of the chain is not event {seq}: it was altered, or events were added behind it"


def anchor_differs(seq: int) -> str:
    """The event at the anchor has another hash."""
    return f"event {seq} is not the one that was anchored: the chain was rewritten"


def taken_over(applied: int, intents: int) -> str:
    """The note of the event that says so."""
    return f"took over {applied} applied and {intents} intended keys from `reconcile.db`"
