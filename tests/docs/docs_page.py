"""Runs a page of the documentation as a reader would: block after block, in one directory.

A fence may have an instruction for this runner in a comment on the line above:

    <!-- setup: init -->        begin in a new governance repository
    <!-- save: path -->         the block is the whole content of a file
    <!-- append: path -->       the block goes to the end of a file
    <!-- edit: path -->         the block is a difference: lines with `-` become lines with `+`
    <!-- part: path -->         the block stands in a file as it is
    <!-- output -->             what the Python block before it printed
    <!-- fragment -->           YAML that is part of a document

`console` blocks hold `$ command` lines, each followed by what it prints. A line `...` stands for any lines, `…` for
the rest of a line. A command must succeed, unless `echo $?` follows and says otherwise.

Pages play on 23 November 2026. Dates on them are moved to where they are as far from today, so that a key that
expires in two months on the page does so whenever the page is run.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from typer.testing import CliRunner

from remit.cli._app import app
from remit.resources import validate
from remit.source import read_documents

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>[a-z]*)\n(?P<body>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"<!-- (?P<verb>[a-z]+)(?:: (?P<argument>[^\n]*?))? -->\s*\Z")
_SETUP = re.compile(r"<!-- setup: (?P<name>[a-z]+) -->")
_DATE = re.compile(r"\b20\d\d-\d\d-\d\d")
_TODAY = date(2026, 11, 23)
_SHELL = re.compile(r"[|<>&;*$]")
# what differs from day to day, or from run to run
_VARYING = (
    (re.compile(r"sha256:[0-9a-f…]+"), "sha256:…"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?"), "<instant>"),
    (re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d UTC)?"), "<date>"),
    (re.compile(r"\b[0-9a-f]{7,40}\b"), "<commit>"),
    (re.compile(r"\b\d+\.\d+ ?(ms|s)\b"), "<time>"),
)


class Mismatch(AssertionError):
    """A page says one thing and Remit another."""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block, the instruction above it, and where it stands."""

    language: str
    body: str
    verb: str
    argument: str
    place: str


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    for fence in _FENCE.finditer(text):
        above = _COMMENT.search(text[: fence.start()])
        line = text.count("\n", 0, fence.start()) + 1
        body = "".join(each.removeprefix(fence["indent"]) for each in fence["body"].splitlines(keepends=True))
        verb, argument = (above["verb"], above["argument"] or "") if above else ("", "")
        yield Block(fence["language"], body, verb, argument, f"{page.relative_to(ROOT)}:{line}")


def setup_of(page: Path) -> str:
    """Where the page begins: `init`, or nothing."""
    found = _SETUP.search(page.read_text(encoding="utf-8"))
    return found["name"] if found else ""


