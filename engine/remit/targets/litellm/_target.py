"""`type: litellm`."""

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
from remit.targets._secret import Secret
from remit.targets.litellm._capabilities import CAPABILITIES
from remit.targets.litellm._reader import LiteLLMReader
from remit.targets.litellm._refusals import complaint, remedy
from remit.targets.litellm._writer import LiteLLMWriter


@dataclass(frozen=True)
class LiteLLMTarget:
    """`url:` is the address of the proxy, `credentials_from:` the variable with its master key, or an admin's key.

    `transport` is for tests.
    """

    transport: httpx2.BaseTransport | None = None
    spaces: frozenset[Kind] = frozenset(("team",))
    capabilities: Capabilities = CAPABILITIES

    def open_reader(self, target: Target, context: Context) -> LiteLLMReader:
        """Raises SettingsInvalid."""
        api = self._api(target, context)
        place = urlsplit(str(api.client.base_url))
        return LiteLLMReader(api, f"litellm:{place.netloc}{place.path.rstrip('/')}", context.organization)

    def open_writer(self, target: Target, context: Context) -> LiteLLMWriter:
        """Raises SettingsInvalid."""
        return LiteLLMWriter(self._api(target, context), context.organization)

    def _api(self, target: Target, context: Context) -> Api:
        name, url, variable = target.metadata.name, target.spec.url, target.spec.credentials_from
        if url is None:
            raise SettingsInvalid(messages.setting_missing(name, "url"))
        if variable is None:
            raise SettingsInvalid(messages.setting_missing(name, "credentials_from"))
        token = context.environ.get(variable)
        if not token:
            raise SettingsInvalid(messages.credential_missing(name, variable))
        client = httpx2.Client(base_url=url, timeout=SECONDS, transport=self.transport)
        return Api(name, client, Secret(token), complaint, remedy=remedy)


TYPE = LiteLLMTarget()
