"""The sink for AWS Secrets Manager, against moto's server."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest

from remit.resources import Delivery
from remit.secrets import SINKS, DeliveryFailed, Receipt, Secret, SinkContext

VALUE = "sk-invented-value-0123456789"

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def environ() -> Iterator[Mapping[str, str]]:
    from moto.server import ThreadedMotoServer  # only with the extra for live tests

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    named = {"AWS_ACCESS_KEY_ID": "invented", "AWS_SECRET_ACCESS_KEY": "invented", "AWS_REGION": "eu-central-1"}
    yield {**named, "AWS_ENDPOINT_URL_SECRETS_MANAGER": f"http://{host}:{port}"}
    server.stop()


def deliver(environ: Mapping[str, str], value: str = VALUE, **fields: str) -> Receipt:
    context = SinkContext("ranker-prod", Path("unused"), environ)
    delivery = Delivery(sink="aws-secrets-manager", **fields)
    return SINKS.load("aws-secrets-manager").deliver(delivery, Secret(value), context)


@pytest.fixture
def client(environ) -> Any:
    """Somebody else's client."""
    return boto3.client(
        "secretsmanager",
        endpoint_url=environ["AWS_ENDPOINT_URL_SECRETS_MANAGER"],
        region_name=environ["AWS_REGION"],
        aws_access_key_id=environ["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environ["AWS_SECRET_ACCESS_KEY"],
    )


def test_created_and_replaced(environ, client, caplog) -> None:
    """The first delivery makes the secret, marked as ours; the next one replaces the value; no log has it."""
    caplog.set_level(logging.DEBUG)
    for value in (VALUE, "second-invented-value"):
        assert deliver(environ, value).address == "aws-secrets-manager:remit/ranker-prod"
        assert VALUE not in caplog.text
        caplog.clear()
        assert client.get_secret_value(SecretId="remit/ranker-prod")["SecretString"] == value
        caplog.clear()
    tags = client.describe_secret(SecretId="remit/ranker-prod")["Tags"]
    assert tags == [{"Key": "managed-by", "Value": "remit"}]


def test_nobody_there(environ) -> None:
    """A server that is not there, or a region that is missing, is one sentence."""
    with pytest.raises(DeliveryFailed, match="cannot be reached"):
        deliver({**environ, "AWS_ENDPOINT_URL_SECRETS_MANAGER": "http://127.0.0.1:9"})
