"""Where the values of keys are delivered, once, and never shown."""

from remit.secrets._errors import DeliveryFailed, DeliveryInvalid, SecretsError
from remit.secrets._sealed import sealed
from remit.secrets._sink import Receipt, Sink, SinkContext
from remit.targets import Registry, Secret

SINKS: Registry[Sink] = Registry(
    noun="sink",
    group="remit.secrets",
    built_in={
        "aws-secrets-manager": "remit.secrets._aws:SINK",
        "env-file": "remit.secrets._env_file:SINK",
        "file": "remit.secrets._file:SINK",
        "github-actions": "remit.secrets._github:SINK",
        "keyring": "remit.secrets._keyring:SINK",
        "vault": "remit.secrets._vault:SINK",
    },
    methods=("address", "deliver"),
)
"""Every sink that is installed."""

__all__ = [
    "SINKS",
    "DeliveryFailed",
    "DeliveryInvalid",
    "Receipt",
    "Secret",
    "SecretsError",
    "Sink",
    "SinkContext",
    "sealed",
]
