"""`remit evaluate`: one request, decided."""

from __future__ import annotations

from remit.cli._exit import ExitCode
from remit.cli._question import Question, asking


@asking
def evaluate(question: Question) -> int:
    """Decide one request: allow, throttle or deny, and why.

    This is what an application that embeds Remit gets. Exits with 0 when it is allowed or throttled, with 3 when it
    is denied. What is left out is unknown, and a rule that needs it denies. `--usage` takes counters, as
    `requests_last_minute=40`, and money, as `spent.team.monthly="90 USD"`.

    \b
    Example:
      remit evaluate --key ranker-prod --model mini --purpose search --usage requests_last_minute=580
    """
    from remit.cli._deciding import decided, show_decision

    decision = decided(question)
    show_decision(question, decision)
    return ExitCode.OK if decision.allowed else ExitCode.FINDINGS