@dataclass
class Reader:
    """Follows a page in `directory`."""

    directory: Path
    namespace: dict[str, object] = field(default_factory=lambda: {"__name__": "__main__"})
    printed: str = ""
    code: int = 0

    def follow(self, page: Path) -> None:
        """Every block in order. Raises Mismatch."""
        days = datetime.now(UTC).date() - _TODAY
        with contextlib.chdir(self.directory):
            self.prepare(setup_of(page))
            for block in blocks(page):
                self.block(replace(block, body=moved(block.body, days)))

    def prepare(self, setup: str) -> None:
        """The files that a page begins with."""
        if setup == "init":
            self.run("remit init . --organization acme --owner ana")
        else:
            assert not setup, setup

    def block(self, block: Block) -> None:
        """One block. Raises Mismatch."""
        if block.verb in ("save", "append", "edit"):
            self.write(block)
        elif block.verb == "part" and block.body not in Path(block.argument).read_text(encoding="utf-8"):
            raise Mismatch(f"{block.place}: {block.argument} does not have this part")
        if block.language == "yaml":
            self.yaml(block)
        elif block.language == "python":
            self.python(block)
        elif block.language == "console":
            self.console(block)
        elif block.verb == "output":
            compare(block.body, self.printed, block.place)

    def write(self, block: Block) -> None:
        path = Path(block.argument)
        path.parent.mkdir(parents=True, exist_ok=True)
        if block.verb == "edit":
            path.write_text(edited(path.read_text(encoding="utf-8"), block), encoding="utf-8")
        else:
            with path.open("a" if block.verb == "append" else "w", encoding="utf-8") as file:
                file.write(block.body)

    def yaml(self, block: Block) -> None:
        """Whole documents are valid resources; fragments, and what is not of Remit, are at least YAML."""
        parsed = read_documents(block.body.encode(), block.place)
        found = [str(each) for each in parsed.errors]
        if block.verb != "fragment" and "apiVersion:" in block.body:
            found += [str(each) for document in parsed.documents for each in validate(document)[1]]
        if found:
            raise Mismatch("\n".join(found))

    def python(self, block: Block) -> None:
        sys.path.insert(0, os.getcwd())
        output = io.StringIO()
        line = int(block.place.rpartition(":")[2])
        try:
            with contextlib.redirect_stdout(output):
                exec(compile("\n" * line + block.body, block.place, "exec"), self.namespace)
        finally:
            sys.path.pop(0)
        self.printed = output.getvalue()

    def console(self, block: Block) -> None:
        commands = re.split(r"^\$ ", block.body, flags=re.MULTILINE)
        assert not commands[0].strip(), f"{block.place}: text before the first command"
        for number, each in enumerate(commands[1:], 1):
            # a line that ends in a backslash goes on
            command, _, expected = re.sub(r"\\\n\s*", "", each).partition("\n")
            compare(expected, self.run(command), f"{block.place}: $ {command}")
            told = number < len(commands) - 1 and commands[number + 1].startswith("echo $?")
            if self.code and not told:
                raise Mismatch(f"{block.place}: $ {command}: exits with {self.code}, and the page does not say so")

    def run(self, command: str) -> str:
        """What a command prints, on stdout and stderr; its exit code is kept."""
        if command == "echo $?":
            code, self.code = self.code, 0
            return f"{code}\n"
        if command.startswith("cd "):
            os.chdir(command.removeprefix("cd "))
            return ""
        if command.startswith("remit ") and not _SHELL.search(command):
            result = CliRunner().invoke(app, shlex.split(command)[1:], prog_name="remit")
            self.code = result.exit_code
            return result.output
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            command, shell=True, env={**os.environ, "PATH": path}, stdout=-1, stderr=subprocess.STDOUT, text=True
        )
        self.code = done.returncode
        return done.stdout


def moved(text: str, days: timedelta) -> str:
    """The text with its dates moved."""
    return _DATE.sub(lambda found: (date.fromisoformat(found[0]) + days).isoformat(), text)


def edited(text: str, block: Block) -> str:
    """The text with the lines of a difference replaced; they must be found exactly once."""
    lines = block.body.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if line[0] in "- ")
    new = "".join(line[1:] for line in lines if line[0] in "+ ")
    if text.count(old) != 1:
        raise Mismatch(f"{block.place}: found {text.count(old)} times in {block.argument}:\n{old}")
    return text.replace(old, new)


def compare(expected: str, actual: str, place: str) -> None:
    """Raises Mismatch unless the text is as expected."""
    wanted, found = normalised(expected), normalised(actual)
    pattern = "".join(_pattern(line) for line in wanted.splitlines())
    if not re.fullmatch(pattern, found):
        raise Mismatch(f"{place}\n--- the page\n{wanted}--- what is printed\n{found}")


def _pattern(line: str) -> str:
    if line.strip() == "...":
        return r"(?:[^\n]*\n)*?"
    return "[^\n]*".join(map(re.escape, line.split("…"))) + "\n"


def normalised(text: str) -> str:
    """Text without what varies, without blank lines at its ends, and without trailing blanks."""
    for pattern, word in _VARYING:
        text = pattern.sub(word, text)
    lines = [line.rstrip() for line in text.strip("\n").splitlines()]
    return "".join(f"{line}\n" for line in lines) if any(lines) else ""
