"""The sink `github-actions`: a secret of a repository, sealed for GitHub before it is sent.

`repository` says which, `name` is the secret, the key in capitals when not given. The token is in
`REMIT_GITHUB_TOKEN` or `GITHUB_TOKEN`; another server is in `GITHUB_API_URL`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from remit.resources import Delivery
from remit.secrets import _messages as messages
from remit.secrets._errors import DeliveryFailed, DeliveryInvalid
from remit.secrets._remote import SECONDS, credential, needs, quiet, safe_address
from remit.secrets._sink import Receipt, SinkContext
from remit.targets import Secret

if TYPE_CHECKING:
    from github import Github, GithubException

NAME = "github-actions"
_PUBLIC = "https://api.github.com"


class GitHubSink:
    """Values can be written there and never read back: the receipt is GitHub's own answer that it took it."""

    def address(self, delivery: Delivery, key: str) -> str:
        """`github-actions:<owner>/<repository>#<NAME>`, for which GitHub does not tell capitals. Raises
        DeliveryInvalid."""
        needs(NAME, "github", "github")
        if delivery.path is not None:
            raise DeliveryInvalid(messages.not_taken(NAME, "path"))
        if delivery.repository is None:
            raise DeliveryInvalid(messages.needed(NAME, "repository"))
        name = _name(delivery, key)
        if name.startswith("GITHUB_"):
            raise DeliveryInvalid(messages.reserved(NAME, name))
        return f"{NAME}:{delivery.repository.lower()}#{name}"

    def deliver(self, delivery: Delivery, secret: Secret, context: SinkContext) -> Receipt:
        """Create the secret or replace its value. Raises DeliveryFailed."""
        address = self.address(delivery, context.key)
        client = _client(context)
        import requests
        from github import GithubException

        try:
            repository = client.get_repo(str(delivery.repository))
            repository.create_secret(_name(delivery, context.key), secret.reveal())
        except GithubException as error:
            raise DeliveryFailed(_refusal(error, address)) from None
        except requests.RequestException as error:
            raise DeliveryFailed(messages.unreachable(NAME, type(error).__name__)) from None
        except (ValueError, TypeError, KeyError, AssertionError):
            raise DeliveryFailed(messages.not_understood(NAME)) from None
        finally:
            client.close()
        return Receipt(address)


def _client(context: SinkContext) -> Github:
    """Without retries of its own, which wait for a rate limit as long as an hour: the next run delivers anew."""
    from github import Auth, Github

    quiet("github", "urllib3")
    token = credential(NAME, context.environ, "REMIT_GITHUB_TOKEN", "GITHUB_TOKEN")
    url = safe_address(NAME, context.environ.get("GITHUB_API_URL") or _PUBLIC)
    return Github(
        auth=Auth.Token(token), base_url=url, timeout=SECONDS, retry=None, lazy=True, seconds_between_writes=0.0
    )


def _refusal(error: GithubException, address: str) -> str:
    wait = (error.headers or {}).get("retry-after", "")
    match error.status:
        case 401 | 403 if not wait:
            return messages.not_admitted(NAME, error.status)
        case 404:
            return messages.nowhere(NAME, address)
        case 403 | 429:
            return messages.throttled(NAME, wait)
    return messages.failed(NAME, error.status)


def _name(delivery: Delivery, key: str) -> str:
    """A key may begin with a digit, a secret may not."""
    name = (delivery.name or re.sub(r"[^A-Za-z0-9]", "_", key)).upper()
    return f"_{name}" if name[0].isdigit() else name


SINK = GitHubSink()
