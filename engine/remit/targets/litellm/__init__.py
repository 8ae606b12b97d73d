"""LiteLLM proxy: teams and virtual keys over its admin API, without any enterprise endpoint."""

from remit.targets.litellm._target import TYPE, LiteLLMTarget

__all__ = ["TYPE", "LiteLLMTarget"]
