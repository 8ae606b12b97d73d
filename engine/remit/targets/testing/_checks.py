"""All checks, in the order in which it is best to make them pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from remit.targets._errors import TargetError
from remit.targets.testing import _keys as keys
from remit.targets.testing import _places as places
from remit.targets.testing._case import Case, Check, Violation

CHECKS: tuple[Check, ...] = (
    places.reader_cannot_write,
    places.says_what_it_is,
    places.hides_credentials,
    keys.created_as_wanted,
    keys.values_differ,
    keys.values_are_hidden,
    keys.taken_alias_is_refused,
    keys.properties_there_and_back,
    keys.properties_are_cleared,
    keys.renamed_and_marked,
    keys.disabled,
    keys.deleted,
    keys.repeated_calls_are_harmless,
    keys.update_of_what_is_gone_is_refused,
    places.spaces_hold_keys,
    places.properties_of_spaces,
    places.others_are_untouched,
    places.every_page_is_read,
    places.as_many_calls_as_declared,
)
"""Each takes a fresh Case; `__name__` says what it is about."""


def violations(make: Callable[[], Case]) -> Mapping[str, str]:
    """What a target does not do, by the name of the check; `make` gives a fresh place for each. Empty: it conforms."""
    found = {check.__name__: _violation(check, make()) for check in CHECKS}
    return MappingProxyType({name: message for name, message in found.items() if message})


def _violation(check: Check, case: Case) -> str:
    try:
        check(case)
    except Violation as violation:
        return str(violation)
    except TargetError as error:
        return error.message
    return ""
