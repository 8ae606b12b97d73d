"""Text of others is data: it can neither act on a terminal nor on a page."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from remit.render import code, markdown, plain

ESCAPES = [
    ("plain words, ÿ 漢 🙂", "plain words, ÿ 漢 🙂"),
    ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
    ("a\u202eb\u2066c\u200bd", "a\\u202eb\\u2066c\\u200bd"),
    ("one\ntwo\r", "one\\x0atwo\\x0d"),
    ("\x9b31m", "\\x9b31m"),
    ("\U000e0001", "\\U000e0001"),
    ("\ud800", "\\ud800"),
]


@pytest.mark.parametrize(("text", "expected"), ESCAPES)
def test_what_does_not_print_is_shown_as_its_escape(text: str, expected: str) -> None:
    """Controls, ANSI, bidi, zero-width and lone surrogates become visible."""
    assert plain(text) == expected


def test_line_ends_are_kept_on_request() -> None:
    """With `lines`, both line ends become one; a lone carriage return still does not print."""
    assert plain("a\r\nb\nc\rd\x1b", lines=True) == "a\nb\nc\\x0dd\\x1b"


@given(st.text(st.characters(exclude_categories=())))
def test_plain_text_has_no_control_or_format_characters(text: str) -> None:
    """Nothing of the categories C, Zl or Zp is left."""
    assert not [char for char in plain(text) if unicodedata.category(char)[0] == "C" or char in "\u2028\u2029"]


@given(st.text(alphabet=st.sampled_from("a \\`*_{}[]<>()#+-.!|~&@:$/=^\"'1\nw@h"), max_size=40))
def test_markdown_shows_the_text_as_written(text: str) -> None:
    """An independent renderer gives one paragraph of exactly that text: no markup, no HTML, no links."""
    shown = markdown(f"x{text}")
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough").parse(shown)
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children = [token for token in tokens[1].children or [] if token.content != "<!-- -->"]
    assert {token.type for token in children} <= {"text", "text_special"}
    lines = " ".join(f"x{text}".splitlines())
    assert "".join(token.content for token in children).split() == plain(lines).split()


@pytest.mark.parametrize("text", ["@acme/owners", "see #12", "acme/repo#12"])
def test_markdown_mentions_nobody(text: str) -> None:
    """`@name` and `#12` are broken by an empty comment, so that a forge links and notifies nothing."""
    shown = markdown(text)
    assert "@<!-- -->" in shown or "#<!-- -->" in shown


@given(st.text(min_size=1, max_size=30))
def test_a_code_span_holds_exactly_the_text(text: str) -> None:
    """Backticks inside cannot end it, and a bar does not end a cell of a table."""
    cell = code(text)
    tokens = MarkdownIt("commonmark").enable("table").parse(f"| a |\n|---|\n| {cell} |\n")
    inline = [token for token in tokens if token.type == "inline"][1]
    spans = [child for child in inline.children or [] if child.type == "code_inline"]
    assert [span.content.strip() for span in spans] == [plain(text).strip()]
