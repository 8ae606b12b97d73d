"""The program `git`, which reads clones."""

from __future__ import annotations

import os
import shutil


def has_git() -> bool:
    """Whether there is one to run; its library cannot even be imported without."""
    return shutil.which(os.environ.get("GIT_PYTHON_GIT_EXECUTABLE") or "git") is not None
