"""Signatures of SSH keys over commits and tags, checked by `ssh-keygen` against a file of allowed signers."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from remit.provenance import _messages as messages
from remit.provenance._errors import ProvenanceFailed

_BEGIN = b"-----BEGIN SSH SIGNATURE-----"
_HEADER = b"gpgsig "
_SECONDS = 30


def signed_commit(raw: bytes) -> tuple[bytes, bytes] | None:
    """(what was signed, the signature) of a commit; None for one without exactly one SSH signature."""
    head, blank, body = raw.partition(b"\n\n")
    kept: list[bytes] = []
    signatures: list[list[bytes]] = []
    inside = False
    for line in head.split(b"\n"):
        inside = line.startswith(_HEADER) or (inside and line.startswith(b" "))
        if line.startswith(_HEADER):
            signatures.append([line.removeprefix(_HEADER)])
        elif inside:
            signatures[-1].append(line[1:])
        else:
            kept.append(line)
    if len(signatures) != 1 or signatures[0][0] != _BEGIN:
        return None
    return b"\n".join(kept) + blank + body, b"\n".join(signatures[0]) + b"\n"


def signed_tag(raw: bytes, commit: str) -> tuple[bytes, bytes] | None:
    """The same of a tag that names `commit`; None for one that names something else."""
    if not raw.startswith(f"object {commit}\ntype commit\n".encode("ascii")):
        return None
    text, begin, rest = raw.partition(b"\n" + _BEGIN)
    return (text + b"\n", _BEGIN + rest) if begin else None


def signer(signed: tuple[bytes, bytes], allowed: bytes) -> str | None:
    """Which allowed signer made the signature; None for nobody. Raises ProvenanceFailed without `ssh-keygen`."""
    payload, signature = signed
    with tempfile.TemporaryDirectory(prefix="remit-") as directory:
        made, signers = Path(directory, "signature"), Path(directory, "signers")
        made.write_bytes(signature)
        signers.write_bytes(allowed)
        found = _keygen("find-principals", "-s", str(made), "-f", str(signers))
        for principal in (found.stdout if found.returncode == 0 else b"").decode("utf-8", "replace").splitlines():
            named = ("-n", "git", "-I", principal, "-s", str(made), "-f", str(signers))
            if principal and _keygen("verify", *named, payload=payload).returncode == 0:
                return principal
    return None


def _keygen(verb: str, *words: str, payload: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = ["ssh-keygen", "-Y", verb, *words]
    try:
        return subprocess.run(command, input=payload, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        raise ProvenanceFailed(messages.no_keygen()) from None
