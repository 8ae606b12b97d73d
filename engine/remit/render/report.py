"""One self-contained HTML page about an organisation and its traffic: no network, no scripts, every text escaped."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from remit.render._escape import plain
from remit.render._plan_lines import SIGNS, grouped_notes, plan_summary, target_summary
from remit.render._values import counted, spell
from remit.render.report_charts import hours_chart, latency_chart
from remit.render.report_facts import EFFECTS, ReportFacts
from remit.render.report_format import amount, effect_shares, micros, percent, seconds, top

TEMPLATE = "report.html.jinja"


def report_html(facts: ReportFacts) -> str:
    """The page. What `facts` leaves out is left out; charts need the extra `report`, else they are plain bars."""
    traffic = facts.traffic
    return _template().render(
        facts=facts,
        bundle=facts.bundle,
        organization=facts.bundle.organization,
        currency=facts.bundle.organization.spec.currency,
        plan=facts.plan,
        tests=facts.tests,
        traffic=traffic,
        hours=hours_chart(traffic) if traffic else "",
        times=latency_chart(traffic.latency) if traffic else "",
        effects=EFFECTS,
        signs=SIGNS,
    )


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent, encoding="utf-8"),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        amount=amount,
        counted=counted,
        effect_shares=effect_shares,
        micros=micros,
        percent=percent,
        plan_summary=plan_summary,
        seconds=seconds,
        spell=spell,
        target_summary=target_summary,
        grouped_notes=grouped_notes,
        top=top,
    )
    return environment.get_template(TEMPLATE)


def _shown(value: object) -> object:
    """Every text without what a browser could act on or a reader could not see; escaping comes after."""
    return value if isinstance(value, Markup | int | float) else plain(str(value))
