"""Settings of all tests."""

from __future__ import annotations

import os

from hypothesis import settings

# CI judges the change, not the luck of the draw: there the same cases are drawn every time
settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")
