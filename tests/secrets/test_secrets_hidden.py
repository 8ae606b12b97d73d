"""No way of looking at a secret shows it, except the one that says so."""

from __future__ import annotations

import copy
import dataclasses
import io
import json
import logging
import marshal
import pickle
import pprint
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from string import Template

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, TypeAdapter
from rich.console import Console
from rich.pretty import pretty_repr
from rich.traceback import Traceback

from remit.resources import Delivery
from remit.secrets import SINKS, DeliveryFailed, Receipt, Secret, SinkContext, sealed

VALUE = "rk_invented_0123456789"


@dataclass(frozen=True)
class Holder:
    secret: Secret


class Model(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    secret: Secret


class Numbered(BaseModel):
    number: int


SECRET = Secret(VALUE)
TEXTS: list[tuple[str, Callable[[], object]]] = [
    ("repr", lambda: repr(SECRET)),
    ("str", lambda: str(SECRET)),
    ("ascii", lambda: ascii(SECRET)),
    ("format", lambda: format(SECRET)),
    ("format with a width", lambda: f"{SECRET:>40}"),
    ("f-string", lambda: f"{SECRET} {SECRET!r} {SECRET!s} {SECRET!a}"),
    ("f-string with its name", lambda: f"{SECRET=}"),
    ("percent", lambda: "%s %r %a" % (SECRET, SECRET, SECRET)),  # noqa: UP031
    ("str.format", lambda: f"{SECRET} {SECRET!r} {SECRET}"),
    ("template", lambda: Template("$x").substitute(x=SECRET)),
    ("list, tuple, dict", lambda: f"{[SECRET]} {(SECRET,)} { ({'x': SECRET}) }"),
    ("pprint", lambda: pprint.pformat([SECRET])),
    ("rich", lambda: pretty_repr([SECRET])),
    ("dataclass", lambda: repr(Holder(SECRET))),
    ("dataclass, replaced", lambda: repr(dataclasses.replace(Holder(SECRET)))),
    ("pydantic", lambda: f"{Model(secret=SECRET)} {Model(secret=SECRET)!r}"),
    ("pydantic, dumped", lambda: Model(secret=SECRET).model_dump()),
    ("json by its text", lambda: json.dumps([SECRET], default=str)),
    ("exception", lambda: repr(ValueError(SECRET))),
    ("dir", lambda: [getattr(SECRET, name, None) for name in dir(SECRET) if not name.startswith("_")]),
]


@pytest.mark.parametrize(("way", "look"), TEXTS, ids=[way for way, _ in TEXTS])
def test_texts_hide_it(way: str, look: Callable[[], object]) -> None:
    """Whatever is made of it to be read does not hold the value."""
    assert VALUE not in repr(look())


REFUSED: list[tuple[str, Callable[[], object]]] = [
    ("copy", lambda: copy.copy(SECRET)),
    ("deepcopy", lambda: copy.deepcopy(SECRET)),
    ("dataclasses.asdict", lambda: dataclasses.asdict(Holder(SECRET))),
    ("dataclasses.astuple", lambda: dataclasses.astuple(Holder(SECRET))),
    *((f"pickle {n}", lambda n=n: pickle.dumps(SECRET, n)) for n in range(pickle.HIGHEST_PROTOCOL + 1)),
    ("marshal", lambda: marshal.dumps(SECRET)),  # type: ignore[arg-type]
    ("json", lambda: json.dumps({"x": SECRET})),
    ("pydantic to JSON", lambda: Model(secret=SECRET).model_dump_json()),
    ("pydantic adapter", lambda: TypeAdapter(dict[str, object]).dump_json({"x": SECRET})),
    ("pydantic validation", lambda: Numbered(number=SECRET)),  # type: ignore[arg-type]
    ("hash", lambda: {SECRET}),
    ("vars", lambda: vars(SECRET)),
    ("bytes", lambda: bytes(SECRET)),  # type: ignore[call-overload]
    ("int", lambda: int(SECRET)),  # type: ignore[call-overload]
    ("join", lambda: "".join([SECRET])),  # type: ignore[list-item]
    ("add", lambda: "x" + SECRET),  # type: ignore[operator]
    ("iterate", lambda: list(SECRET)),  # type: ignore[call-overload]
]


@pytest.mark.parametrize(("way", "look"), REFUSED, ids=[way for way, _ in REFUSED])
def test_copies_are_refused(way: str, look: Callable[[], object]) -> None:
    """What would carry the value elsewhere fails, and its error does not hold it."""
    with pytest.raises(Exception) as caught:  # noqa: PT011
        look()
    assert VALUE not in f"{caught.value!r}{caught.value}"


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.ERROR])
def test_logs_hide_it(level: int, caplog: pytest.LogCaptureFixture) -> None:
    """As an argument, as the message, in a dict, as an extra."""
    caplog.set_level(logging.DEBUG)
    logging.log(level, "%s %r", SECRET, {"x": SECRET}, extra={"secret": SECRET})
    logging.log(level, SECRET)
    assert len(caplog.records) == 2
    assert VALUE not in caplog.text
    assert VALUE not in "".join(repr(vars(record)) for record in caplog.records)


