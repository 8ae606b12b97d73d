"""OpenAI: projects, service accounts and their keys over the Administration API."""

from remit.targets.openai._target import TYPE, OpenAITarget

__all__ = ["TYPE", "OpenAITarget"]
