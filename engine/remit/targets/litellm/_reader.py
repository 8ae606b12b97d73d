"""Everything that is on a proxy, in pages of a hundred."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from remit.targets import _messages as messages
from remit.targets._api import Api
from remit.targets._capabilities import Capabilities
from remit.targets._contract import Activity
from remit.targets._errors import Busy
from remit.targets._object import TargetObject
from remit.targets.litellm._capabilities import CAPABILITIES
from remit.targets.litellm._installation import Teams, version_of
from remit.targets.litellm._properties import activity_seen, key_seen, team_seen
from remit.targets.litellm._users import UserBudgets
from remit.targets.litellm._wire import KeyPage, SeenKey, SeenTeam, TeamPage

PAGE = 100
# sessions of the admin page, which come and go by themselves
_DASHBOARD = "litellm-dashboard"


def every_team(api: Api) -> tuple[SeenTeam, ...]:
    """All teams. Raises Busy when they changed while they were read."""
    first = api.read("/v2/team/list", TeamPage, page=1, page_size=PAGE)
    pages = [first, *(_teams(api, page) for page in range(2, first.total_pages + 1))]
    found = {team.team_id: team for page in pages for team in page.teams}
    if len(found) != first.total:
        raise Busy(messages.changed_meanwhile(api.name))
    return tuple(found.values())


def every_key(api: Api) -> tuple[SeenKey, ...]:
    """All keys. Raises Busy when they changed while they were read."""
    first = _keys(api, 1)
    pages = [first, *(_keys(api, page) for page in range(2, first.total_pages + 1))]
    found = {key.token: key for page in pages for key in page.keys}
    if len(found) != first.total_count:
        raise Busy(messages.changed_meanwhile(api.name))
    return tuple(key for key in found.values() if key.team_id != _DASHBOARD)


def _teams(api: Api, page: int) -> TeamPage:
    return api.read("/v2/team/list", TeamPage, page=page, page_size=PAGE)


def _keys(api: Api, page: int) -> KeyPage:
    return api.read("/key/list", KeyPage, page=page, size=PAGE, return_full_object=True)


@dataclass
class LiteLLMReader:
    """Reads one proxy."""

    api: Api
    identity: str
    organization: str
    version: str = field(default="", init=False)

    @property
    def capabilities(self) -> Capabilities:
        """The same with and without a licence: nothing of the enterprise edition is used."""
        return CAPABILITIES

    @property
    def skew(self) -> timedelta:
        """LiteLLM is told for how long a key is to work, and tells until when."""
        return self.api.skew.ahead

    def read(self) -> tuple[TargetObject, ...]:
        """Teams, then keys."""
        self.version = version_of(self.api)
        rows = every_team(self.api)
        teams = Teams.of(rows, self.organization)
        keys = every_key(self.api)
        users = UserBudgets.of(self.api, (row.metadata for row in keys))
        return (*(team_seen(row, teams) for row in rows), *(key_seen(row, teams, users) for row in keys))

    def activity(self) -> dict[str, Activity]:
        """By the hash of the key."""
        return {row.token: activity_seen(row) for row in every_key(self.api)}
