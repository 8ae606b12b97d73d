"""Routes of the API: each answers with the organisation, the request, and the names in its path; and pages of lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from fakes._wire import Reply, Request
from fakes.openai_admin._errors import refused

Answer: TypeAlias = Callable[..., Reply]


def page(request: Request, rows: Sequence[dict[str, Any]], default: int = 20) -> Reply:
    """The rows after the id in `after`, at most `limit`. Raises a refusal for a limit out of 1 to 100."""
    text = request.query.get("limit", str(default))
    if not text.isdigit() or not 1 <= int(text) <= 100:
        raise refused(400, "limit must be from 1 to 100")
    rest = _after(rows, request.query.get("after"))
    shown = rest[: int(text)]
    first, last = (shown[0]["id"], shown[-1]["id"]) if shown else (None, None)
    more = len(rest) > len(shown)
    return Reply.of(200, {"object": "list", "data": shown, "first_id": first, "last_id": last, "has_more": more})


def _after(rows: Sequence[dict[str, Any]], name: str | None) -> Sequence[dict[str, Any]]:
    places = [place for place, row in enumerate(rows) if row["id"] == name]
    if name and not places:
        raise refused(400, "after is not the id of a listed object")
    return rows[places[0] + 1 :] if places else rows
