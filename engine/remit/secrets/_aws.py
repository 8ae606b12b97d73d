"""The sink `aws-secrets-manager`: a secret of AWS Secrets Manager."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import closing
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from remit.resources import Delivery
from remit.secrets import _messages as messages
from remit.secrets._errors import DeliveryFailed
from remit.secrets._extra import require
from remit.secrets._naming import MARK, parts_of, takes_only
from remit.secrets._patience import ATTEMPTS, SECONDS
from remit.secrets._remote import Remote, checked
from remit.secrets._sealed import sealed
from remit.secrets._sink import Receipt, SinkContext
from remit.targets import Secret

if TYPE_CHECKING:
    from botocore.awsrequest import AWSRequest
    from botocore.client import BaseClient
    from botocore.exceptions import ClientError

_URL = "AWS_ENDPOINT_URL"
_CREDENTIALS = "AWS_ACCESS_KEY_ID"
_KEY_PAIR = (_CREDENTIALS, "AWS_SECRET_ACCESS_KEY")
_REGION = "AWS_REGION"
_HEADERS = ("retry-after", "x-amzn-errortype")
_FIELDS = ("VersionId", "__type")
_PLAIN = re.compile(r"[A-Za-z0-9_.:/#, -]{1,200}")

# by the codes of its errors, which come with status 400
_STATUS = {
    "AccessDeniedException": 403,
    "ExpiredTokenException": 401,
    "IncompleteSignature": 401,
    "InvalidClientTokenId": 401,
    "InvalidSignatureException": 401,
    "MissingAuthenticationTokenException": 401,
    "ThrottlingException": 429,
    "UnrecognizedClientException": 401,
}


class AwsSecretsManagerSink:
    """Creates a secret or writes its next version. Replaces what carries its tag, and nothing else."""

    def address(self, delivery: Delivery, key: str) -> str:
        """`aws-secrets-manager:<path>`, by default `aws-secrets-manager:remit/<key>`. Raises DeliveryInvalid."""
        require("aws-secrets-manager", "aws", "boto3")
        return f"aws-secrets-manager:{_name(delivery, key)}"

    def deliver(self, delivery: Delivery, secret: Secret, context: SinkContext) -> Receipt:
        """Write it in the region and account of the environment; the version is AWS's. Raises DeliveryFailed."""
        address, name = self.address(delivery, context.key), _name(delivery, context.key)
        remote = Remote("AWS Secrets Manager", _URL, _CREDENTIALS, f"secret `{name}`")
        version = sealed(secret, lambda: _put(name, secret, remote, context), remote.explained)
        return Receipt(address, version)


def _name(delivery: Delivery, key: str) -> str:
    takes_only(delivery, "path")
    return "/".join(parts_of(delivery.path or f"remit/{key}"))


def _put(name: str, secret: Secret, remote: Remote, context: SinkContext) -> str:
    from botocore.exceptions import ClientError, NoCredentialsError, NoRegionError

    try:
        with closing(_client(context.environ)) as client:
            return _written(client, name, secret)
    except ClientError as error:
        raise _refusal(error, remote) from None
    except NoCredentialsError:
        raise DeliveryFailed(messages.no_variable(remote.name, _CREDENTIALS)) from None
    except NoRegionError:
        raise DeliveryFailed(messages.no_variable(remote.name, _REGION)) from None


def _written(client: BaseClient, name: str, secret: Secret) -> str:
    address, mark = f"aws-secrets-manager:{name}", dict(zip(("Key", "Value"), MARK, strict=True))
    held = _described(client, name)
    if held is None:
        answer = client.create_secret(Name=name, SecretString=_stand_in(client, secret), Tags=[mark])
        return str(answer["VersionId"])
    if mark not in held.get("Tags", ()):
        raise DeliveryFailed(messages.foreign(address, MARK))
    if "DeletedDate" in held:
        raise DeliveryFailed(messages.being_deleted(address))
    return str(client.put_secret_value(SecretId=name, SecretString=_stand_in(client, secret))["VersionId"])


def _described(client: BaseClient, name: str) -> dict[str, Any] | None:
    """What AWS knows of a secret besides its value, or None when there is none."""
    try:
        found: dict[str, Any] = client.describe_secret(SecretId=name)
    except client.exceptions.ResourceNotFoundException:
        return None
    if found["Name"] != name:
        raise KeyError(name)
    return found


def _stand_in(client: BaseClient, secret: Secret) -> str:
    """A text that the next request carries in the place of the value until it is signed.

    botocore logs parameters, answers and their headers, and shows them in its errors; it never sees the value in them.
    """
    mark = token_hex(16)

    def put_in(request: AWSRequest, **_: object) -> None:
        before, after = (json.dumps(text).encode() for text in (mark, secret.reveal()))
        if before not in request.data:
            raise LookupError(mark)
        request.data = request.data.replace(before, after)

    def keep_out(response_dict: dict[str, Any], **_: object) -> None:
        response_dict["headers"] = _needed(response_dict["headers"], _HEADERS, secret)
        response_dict["body"] = json.dumps(_needed(_fields(response_dict["body"]), _FIELDS, secret)).encode()

    client.meta.events.register("before-sign.secrets-manager", put_in)
    client.meta.events.register("before-parse.secrets-manager", keep_out)
    return mark


def _needed(answer: Mapping[str, object], names: Iterable[str], secret: Secret) -> dict[str, str]:
    """Of an answer to a write, what is made use of, as plain words without the value."""
    words = {name: secret.hidden_in(str(answer[name])) for name in names if name in answer}
    return {name: text for name, text in words.items() if _PLAIN.fullmatch(text)}


def _fields(body: bytes) -> dict[str, object]:
    try:
        answer = json.loads(body)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _client(environ: Mapping[str, str]) -> BaseClient:
    """Settings that the environment does not give are looked for where every AWS client does, such as in a role."""
    import boto3
    from botocore.config import Config

    session = boto3.session.Session(
        **_credentials(environ),
        region_name=environ.get(_REGION) or environ.get("AWS_DEFAULT_REGION") or None,
    )
    client = session.client(
        "secretsmanager",
        endpoint_url=environ.get("AWS_ENDPOINT_URL_SECRETS_MANAGER") or environ.get(_URL) or None,
        config=Config(
            connect_timeout=SECONDS,
            read_timeout=SECONDS,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        ),
    )
    checked(client.meta.endpoint_url, _URL)
    return client


def _credentials(environ: Mapping[str, str]) -> dict[str, str]:
    """Those of the environment, all or none: a half would be filled up from another account's."""
    found = {name.lower(): environ[name] for name in _KEY_PAIR if environ.get(name)}
    missing = [name for name in _KEY_PAIR if name.lower() not in found]
    if found and missing:
        raise DeliveryFailed(messages.no_variable("AWS Secrets Manager", missing[0]))
    token = environ.get("AWS_SESSION_TOKEN")
    return {**found, "aws_session_token": token} if found and token else found


def _refusal(error: ClientError, remote: Remote) -> DeliveryFailed:
    answer = error.response.get("ResponseMetadata", {})
    status = _STATUS.get(error.response.get("Error", {}).get("Code", ""), answer.get("HTTPStatusCode", 0))
    return remote.refusal(status, answer.get("HTTPHeaders", {}))


SINK = AwsSecretsManagerSink()
