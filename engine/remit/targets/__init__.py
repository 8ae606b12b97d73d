"""Providers and gateways: the contract they fulfil, and the types that are installed."""

from remit.targets._capabilities import Capabilities, Capability, Support
from remit.targets._contract import Context, Created, Reader, TargetType, Writer
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
from remit.targets._object import KeyObject, Value
from remit.targets._registry import Registry
from remit.targets._secret import Secret

TARGET_TYPES: Registry[TargetType] = Registry(
    noun="target type",
    group="remit.targets",
    built_in={"local": "remit.targets.local:TYPE"},
    methods=("open_reader", "open_writer"),
)
"""Every type of target that is installed."""

__all__ = [
    "TARGET_TYPES",
    "Busy",
    "Capabilities",
    "Capability",
    "Context",
    "Created",
    "KeyObject",
    "Marker",
    "OutcomeUnknown",
    "PluginInvalid",
    "Reader",
    "Registry",
    "Secret",
    "SettingsInvalid",
    "Support",
    "TargetError",
    "TargetType",
    "UnknownType",
    "Unreadable",
    "Value",
    "WriteRefused",
    "Writer",
]
