"""Whether what stands in a file can have a say in what a key may do."""

from __future__ import annotations

from remit.source import read_documents

_ALONE = frozenset({"Key", "Project", "Team", "Target"})


def concerns(content: bytes | None, path: str, target: str, own: frozenset[tuple[str, str]]) -> bool:
    """False only where all of it is about others: keys, projects, teams and targets not in `own`, and tests.

    `own` has (kind, name) of what is asked about. A file that cannot be read concerns everybody.
    """
    if content is None or not path.endswith((".yaml", ".yml")):
        return False
    parsed = read_documents(content, path)
    if parsed.errors:
        return True
    return any(_concerns(document.data, own | {("Target", target)}) for document in parsed.documents)


def _concerns(data: object, own: frozenset[tuple[str, str]]) -> bool:
    metadata = data.get("metadata") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(metadata, dict):
        return True
    kind, name = data.get("kind"), metadata.get("name")
    if kind == "PolicyTest":
        return False
    # a space allows what its keys do, so without a key of its own in `own` every key has a say
    alone = kind in _ALONE and (kind == "Target" or any(each == "Key" for each, _ in own))
    return not alone or (str(kind), str(name)) in own
