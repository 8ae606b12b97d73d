"""Which words go with which pattern of the schemas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from remit.resources import _messages as messages
from remit.resources._base import ENVIRONMENT_PATTERN, INSTANT_PATTERN, NAME_PATTERN, PERSON_PATTERN
from remit.resources._organization import TIMEZONE_PATTERN
from remit.resources._policy import VARIABLE_PATTERN
from remit.resources._quantities import COUNT_PATTERN, DURATION_PATTERN, MONEY_PATTERN, PERCENT_PATTERN
from remit.resources._target import URL_PATTERN


@dataclass(frozen=True, slots=True)
class Form:
    """How a text should have been written."""

    code: str
    should: Callable[[], str]

    def words(self, place: str) -> tuple[str, str]:
        """The message and the remedy for a value at `place`."""
        fault, remedy = messages.fault_and_remedy(self.should())
        return messages.at_place(place, fault), remedy


BAD_FORM = Form("bad-value", messages.not_matching)
_FORMS: Mapping[str, Form] = {
    MONEY_PATTERN: Form("bad-quantity", messages.not_money),
    DURATION_PATTERN: Form("bad-quantity", messages.not_duration),
    COUNT_PATTERN: Form("bad-quantity", messages.not_count),
    PERCENT_PATTERN: Form("bad-quantity", messages.not_percent),
    INSTANT_PATTERN: Form("bad-date", messages.not_instant),
    NAME_PATTERN: Form("bad-name", messages.not_name),
    PERSON_PATTERN: Form("bad-name", messages.not_person),
    ENVIRONMENT_PATTERN: Form("bad-name", messages.not_environment_variable),
    VARIABLE_PATTERN: Form("bad-name", messages.not_variable),
    TIMEZONE_PATTERN: Form("bad-name", messages.not_timezone),
    URL_PATTERN: Form("bad-value", messages.not_url),
}


def form_of(keywords: Mapping[str, object]) -> Form | None:
    """The form that a schema asks for; None when it asks for no pattern."""
    pattern = keywords.get("pattern")
    if isinstance(pattern, str):
        return _FORMS.get(pattern, BAD_FORM)
    alternatives = keywords.get("anyOf")
    forms = [form_of(each) for each in alternatives if isinstance(each, dict)] if isinstance(alternatives, list) else []
    return next((form for form in forms if form), None)
