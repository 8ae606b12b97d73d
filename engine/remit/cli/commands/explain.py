"""`remit explain`: one request, decided, with every rule that was looked at."""

from __future__ import annotations

from remit.cli._exit import ExitCode
from remit.cli._question import Question, asking


@asking
def explain(question: Question) -> int:
    """Decide one request, and show every rule considered.

    Says what held, what did not, and what was waived. Takes the same options as `evaluate`, and exits as it does.

    \b
    Example:
      remit explain --key ranker-prod --model mini --purpose search
    """
    from remit.cli._deciding import explained, show_explanation

    explanation = explained(question)
    show_explanation(question, explanation)
    return ExitCode.OK if explanation.decision.allowed else ExitCode.FINDINGS
