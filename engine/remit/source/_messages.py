"""Every sentence this package says. A value of the text is quoted only where it cannot be a secret."""

from __future__ import annotations

import re

from remit.source._errors import Text
from remit.source._position import Position

# A word, or words joined as in names of fields: nothing that an issuer of secrets would draw. Possessive, as the text
# is not ours.
_WORDS = re.compile(r"_{0,2}[A-Z]?[a-z]++(?:[_.-]?[A-Z]?[a-z]++)*+_{0,2}")
_SHORT_KEY = 12
_QUOTED_KEY = 40
_QUOTED_SCALAR = 16
_QUOTE_IT = "put the value in quotes"


def shown_key(key: str) -> str:
    """A key in backticks, shortened, with nothing in it that could disturb a terminal or markdown."""
    short = key if len(key) <= _QUOTED_KEY else key[: _QUOTED_KEY - 1] + "…"
    return "`" + short.replace("`", "'").encode("unicode_escape").decode("ascii").replace("\\u2026", "…") + "`"


def _named(key: str) -> str:
    """A key that was written in a file: quoted unless it could be a secret."""
    is_word = len(key) <= _QUOTED_KEY and _WORDS.fullmatch(key) is not None
    return f" {shown_key(key)}" if is_word or len(key) <= _SHORT_KEY else ""


def _shown(scalar: str) -> str:
    return f"`{scalar}`" if len(scalar) <= _QUOTED_SCALAR else "this value"


# Text


def not_utf8() -> Text:
    """Bytes that are not UTF-8."""
    return Text("the file is not UTF-8", "save it as UTF-8")


def utf16() -> Text:
    """A byte order mark of another encoding."""
    return Text("the file is UTF-16 or UTF-32", "save it as UTF-8")


def control_character(code: int) -> Text:
    """A character that is not text."""
    return Text(f"control character U+{code:04X}", "remove it")


def invisible_character(code: int) -> Text:
    """A character that changes what a reviewer sees."""
    return Text(f"invisible or direction-changing character U+{code:04X}", "remove it")


def line_separator(code: int) -> Text:
    """A line break that editors and reviews do not show as one."""
    return Text(f"line break U+{code:04X} that reviews do not show", "end lines with LF or CRLF")


# Bounds


def too_many_bytes(size: int, bound: int) -> Text:
    """A file that is too big."""
    return Text(f"the file has {size} bytes, more than the {bound} allowed", "split it")


def too_deep(bound: int) -> Text:
    """Nesting beyond the bound."""
    return Text(f"values are nested more than {bound} deep", "flatten them")


def too_many_documents(bound: int) -> Text:
    """Too many documents in a file."""
    return Text(f"the file has more than {bound} documents", "split it")


def too_many_nodes(bound: int) -> Text:
    """Too many values in a file."""
    return Text(f"the file has more than {bound} values", "split it")


def alias_bomb(bound: int) -> Text:
    """Aliases that expand to too much."""
    return Text(f"aliases expand to more than {bound} values", "write the values out or use fewer aliases")


def too_many_errors(bound: int) -> Text:
    """The end of a list of errors."""
    return Text(f"more than {bound} errors, the rest of the file was not read", "mend those above first")


# Keys


def duplicate_key(key: str, first: Position) -> Text:
    """A key that stands twice in a mapping."""
    return Text(f"duplicate key{_named(key)}: first at {first}", "remove or rename one of them")


def key_not_string(key: str) -> Text:
    """A plain key that is a number, a boolean or null."""
    name = _shown(key) if key else "an empty key"
    return Text(f"{name} is not a string, and keys must be strings", "put the key in quotes")


def complex_key() -> Text:
    """A key that is a collection or an alias."""
    return Text("a list, a mapping or an alias is used as a key, and keys must be strings", "write the key out")


def merge_key() -> Text:
    """The merge key of YAML 1.1."""
    return Text("merge key `<<` is not part of YAML 1.2", "write the merged entries out")


# Scalars


def ambiguous_boolean(value: str) -> Text:
    """A word that YAML 1.1 takes for a boolean."""
    return Text(
        f"{_shown(value)} is a boolean in YAML 1.1 and a string in YAML 1.2", f"{_QUOTE_IT}, or use true or false"
    )


def ambiguous_number(value: str) -> Text:
    """A number in a notation on which the versions of YAML differ."""
    return Text(
        f"{_shown(value)} is a different number or a string in YAML 1.1 and 1.2", f"{_QUOTE_IT}, or write it in decimal"
    )


def ambiguous_sexagesimal(value: str) -> Text:
    """Digits with colons, which YAML 1.1 reads in base 60."""
    return Text(f"{_shown(value)} is a base 60 number in YAML 1.1 and a string in YAML 1.2", _QUOTE_IT)


def not_finite(value: str) -> Text:
    """Infinity, or not a number."""
    return Text(f"{_shown(value)} is not a finite number", f"{_QUOTE_IT}, or write a finite number")


