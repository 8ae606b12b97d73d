"""What the page about LiteLLM tells its reader to do works on a real proxy."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from docs.docs_page import ROOT, Reader, blocks
from litellm_place import emptied
from live.litellm_proxy import LiveProxy

pytestmark = pytest.mark.live

PAGE = ROOT / "docs" / "how-to" / "reconcile-litellm.md"
ADDRESS = "http://127.0.0.1:4000"


@pytest.fixture
def proxy(live_litellm: LiveProxy) -> Iterator[LiveProxy]:
    """An empty one."""
    with live_litellm.client() as admin:
        emptied(admin)
        yield live_litellm
        emptied(admin)


def test_the_page_works(proxy: LiveProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its shell blocks, one command after the other, with the exit codes that it names."""
    for name, value in {"NAME": "Ana", "EMAIL": "ana@example.org"}.items():
        monkeypatch.setenv(f"GIT_AUTHOR_{name}", value)
        monkeypatch.setenv(f"GIT_COMMITTER_{name}", value)
    Reader(tmp_path).follow(PAGE)
    target = tmp_path / "policies" / "gateway.yaml"
    target.write_text(target.read_text().replace(ADDRESS, proxy.url))
    planning, calling = [block.body for block in blocks(PAGE) if block.language == "sh"]
    _, *commands = planning.splitlines()
    codes = [
        _ran(command.replace("remit apply", "remit apply --yes"), proxy, tmp_path).returncode for command in commands
    ]
    assert codes == [2, 0, 0]
    answer = _ran(calling.replace(ADDRESS, proxy.url), proxy, tmp_path)
    assert '"chat.completion"' in answer.stdout


def _ran(command: str, proxy: LiveProxy, within: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environ = {**os.environ, "PATH": path, "LITELLM_MASTER_KEY": proxy.master_key, "NO_COLOR": "1"}
    return subprocess.run(command, shell=True, cwd=within, env=environ, capture_output=True, text=True, check=False)
