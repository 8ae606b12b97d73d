"""Hard limits and alerts of a month's spending, in whole cents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fakes._routes import Routes
from fakes._tables import Row
from fakes._wire import Reply, Request
from fakes.openai_admin._errors import missing, refused
from fakes.openai_admin._route import Answer, page

if TYPE_CHECKING:
    from fakes.openai_admin._organization import OpenAIAdmin

_LIMIT = "/organization/projects/{project_id}/spend_limit"
_ALERTS = "/organization/projects/{project_id}/spend_alerts"
ROUTES: Routes[Answer] = Routes()


def _judge(body: Mapping[str, Any], least: int) -> None:
    cents = body.get("threshold_amount")
    if not isinstance(cents, int) or isinstance(cents, bool) or cents < least:
        raise refused(400, f"threshold_amount must be a whole number of cents, {least} or more")
    if (body.get("currency"), body.get("interval")) != ("USD", "month"):
        raise refused(400, "currency must be USD and interval month")


def _limit(organization: OpenAIAdmin, project: str) -> dict[str, Any]:
    row = organization.tables.get("limits", project)
    if row is None:
        raise missing("Spend limit")
    reached = organization.spent.get(project, 0.0) >= row["threshold_amount"]
    return {**row, "enforcement": {"status": "enforcing" if reached else "inactive"}}


@ROUTES.on("GET", _LIMIT)
def limit(organization: OpenAIAdmin, request: Request, project: str) -> Reply:
    """The limit, with whether it refuses calls now. None is 404."""
    organization.project(project)
    return Reply.of(200, _limit(organization, project))


@ROUTES.on("POST", _LIMIT)
def set_limit(organization: OpenAIAdmin, request: Request, project: str) -> Reply:
    """Make or replace the limit, which is never less than one cent."""
    organization.project(project, writing=True)
    body = request.json() or {}
    _judge(body, 1)
    organization.tables.put("limits", project, {"object": "project.spend_limit", **body})
    return Reply.of(200, _limit(organization, project))


@ROUTES.on("DELETE", _LIMIT)
def drop_limit(organization: OpenAIAdmin, request: Request, project: str) -> Reply:
    """Remove the limit. None is 404."""
    organization.project(project, writing=True)
    _limit(organization, project)
    organization.tables.remove("limits", project)
    return Reply.of(200, {"object": "project.spend_limit.deleted", "deleted": True})


@ROUTES.on("GET", _ALERTS)
def alerts(organization: OpenAIAdmin, request: Request, project: str) -> Reply:
    """A page of alerts."""
    organization.project(project)
    return page(request, [_shown(row) for _, row in organization.tables.rows("alerts") if row["project"] == project])


def _shown(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "project"}


def _alert(organization: OpenAIAdmin, project: str, name: str) -> Row:
    row = organization.tables.get("alerts", name)
    if row is None or row["project"] != project:
        raise missing("Spend alert")
    return row


@ROUTES.on("POST", _ALERTS)
def create_alert(organization: OpenAIAdmin, request: Request, project: str) -> Reply:
    """Make one; a second one of the same amount is another one."""
    organization.project(project, writing=True)
    return _kept(organization, project, organization.name("alert"), request.json() or {})


@ROUTES.on("POST", f"{_ALERTS}/{{alert_id}}")
def update_alert(organization: OpenAIAdmin, request: Request, project: str, name: str) -> Reply:
    """Replace one."""
    _alert(organization, project, name)
    return _kept(organization, project, name, request.json() or {})


def _kept(organization: OpenAIAdmin, project: str, name: str, body: Mapping[str, Any]) -> Reply:
    _judge(body, 0)
    if not body.get("notification_channel", {}).get("recipients"):
        raise refused(400, "notification_channel must have recipients")
    row = {"id": name, "object": "project.spend_alert", **body, "project": project}
    return Reply.of(200, _shown(organization.tables.put("alerts", name, row)))


@ROUTES.on("GET", f"{_ALERTS}/{{alert_id}}")
def alert(organization: OpenAIAdmin, request: Request, project: str, name: str) -> Reply:
    """One by its id."""
    return Reply.of(200, _shown(_alert(organization, project, name)))


@ROUTES.on("DELETE", f"{_ALERTS}/{{alert_id}}")
def drop_alert(organization: OpenAIAdmin, request: Request, project: str, name: str) -> Reply:
    """Remove one."""
    _alert(organization, project, name)
    organization.tables.remove("alerts", name)
    return Reply.of(200, {"object": "project.spend_alert.deleted", "id": name, "deleted": True})
