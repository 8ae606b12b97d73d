"""What the YAML parser finds wrong, said in our words."""

from __future__ import annotations

from typing import Final

from remit.source._errors import Text

UNKNOWN: Final = Text("the text is not valid YAML", "check the indentation, quotes and brackets here and above")
TAB: Final = Text("a tab is used as indentation", "use spaces")
_QUOTE: Final = "put the value in quotes"

# How the problem begins, in the wording of libyaml or of PyYAML, in lower case.
KNOWN: Final[tuple[tuple[str, Text], ...]] = (
    ("found a tab character", TAB),
    ("found character '\\t'", TAB),
    (
        "mapping values are not allowed",
        Text("a `:` is not allowed here", "indent the line, or quote a value that holds `: `"),
    ),
    ("mapping keys are not allowed", Text("a key is not allowed here", "check the indentation")),
    ("block sequence entries are not allowed", Text("a list item is not allowed here", "put `-` on a line of its own")),
    ("sequence entries are not allowed", Text("a list item is not allowed here", "put `-` on a line of its own")),
    (
        "could not find expected ':'",
        Text("a `:` is missing after a key", "add it, or indent the text to continue the value above"),
    ),
    (
        "did not find expected key",
        Text("this does not fit the mapping it stands in", "align it with the keys above, or quote the whole value"),
    ),
    (
        "did not find expected '-' indicator",
        Text("this does not fit the list it stands in", "align it with the `-` above, or quote the whole value"),
    ),
    ("did not find expected ',' or ']'", Text("a `,` or `]` is missing", "close the list")),
    ("did not find expected ',' or '}'", Text("a `,` or `}` is missing", "close the mapping")),
    ("expected ',' or ']'", Text("a `,` or `]` is missing", "close the list")),
    ("expected ',' or '}'", Text("a `,` or `}` is missing", "close the mapping")),
    ("expected <block end>", Text("the line does not fit the block it stands in", "align it with the lines above")),
    ("did not find expected node content", Text("a value is missing", "add it, or remove the sign before it")),
    ("expected the node content", Text("a value is missing", "add it, or remove the sign before it")),
    (
        "did not find expected <document start>",
        Text("something follows the end of the document", "separate documents with `---`"),
    ),
    ("expected '<document start>'", Text("something follows the end of the document", "separate documents with `---`")),
    ("found unexpected end of stream", Text("a quoted value is not closed", "add the closing quote")),
    ("found unexpected document indicator", Text("a quoted value is not closed", "add the closing quote")),
    ("found unexpected document separator", Text("a quoted value is not closed", "add the closing quote")),
    (
        "found unknown escape character",
        Text("an unknown escape in double quotes", "write `\\\\` for a backslash, or use single quotes"),
    ),
    ("found invalid unicode character escape", Text("an escape that is no character", "remove it")),
    ("did not find expected hexdecimal", Text("an escape without its hexadecimal digits", "write all of its digits")),
    ("expected escape sequence", Text("an escape without its hexadecimal digits", "write all of its digits")),
    ("found unknown directive", Text("an unknown directive", "remove the line that starts with `%`")),
    ("found incompatible yaml", Text("another version of YAML is asked for", "remove the `%YAML` line")),
    ("found duplicate %", Text("a directive stands twice", "remove the lines that start with `%`")),
    (
        "found undefined tag handle",
        Text("a tag without its definition", "remove the tag, and quote the value if it is text"),
    ),
    ("found a tab", TAB),
    # libyaml stops at a depth of its own before the composer sees the text
    ("exceeded maximum nesting depth", Text("values are nested too deep", "flatten them")),
)

CONTEXTS: Final[tuple[tuple[str, Text], ...]] = (
    ("while scanning an anchor", Text("a value that starts with `&` must name an anchor", _QUOTE)),
    ("while scanning an alias", Text("a value that starts with `*` must name an alias", _QUOTE)),
    ("while scanning a tag", Text("a value that starts with `!` must be a tag", _QUOTE)),
    ("while parsing a tag", Text("a value that starts with `!` must be a tag", _QUOTE)),
    (
        "while scanning a directive",
        Text("a line that starts with `%` is no directive", "remove it, or quote the value"),
    ),
    (
        "while scanning a block scalar",
        Text("a block of text is malformed", "put nothing but `|` or `>` on its first line, and indent the rest"),
    ),
    ("while scanning a plain scalar", Text("an unquoted value is malformed", _QUOTE)),
)


def bad_start(character: str) -> Text:
    """A value that starts with a character YAML reserves."""
    if character == "\t":
        return TAB
    if character in ("@", "`", "%"):
        name = "a backtick" if character == "`" else f"`{character}`"
        return Text(f"a value cannot start with {name}", _QUOTE)
    return UNKNOWN