def failing() -> None:
    """A frame that holds a secret in several ways."""
    secret, held, many, context = SECRET, Holder(SECRET), [SECRET], SinkContext("key", Path(), {"TOKEN": VALUE})
    raise DeliveryFailed(f"{secret} {held} {many} {context}")


def test_tracebacks_with_locals_hide_it() -> None:
    """Those of Python, of rich, and of pytest with `--showlocals`."""
    with pytest.raises(DeliveryFailed) as caught:
        failing()
    plain = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    console = Console(file=io.StringIO(), width=200)
    console.print(Traceback.from_exception(caught.type, caught.value, caught.tb, show_locals=True))
    shown = [plain, console.file.getvalue(), str(caught.getrepr(showlocals=True))]  # type: ignore[attr-defined]
    assert all("secret" in text and "<secret>" in text for text in shown)
    assert [VALUE in text for text in shown] == [False] * 3


def fails_inside(secret: Secret, error: Exception) -> None:
    plain = secret.reveal()
    assert plain
    raise error


FAULTS = [DeliveryFailed(f"could not keep {VALUE}"), ValueError(VALUE), KeyError(VALUE), OSError(28, VALUE)]


@pytest.mark.parametrize("error", FAULTS)
def test_sealed_cuts_off_what_held_the_value(error: Exception) -> None:
    """The error has no cause, no frame below `sealed`, and no value in its text."""
    with pytest.raises(DeliveryFailed) as caught:
        sealed(SECRET, lambda: fails_inside(SECRET, error), repr)
    assert VALUE not in str(caught.value)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert [entry.name for entry in caught.traceback][-1] == "sealed"


def test_sealed_gives_what_the_work_gives() -> None:
    """When all goes well it is not noticed."""
    assert sealed(SECRET, lambda: Receipt("file:x", "1"), repr) == Receipt("file:x", "1")


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit()])
def test_sealed_lets_an_interruption_through(error: BaseException) -> None:
    """Whoever stops the run is not told that a delivery failed."""

    def stop() -> None:
        raise error

    with pytest.raises(type(error)):
        sealed(SECRET, stop, repr)


@given(st.text(min_size=4))
def test_a_message_never_holds_the_value(value: str) -> None:
    """Whatever the value, and even where a sink puts it into its message."""

    def fail() -> None:
        raise DeliveryFailed(f"before {value} after {value}")

    with pytest.raises(DeliveryFailed) as caught:
        sealed(Secret(value), fail, repr)
    assert caught.value.message == "before <secret> after <secret>" or value in "before <secret> after"


def test_the_environment_is_not_shown() -> None:
    """A context holds tokens; its repr does not."""
    assert VALUE not in repr(SinkContext("key", Path(), {"GITHUB_TOKEN": VALUE}))


@pytest.mark.parametrize("sink", ["file", "env-file"])
def test_a_value_that_is_no_text_is_not_shown(sink: str, tmp_path: Path) -> None:
    """A lone surrogate cannot be written: the message names the error, and not what it is about."""
    with pytest.raises(DeliveryFailed, match="the value could not be delivered: UnicodeEncodeError"):
        SINKS.load(sink).deliver(Delivery(sink=sink), Secret("\ud800"), SinkContext("key", tmp_path))
