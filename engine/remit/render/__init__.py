"""Everything Remit says, for people and for programs: pure functions from results to text, one renderer a file.

`remit.render.terminal` alone prints.
"""

from remit.render._escape import code, markdown, plain
from remit.render._excerpt import Excerpt, Excerpts
from remit.render._github import findings_github
from remit.render._json import findings_json, tests_json
from remit.render._junit import findings_junit, tests_junit
from remit.render._markdown import plan_markdown
from remit.render._sarif import findings_sarif
from remit.render._text import findings_text

__all__ = [
    "Excerpt",
    "Excerpts",
    "code",
    "findings_github",
    "findings_json",
    "findings_junit",
    "findings_sarif",
    "findings_text",
    "markdown",
    "plain",
    "plan_markdown",
    "tests_json",
    "tests_junit",
]
