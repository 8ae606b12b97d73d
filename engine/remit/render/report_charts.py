"""Charts as inline SVG by pygal; without it, plain bars. Colours are CSS variables of the page, so they follow it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise

from markupsafe import Markup, escape

from remit.render.report_facts import EFFECTS, Latency, Traffic

_EXTRA = re.compile(r"<script.*?</script>|<!--.*?-->", re.DOTALL)
_HEIGHT = 260
_SMALL = 220
_WIDTH = 920

_Series = Sequence[tuple[str, Sequence[int]]]


def hours_chart(traffic: Traffic) -> Markup:
    """Requests by the hour and effect."""
    series = [(effect, [hour.get(effect, 0) for hour in traffic.hours]) for effect in EFFECTS]
    labels = [f"{hour:02}" for hour in range(len(traffic.hours))]
    return _chart("StackedBar", labels, series, EFFECTS, _HEIGHT)


def latency_chart(latency: Latency) -> Markup:
    """Decisions by the microseconds they took."""
    labels = _ranges([bound for bound, _ in latency.histogram])
    numbers = [number for _, number in latency.histogram]
    return _chart("Bar", labels, [("decisions", numbers)], ("accent",), _SMALL)


def _chart(sort: str, labels: Sequence[str], series: _Series, colours: Sequence[str], height: int) -> Markup:
    if find_spec("pygal") is None:
        return _bars(labels, series, colours)
    pygal = import_module("pygal")
    chart = getattr(pygal, sort)(
        style=_style(colours),
        width=_WIDTH,
        height=height,
        js=[],
        disable_xml_declaration=True,
        show_legend=False,
        show_y_guides=True,
        margin=4,
        spacing=4,
        rounded_bars=1,
        y_labels_major_count=3,
        show_minor_y_labels=False,
        value_formatter=lambda value: f"{value:,.0f}",
        no_data_text="nothing happened",
        print_values=False,
    )
    chart.uuid = sort.lower()
    chart.x_labels = labels
    for name, numbers in series:
        chart.add(name, list(numbers))
    # what pygal adds for its tooltips, and about itself; the page runs no scripts
    drawn = _EXTRA.sub("", chart.render(is_unicode=True))
    return Markup(drawn)  # noqa: S704  # pygal escapes, and its texts are ours


def _style(colours: Sequence[str]) -> object:
    style = import_module("pygal.style").Style
    return style(
        background="transparent",
        plot_background="transparent",
        foreground="var(--muted)",
        foreground_strong="var(--ink)",
        foreground_subtle="var(--line)",
        guide_stroke_color="var(--line)",
        major_guide_stroke_color="var(--line)",
        guide_stroke_dasharray="0",
        major_guide_stroke_dasharray="0",
        opacity="1",
        opacity_hover="1",
        transition="0s",
        colors=tuple(f"var(--{colour})" for colour in colours),
        font_family="inherit",
        label_font_size=12,
        major_label_font_size=12,
        value_font_size=12,
        tooltip_font_size=12,
    )


def _bars(labels: Sequence[str], series: _Series, colours: Sequence[str]) -> Markup:
    """Columns of plain elements."""
    stacked = list(zip(*(numbers for _, numbers in series), strict=True))
    highest = max((sum(column) for column in stacked), default=0) or 1
    columns = Markup().join(
        Markup('<div class="column">{}<b>{}</b></div>').format(
            Markup().join(
                Markup('<i style="height:{}%;background:var(--{})"></i>').format(
                    f"{100 * number / highest:.2f}", colour
                )
                for number, colour in zip(column, colours, strict=True)
            ),
            escape(label),
        )
        for label, column in zip(labels, stacked, strict=True)
    )
    return Markup('<div class="columns">{}</div>').format(columns)


def _ranges(bounds: Sequence[float]) -> list[str]:
    """`< 2`, `2 to 5`, ..., `> 500`, in microseconds."""
    spelt = [f"{bound:g}" for bound in bounds[:-1]]
    between = [f"{low} to {high}" for low, high in pairwise(spelt)]
    return [f"< {spelt[0]}", *between, f"> {spelt[-1]}"] if spelt else ["all"]
