"""The plain values that YAML documents hold."""

from __future__ import annotations

from typing import TypeAlias

Data: TypeAlias = "dict[str, Data] | list[Data] | str | int | float | bool | None"
Path: TypeAlias = tuple[str | int, ...]
