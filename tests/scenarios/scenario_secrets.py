"""Secrets that were never issued, put together here so that no scanner takes this repository for a leak."""

from __future__ import annotations

import re

BODY = "9fQ2xB7Lm4Tz1Wc8Rk5Vn3Hd6Yp0Js7Ga2Xe4Uq8"
_ANTHROPIC = "sk-" + f"ant-api03-{BODY}"
SECRETS: dict[str, str] = {
    "anthropic": _ANTHROPIC,
    "openrouter": "sk-" + "or-v1-" + "0af19be2" * 8,
    "openai": "sk-" + f"proj-{BODY}",
    "openai-old": "sk-" + BODY,
    "google": "AI" + f"za{BODY[:35]}",
    "groq": "gs" + f"k_{BODY}",
    "hugging-face": "h" + f"f_{BODY[:34]}",
    "xai": "xa" + f"i-{BODY}",
    "perplexity": "ppl" + f"x-{BODY}",
    "nvidia": "nva" + f"pi-{BODY}",
    "replicate": "r" + f"8_{BODY}",
    "aws": "AK" + "IA9FQ2XB7LM4TZ1WC8",
    "aws-bedrock": "AB" + f"SK{BODY}",
    "github": "gh" + f"p_{BODY[:36]}",
    "github-fine": "github" + f"_pat_{BODY}",
    "gitlab": "glp" + f"at-{BODY[:20]}",
    "slack": "xo" + "xb-123456789012-9fQ2xB7Lm4Tz",
    "webhook": "https://hooks." + "slack.com/services/T000/B000/9fQ2xB7Lm4Tz",
    "jwt": "ey" + "JhbGciOiJIUzI1NiJ9.9fQ2xB7Lm4Tz1Wc8.Rk5Vn3Hd6Yp0",
    "private-key": "-----BEGIN RSA " + f"PRIVATE KEY----- {BODY}",
    "url": "https://remit:" + f"{BODY[:12]}@gateway.example.com",
    "random": BODY,
    # as text that names, variables, quotes and escapes can hold
    "lower": _ANTHROPIC.lower(),
    "snake": "h" + f"f_{BODY.lower()}",
    "anthropic-1": _ANTHROPIC[:18],
    "anthropic-2": _ANTHROPIC[18:],
    "anthropic-escaped": _ANTHROPIC.replace("9f", "\\x39f").replace("Lm", "\\x4cm"),
}
_PLACE = re.compile(r"\$\{([a-z0-9-]+)\}")
_SHOWN = 8


def filled(text: str) -> str:
    """The text with `${name}` replaced by the secret of that name."""
    return _PLACE.sub(lambda match: SECRETS[match[1]], text)


def used(text: str) -> tuple[str, ...]:
    """The secrets that a text asks for."""
    return tuple(SECRETS[name] for name in _PLACE.findall(text))


def leaks(secret: str, output: str) -> bool:
    """Whether eight letters in a row of the secret part of `secret` stand in `output`."""
    told = re.split(r"(?:api03-|v1-|proj-|://remit:|KEY----- |services/T000/B000/|123456789012-|NiJ9\.)", secret)[-1]
    told = re.sub(r"@gateway.*", "", told)
    return any(told[at : at + _SHOWN].lower() in output.lower() for at in range(max(1, len(told) - _SHOWN + 1)))
