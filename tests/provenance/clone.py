"""A real clone with real SSH keys, in which invented people commit."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from organisation import KEY, ORGANIZATION

ORG = "policies/organization.yaml"
KEYS = "policies/keys.yaml"
SIGNERS = "trusted/signers"


def with_provenance(require: str, signers: str | None = SIGNERS) -> str:
    """The organisation, with approvals required."""
    more = f", allowed_signers: {signers}" if signers else ""
    return ORGANIZATION.replace("  timezone:", f"  provenance: {{require: {require}{more}}}\n  timezone:", 1)


def key(name: str = "ranker-prod", rate: int = 100) -> str:
    """A declared key with a cap."""
    text = KEY.replace("2027-02-01", "2030-02-01").replace("ranker-prod", name)
    return text.replace("requests_per_minute: 600", f"requests_per_minute: {rate}")


@dataclass
class Clone:
    """`people` are names of SSH keys, made when first used."""

    place: Path
    keys: Path
    made: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.place.mkdir(parents=True, exist_ok=True)
        self.keys.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *words: str) -> str:
        who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in _WHO.items()}
        environ = {**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        ran = subprocess.run(["git", *words], cwd=self.place, env=environ, capture_output=True, text=True, check=True)
        return ran.stdout.strip()

    def person(self, name: str) -> Path:
        """The private key of somebody."""
        path = self.keys / name
        if name not in self.made:
            command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(path)]
            subprocess.run(command, check=True, capture_output=True)
            self.made.add(name)
        return path

    def signers(self, *names: str) -> str:
        """The text of a file of allowed signers."""
        lines = (f"{name}@example.invalid {self.person(name).with_suffix('.pub').read_text()}" for name in names)
        return "".join(lines)

    def commit(self, files: dict[str, str | None], by: str | None = None) -> str:
        """Commit these files (None: deleted), signed `by` somebody; gives the id."""
        for path, text in files.items():
            file = self.place / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.unlink() if text is None else file.write_text(text)
        self.git("add", "-A", *files)
        signing = ("-c", "gpg.format=ssh", "-c", f"user.signingkey={self.person(by)}") if by else ()
        self.git(*signing, "commit", "-q", "-m", "a change", *(["-S"] if by else ["--no-gpg-sign"]))
        return self.head

    def tag(self, name: str, commit: str, by: str) -> None:
        """A signed tag."""
        signing = ("-c", "gpg.format=ssh", "-c", f"user.signingkey={self.person(by)}")
        self.git(*signing, "tag", "-s", "-m", "approved", name, commit)

    @property
    def head(self) -> str:
        return self.git("rev-parse", "HEAD")


_WHO = {"NAME": "ana", "EMAIL": "ana@example.invalid", "DATE": "2026-11-23T12:00:00+00:00"}
