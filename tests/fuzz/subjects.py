"""One expression of the fuzzer: every way of evaluating it, and whether they agree."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import cel_expressions as make
import cel_oracle
from cel_expressions import Failure, Sample, same

from fuzz.pool import Pool, Values
from remit.cel import BOOL, CelTypeError, Constant, Failed, Or, Program, compile, dump, from_ast, load, specialise
from remit.cel._digest import digest
from remit.cel._native import native
from remit.decide._fuse import fused

FELL = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """Two ways that disagree about one expression and values; `seed` gives both again."""

    seed: int
    ways: str
    text: str
    values: str
    expected: str
    found: str


@dataclass(slots=True)
class Tally:
    """What was done: cases are pairs of an expression and values; `Tally.counts` says how each was asked."""

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)


class Subject:
    """An expression of a seed and what it came to for some values."""

    def __init__(self, seed: int, sample: Sample, program: Program, tally: Tally) -> None:
        self.seed, self.sample, self.program, self.tally = seed, sample, program, tally

    def run(self, pool: Pool, values: int) -> None:
        """Every way, over so many of the pool's values; a quarter of those break their promises."""
        self.saved()
        alone = native(self.program, lambda _: FELL)
        broken = max(1, values // 4)
        for held in pool.sound(self.seed, values - broken):
            self.compare("compiled", held, self.exact(held), partial(alone, held.values))
        for held in pool.broken(self.seed, broken):
            self.compare("compiled", held, self.exact(held), partial(alone, held.values))
            self.specialised(held)
        self.specialised(next(pool.sound(self.seed, 1)))

    def ask(self, asked: cel_oracle.Asked, pool: Pool, values: int) -> None:
        """The oracle over the sound values."""
        for held in pool.sound(self.seed, values - max(1, values // 4)):
            ours = cel_oracle.comparable(self.sample.kind, self.exact(held))
            theirs = asked(held.activation)
            self.tally.counts["asked of the oracle"] += 1
            self.tally.counts["of them, errors of the oracle"] += isinstance(theirs, Failure)
            if same(ours, theirs):
                continue
            excuse = cel_oracle.excused(self.sample.text, ours, theirs)
            if excuse:
                self.tally.counts[f"excused: {excuse}"] += 1
            else:
                self.differs("oracle", held, ours, theirs)

    def exact(self, held: Values) -> object:
        """The outcome by the exact evaluator."""
        return make.outcome(partial(self.program.exact, held.values))

    def compare(self, ways: str, held: Values, expected: object, run: Callable[[], object]) -> None:
        """One case: another way must give the outcome that is expected, or leave it to the exact evaluator."""
        found = make.outcome(run)
        self.tally.counts["cases"] += 1
        self.tally.counts["of them, left to the exact evaluator"] += found is FELL
        if found is not FELL and not same(expected, found):
            self.differs(ways, held, expected, found)

    def specialised(self, held: Values) -> None:
        """With some variables, and some fields of one, known before."""
        known, rest, partly = split(self.seed, held.values)
        result = specialise(self.program, known, partial=partly)
        expected, found = self.exact(held), _answer(result, rest)
        self.tally.counts["specialised"] += 1
        if not same(expected, found):
            self.differs("specialise", held, expected, found)

    def saved(self) -> None:
        """Written and read back, it is the same tree."""
        again = load(json.loads(json.dumps(dump(self.program.ast))))
        self.tally.counts["saved and loaded"] += 1
        if again != self.program.ast or digest(again) != digest(self.program.ast):
            self.differs("save and load", None, self.program.ast, again)

    def differs(self, ways: str, held: Values | None, expected: object, found: object) -> None:
        """Keep a difference."""
        values = repr(held.values if held else {})
        self.tally.differences.append(
            Difference(self.seed, ways, str(self.sample.text), values, repr(expected), repr(found))
        )


def drawn(seed: int) -> tuple[Sample, Program] | None:
    """The expression of a seed and its program; None when it is not well typed."""
    sample = make.sample(seed)
    try:
        return sample, compile(sample.text, variables=make.VARIABLES)
    except CelTypeError:
        return None


def fuse(seed: int, pool: Pool, tally: Tally) -> None:
    """Several conditions with beginnings in common as one: its outcome is that of any of them."""
    texts = list(_conditions(seed))
    programs = [compile(text, variables=make.VARIABLES, result=BOOL) for text in texts]
    one = fused(programs)
    plain = from_ast(Or(tuple(each.ast for each in programs)), type=BOOL)
    for held in pool.sound(seed, 3):
        expected = make.outcome(partial(plain.exact, held.values))
        tally.counts["fused"] += 1
        for found in (make.outcome(partial(one, held.values)), make.outcome(partial(one.exact, held.values))):
            if not same(expected, found):
                tally.differences.append(
                    Difference(seed, "fuse", " || ".join(texts), repr(held.values), repr(expected), repr(found))
                )


def _conditions(seed: int) -> Iterator[str]:
    drawing = make.Expressions(seed)
    firsts = [drawing.draw("bool", 2) for _ in range(2)]
    for number in range(3):
        text = f"{firsts[number % 2]} && {drawing.draw('bool', 2)}" if number < 2 else f"{firsts[0]} && b && o.on"
        if make.well_typed(text):
            yield text
    yield from ("i == 1 && j == 1", "i == 1 && b && o.on")


def split(
    seed: int, values: Mapping[str, object]
) -> tuple[dict[str, object], dict[str, object], dict[str, dict[str, object]]]:
    """Values known before, the rest, and fields of the rest that are known before."""
    chance = random.Random(seed)
    known = {name: held for name, held in values.items() if chance.random() < 0.5}
    rest = {name: held for name, held in values.items() if name not in known}
    whole = rest.get("o")
    fields = {name: held for name, held in whole.items() if chance.random() < 0.5} if isinstance(whole, dict) else {}
    return known, rest, {"o": {name: held for name, held in fields.items() if isinstance(name, str)}} if fields else {}


def _answer(result: Constant | Failed | Program, rest: Mapping[str, object]) -> object:
    if isinstance(result, Constant):
        return result.value
    return Failure(result.error) if isinstance(result, Failed) else make.outcome(partial(result, rest))


def chunk(seeds: Sequence[int], pool: Pool, oracle: cel_oracle.Oracle, values: int) -> Iterator[tuple[int, Tally]]:
    """What each seed came to."""
    for seed in seeds:
        tally = Tally()
        subject = drawn(seed)
        if subject is None:
            tally.counts["not well typed"] += 1
        else:
            sample, program = subject
            tally.counts["expressions"] += 1
            each = Subject(seed, sample, program, tally)
            each.run(pool, values)
            asked = oracle.compiled(sample)
            if asked is None:
                tally.counts["expressions the oracle cannot be asked"] += 1
            else:
                each.ask(asked, pool, values)
            if seed % 16 == 0:
                fuse(seed, pool, tally)
        yield seed, tally
