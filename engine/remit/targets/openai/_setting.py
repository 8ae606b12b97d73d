"""What a target of this type was declared to be."""

from __future__ import annotations

from dataclasses import dataclass, field

from remit.targets.openai._models import Models
from remit.targets.openai._wire import SeenAlert


@dataclass(frozen=True, slots=True)
class Setting:
    """`place`: whose API it is; `recipients`: whom OpenAI writes to; `models`: what it calls them."""

    organization: str
    place: str
    recipients: frozenset[str]
    models: Models = field(default_factory=Models)

    @property
    def prefix(self) -> str:
        """How the subject of an alert of ours begins, which says that it is ours."""
        return f"[remit:{self.organization}]"

    def owns(self, alert: SeenAlert) -> bool:
        """Whether Remit made the alert."""
        return alert.notification_channel.subject_prefix == self.prefix

    def addresses(self, alert: SeenAlert) -> bool:
        """Whether it is sent to those who are declared."""
        return frozenset(alert.notification_channel.recipients) == self.recipients
