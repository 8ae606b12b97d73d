"""What can keep the demo from running."""

from __future__ import annotations


class DemoError(Exception):
    """One sentence for the person who ran the demo, with a remedy."""
