"""Reading texts from a terminal. With prompt_toolkit, which is well kept and knows how to show completions with
their types, while one types and over several lines; without it, plainly. History ends with the session: texts
may hold what should not lie in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.util import find_spec

from remit.cli._lines import Line, write_lines
from remit.cli.cel._completion import candidates
from remit.cli.cel._session import Session, is_unfinished

Read = Callable[[str], str]
_FIRST, _NEXT = "cel> ", "...> "


def converse(session: Session, read: Read | None = None) -> None:
    """Read and answer until `:quit` or Ctrl-D. Ctrl-C drops what was begun, or stops what runs."""
    read = read or reader(session)
    write_lines((((":help says what there is, :quit leaves", "dim"),),))
    while not session.ended:
        try:
            text = _whole(read)
            _write(session.answer(text))
        except KeyboardInterrupt:
            write_lines((((" interrupted", "dim"),),))
        except EOFError:
            write_lines(((),))
            return


def _whole(read: Read) -> str:
    """A text of one line or more; an empty line ends one that is not finished."""
    text = read(_FIRST)
    while is_unfinished(text):
        more = read(_NEXT)
        if not more.strip():
            break
        text = f"{text}\n{more}"
    return text


def _write(lines: Iterable[Line]) -> None:
    write_lines(lines)


def reader(session: Session) -> Read:
    """How to read a line from the terminal, here."""
    return _rich_reader(session) if find_spec("prompt_toolkit") else _plain_reader()


def _plain_reader() -> Read:
    if find_spec("readline"):
        # loaded for what it does to `input`: history, and keys to edit with
        import readline  # noqa: F401
    return input


def _rich_reader(session: Session) -> Read:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import CompleteEvent, Completer, Completion
    from prompt_toolkit.document import Document

    class _Completer(Completer):
        def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:  # noqa: ARG002
            for each in candidates(document.text_before_cursor, session.scope):
                yield Completion(each.text, start_position=-each.length, display_meta=each.meaning)

    return PromptSession[str](completer=_Completer(), complete_while_typing=False).prompt
