"""`type: openai`."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2

from remit.resources import Target
from remit.targets import _messages as messages
from remit.targets._api import SECONDS, Api
from remit.targets._capabilities import Capabilities
from remit.targets._contract import Context
from remit.targets._errors import SettingsInvalid
from remit.targets._object import Kind
from remit.targets._pace import Pace
from remit.targets._secret import Secret
from remit.targets.openai._capabilities import CAPABILITIES
from remit.targets.openai._keys import Keys
from remit.targets.openai._models import Models
from remit.targets.openai._projects import Projects
from remit.targets.openai._reader import OpenAIReader
from remit.targets.openai._setting import Setting
from remit.targets.openai._writer import OpenAIWriter

URL = "https://api.openai.com/v1"
INTERVAL = 0.25


@dataclass(frozen=True)
class OpenAITarget:
    """`credentials_from:` is the variable with an admin key, `url:` the address of the API, where it is another.

    `interval` is the least time between two calls, in seconds; `transport` is for tests.
    """

    transport: httpx2.BaseTransport | None = None
    interval: float = INTERVAL
    spaces: frozenset[Kind] = frozenset(("project",))
    capabilities: Capabilities = CAPABILITIES

    def open_reader(self, target: Target, context: Context) -> OpenAIReader:
        """Raises SettingsInvalid."""
        api, setting = self._api(target, context), _setting(target, context)
        return OpenAIReader(api, setting, context.inventory, target.spec.adopt, setting.place)

    def open_writer(self, target: Target, context: Context) -> OpenAIWriter:
        """Raises SettingsInvalid."""
        api, setting = self._api(target, context), _setting(target, context)
        return OpenAIWriter(Projects(api, setting, context.inventory), Keys(api, setting, context.inventory))

    def _api(self, target: Target, context: Context) -> Api:
        name, variable = target.metadata.name, target.spec.credentials_from
        if variable is None:
            raise SettingsInvalid(messages.setting_missing(name, "credentials_from"))
        token = context.environ.get(variable)
        if not token:
            raise SettingsInvalid(messages.credential_missing(name, variable))
        client = httpx2.Client(base_url=target.spec.url or URL, timeout=SECONDS, transport=self.transport)
        return Api(name, client, Secret(token), _complaint, Pace(self.interval))


def _setting(target: Target, context: Context) -> Setting:
    place = urlsplit(target.spec.url or URL)
    where = f"openai:{place.netloc}{place.path.rstrip('/')}"
    return Setting(context.organization, where, frozenset(target.spec.alert_recipients), Models(context.upstream))


def _complaint(body: object) -> str:
    """`error.message`, or in a few places `message`."""
    if not isinstance(body, dict):
        return ""
    error = body.get("error")
    return str((error if isinstance(error, dict) else body).get("message", ""))


TYPE = OpenAITarget()
