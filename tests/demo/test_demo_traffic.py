"""Recorded and generated traffic."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import pytest

from remit.demo import DemoError
from remit.demo._generate import generate
from remit.demo._traffic import Event, read_events, thinned

HEADER = "t_seconds,key_id,model_class,input_tokens,output_tokens\n"

REFUSED = [
    ("", "no column `t_seconds`"),
    ("t_seconds,key_id,model_class,input_tokens\n1,a,mid,5\n", "no column `output_tokens`"),
    (HEADER, "holds no requests"),
    (HEADER + "1,a,mid,5,6\nsoon,a,mid,5,6\n", "`t_seconds` is not a number of 0 or more at {}:3"),
    (HEADER + "1,a,mid,many,6\n", "`input_tokens` is not a number of 0 or more at {}:2"),
    (HEADER + "1,a,mid,5,-6\n", "`output_tokens` is not a number of 0 or more at {}:2"),
    (HEADER + "1,a,mid,5\n", "`output_tokens` is not a number of 0 or more at {}:2"),
    (HEADER + "nan,a,mid,5,6\n", "`t_seconds` is not a number of 0 or more at {}:2"),
    (HEADER + "86400,a,mid,5,6\n", "`t_seconds` is not a number of 0 or more at {}:2"),
]


@pytest.mark.parametrize(("content", "words"), REFUSED)
def test_a_recording_that_is_wrong_is_refused_with_the_line(content: str, words: str, tmp_path: Path) -> None:
    """What is wrong is named with its column and line, and nothing is guessed."""
    place = tmp_path / "day.csv"
    place.write_text(content, encoding="utf-8")
    with pytest.raises(DemoError) as raised:
        read_events(place)
    assert words.format(place) in str(raised.value)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b"\x1f\x8b\x08truncated"])
def test_a_recording_that_cannot_be_read_is_refused(content: bytes | None, tmp_path: Path) -> None:
    """A missing file, bytes that are no text, and a broken archive give one sentence."""
    place = tmp_path / "day.csv.gz"
    if content is not None:
        place.write_bytes(content)
    with pytest.raises(DemoError, match="cannot read"):
        read_events(place)


def test_a_recording_is_read_by_column_name_and_put_in_order(tmp_path: Path) -> None:
    """The order of columns and rows does not matter, and gzip is known by its content."""
    text = "model_class,key_id,output_tokens,input_tokens,t_seconds,more\nmid,b,2,1,9.5,x\nlarge,a,4,3,1,y\n"
    place = tmp_path / "day"
    place.write_bytes(gzip.compress(text.encode()))
    assert [Event(1.0, "a", "large", 3, 4), Event(9.5, "b", "mid", 1, 2)] == read_events(place)


def test_thinning_keeps_the_whole_day() -> None:
    """Every so-many-th request is kept, from the first hour to the last."""
    events = [Event(float(second), "a", "mid", 1, 1) for second in range(86_400)]
    few = thinned(events, 1_000)
    assert 900 < len(few) <= 1_000
    assert {int(event.seconds // 3_600) for event in few} == set(range(24))


def test_generated_traffic_has_the_shapes_of_recorded_traffic() -> None:
    """Skewed tenants, a daily rhythm, bursts, heavy tails; and the same again for the same seed."""
    events = generate(20_000)
    assert events == generate(20_000)
    assert events != generate(20_000, seed=2)
    assert abs(len(events) - 20_000) < 200
    assert all(0 <= event.seconds < 86_400 for event in events)
    tenants = Counter(event.source for event in events)
    assert len(tenants) == 59
    assert sum(number for _, number in tenants.most_common(10)) > len(events) / 4
    hours = Counter(int(event.seconds // 3_600) for event in events)
    assert max(hours.values()) > 1.8 * min(hours.values())
    minutes = Counter((event.source, int(event.seconds // 600)) for event in events)
    assert any(number * 144 > 8 * tenants[source] for (source, _), number in minutes.items())
    answers = sorted(event.output_tokens for event in events)
    assert answers[len(answers) * 99 // 100] > 10 * answers[len(answers) // 2]
