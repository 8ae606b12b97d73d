"""Extensions by name: built-in ones first, then the entry points of installed distributions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Generic, TypeVar

from remit.targets import _messages as messages
from remit.targets._errors import PluginInvalid, UnknownType

T = TypeVar("T")


@dataclass(frozen=True)
class Registry(Generic[T]):
    """Loads the extension called by a name, once it offers all of `methods`, and `attributes` of these types.

    `noun` is what messages call it; `group` is the entry-point group; `built_in` maps names to `module:attribute`.
    Names come from `entry_points` when first asked for; nothing is imported before it is used.
    """

    noun: str
    group: str
    built_in: Mapping[str, str]
    methods: tuple[str, ...]
    attributes: Mapping[str, type] = field(default_factory=dict)
    installed: Callable[[str], tuple[EntryPoint, ...]] = field(default=lambda group: tuple(entry_points(group=group)))

    @cached_property
    def _known(self) -> dict[str, EntryPoint]:
        known = {name: EntryPoint(name, value, self.group) for name, value in self.built_in.items()}
        for point in self.installed(self.group):
            if known.setdefault(point.name, point) != point:
                raise PluginInvalid(messages.plugin_twice(self.noun, point.name))
        return known

    def names(self) -> tuple[str, ...]:
        """Every name, sorted. Raises PluginInvalid when one is offered twice."""
        return tuple(sorted(self._known))

    def load(self, name: str) -> T:
        """The extension. Raises UnknownType, or PluginInvalid when it cannot be imported or lacks a method."""
        if name not in self._known:
            raise UnknownType(messages.unknown_type(self.noun, name, self.names()))
        return self.checked(name, self._import(name))

    def checked(self, name: str, plugin: T) -> T:
        """`plugin` itself. Raises PluginInvalid when it lacks a method, or an attribute is of another type."""
        missing = [method for method in self.methods if not callable(getattr(plugin, method, None))]
        missing += [name for name in self.attributes if not hasattr(plugin, name)]
        if missing:
            raise PluginInvalid(messages.plugin_lacks(self.noun, name, missing))
        for attribute, expected in self.attributes.items():
            if not isinstance(getattr(plugin, attribute), expected):
                raise PluginInvalid(messages.plugin_differs(self.noun, name, attribute, expected.__name__))
        return plugin

    def _import(self, name: str) -> Any:  # noqa: ANN401 - what a plugin is shows only when it is checked
        try:
            return self._known[name].load()
        except Exception as error:
            raise PluginInvalid(messages.plugin_unloadable(self.noun, name, error)) from error
