"""The options of `evaluate` and `explain`: one request."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated

import typer

from remit.cli._options import (
    DEFAULT_POLICIES,
    JsonOption,
    KeyOption,
    ModelOption,
    NowOption,
    PoliciesOption,
    RefOption,
)


def _text(name: str, words: str) -> object:
    return typer.Option(name, metavar="NAME", help=words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One request, and by which policies it is decided; what is None or empty is unknown."""

    key: KeyOption
    model: ModelOption
    user: Annotated[str | None, _text("--user", "The person behind the request.")] = None
    purpose: Annotated[str | None, _text("--purpose", "What for.")] = None
    data_class: Annotated[str | None, _text("--data-class", "The most sensitive data in it.")] = None
    scope: Annotated[str | None, _text("--scope", "The kind of call; `chat` by default.")] = None
    input_tokens: Annotated[int | None, typer.Option("--input-tokens", min=0, help="Tokens that are sent.")] = None
    output_tokens: Annotated[int | None, typer.Option("--output-tokens", min=0, help="Tokens asked for, at most.")] = (
        None
    )
    stream: Annotated[bool | None, typer.Option("--stream/--no-stream", help="Whether the answer is streamed.")] = None
    tag: Annotated[
        list[str] | None, typer.Option("--tag", metavar="NAME=VALUE", help="A word of the application; repeatable.")
    ] = None
    usage: Annotated[
        list[str] | None, typer.Option("--usage", metavar="NAME=VALUE", help="What has been used so far; repeatable.")
    ] = None
    policies: PoliciesOption = DEFAULT_POLICIES
    ref: RefOption = None
    json: JsonOption = False
    now: NowOption = None

    @property
    def place(self) -> tuple[Path, str | None]:
        """Where the policies are."""
        return self.policies, self.ref


def asking(run: Callable[[Question], int]) -> Callable[..., int]:
    """A command that takes the fields of a question as its options."""

    @wraps(run)
    def command(**given: object) -> int:
        return run(Question(**given))  # type: ignore[arg-type]

    signature = inspect.signature(Question)
    command.__signature__ = signature.replace(return_annotation=int)  # type: ignore[attr-defined]
    command.__annotations__ = {name: each.annotation for name, each in signature.parameters.items()}
    return command
