"""Lines of text with styles, for results that no renderer of their own shows."""

from __future__ import annotations

from collections.abc import Iterable

from remit.cli._output import console
from remit.cli._text import printable

Line = tuple[tuple[str, str], ...]


def write_lines(lines: Iterable[Line], *, stderr: bool = False) -> None:
    """Each part is data, with the name of a style; colours appear only on a terminal."""
    from rich.text import Text

    from remit.render._lines import STYLES

    out = console(stderr=stderr)
    for line in lines:
        parts = ((printable(text), STYLES.get(style, style)) for text, style in line)
        out.print(Text.assemble(*parts), soft_wrap=True)
