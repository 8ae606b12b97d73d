"""A stateful fake of OpenAI's Administration API, by its description and its SDK; no live account was asked."""

from fakes.openai_admin._organization import OpenAIAdmin

__all__ = ["OpenAIAdmin"]
