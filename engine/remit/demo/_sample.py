"""The sample organisation: where it lies, and a copy of it under version control."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from git import Actor, Repo

from remit.demo import _messages as messages
from remit.demo._errors import DemoError

# the day that the sample was written for: its keys, waivers and tests agree on it
DAY = datetime(2026, 11, 23, 6, tzinfo=UTC)
"""Midnight in the sample organisation's timezone."""

REPORT = "report.html"
_PACKAGED = Path(__file__).parent / "policies"
_CHECKOUT = Path(__file__).parents[3]
_AUTHOR = Actor("Remit demo", "demo@meridian-parcel.invalid")
_IGNORED = f".remit/\n{REPORT}\n"
_PILOT = "teams/routing/projects/route-planner-pilot.yaml"
_PILOT_KEY = """\
# a key that ends in the morning of the demonstrated day, so that one can be seen ending
apiVersion: remit/v1
kind: Key
metadata:
  name: route-planner-pilot-dev
  team: routing
  project: route-planner
  description: A vendor's pilot, agreed until eleven
spec:
  environment: dev
  owner: tobias-mp
  ticket: ROUTE-340
  purposes: [route-planning]
  data_classes: [public, internal]
  scopes: [chat]
  models: [gpt-6-luna]
  expires: 2026-11-23T11:00:00-06:00
  rotate_every: 90d
  budget: {monthly: 100 USD}
  targets: [gateway-nonprod]
  deliver_to: {sink: file, path: routing/route-planner/dev/route-planner-pilot-dev}
"""


def sample() -> Path:
    """The directory of the sample's policies: in the package, else in the checkout. Raises DemoError."""
    for place in (_PACKAGED, _CHECKOUT / "policies"):
        if (place / "organization.yaml").is_file():
            return place
    raise DemoError(messages.no_sample())


def recorded_traffic() -> Path | None:
    """A recorded day of real traffic that lies beside the checkout, if it does."""
    place = _CHECKOUT.parent / "shared" / "data" / "servegen_events_24h.csv.gz"
    return place if place.is_file() else None


def settle(directory: Path) -> Path:
    """Put the sample into `directory`, committed; the policies' place. Raises DemoError."""
    try:
        if directory.is_dir() and any(directory.iterdir()):
            raise DemoError(messages.not_empty(str(directory)))
        directory.mkdir(parents=True, exist_ok=True)
        policies = directory / "policies"
        shutil.copytree(sample(), policies, copy_function=shutil.copyfile)
        (policies / _PILOT).write_text(_PILOT_KEY, encoding="utf-8")
        (directory / ".gitignore").write_text(_IGNORED, encoding="utf-8")
    except OSError as error:
        raise DemoError(messages.cannot_keep(str(directory), error.strerror or str(error))) from error
    _commit(directory)
    return policies


def _commit(directory: Path) -> None:
    """One commit, by nobody's settings: it has the same id wherever the demo runs."""
    with Repo.init(directory, initial_branch="main") as repository:
        paths = [str(path.relative_to(directory)) for path in sorted(directory.rglob("*")) if _is_ours(path, directory)]
        repository.index.add(paths)
        repository.index.commit(
            "Adopt the sample organisation",
            author=_AUTHOR,
            committer=_AUTHOR,
            author_date=DAY,
            commit_date=DAY,
            skip_hooks=True,
        )


def _is_ours(path: Path, directory: Path) -> bool:
    return path.is_file() and path.relative_to(directory).parts[0] != ".git"
