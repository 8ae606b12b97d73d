"""The report: one page that is safe to open, whatever it tells about."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from demo_kept import Kept

from remit.bundle import Bundle
from remit.demo._replay import replay
from remit.demo._sample import DAY, REPORT
from remit.demo._traffic import Event
from remit.render import report_charts
from remit.render.report import report_html
from remit.render.report_facts import Latency, PoolSpend, ReasonCount, ReportFacts, Step, Timed, Traffic
from remit.render.report_format import amount, effect_shares, micros, percent, seconds
from remit.source import Finding, Position

HOSTILE = "<script>alert(1)</script>\" onload='x' {{ 7 * 7 }} \u202eevil\x1b[31m"
VOID = {"meta", "br", "img", "link", "hr", "input"}


class Page(HTMLParser):
    """What a browser would see: elements in balance, every attribute, all text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes.extend(attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes.extend(attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"{tag} closes nothing"
        assert tag == self.open.pop()

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def traffic(sample: Bundle, events: list[Event]) -> Traffic:
    return replay(sample, events, DAY, "a test", lambda _: None)


@pytest.fixture(scope="module")
def html(kept: Kept) -> str:
    return (kept.place / REPORT).read_text(encoding="utf-8")


def test_the_page_is_whole_and_loads_nothing(html: str) -> None:
    """No element is left open; nothing is fetched, run, or sent."""
    page = Page(html)
    assert page.open == []
    assert not page.seen & {"script", "link", "img", "iframe", "object", "embed", "form", "audio", "video", "base"}
    names = {name for name, _ in page.attributes}
    assert not {name for name in names if name.startswith("on")} | names & {"src", "srcset", "action"}
    assert all(value.startswith("#") for name, value in page.attributes if "href" in name and value)
    assert "default-src 'none'" in html
    assert not re.search(r"@import|url\(", html)


def test_the_page_tells_everything_that_was_found(html: str, sample: Bundle) -> None:
    """Bundle, commit, every key and target, decisions, spend, findings and coverage."""
    assert sample.commit is not None
    for words in (sample.digest, sample.commit, *sample.keys, *sample.targets, *sample.teams):
        assert words in html
    headings = re.findall(r"<h2>(.*?)</h2>", html)
    expected = ["What was run", "Decisions over the day", "Why requests were slowed down or refused"]
    expected += ["Spend against budgets", "Keys by traffic", "Time to decide", "What was planned and applied"]
    assert [*expected, "Keys and what they may do", "Findings", "Policy tests"] == headings
    assert html.count("<svg") == 2


def test_the_page_of_the_same_facts_is_the_same(sample: Bundle, traffic: Traffic) -> None:
    """No clock and no chance are in it."""
    facts = ReportFacts(sample, "1.0", traffic=traffic)
    assert report_html(facts) == report_html(facts)


def test_text_of_others_is_text(sample: Bundle, traffic: Traffic) -> None:
    """Markup, templates, control characters and bidirectional overrides are shown, and do nothing."""
    finding = Finding(Position(HOSTILE, 1, 1), "code", HOSTILE, HOSTILE)
    hostile = replace(
        traffic,
        origin=HOSTILE,
        caveat=HOSTILE,
        reasons=(ReasonCount(HOSTILE, "deny", 3, HOSTILE),),
        pools=(PoolSpend("team", HOSTILE, HOSTILE, 1, 2, 3),),
        keys=tuple(replace(use, key=HOSTILE, team=HOSTILE) for use in traffic.keys),
        caps={HOSTILE: 1},
        alerts=tuple(replace(each, name=HOSTILE, message=HOSTILE, rule=HOSTILE) for each in traffic.alerts),
        latency=replace(traffic.latency, slowest=Timed(1, HOSTILE, HOSTILE, "deny")),
    )
    step = Step(HOSTILE, HOSTILE, HOSTILE, 1.0, ok=False)
    html = report_html(ReportFacts(sample, HOSTILE, (step,), (finding,), traffic=hostile))
    page = Page(html)
    assert page.open == []
    assert "script" not in page.seen
    assert "onload" not in {name for name, _ in page.attributes}
    assert "\u202e" not in html
    assert "\x1b" not in html
    assert "{{ 7 * 7 }}" in html


def test_what_was_not_run_is_left_out(sample: Bundle) -> None:
    """A report of a bundle alone says how much is declared."""
    html = report_html(ReportFacts(sample, "1.0"))
    assert Page(html).open == []
    assert re.findall(r"<h2>(.*?)</h2>", html) == ["Findings"]
    assert f"<b>{len(sample.keys)}</b><span>keys</span>" in html


def test_a_day_without_traffic_is_a_page_too(sample: Bundle) -> None:
    """Nothing is divided by nothing."""
    timed = Timed(0, "", "", "deny")
    nothing = Latency(0, 0, timed, timed, 0, 0, ((2.0, 0), (float("inf"), 0)))
    quiet = Traffic(
        "silence", 0.0, ({},) * 24, (), (PoolSpend("team", "a", "daily", 0, 0, 0),), (), nothing, {}, {}, ()
    )
    html = report_html(ReportFacts(sample, "1.0", traffic=quiet))
    assert Page(html).open == []
    for words in ("every request was allowed at once", "nobody had to wait", "no cap was reached"):
        assert words in html


def test_without_the_extra_charts_are_plain_bars(
    sample: Bundle, traffic: Traffic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One column for each hour and each range of times, as high as its share."""
    monkeypatch.setattr(report_charts, "find_spec", lambda _: None)
    html = report_html(ReportFacts(sample, "1.0", traffic=traffic))
    assert Page(html).open == []
    assert "<svg" not in html
    assert html.count('<div class="column">') == 24 + len(traffic.latency.histogram)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (amount(12_345_678_900), "12,345.68"),
        (amount(1_200), "0.0012"),
        (amount(0), "0.00"),
        (micros(1_500), "1.5 µs"),
        (micros(2_500_000), "2.5 ms"),
        (percent(0.7954), "79.5 %"),
        (percent(0.0001), "< 0.1 %"),
        (percent(0), "0.0 %"),
        (seconds(0.5), "0.5 s"),
        (seconds(15.0), "15 s"),
    ],
)
def test_numbers_are_written_for_reading(written: str, expected: str) -> None:
    """Thousands apart, few digits, and a unit."""
    assert expected == written


def test_shares_are_of_what_occurred() -> None:
    """In the order of a traffic light; what did not occur has none."""
    assert list(effect_shares({"deny": 1, "allow": 3, "throttle": 0})) == [("allow", 3, 0.75), ("deny", 1, 0.25)]
    assert list(effect_shares({})) == []
