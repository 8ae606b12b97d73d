"""Secrets in YAML: refused wherever they stand, never echoed, and nothing else is taken for one."""

from __future__ import annotations

import base64
import random
import string

import pytest
from genai_prices import data_snapshot
from hypothesis import given
from hypothesis import strategies as st

from remit.resources import masked, secret_shape, secrets_in, secrets_in_text
from remit.source import read_documents

LETTERS = string.ascii_letters + string.digits
BODY = "9fQ2xB7Lm4Tz1Wc8Rk5Vn3Hd6Yp0Js7Ga2Xe4Uq8"
SECRETS = {
    "an Anthropic key": [f"sk-ant-api03-{BODY}", "sk-ant-123456789"],
    "an OpenRouter key": ["sk-or-v1-" + "0af1" * 16],
    "an OpenAI key": [f"sk-proj-{BODY}", f"sk-svcacct-{BODY[:30]}_{BODY[:12]}"],
    "an LLM key": [f"sk-{BODY}", "sk-" + "0af1" * 8, "sk-Ab3-De5_Gh7Jk9Lm1NoPq"],
    "a Google key": [f"AIza{BODY[:35]}", f"AQ.{BODY[:30]}"],
    "a Groq key": [f"gsk_{BODY}"],
    "a Hugging Face token": [f"hf_{BODY[:34]}"],
    "an xAI key": [f"xai-{BODY}"],
    "a Perplexity key": [f"pplx-{BODY}"],
    "an NVIDIA key": [f"nvapi-{BODY}"],
    "a Replicate token": [f"r8_{BODY}"],
    "an AWS key": ["AKIAABCDEFGHIJKLMNOP", f"ABSK{BODY}"],
    "a GitHub token": [f"ghp_{BODY[:36]}", f"gho_{BODY[:36]}", f"github_pat_{BODY}"],
    "a GitLab token": [f"glpat-{BODY[:20]}"],
    "a Slack token": ["xoxb-123456789012-abcdef"],
    "a Slack webhook": ["https://hooks.slack.com/services/T000/B000/xyz"],
    "a signed token": ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln"],
    "a private key": ["-----BEGIN PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----"],
    "a password in an address": ["postgresql://remit:hunter2@db.example.com/ledger"],
    "a random token": [BODY, "0af19be2" * 4, "7Gx/2+Qa9Lm4Tz1Wc8Rk5Vn3Hd6Yp0Js7Ga2Xe4Uq8A="],
}
ALL = [(shape, secret) for shape, secrets in SECRETS.items() for secret in secrets]
INNOCENT = [
    "claude-3-5-sonnet-20241022",
    "ft:gpt-4o-mini-2024-07-18:meridian:router:Ab12Cd34",
    "anthropic.claude-3-7-sonnet-20250219-v1:0",
    "meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8",
    "requests_per_minute",
    "keys-expire-within-90-days-of-their-creation",
    "task-0123456789abcdefghij",
    "sk-search-production-ranker-v2",
    "sk-...",
    "sk-proj-router-for-the-team",
    "hf_transfer",
    "1f6b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d",
    "0123456789abcdef0123456789abcdef01234567",
    "uses: actions/checkout@0123456789abcdef0123456789abcdef01234567",
    "plan sha256:" + "0af19be2" * 8,
    'digest: "' + "0af19be2" * 8 + '"',
    "https://github.com/parcels/router/pull/1234#issuecomment-1234567890",
    "https://gateway.example.com:4000/v1/chat/completions",
    "meridian-parcel-2026-11-23-t-09-00-00-release-candidate-2",
    "RequestsPerMinutePerUserPerDayAndPerProject",
    "0000000000000000000000000000000000000000000000000000",
    "================================================================",
    "key.expires - now > duration('2160h') && !(request.purpose in key.purposes)",
    "write `export OPENAI_API_KEY=sk-...` in your shell",
    "eyJ",
    "http://localhost:8080/a@b",
]


@pytest.mark.parametrize(("shape", "secret"), ALL)
@pytest.mark.parametrize("around", ["{}", "rotate {} soon", "KEY={}", '"{}"', "({})", "x: {}, y"])
def test_secrets_are_found(shape: str, secret: str, around: str) -> None:
    """A secret is recognised by its shape, alone or in the middle of a sentence."""
    assert shape == secret_shape(around.format(secret))


@pytest.mark.parametrize("text", INNOCENT)
def test_names_digests_and_sentences_pass(text: str) -> None:
    """What people write is no secret, however long."""
    assert secret_shape(text) is None


