"""stub"""
from remit.render.report_facts import ReportFacts
def report_html(facts: ReportFacts) -> str:
    return "x"
