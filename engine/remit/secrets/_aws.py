"""The sink `aws-secrets-manager`: a secret called `path`, `remit/<key>` when not given.

Credentials, region and endpoint come as every AWS client takes them (`AWS_ACCESS_KEY_ID`, `AWS_REGION`,
`AWS_ENDPOINT_URL_SECRETS_MANAGER`, …). What Remit creates has the tag `managed-by: remit`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remit.resources import Delivery
from remit.secrets import _messages as messages
from remit.secrets._errors import DeliveryFailed, DeliveryInvalid
from remit.secrets._remote import SECONDS, needs, quiet, safe_address
from remit.secrets._sink import Receipt, SinkContext
from remit.targets import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "aws-secrets-manager"
_ENDPOINTS = ("AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_ENDPOINT_URL")
_REFUSED = frozenset(("AccessDeniedException", "UnrecognizedClientException", "InvalidClientTokenId", "ExpiredToken"))


class AwsSink:
    """Each delivery is a new version of the secret; the former one stays as `AWSPREVIOUS`."""

    def address(self, delivery: Delivery, key: str) -> str:
        """`aws-secrets-manager:<name of the secret>`. Raises DeliveryInvalid."""
        needs(NAME, "boto3", "aws")
        for field in ("repository", "name"):
            if getattr(delivery, field) is not None:
                raise DeliveryInvalid(messages.not_taken(NAME, field))
        return f"{NAME}:{_name(delivery, key)}"

    def deliver(self, delivery: Delivery, secret: Secret, context: SinkContext) -> Receipt:
        """Put a new version, of a new secret if there is none. Raises DeliveryFailed."""
        address = self.address(delivery, context.key)
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            client = _client(context.environ)
            _put(client, _name(delivery, context.key), secret)
        except ClientError as error:
            raise DeliveryFailed(_refusal(error.response, address)) from None
        except BotoCoreError as error:
            raise DeliveryFailed(messages.unreachable(NAME, type(error).__name__)) from None
        return Receipt(address)


def _client(environ: Mapping[str, str]) -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
    import boto3
    from botocore.config import Config

    quiet("botocore", "boto3", "urllib3")
    endpoint = next((environ[name] for name in _ENDPOINTS if environ.get(name)), None)
    session = boto3.session.Session(
        aws_access_key_id=environ.get("AWS_ACCESS_KEY_ID"),
        aws_secret_access_key=environ.get("AWS_SECRET_ACCESS_KEY"),
        aws_session_token=environ.get("AWS_SESSION_TOKEN"),
        region_name=environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION"),
        profile_name=environ.get("AWS_PROFILE"),
    )
    config = Config(connect_timeout=SECONDS, read_timeout=SECONDS, retries={"total_max_attempts": 2})
    address = safe_address(NAME, endpoint) if endpoint else None
    return session.client("secretsmanager", endpoint_url=address, config=config)


def _put(client: Any, name: str, secret: Secret) -> None:  # noqa: ANN401
    try:
        client.put_secret_value(SecretId=name, SecretString=secret.reveal())
    except client.exceptions.ResourceNotFoundException:
        tags = [{"Key": "managed-by", "Value": "remit"}]
        client.create_secret(Name=name, SecretString=secret.reveal(), Tags=tags)


def _refusal(response: Mapping[str, Any], address: str) -> str:
    code, status = response["Error"]["Code"], response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _REFUSED:
        return messages.not_admitted(NAME, status)
    if code.startswith("Throttling"):
        return messages.throttled(NAME, "")
    if code == "InvalidRequestException":
        return messages.being_deleted(address)
    return messages.failed(NAME, status)


def _name(delivery: Delivery, key: str) -> str:
    return delivery.path or f"remit/{key}"


SINK = AwsSink()
