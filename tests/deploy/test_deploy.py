"""What is offered for running on a schedule is well-formed, runs commands that exist, and with few rights."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml
from typer.core import TyperGroup
from typer.main import get_command

from remit.cli._app import app

DEPLOY = Path(__file__).parents[2] / "deploy"


def options(command: str) -> set[str]:
    """Every option of a command."""
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    return {name for each in group.commands[command].params for name in each.opts}


def is_runnable(words: list[str]) -> bool:
    """Whether these words are a command with options that it has."""
    command, *rest = words
    return {word for word in rest if word.startswith("--")} <= options(command)


@pytest.fixture(scope="module")
def job() -> dict[str, object]:
    found = yaml.safe_load((DEPLOY / "kubernetes/cronjob.yaml").read_text())
    assert (found["apiVersion"], found["kind"]) == ("batch/v1", "CronJob")
    return found["spec"]


def test_cronjob_turns(job: dict) -> None:
    """One run at a time, of one turn, which ends in time; what failed is not repeated by itself."""
    assert job["concurrencyPolicy"] == "Forbid"
    assert re.fullmatch(r"(\S+ ){4}\S+", job["schedule"])
    spec = job["jobTemplate"]["spec"]
    assert spec["backoffLimit"] == 0
    [container] = spec["template"]["spec"]["containers"]
    assert "--once" in container["args"]
    assert is_runnable(container["args"])


def test_cronjob_rights(job: dict) -> None:
    """No container is root, writes to its image, or gains rights; no credential stands in the manifest."""
    pod = job["jobTemplate"]["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    for container in (*pod["initContainers"], *pod["containers"]):
        rights = container["securityContext"]
        assert rights["allowPrivilegeEscalation"] is False
        assert rights["readOnlyRootFilesystem"] is True
        assert rights["capabilities"] == {"drop": ["ALL"]}
    assert {each["name"] for each in pod["containers"][0]["env"]} == {"REMIT_ALLOWED_SIGNERS"}


def test_cronjob_volumes(job: dict) -> None:
    """Every mount has its volume, and every volume is used."""
    pod = job["jobTemplate"]["spec"]["template"]["spec"]
    containers = (*pod["initContainers"], *pod["containers"])
    mounted = {mount["name"] for each in containers for mount in each["volumeMounts"]}
    assert mounted == {each["name"] for each in pod["volumes"]}


def test_containerfile() -> None:
    """The image ends as a user that is not root, and starts a command that exists."""
    text = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ")
    steps = [line.split(maxsplit=1) for line in text.splitlines() if line and not line.startswith("#")]
    last = dict(steps)
    assert last["USER"] == "65532:65532"
    assert yaml.safe_load(last["ENTRYPOINT"]) == ["remit"]
    assert is_runnable(yaml.safe_load(last["CMD"]))
    assert {"git", "openssh-client"} <= set(shlex.split(" ".join(rest for step, rest in steps if step == "RUN")))
