"""The trees of the corpus: a base, the files of the case laid over it, and what no plain file can show."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from scenario_secrets import filled

CORPUS = Path(__file__).parent / "corpus"
BASE = "base"
CASES = tuple(sorted(path.name for path in CORPUS.iterdir() if path.name != BASE))
KEY = """\
apiVersion: remit/v1
kind: Key
metadata: {name: crawler, team: search, project: ranker}
spec:
  environment: dev
  models: [small]
  targets: [local]
"""
GROUP = "apiVersion: remit/v1\nkind: Group\nmetadata: {name: %s}\nspec: {members: [ana]}\n"
ONE_THOUSAND = 1_000
Build = Callable[[Path], None]


def plant(case: str, root: Path) -> Path:
    """Write the tree of a case; gives its directory, `policies` below `root`."""
    tree = root / "policies"
    tree.mkdir()
    for folder in (CORPUS / BASE, CORPUS / case):
        for path in folder.glob("*.yaml"):
            (tree / path.name).write_bytes(filled(path.read_text(encoding="utf-8")).encode())
    if case in BUILDS:
        BUILDS[case](tree)
    return tree


def reference(case: str) -> str | None:
    """The git reference at which a case is looked at; None for the files as they lie there."""
    return "HEAD" if case.endswith("-at-commit") else None


def _bytes(content: bytes) -> Build:
    return lambda tree: _write(tree, content)


def _write(tree: Path, content: bytes) -> None:
    (tree / "case.yaml").write_bytes(content)


def _nested(start: str, end: str, around: str) -> bytes:
    return f"{KEY}  ticket: {start * ONE_THOUSAND}{around}{end * ONE_THOUSAND}\n".encode()


def _blocks() -> bytes:
    return "".join(f"{' ' * depth}a:\n" for depth in range(ONE_THOUSAND)).encode()


def _rule(expression: str) -> bytes:
    return (
        "apiVersion: remit/v1\nkind: Policy\nmetadata: {name: case}\nspec:\n  rules:\n"
        f"    - name: case\n      on: key\n      deny: '{expression}'\n"
    ).encode()


def _macros(depth: int) -> str:
    return "key.models.exists(m, " * depth + "key.suspended" + ")" * depth


def _outside(tree: Path) -> Path:
    outside = tree.parent / "outside"
    outside.mkdir()
    (outside / "case.yaml").write_text(KEY)
    return outside


def _linked_directory(tree: Path) -> None:
    (tree / "linked").symlink_to(_outside(tree), target_is_directory=True)


def _linked_file(tree: Path) -> None:
    (tree / "original.txt").write_text(KEY)
    (tree / "case.yaml").symlink_to("original.txt")


def _submodule(tree: Path) -> None:
    (tree / "shared").mkdir()
    (tree / "shared" / ".git").write_text("gitdir: ../.git/modules/shared\n")
    (tree / "shared" / "case.yaml").write_text(KEY)


def _nested_repository(tree: Path) -> None:
    (tree / "shared" / ".git").mkdir(parents=True)
    (tree / "shared" / "case.yaml").write_text(KEY)


def _named(name: str | bytes) -> Build:
    def build(tree: Path) -> None:
        with open(os.path.join(os.fsencode(tree), os.fsencode(name)), "wb") as file:
            file.write(KEY.encode())

    return build


def _directory_named_yaml(tree: Path) -> None:
    (tree / "crawlers.yaml").mkdir()
    (tree / "crawlers.yaml" / "case.yml").write_text(KEY)


def _hidden(tree: Path) -> None:
    (tree / ".drafts").mkdir()
    (tree / ".drafts" / "case.yaml").write_text("not: a resource\n")


def _committed(build: Build) -> Build:
    def commit(tree: Path) -> None:
        from git import Repo

        build(tree)
        repository = Repo.init(tree.parent)
        repository.index.add(["policies"])
        _commit(repository)

    return commit


def _committed_submodule(tree: Path) -> None:
    from git import Repo

    repository = Repo.init(tree.parent)
    repository.index.add(["policies"])
    first = _commit(repository)
    repository.git.update_index("--add", "--cacheinfo", f"160000,{first},policies/shared")
    _commit(repository)


def _commit(repository: object) -> str:
    from git import Actor, Repo

    assert isinstance(repository, Repo)
    who = Actor("ana", "ana@example.invalid")
    repository.index.write()
    return repository.index.commit("a change", author=who, committer=who).hexsha


BUILDS: dict[str, Build] = {
    "120-too-many-unknown-fields": _bytes(KEY.encode() + b"".join(b"  f%d: 1\n" % at for at in range(ONE_THOUSAND))),
    "124-crlf-accepted": _bytes(KEY.replace("\n", "\r\n").encode()),
    "125-byte-order-mark-accepted": _bytes(b"\xef\xbb\xbf" + KEY.encode()),
    "126-latin-1": _bytes(KEY.encode() + "  ticket: für alle\n".encode("latin-1")),
    "127-utf-16": _bytes(KEY.encode("utf-16")),
    "128-nul": _bytes(KEY.encode() + b"  ticket: a\0b\n"),
    "129-terminal-escape": _bytes(KEY.encode() + b"  ticket: \x1b[31mred\n"),
    "130-lone-carriage-return": _bytes(KEY.encode() + b"  # fine\r  suspended: true\n"),
    "134-ten-megabytes": _bytes(KEY.encode() + b"# " + b"x" * 10_000_000 + b"\n"),
    "135-nested-1000-in-flow": _bytes(_nested("{a: ", "}", "1")),
    "136-nested-1000-in-blocks": _bytes(_blocks()),
    "137-nested-1000-lists": _bytes(_nested("[", "]", "")),
    "138-too-many-documents": _bytes("---\n".join(GROUP % f"g{at}" for at in range(10_001)).encode()),
    "139-too-many-errors": _bytes(KEY.encode() + b"".join(b"  f%d: yes\n" % at for at in range(ONE_THOUSAND))),
    "251-linked-file": _linked_file,
    "252-linked-directory": _linked_directory,
    "253-link-outside": lambda tree: (tree / "case.yaml").symlink_to("../../../../../../../../etc/passwd"),
    "254-submodule": _submodule,
    "255-nested-repository": _nested_repository,
    "256-pipe": lambda tree: os.mkfifo(tree / "case.yaml"),
    "257-name-with-line-feed": _named("a\nb.yaml"),
    "258-name-with-terminal-escape": _named("\x1b[31ma.yaml"),
    "259-linked-file-at-commit": _committed(_linked_file),
    "260-submodule-at-commit": _committed_submodule,
    "261-name-that-is-no-utf-8": _named(b"caf\xe9.yaml"),
    "262-dangling-link": lambda tree: (tree / "case.yaml").symlink_to("nowhere.yaml"),
    "263-directory-named-yaml-accepted": _directory_named_yaml,
    "264-hidden-directory-ignored": _hidden,
    "280-one-thousand-parentheses-accepted": _bytes(_rule("(" * ONE_THOUSAND + "key.suspended" + ")" * ONE_THOUSAND)),
    "281-one-thousand-negations": _bytes(_rule("!" * ONE_THOUSAND + "key.suspended")),
    "282-one-thousand-lists": _bytes(_rule("[" * ONE_THOUSAND + "]" * ONE_THOUSAND)),
    "283-one-thousand-ternaries": _bytes(_rule("key.suspended ? true : " * ONE_THOUSAND + "false")),
    "284-one-thousand-terms-accepted": _bytes(_rule(" || ".join(["key.suspended"] * ONE_THOUSAND))),
    "285-one-thousand-members": _bytes(_rule("key" + ".name" * ONE_THOUSAND)),
    "286-one-hundred-macros": _bytes(_rule(_macros(100))),
    "287-expression-too-long": _bytes(_rule("key.suspended" + " " * 65_536)),
}
