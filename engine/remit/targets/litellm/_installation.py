"""Which proxy it is: its version, its licence, and the names of its models and teams."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from remit.targets import _messages as messages
from remit.targets._api import Api, Missing
from remit.targets._errors import Unreadable
from remit.targets._marker import Marker
from remit.targets.litellm._wire import Licence, ModelList, ReadinessDetails, SeenTeam

OLDEST, TRIED, NEXT = (1, 106), (1, 109), (2, 0)
MARKER = "remit_marker"
_VERSION = re.compile(r"(\d+)\.(\d+)")


def version_of(api: Api) -> str:
    """What the proxy says it is, with its licence. Raises Unreadable for a version that is not supported."""
    try:
        said = api.read("/health/readiness/details", ReadinessDetails).litellm_version or ""
    except Missing:
        said = ""
    found = _VERSION.match(said)
    if found is None:
        raise Unreadable(messages.version_unknown(api.name, _text(OLDEST)))
    numbers = (int(found[1]), int(found[2]))
    if not OLDEST <= numbers < NEXT:
        raise Unreadable(messages.version_unsupported(api.name, said, _text(OLDEST), _text(NEXT)))
    return f"{said}, {_licence(api)}{', not tried' if numbers > TRIED else ''}"


def _licence(api: Api) -> str:
    try:
        return api.read("/health/license", Licence).license_type or "unknown licence"
    except Missing:
        return "unknown licence"


def _text(numbers: tuple[int, int]) -> str:
    return ".".join(map(str, numbers))


@dataclass(frozen=True, slots=True)
class Models:
    """The names that a key may be given: of models, access groups, and wildcards of the proxy."""

    names: frozenset[str]

    @classmethod
    def of(cls, api: Api) -> Models:
        """All that the proxy has now. Raises TargetError."""
        found = api.read("/v1/models", ModelList, include_model_access_groups=True, return_wildcard_routes=True)
        return cls(frozenset(each.id for each in found.data))

    def unknown(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of `names` that it does not have, sorted."""
        patterns = [name for name in self.names if "*" in name]
        missing = set(names) - self.names
        return tuple(sorted(name for name in missing if not any(fnmatchcase(name, each) for each in patterns)))


@dataclass(frozen=True, slots=True)
class Teams:
    """What teams are called: ours as they were declared, whatever somebody renamed them to, others by their alias.

    LiteLLM lets several teams have one alias. Those are called by their id then, so that no key gets into another.
    """

    names: Mapping[str, str]

    @classmethod
    def of(cls, rows: Iterable[SeenTeam], organization: str) -> Teams:
        """Of what was read, as `organization` sees it."""
        teams = tuple(rows)
        ours = {team.team_id: name for team in teams if (name := _declared(team, organization)) is not None}
        taken = Counter(ours.values())
        others = [team for team in teams if team.team_id not in ours]
        taken.update(team.team_alias or team.team_id for team in others)
        names = dict(ours)
        for team in others:
            alias = team.team_alias or team.team_id
            names[team.team_id] = alias if taken[alias] == 1 else team.team_id
        return cls(names)

    def id_of(self, name: str) -> str | None:
        """The id of the team that is called so, or None."""
        return next((team_id for team_id, known in self.names.items() if known == name), None)


def _declared(team: SeenTeam, organization: str) -> str | None:
    """The name in its marker, if it carries one of ours that was made for it."""
    marker = Marker.parse(str(team.metadata.get(MARKER, "")))
    if marker is None or marker.organization != organization or marker.object_id != team.team_id:
        return None
    kind, _, name = marker.key.partition(":")
    return name if kind == "team" else None