def test_names_of_models_pass() -> None:
    """No model or provider of the price list looks like a secret."""
    providers = data_snapshot.get_snapshot().providers
    names = [provider.id for provider in providers] + [model.id for each in providers for model in each.models]
    assert len(names) > 500
    assert [name for name in names if secret_shape(name)] == []


WORDS = ["the", "key", "of", "team", "router", "expires", "after", "ninety", "days", "2026", "v2", "gpt", "4o", "q3"]


@given(st.lists(st.sampled_from(WORDS), min_size=1))
def test_words_pass(words: list[str]) -> None:
    """Words, versions and years pass in any order, joined by spaces, hyphens or slashes."""
    assert [secret_shape(joint.join(words)) for joint in (" ", "-", "_", "/")] == [None] * 4


TOKENS = {
    "letters and digits": lambda chance: "".join(chance.choices(LETTERS, k=40)),
    "hexadecimal": lambda chance: chance.randbytes(16).hex(),
    "base64": lambda chance: base64.b64encode(chance.randbytes(32)).decode(),
    "base64url": lambda chance: base64.urlsafe_b64encode(chance.randbytes(32)).decode().rstrip("="),
}


@pytest.mark.parametrize("sort", TOKENS)
def test_most_random_tokens_are_found(sort: str) -> None:
    """Of tokens that no issuer marked, at least 95 in 100 are recognised."""
    chance = random.Random(7)
    assert sum(secret_shape(TOKENS[sort](chance)) is not None for _ in range(1_000)) >= 950


@pytest.mark.parametrize(("shape", "secret"), ALL)
def test_findings_name_the_place_and_never_the_secret(shape: str, secret: str) -> None:
    """In a value, a field's name, a list or a comment: position, kind of secret, remedy; not the secret."""
    text = f'a:\n  - x\n  - "see {secret}"\n"{secret}": 1\n# {secret}\n'
    [document] = read_documents(text.encode(), "k.yaml").documents
    inside = secrets_in(document)
    assert [(each.position.line, each.position.column) for each in inside] == [(3, 5), (4, 1)]
    found = secrets_in_text(text, "k.yaml")
    assert {3, 4, 5} == {each.position.line for each in found}
    for each in (*inside, *found):
        assert each.code == "secret-in-yaml"
        assert secret not in str(each)
        assert shape in each.message
        assert each.remedy


def test_a_secret_split_by_yaml_is_found() -> None:
    """Escapes hide a secret from the text, not from the document."""
    text = f'a: "sk-\\x61nt-api03-{BODY[:20]}\\\n  {BODY[20:]}"\n'
    [document] = read_documents(text.encode(), "k.yaml").documents
    assert [each.code for each in secrets_in(document)] == ["secret-in-yaml"]


def test_digests_pass_in_their_fields() -> None:
    """A field called `digest` or `commit` may hold one, and nothing but one."""
    text = f"digest: {'0af19be2' * 8}\ncommit: {'0af19' * 8}\nother: {'0af19be2' * 8}\nin: {{digest: {BODY}}}\n"
    [document] = read_documents(text.encode(), "k.yaml").documents
    assert [each.position.line for each in secrets_in(document)] == [3, 4]
    assert [each.position.line for each in secrets_in_text(text, "k.yaml")] == [3, 4]


def test_a_secret_behind_a_name_is_found() -> None:
    """A name that begins like a key does not hide the key that follows it."""
    assert secret_shape(f"sk-search-ranker-key.sk-ant-api03-{BODY}") == "an Anthropic key"


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    """No text stops the search, and positions lie within it."""
    lines = text.split("\n")
    for each in secrets_in_text(text, "k.yaml"):
        assert 1 <= each.position.line <= len(lines)


@pytest.mark.parametrize(("shape", "secret"), ALL)
def test_a_secret_is_masked_and_what_is_around_it_is_not(shape: str, secret: str) -> None:
    """What a secret looks like stands in its place."""
    rest = "" if shape == "a private key" else "` of ana"
    assert secret not in masked(f"the key `{secret}` of ana")
    assert masked(f"the key `{secret}{rest}") == f"the key `[{shape}]{rest}" or shape in (
        "a password in an address",
        "a Slack webhook",
    )


@pytest.mark.parametrize("text", INNOCENT)
def test_what_is_no_secret_is_not_masked(text: str) -> None:
    """Names, digests and addresses stay as they are."""
    assert masked(text) == text
