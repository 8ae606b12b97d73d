"""Providers and gateways: the contract they fulfil, and the types that are installed."""

from remit.targets._capabilities import Capabilities, Capability, Changing, Support
from remit.targets._contract import (
    Activity,
    ActivityReader,
    ClockReader,
    Context,
    Created,
    Inventory,
    Reader,
    TargetType,
    Writer,
)
from remit.targets._errors import (
    Busy,
    OutcomeUnknown,
    PluginInvalid,
    SettingsInvalid,
    TargetError,
    UnknownType,
    Unreadable,
    WriteRefused,
)
from remit.targets._marker import Marker
from remit.targets._object import GENERATION, Kind, TargetObject, Value, kind_of, slot_of
from remit.targets._registry import Registry
from remit.targets._secret import Secret

TARGET_TYPES: Registry[TargetType] = Registry(
    noun="target type",
    group="remit.targets",
    built_in={
        "litellm": "remit.targets.litellm:TYPE",
        "local": "remit.targets.local:TYPE",
        "openai": "remit.targets.openai:TYPE",
    },
    methods=("open_reader", "open_writer"),
    attributes={"spaces": frozenset, "capabilities": Capabilities},
)
"""Every type of target that is installed."""

__all__ = [
    "GENERATION",
    "TARGET_TYPES",
    "Activity",
    "ActivityReader",
    "Busy",
    "Capabilities",
    "Capability",
    "ClockReader",
    "Changing",
    "Context",
    "Created",
    "Inventory",
    "Kind",
    "Marker",
    "OutcomeUnknown",
    "PluginInvalid",
    "Reader",
    "Registry",
    "Secret",
    "SettingsInvalid",
    "Support",
    "TargetError",
    "TargetObject",
    "TargetType",
    "UnknownType",
    "Unreadable",
    "Value",
    "WriteRefused",
    "Writer",
    "kind_of",
    "slot_of",
]
