"""The options of `evaluate`, `explain` and `cel`: one request."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, TypeVar

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
class Asked:
    """What is asked for, and by which policies it is decided; what is None or empty is unknown."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Asked):
    """One request: who asks for which model, and what is known about it."""

    key: KeyOption
    model: ModelOption


Options = TypeVar("Options", bound=Asked)


def taking(options: type[Options]) -> Callable[[Callable[[Options], int]], Callable[..., int]]:
    """Makes of a function a command that takes the fields of `options`, its own before those it inherits."""
    every = inspect.signature(options)
    own = sorted(every.parameters.values(), key=lambda each: each.name not in options.__annotations__)

    def wrap(run: Callable[[Options], int]) -> Callable[..., int]:
        @wraps(run)
        def command(**given: object) -> int:
            return run(options(**given))  # type: ignore[arg-type]

        command.__signature__ = every.replace(parameters=own, return_annotation=int)  # type: ignore[attr-defined]
        command.__annotations__ = {each.name: each.annotation for each in own}
        return command

    return wrap


asking = taking(Question)
