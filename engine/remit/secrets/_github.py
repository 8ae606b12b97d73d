"""The sink `github-actions`: a secret of a repository, or of one of its environments, for workflows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from remit.resources import Delivery
from remit.secrets import _messages as messages
from remit.secrets._errors import DeliveryFailed, DeliveryInvalid
from remit.secrets._extra import require
from remit.secrets._naming import takes_only, variable_name
from remit.secrets._patience import SECONDS, patience
from remit.secrets._remote import Remote, checked
from remit.secrets._sealed import sealed
from remit.secrets._sink import Receipt, SinkContext
from remit.targets import Secret

if TYPE_CHECKING:
    from github import Github

_URL = "GITHUB_API_URL"
_TOKENS = ("REMIT_GITHUB_TOKEN", "GITHUB_TOKEN")
_PUBLIC_URL = "https://api.github.com"


@dataclass(frozen=True, slots=True)
class _Place:
    """GitHub does not tell capitals in any of these names."""

    repository: str
    environment: str
    name: str

    @classmethod
    def of(cls, delivery: Delivery, key: str) -> _Place:
        """Raises DeliveryInvalid."""
        takes_only(delivery, "repository", "environment", "name", "credentials_from")
        if delivery.repository is None:
            raise DeliveryInvalid(messages.needed("github-actions", "repository"))
        owner, _, name = delivery.repository.partition("/")
        if {owner, name} & {".", ".."} or name.lower().endswith(".git"):
            raise DeliveryInvalid(messages.not_repository(delivery.repository))
        place = cls(delivery.repository, delivery.environment or "", variable_name(delivery, key).upper())
        if place.name.startswith("GITHUB_"):
            raise DeliveryInvalid(messages.reserved_name(place.name))
        return place

    def __str__(self) -> str:
        environment = f"@{self.environment}" if self.environment else ""
        return f"github-actions:{self.repository.lower()}{environment.lower()}#{self.name}"

    @property
    def shown(self) -> str:
        environment = f" with an environment `{self.environment}`" if self.environment else ""
        return f"repository `{self.repository}`{environment}"


class GitHubActionsSink:
    """The value is encrypted for the repository before it leaves; GitHub never shows it again."""

    def address(self, delivery: Delivery, key: str) -> str:
        """`github-actions:<owner>/<name>[@<environment>]#<NAME>`. Raises DeliveryInvalid."""
        require("github-actions", "github", "github")
        return str(_Place.of(delivery, key))

    def deliver(self, delivery: Delivery, secret: Secret, context: SinkContext) -> Receipt:
        """Create or replace the secret; the version is when GitHub says that it was. Raises DeliveryFailed."""
        address = self.address(delivery, context.key)
        place = _Place.of(delivery, context.key)
        remote = Remote("GitHub", _URL, _token_from(delivery, context.environ), place.shown)
        version = sealed(secret, lambda: _put(place, secret, remote, context.environ), remote.explained)
        return Receipt(address, version)


def _token_from(delivery: Delivery, environ: Mapping[str, str]) -> str:
    """The variable that is declared, or the first that is set."""
    return delivery.credentials_from or next((name for name in _TOKENS if environ.get(name)), _TOKENS[0])


def _put(place: _Place, secret: Secret, remote: Remote, environ: Mapping[str, str]) -> str:
    from github import Auth, Github, GithubException

    token = environ.get(remote.credentials_from)
    if not token:
        raise DeliveryFailed(messages.no_variable(remote.name, remote.credentials_from))
    url = checked(environ.get(_URL) or _PUBLIC_URL, _URL).rstrip("/")
    auth = Auth.Token(token)
    api = Github(auth=auth, base_url=url, timeout=SECONDS, retry=patience(), seconds_between_requests=None)
    try:
        return _written(api, place, secret)
    except GithubException as error:
        raise remote.refusal(error.status, error.headers or {}) from None
    finally:
        api.close()


def _written(api: Github, place: _Place, secret: Secret) -> str:
    """PyGithub's own `create_secret` drops the answer, in which a page that says "200" would pass for success."""
    repository = api.get_repo(place.repository)
    if repository.full_name.lower() != place.repository.lower():
        raise DeliveryFailed(messages.renamed(place.repository, repository.full_name))
    holder = repository.get_environment(place.environment) if place.environment else repository
    key = holder.get_public_key()
    url = f"{holder.url}/secrets/{place.name}" if place.environment else f"{holder.url}/actions/secrets/{place.name}"
    sealed_box = {"key_id": key.key_id, "encrypted_value": key.encrypt(secret.reveal())}
    _, answer = api.requester.requestJsonAndCheck("PUT", url, input=sealed_box)
    if answer:
        raise ValueError(url)
    return holder.get_secret(place.name).updated_at.isoformat()


SINK = GitHubActionsSink()
