"""The rules of the benchmarks in the languages of the rivals, and by hand in Python.

Cedar has no quantifiers, so where CEL asks whether any or all elements begin with a text, it is given the names
there are. Casbin's rules are Python expressions, and quantifiers are functions that its user adds. An instant is a
number of seconds for both and for Rego.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.organization import CONDITIONS, PURPOSES

NAMES = ("request", "usage", "limits", "key", "team", "model", "now")
"""The variables of rules here, which are the parameters of a rule by hand and of Casbin's requests."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One condition in every language. Rego's has a line for each way to be true."""

    cel: str
    hand: str
    cedar: str
    rego: tuple[str, ...]
    casbin: str


_PURPOSES = ", ".join(f'"{purpose}"' for purpose in PURPOSES)
# (by hand, Cedar, Rego, Casbin) in the order of `CONDITIONS`
_TEMPLATES: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    (
        '"purpose" not in request or request["purpose"] == "banned-{n}"',
        '!(context.request has purpose) || context.request.purpose == "banned-{n}"',
        ("not input.request.purpose", 'input.request.purpose == "banned-{n}"'),
        "'purpose' not in r.request or r.request['purpose'] == 'banned-{n}'",
    ),
    (
        '"data_class" in request and request["data_class"] == "restricted" and "user" not in request',
        'context.request has data_class && context.request.data_class == "restricted" && !(context.request has user)',
        ('input.request.data_class == "restricted"; not input.request.user',),
        "'data_class' in r.request and r.request['data_class'] == 'restricted' and 'user' not in r.request",
    ),
    (
        'model["tier"] == "premium" and "input_tokens" in request and request["input_tokens"] > 150000 + {n}',
        'context.model.tier == "premium" && context.request has input_tokens'
        " && context.request.input_tokens > 150000 + {n}",
        ('input.model.tier == "premium"; input.request.input_tokens > 150000 + {n}',),
        "r.model['tier'] == 'premium' and 'input_tokens' in r.request and r.request['input_tokens'] > 150000 + {n}",
    ),
    (
        'key["environment"] == "dev" and "output_tokens" in request and request["output_tokens"] > 12000 + {n}',
        'context.key.environment == "dev" && context.request has output_tokens'
        " && context.request.output_tokens > 12000 + {n}",
        ('input.key.environment == "dev"; input.request.output_tokens > 12000 + {n}',),
        "r.key['environment'] == 'dev' and 'output_tokens' in r.request and r.request['output_tokens'] > 12000 + {n}",
    ),
    (
        '"requests_per_minute" in limits'
        ' and usage["requests_last_minute"] * 1000 >= limits["requests_per_minute"] * (950 + {n} % 50)',
        "context.limits has requests_per_minute"
        " && context.usage.requests_last_minute * 1000 >= context.limits.requests_per_minute * (950 + {rest})",
        ("input.usage.requests_last_minute * 1000 >= input.limits.requests_per_minute * (950 + ({n} % 50))",),
        "'requests_per_minute' in r.limits"
        " and r.usage['requests_last_minute'] * 1000 >= r.limits['requests_per_minute'] * (950 + {n} % 50)",
    ),
    (
        '"tags" in request and "region" in request["tags"] and request["tags"]["region"] == "region-{n}"',
        'context.request has tags && context.request.tags has region && context.request.tags.region == "region-{n}"',
        ('input.request.tags.region == "region-{n}"',),
        "'tags' in r.request and 'region' in r.request['tags'] and r.request['tags']['region'] == 'region-{n}'",
    ),
    (
        '"residency" in model["labels"] and model["labels"]["residency"] == "us"'
        ' and "data_class" in request and request["data_class"] in ("confidential", "restricted")',
        'context.model.labels has residency && context.model.labels.residency == "us"'
        ' && context.request has data_class && ["confidential", "restricted"].contains(context.request.data_class)',
        ('input.model.labels.residency == "us"; input.request.data_class in {{"confidential", "restricted"}}',),
        "'residency' in r.model['labels'] and r.model['labels']['residency'] == 'us'"
        " and 'data_class' in r.request and r.request['data_class'] in ('confidential', 'restricted')",
    ),
    (
        'usage["user_requests_today"] > 5000 + {n} and any(p.startswith("purpose-") for p in key["purposes"])',
        f"context.usage.user_requests_today > 5000 + {{n}} && context.key.purposes.containsAny([{_PURPOSES}])",
        ('input.usage.user_requests_today > 5000 + {n}; some p in input.key.purposes; startswith(p, "purpose-")',),
        "r.usage['user_requests_today'] > 5000 + {n} and any_begins(r.key['purposes'], 'purpose-')",
    ),
    (
        '"purpose" in request and request["purpose"] in ("training-{n}", "resale-{n}")'
        ' and request["purpose"] not in key["purposes"]',
        'context.request has purpose && ["training-{n}", "resale-{n}"].contains(context.request.purpose)'
        " && !context.key.purposes.contains(context.request.purpose)",
        ('input.request.purpose in {{"training-{n}", "resale-{n}"}}; not input.request.purpose in input.key.purposes',),
        "'purpose' in r.request and r.request['purpose'] in ('training-{n}', 'resale-{n}')"
        " and r.request['purpose'] not in r.key['purposes']",
    ),
    (
        'team["name"] == "team-{n:04}" and request["scope"] == "batch" and "user" not in request',
        'context.team.name == "team-{n:04}" && context.request.scope == "batch" && !(context.request has user)',
        ('input.team.name == "team-{n:04}"; input.request.scope == "batch"; not input.request.user',),
        "r.team['name'] == 'team-{n:04}' and r.request['scope'] == 'batch' and 'user' not in r.request",
    ),
)


def translated(conditions: Iterable[str]) -> list[Rule]:
    """The rules of an organisation in every language. Raises KeyError for a condition that is none of its."""
    known = {
        text.format(n=number): (at, number)
        for number in range(10_000)
        for at, (_, text) in [(number % len(CONDITIONS), CONDITIONS[number % len(CONDITIONS)])]
    }
    return [_rule(condition, *known[condition]) for condition in conditions]


def _rule(condition: str, at: int, number: int) -> Rule:
    hand, cedar, rego, casbin = _TEMPLATES[at]

    def filled(text: str) -> str:
        return text.format(n=number, rest=number % 50)

    return Rule(condition, filled(hand), filled(cedar), tuple(map(filled, rego)), filled(casbin))


_ALLOWED = ", ".join(f'"m-{number}"' for number in range(1, 9))
SINGLE: dict[str, tuple[str, tuple[str, ...], str]] = {
    "a: five comparisons": (
        'context.key.environment == "prod" && context.request.purpose == "ranking" && context.key.rpm > 60'
        ' && context.request.input_tokens < 4000 && context.key.team != "guests"',
        (
            'input.key.environment == "prod"; input.request.purpose == "ranking"; input.key.rpm > 60;'
            ' input.request.input_tokens < 4000; input.key.team != "guests"',
        ),
        "r.key['environment'] == 'prod' and r.request['purpose'] == 'ranking' and r.key['rpm'] > 60"
        " and r.request['input_tokens'] < 4000 and r.key['team'] != 'guests'",
    ),
    "b: allowlist, prefix, has(), look-up": (
        f'[{_ALLOWED}].contains(context.request.model) && context.request.model like "m-*"'
        ' && context.key.labels has tier && context.key.labels.tier == "gold"',
        (
            f'input.request.model in {{{_ALLOWED}}}; startswith(input.request.model, "m-");'
            ' input.key.labels.tier == "gold"',
        ),
        f"r.request['model'] in ({_ALLOWED}) and any_begins([r.request['model']], 'm-')"
        " and 'tier' in r.key['labels'] and r.key['labels']['tier'] == 'gold'",
    ),
    "c: exists, all, ternary over times": (
        'context.key.purposes.contains(context.request.purpose) && ["t1", "t2"].containsAll(context.request.tags)'
        " && (if context.key.expires > context.now then context.key.active else false)",
        (
            "input.request.purpose in input.key.purposes;"
            ' every t in input.request.tags { startswith(t, "t") }; input.key.expires > input.now; input.key.active',
        ),
        "r.request['purpose'] in r.key['purposes'] and all_begin(r.request['tags'], 't')"
        " and (r.key['active'] if r.key['expires'] > r.now else False)",
    ),
}
"""Cedar, Rego and Casbin for the rules of `cel_rules`."""
