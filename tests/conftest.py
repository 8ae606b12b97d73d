"""Settings of all tests."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# claims that several test modules share are no test modules themselves
pytest.register_assert_rewrite("litellm_claims")

# CI judges the change, not the luck of the draw: there the same cases are drawn every time
settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")
