"""`remit bundle`: the policies as one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from remit.cli._exit import ExitCode
from remit.cli._options import DEFAULT_POLICIES, JsonOption, PathArgument, RefOption


def bundle(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Write it to this file.")],
    path: PathArgument = DEFAULT_POLICIES,
    ref: RefOption = None,
    json: JsonOption = False,
) -> int:
    """Compile the policies into one file.

    It is named by its digest, and meant for applications that embed Remit. Reading it back needs no parser of the
    language, and an altered file is refused.

    \b
    Example:
      remit bundle policies --ref v1.4 --out policies.bundle
    """
    from remit.bundle import save_bundle
    from remit.cli._output import write_json, write_line
    from remit.cli._place import open_bundle

    compiled = open_bundle(path, ref)
    save_bundle(compiled, out)
    if json:
        write_json({"file": str(out), "digest": compiled.digest, "commit": compiled.commit})
    else:
        write_line(f"{compiled.digest}  {out}")
    return ExitCode.OK