def integer_too_big() -> Text:
    """An integer that does not fit 64 bits."""
    return Text("the integer does not fit in 64 bits", f"{_QUOTE_IT}, or write a smaller number")


def float_out_of_range() -> Text:
    """A decimal number beyond what a double can hold."""
    return Text("the number is out of the range of a double", f"{_QUOTE_IT}, or write another number")


# Features


def tag(name: str) -> Text:
    """A tag; `name` is empty unless it is a well-known one."""
    return Text(
        f"tag `{name}` is not allowed" if name else "custom tags are not allowed",
        "remove the tag, and quote the value if it is text",
    )


def old_version(version: str) -> Text:
    """A directive that asks for another version of YAML."""
    return Text(f"directive `%YAML {version}` is not supported", "remove it: the text is read as YAML 1.2")


def duplicate_anchor(first: Position) -> Text:
    """An anchor that is defined twice."""
    return Text(f"an anchor is defined twice: first at {first}", "give each anchor a name of its own")


def unknown_alias() -> Text:
    """An alias without its anchor."""
    return Text("an alias refers to no anchor above it", "define the anchor first, or quote the value if it is text")


def recursive_alias() -> Text:
    """An alias inside the value it stands for."""
    return Text("an alias refers to the value that contains it", "write the value out")


# Edits


def _shown_path(path: tuple[str | int, ...]) -> str:
    return shown_key(".".join(str(step) for step in path)) if path else "the root"


def no_document(index: int, count: int) -> Text:
    """A change to a document that is not there."""
    return Text(f"there is no document {index}: the text has {count}")


def no_such_path(path: tuple[str | int, ...]) -> Text:
    """A change to a value that is not there."""
    return Text(f"there is nothing at {_shown_path(path)}")


def not_a_list(path: tuple[str | int, ...]) -> Text:
    """An append to something else than a list."""
    return Text(f"{_shown_path(path)} is not a list")


def not_a_mapping(path: tuple[str | int, ...]) -> Text:
    """A key set in something else than a mapping."""
    return Text(f"{_shown_path(path)} is not a mapping")


def root_replaced() -> Text:
    """A change of the whole document."""
    return Text("a whole document cannot be set or deleted", "name a path inside it")


def value_unwritable(path: tuple[str | int, ...]) -> Text:
    """A new value that YAML cannot hold within the bounds."""
    words = f"the new value at {_shown_path(path)} contains itself, is nested too deep, or is no JSON value"
    return Text(words, "pass plain, finite data")


def edit_touched_more() -> Text:
    """An edit that reads back as something else than was asked."""
    return Text("the edit would change more than was asked, or not be readable", "edit the file by hand")


def edit_unsupported() -> Text:
    """Text that the round trip cannot carry."""
    return Text("the text cannot be rewritten with its comments and order kept", "edit the file by hand")


def comments_lost() -> Text:
    """A rewrite that would drop comments."""
    return Text("the rewrite would lose a comment", "move the comment to a line of its own")


def format_unstable() -> Text:
    """A text that formatting keeps changing."""
    return Text("the text has no stable format", "simplify its comments and line breaks")


# Trees


def no_directory() -> Text:
    """A location that is not there."""
    return Text("there is no such file or directory", "check the path")


def outside() -> Text:
    """A path that leaves the tree."""
    return Text("the path leads outside the tree", "name a path inside it")


def not_listed() -> Text:
    """A read of something that `files` did not give."""
    return Text("this is not a file of the tree", "read only what the tree lists")


def symlink() -> Text:
    """A symbolic link in the tree."""
    return Text("symbolic links are not followed", "replace the link with a file")


def linked_root() -> Text:
    """A tree that is a symbolic link itself."""
    return Text("symbolic links are not followed", "name the directory that the link points to")


def submodule() -> Text:
    """A git repository inside the tree."""
    return Text("submodules and nested repositories are not read", "move the files into this repository")


def special_file() -> Text:
    """A pipe, socket or device."""
    return Text("this is not a regular file", "remove it")


def bad_name() -> Text:
    """A file name that cannot be shown."""
    return Text("the name is not UTF-8 or holds control or invisible characters", "rename it")


def unreadable(reason: str) -> Text:
    """A file the system refuses to open; `reason` is the system's word."""
    return Text(f"cannot be read: {reason.lower()}", "check its permissions")


def no_repository() -> Text:
    """A git reference without a repository."""
    return Text("this is not inside a git repository", "run it in a clone, or leave the reference out")


def no_git() -> Text:
    """A git reference, and no program that could follow it."""
    return Text(
        "`git` is not installed, and without it no commit can be read", "install it, or leave the reference out"
    )


def bad_ref(ref: str) -> Text:
    """A reference that names no commit."""
    return Text(f"{shown_key(ref)} names no commit", "fetch it, or check its spelling")


def no_tree_at_commit(ref: str) -> Text:
    """A path that does not exist at a commit."""
    return Text(f"there is no such directory at {shown_key(ref)}", "check the path, or name another commit")


def git_failed() -> Text:
    """A repository that git cannot read."""
    return Text("git cannot read the repository", "run `git fsck` in it")
