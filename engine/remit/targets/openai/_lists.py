"""Reading lists to their end, and what may not be there."""

from __future__ import annotations

from typing import Protocol, TypeVar

from remit.targets import _messages as messages
from remit.targets._api import Api, Missing
from remit.targets._errors import Busy
from remit.targets.openai._wire import (
    MaybeLimit,
    MaybePermissions,
    Page,
    SeenAccount,
    SeenAlert,
    SeenKey,
    SeenLimit,
    SeenPermissions,
    SeenProject,
    SeenRate,
)

PROJECTS = "organization/projects"
PAGE = 100
_T = TypeVar("_T")


class _Listed(Protocol):
    @property
    def id(self) -> str: ...


_Row = TypeVar("_Row", bound=_Listed)


def within(project: str, *rest: str) -> str:
    """The path of something in a project."""
    return "/".join((PROJECTS, project, *rest))


def every(api: Api, path: str, page: type[Page[_Row]], **params: str) -> tuple[_Row, ...]:
    """All rows, a hundred a page. Raises Busy when a page does not lead on, for the list changed meanwhile."""
    found: dict[str, _Row] = {}
    after: str | None = None
    while True:
        answer = api.read(path, page, limit=PAGE, after=after, **params)
        fresh = [row for row in answer.data if row.id not in found]
        found.update((row.id, row) for row in fresh)
        if not answer.has_more:
            return tuple(found.values())
        if not fresh:
            raise Busy(messages.changed_meanwhile(api.name))
        after = answer.data[-1].id


def projects(api: Api) -> tuple[SeenProject, ...]:
    """All that are not archived."""
    rows = every(api, PROJECTS, Page[SeenProject])
    return tuple(row for row in rows if row.status != "archived")


def accounts(api: Api, project: str) -> tuple[SeenAccount, ...]:
    """The service accounts of a project."""
    return every(api, within(project, "service_accounts"), Page[SeenAccount])


def keys(api: Api, project: str) -> tuple[SeenKey, ...]:
    """The keys of a project, those included whose owner may not use it any more."""
    return every(api, within(project, "api_keys"), Page[SeenKey], owner_project_access="any")


def rates(api: Api, project: str) -> tuple[SeenRate, ...]:
    """The limits of a project, by model."""
    return every(api, within(project, "rate_limits"), Page[SeenRate])


def alerts(api: Api, project: str) -> tuple[SeenAlert, ...]:
    """The alerts of a project."""
    return every(api, within(project, "spend_alerts"), Page[SeenAlert])


def permissions(api: Api, project: str) -> SeenPermissions | None:
    """None where nothing was ever set, which allows everything."""
    try:
        return api.read(within(project, "model_permissions"), MaybePermissions).root
    except Missing:
        return None


def limit(api: Api, project: str) -> SeenLimit | None:
    """None where there is none."""
    try:
        return api.read(within(project, "spend_limit"), MaybeLimit).root
    except Missing:
        return None
