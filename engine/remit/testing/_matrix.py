"""From a suite to the cases it stands for: every combination, and what is expected of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from remit.resources import Expectation as Expected
from remit.resources import PolicyTest, RequestFixture, Suite, UsageFixture
from remit.source import Path
from remit.testing import _messages as messages

MAX_COMBINATIONS = 100_000


@dataclass(frozen=True, slots=True)
class Combination:
    """A key, a model, and the names of a request and a usage. `expected` is None when the suite does not list it."""

    key: str
    model: str
    request: str
    usage: str | None
    expected: Expected | None
    path: Path

    @property
    def name(self) -> str:
        """How reports speak of it."""
        usage = f" after {self.usage}" if self.usage is not None else ""
        return f"{self.key} asks {self.model} for {self.request}{usage}"


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something of the test itself that cannot be meant."""

    name: str
    message: str
    path: Path


def expand(test: PolicyTest, index: int) -> Iterator[Combination | Mistake]:
    """Each expectation of suite `index`, then each combination that none of them names.

    A suite of more than 100,000 combinations is one mistake, and nothing of it is tried.
    """
    suite = test.spec.suites[index]
    path: Path = ("spec", "suites", index)
    size = len(suite.keys) * len(suite.models) * len(suite.requests)
    if size > MAX_COMBINATIONS:
        yield Mistake(suite.name, messages.too_many_combinations(size, MAX_COMBINATIONS), (*path, "name"))
        return
    yield from _unknown_fixtures(test, suite, path)
    seen: Counter[tuple[str, str, str, str | None]] = Counter()
    for number, expected in enumerate(suite.expected):
        place: Path = (*path, "expected", number)
        listed = (expected.key, expected.model, expected.request)
        seen[(*listed, expected.usage)] += 1
        combination = Combination(*listed, expected.usage, expected, place)
        mistake = _mistake(test, suite, expected, seen[(*listed, expected.usage)] > 1)
        yield Mistake(combination.name, mistake, place) if mistake else combination
    named = {key[:3] for key in seen}
    for each in product(suite.keys, suite.models, suite.requests):
        if each not in named and each[2] in test.spec.requests:
            yield Combination(*each, None, None, (*path, "name"))


def _unknown_fixtures(test: PolicyTest, suite: Suite, path: Path) -> Iterator[Mistake]:
    for number, request in enumerate(suite.requests):
        if request not in test.spec.requests:
            message = messages.unknown_fixture("request", request, test.spec.requests)
            yield Mistake(request, message, (*path, "requests", number))


def _mistake(test: PolicyTest, suite: Suite, expected: Expected, repeated: bool) -> str:
    """What is wrong with an expectation by itself, or nothing."""
    axes = {"keys": expected.key, "models": expected.model, "requests": expected.request}
    for axis, value in axes.items():
        if value not in getattr(suite, axis):
            return messages.outside_matrix(axis, value)
    if expected.request not in test.spec.requests:
        return messages.unknown_fixture("request", expected.request, test.spec.requests)
    if expected.usage is not None and expected.usage not in test.spec.usages:
        return messages.unknown_fixture("usage", expected.usage, test.spec.usages)
    return messages.listed_twice() if repeated else ""


def request_of(test: PolicyTest, combination: Combination) -> Mapping[str, object]:
    """What the request fixture passes to `evaluate()`; what it leaves out is not passed."""
    fixture: RequestFixture = test.spec.requests[combination.request]
    return {name: getattr(fixture, name) for name in fixture.model_fields_set if getattr(fixture, name) is not None}


def usage_of(test: PolicyTest, combination: Combination) -> UsageFixture | None:
    """The usage fixture, if the expectation names one."""
    return test.spec.usages[combination.usage] if combination.usage is not None else None
